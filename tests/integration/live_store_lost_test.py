"""Redis is back without what it held: nobody is left in a chat that is no more, and work goes on."""
import asyncio
import os
import shutil
import signal
import sqlite3

from harness import Agent, DeskCase, Redis, Refused, Server, Visitor, private_redis, site_toml

LOST = "is lost: Redis was emptied"


class LostCase(DeskCase):
    def store_id(self):
        """The live store that the record knows."""
        with sqlite3.connect(self.server.data / "ventanilla.db") as database:
            return database.execute("SELECT store_id FROM meta").fetchone()[0]

    def is_filed(self, chat):
        with sqlite3.connect(self.server.data / "ventanilla.db") as database:
            return database.execute("SELECT 1 FROM chat WHERE id = ?", (chat,)).fetchone() is not None

    async def serves(self, server):
        """Comes back once the server has registered with the new store: until then it may be ready, yet answer
        `unavailable`, and clients try again."""
        while True:
            probe = Visitor(server)
            await probe.open()
            self.clients.append(probe)
            try:
                return await probe.hello()
            except Refused as refused:
                if refused.reply["code"] != "unavailable":
                    raise
                await asyncio.sleep(0.1)

    async def goes_on(self, server, visitor, agent, chat):
        """What people of a chat that is lost are told, and that the next one is served."""
        self.assertEqual((await visitor.closed(), await agent.closed()), (1012, 1012))
        await self.until(lambda: server.http.get("/readyz").status == 200)
        await self.serves(server)
        again = Visitor(server, token=visitor.token)
        await again.open()
        self.clients.append(again)
        await again.refused("hello", "unauthenticated", channel="soporte", token=visitor.token,
                            resume={"chat": chat, "after": 3})
        self.assertEqual(await again.closed(), 4401)
        fresh = Visitor(server)
        await fresh.open()
        self.clients.append(fresh)
        self.assertIsNone((await fresh.hello())["chat"])
        self.assertEqual(server.http.get("/api/v1/chats", token=agent.token).status, 401)
        signed_in = Agent(server, "ana")
        await signed_in.connect()
        self.clients.append(signed_in)
        self.assertEqual((signed_in.welcome["state"], signed_in.welcome["chats"]), ("offline", []))
        self.assertEqual(server.http.get(f"/api/v1/chats/{chat}", token=signed_in.token).status, 404)
        await signed_in.ok("state.set", state="online")
        begun = await fresh.start()
        await signed_in.assigned(begun["id"])
        ack = await fresh.say(begun["id"], "¿Y ahora?")
        await signed_in.entry(begun["id"], "message", seq=ack["seq"])
        return signed_in


class PrivateRedis(LostCase):
    def lose(self):
        """The private Redis dies, and what it had written is gone."""
        os.rename(self.server.data / "redis/appendonlydir", self.server.home / "lost")
        self.addCleanup(shutil.rmtree, self.server.home / "lost", ignore_errors=True)

    async def test_while_it_runs(self):
        visitor, agent, past = await self.conversation()
        await agent.ok("chat.close", chat=past, outcome="solved")
        await self.until(lambda: self.is_filed(past))
        visitor.chat = (await visitor.start())["id"]
        number = (await agent.ok("chat.ticket", chat=visitor.chat, client_id="t-1", subject="No timbra"))["ticket"]["number"]
        before = self.store_id()
        self.lose()
        os.kill(private_redis(self.server), signal.SIGKILL)
        signed_in = await self.goes_on(self.server, visitor, agent, visitor.chat)
        self.assertIn(LOST, self.server.log_text())
        self.assertNotEqual(self.store_id(), before)
        # What had ended, and what was promised in writing, SQL has.
        self.assertEqual(self.http.get(f"/api/v1/chats/{past}", token=signed_in.token).json()["chat"]["status"], "closed")
        self.assertEqual(self.http.get(f"/api/v1/tickets/{number}", token=signed_in.token).status, 200)

    async def test_between_two_runs(self):
        visitor, agent, chat = await self.conversation()
        self.server.stop()
        self.lose()
        await asyncio.to_thread(self.server.start)
        self.assertEqual((await visitor.closed(), await agent.closed()), (1012, 1012))
        await self.goes_on(self.server, visitor, agent, chat)
        self.assertIn(LOST, self.server.log_text())

    async def test_a_first_start_is_no_loss(self):
        first = Server(site_toml(), people=())
        first.start()
        try:
            self.assertNotIn(LOST, first.log_text())
            first.restart()
            self.assertNotIn(LOST, first.log_text())
        finally:
            first.close()


class TwoServersOneRedis(LostCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.redis = Redis().start()
        cls.server = Server(site_toml(), options=("--redis", cls.redis.url)).start()
        cls.other = Server(site_toml(), options=cls.server.options, beside=cls.server).start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.other.close(cls.failed)
        finally:
            try:
                super().tearDownClass()
            finally:
                cls.redis.close()

    async def test_both_notice_and_agree(self):
        visitor, agent, chat = await self.conversation()
        elsewhere = Visitor(self.other)
        await elsewhere.open()
        self.clients.append(elsewhere)
        await elsewhere.hello()
        self.redis.kill()
        shutil.rmtree(self.redis.home / "appendonlydir")
        self.redis.start()
        self.assertEqual(await elsewhere.closed(), 1012)
        await self.goes_on(self.other, visitor, agent, chat)
        await self.until(lambda: self.http.get("/readyz").status == 200)
        self.assertIn(LOST, self.server.log_text() + self.other.log_text())
        self.assertEqual(self.store_id(), self.redis.command("HGET", "v:{prueba}:meta", "store_id"))
