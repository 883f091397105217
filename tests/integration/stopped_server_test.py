"""A server that stood still, and whose clock was moved meanwhile, is back by itself."""
import asyncio
import os
import signal

from harness import RedisCase, WallClock

BEYOND_ITS_LEASE_S = 9  # it knows by its own steady clock that others must have given it up


class Stopped(RedisCase):
    @classmethod
    def setUpClass(cls):
        cls.clock = WallClock()  # of the server alone: Redis goes by the real one
        cls.addClassCleanup(cls.clock.close)
        cls.environment = cls.clock.environment
        super().setUpClass()

    def ready(self):
        return self.http.get("/readyz").status == 200

    async def test_stopped_beyond_its_lease_while_its_clock_is_put_back(self):
        visitor, agent, chat = await self.conversation()
        os.kill(self.server.process.pid, signal.SIGSTOP)
        self.clock.jump(hours=-1)
        await asyncio.sleep(BEYOND_ITS_LEASE_S)
        os.kill(self.server.process.pid, signal.SIGCONT)
        self.assertEqual(await visitor.closed(), 1012)
        self.assertEqual(await agent.closed(), 1012)
        await self.until(self.ready)
        visitor, agent, chat = await self.conversation("ben")
        await visitor.say(chat, "¿Siguen ahí?")

    async def test_a_start_with_a_clock_that_is_an_hour_behind_that_of_redis(self):
        await asyncio.to_thread(self.server.stop)
        self.clock.jump(hours=-1)
        await asyncio.to_thread(self.server.start)
        visitor, agent, chat = await self.conversation()
        await visitor.say(chat, "¿Siguen ahí?")
