"""Redis runs out of memory: first no new chats, then no messages; what is open can always be ended."""
import asyncio
import re

from harness import DeskCase, Redis, Server, site_toml


class Memory(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.redis = Redis().start()
        cls.addClassCleanup(cls.redis.close)
        cls.server = Server(site_toml(), options=("--redis", cls.redis.url)).start()

    def allow(self, share):
        """Redis may use so much that what it uses now is this share of it."""
        used = int(re.search(r"^used_memory:(\d+)", self.redis.command("INFO", "memory"), re.M)[1])
        self.redis.command("CONFIG", "SET", "maxmemory", str(int(used / share)))

    async def until_reply(self, client, kind, code, **fields):
        """Asks until the answer is this refusal, or `ok` if it is None."""
        while (reply := await client.request(kind, **fields)).get("code") != code:
            self.assertIn(reply.get("code"), (None, "offline", "unavailable"))
            await asyncio.sleep(0.2)
        return reply

    async def test_first_no_new_chats_then_no_messages_and_chats_end_all_the_time(self):
        visitor, agent, chat = await self.conversation()
        late = await self.visitor()
        self.addCleanup(self.redis.command, "CONFIG", "SET", "maxmemory", "0")

        self.allow(0.9)
        start = late.start_fields()
        # Noticed by the sweep of each second; until then it would be taken.
        await self.until(lambda: self.redis.command("HGET", "v:{prueba}:meta", "memory_high") == "1")
        await late.refused("chat.start", "offline", **start)
        await visitor.say(chat, "sigue")
        await agent.entry(chat, "message", text="sigue")

        self.allow(2)
        refused = {"chat": chat, "client_id": "m-1", "text": "¿Cabe?"}
        await visitor.refused("message.send", "unavailable", **refused)
        self.assertEqual(self.http.get("/readyz").status, 200)
        self.allow(0.9)
        ack = await self.until_reply(visitor, "message.send", None, **refused)
        await agent.entry(chat, "message", seq=ack["seq"])
        self.allow(2)
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await visitor.entry(chat, "closed")
        await self.until(lambda: self.http.get("/api/v1/chats", token=agent.token).json()["chats"])

        self.allow(0.1)
        await self.until_reply(late, "chat.start", None, **start)
