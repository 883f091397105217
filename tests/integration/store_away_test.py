"""The private Redis hangs or dies: nothing is acknowledged meanwhile, nothing that was is lost, and it heals itself."""
import asyncio
import os
import signal
import time

from harness import DeskCase, RedisCase, private_redis
from harness.clients import Closed, Refused

SAYS_SO_S = 2.5  # how soon a sender learns that the store did not take it
BACK_S = 5


class StoreAway(DeskCase):
    def setUp(self):
        super().setUp()
        self.redis = private_redis(self.server)
        self.assertIsNotNone(self.redis)

    def hang(self):
        os.kill(self.redis, signal.SIGSTOP)
        self.addCleanup(self.go_on)

    def go_on(self):
        os.kill(self.redis, signal.SIGCONT)

    def health(self):
        answer = self.http.get("/readyz")
        return answer.status, answer.json().get("broken")

    @staticmethod
    async def send_until_ok(client, chat, number, text):
        """As a client does that keeps what is not acknowledged; the acknowledgement."""
        while True:
            reply = await client.request("message.send", chat=chat, client_id=number, text=text)
            if reply["type"] == "ok":
                return reply
            assert reply["code"] == "unavailable", reply
            await asyncio.sleep(0.1)

    @staticmethod
    async def texts(client, chat):
        return [entry["text"] for entry in await client.log(chat) if entry["kind"] == "message"]

    async def test_while_it_hangs_nothing_is_acknowledged_and_the_probes_say_so(self):
        visitor, agent, chat = await self.conversation()
        self.hang()
        sent_at = time.monotonic()
        await visitor.refused("message.send", "unavailable", chat=chat, client_id="m-1", text="¿Me leen?")
        self.assertLess(time.monotonic() - sent_at, SAYS_SO_S)
        await self.until(lambda: self.health() == (503, ["redis"]))
        self.assertEqual(self.http.get("/livez").status, 200)
        self.go_on()
        again_at = time.monotonic()
        ack = await self.send_until_ok(visitor, chat, "m-1", "¿Me leen?")
        self.assertLess(time.monotonic() - again_at, BACK_S)
        await agent.entry(chat, "message", seq=ack["seq"], text="¿Me leen?")
        self.assertEqual(await self.texts(agent, chat), ["No puedo timbrar.", "¿Me leen?"])
        await self.until(lambda: self.health() == (200, None))

    async def test_while_it_hangs_a_hello_is_unavailable_and_closed_with_4500(self):
        visitor = await self.raw_visitor()
        self.hang()
        await visitor.refused("hello", "unavailable", channel="soporte")
        self.assertEqual(await visitor.closed(), 4500)
        self.go_on()
        back_at = time.monotonic()
        while True:  # a link whose overdue reply has not come yet still refuses
            try:
                await self.visitor()
                break
            except (Closed, Refused):
                self.assertLess(time.monotonic() - back_at, BACK_S)
                await asyncio.sleep(0.05)
        await self.until(lambda: self.health() == (200, None))

    async def test_killed_it_comes_back_by_itself_with_everything_acknowledged(self):
        visitor, agent, chat = await self.conversation()
        said = ["No puedo timbrar."]
        for n in range(10):
            await visitor.say(chat, f"antes {n}")
            said.append(f"antes {n}")
        os.kill(self.redis, signal.SIGKILL)
        killed_at = time.monotonic()
        ack = await self.send_until_ok(visitor, chat, "m-1", "después")
        self.assertLess(time.monotonic() - killed_at, BACK_S)
        self.assertNotIn(private_redis(self.server), (None, self.redis))
        await agent.entry(chat, "message", seq=ack["seq"], text="después")
        for client in (visitor, agent):
            self.assertEqual(await self.texts(client, chat), [*said, "después"])
        await agent.say(chat, "Le leemos")
        await visitor.entry(chat, "message", text="Le leemos")
        await self.until(lambda: self.health() == (200, None))


class OutOfMemory(RedisCase):
    async def test_it_is_refused_and_logged_once_and_what_has_begun_can_be_ended(self):
        visitor, agent, chat = await self.conversation()
        ack = await visitor.say(chat, "antes")
        self.redis.command("CONFIG", "SET", "maxmemory", "1mb")
        for n in range(15):
            await visitor.refused("message.send", "unavailable", chat=chat, client_id=f"m-{n}", text="¿Me leen?")
        self.assertEqual((await agent.log(chat))[-1]["seq"], ack["seq"])
        self.assertLessEqual(self.server.log_text().count("used memory > 'maxmemory'"), 3)
        await agent.ok("chat.close", chat=chat, outcome="solved")
        self.redis.command("CONFIG", "SET", "maxmemory", "0")
