"""SQL is locked or gone: chats go on, those that close wait to be filed, and nothing is dropped."""
import asyncio
import sqlite3
import time

from harness import DeskCase, Postgres, Server, site_toml

AWAY_S = 20  # contract.md 4; longer than any single attempt: the deadline of a call passes


class RecordAwayCase(DeskCase):
    def health(self):
        answer = self.http.get("/readyz")
        return answer.status, answer.json().get("broken")

    def filed(self, agent):
        """The chats that SQL has; None while it does not answer."""
        answer = self.http.get("/api/v1/chats", token=agent.token)
        return sorted(chat["id"] for chat in answer.json()["chats"]) if answer.status == 200 else None

    async def survives(self, take_away, give_back):
        agent = await self.agent("ana")
        visitors = [await self.visitor() for _ in range(4)]
        chats = [(await visitor.start())["id"] for visitor in visitors]
        for visitor, chat in zip(visitors, chats):
            await visitor.entry(chat, "assigned")
        take_away()
        away_at = time.monotonic()
        for chat in chats[:3]:
            await agent.ok("chat.close", chat=chat, outcome="solved")
        await self.until(lambda: self.health() == (503, ["database"]))
        # What is open goes on, and what has ended is read from Redis.
        while time.monotonic() - away_at < AWAY_S:
            await visitors[3].say(chats[3], "sigo aquí")
            await agent.entry(chats[3], "message")
            await asyncio.sleep(0.2)  # as fast as a sender may be
        self.assertEqual((await visitors[0].log(chats[0]))[-1]["kind"], "closed")
        give_back()
        await self.until(lambda: self.filed(agent) == sorted(chats[:3]))
        await self.until(lambda: self.health() == (200, None))
        log = await visitors[0].log(chats[0])
        self.assertEqual([entry["kind"] for entry in log], ["message", "queued", "assigned", "closed"])


class SqliteLocked(RecordAwayCase):
    async def test_closing_chats_wait_and_are_filed_afterwards(self):
        holder = sqlite3.connect(self.server.data / "ventanilla.db", isolation_level=None)
        self.addCleanup(holder.close)
        holder.execute("PRAGMA busy_timeout = 30000")
        await self.survives(lambda: holder.execute("BEGIN IMMEDIATE"), lambda: holder.execute("ROLLBACK"))


class PostgresqlStopped(RecordAwayCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.postgres = Postgres().start()
        cls.addClassCleanup(cls.postgres.close)
        cls.server = Server(site_toml(), people=(), options=("--database", cls.postgres.url))
        cls.server.add_agent("ana")
        cls.server.start()

    async def test_closing_chats_wait_and_are_filed_when_it_is_back(self):
        await self.survives(self.postgres.stop, self.postgres.start)
