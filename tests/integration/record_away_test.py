"""SQL is locked by somebody else: chats go on, those that close wait to be filed, and nothing is dropped."""
import sqlite3
import time

from harness import DeskCase, private_redis

LOCKED_S = 8  # longer than any single attempt: two deadlines of a call pass


class RecordLocked(DeskCase):
    # One visitor talks all the time.
    site = {"limits": {"messages_per_s": 1000, "message_burst": 1000}}

    def lock(self):
        """Takes the database's one write lock; the connection that holds it."""
        holder = sqlite3.connect(self.server.data / "ventanilla.db", isolation_level=None)
        holder.execute("PRAGMA busy_timeout = 30000")
        holder.execute("BEGIN IMMEDIATE")
        self.addCleanup(holder.close)
        return holder

    def health(self):
        answer = self.http.get("/readyz")
        return answer.status, answer.json().get("broken")

    def filed(self):
        with sqlite3.connect(self.server.data / "ventanilla.db") as database:
            return [row[0] for row in database.execute("SELECT id FROM chat ORDER BY id")]

    async def test_closing_chats_wait_and_are_filed_afterwards(self):
        agent = await self.agent("ana")
        visitors = [await self.visitor() for _ in range(4)]
        chats = [(await visitor.start())["id"] for visitor in visitors]
        for visitor, chat in zip(visitors, chats):
            await visitor.entry(chat, "assigned")
        holder = self.lock()
        locked_at = time.monotonic()
        for chat in chats[:3]:
            await agent.ok("chat.close", chat=chat, outcome="solved")
        await self.until(lambda: self.health() == (503, ["database"]))
        # What is open goes on, and what has ended is read from Redis.
        while time.monotonic() - locked_at < LOCKED_S:
            await visitors[3].say(chats[3], "sigo aquí")
            await agent.entry(chats[3], "message")
        self.assertEqual((await visitors[0].log(chats[0]))[-1]["kind"], "closed")
        self.assertEqual(self.filed(), [])
        holder.execute("ROLLBACK")
        await self.until(lambda: self.filed() == sorted(chats[:3]))
        await self.until(lambda: self.health() == (200, None))
        log = await visitors[0].log(chats[0])
        self.assertEqual([entry["kind"] for entry in log], ["message", "queued", "assigned", "closed"])
        self.assertIsNotNone(private_redis(self.server))
