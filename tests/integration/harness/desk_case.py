"""The base of the tests: one server for all tests of a class, and clients that are tidied away after each."""
import asyncio
import unittest

from .clients import PATIENCE_S, Agent, Closed, Visitor
from .redis import Redis
from .server import Server
from .site import site_toml


class DeskCase(unittest.IsolatedAsyncioTestCase):
    site = {}  # what site_toml takes

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.server = Server(site_toml(**cls.site)).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close(cls.failed)

    def setUp(self):
        self.clients = []
        self.http = self.server.http
        if not self.server.running:  # the test before has killed it
            self.server.start()

    async def asyncTearDown(self):
        faults = []
        try:
            # What is open would be given to the agents of the next test.
            for client in sorted(self.clients, key=lambda item: isinstance(item, Agent)):
                await self._tidy(client)
            for client in self.clients:
                await client.leave()
                faults += client.faults
        finally:
            type(self).failed |= bool(faults) or self._has_failed()
        if faults:
            raise faults[0]
        try:
            self.server.check_alive()
        except AssertionError:
            type(self).failed = True
            raise

    @staticmethod
    async def _tidy(client):
        if client.close_code is not None or client.welcome is None:
            return
        try:
            if isinstance(client, Visitor) and client.chat:
                await client.request("chat.close", chat=client.chat)
            if isinstance(client, Agent):
                await client.request("state.set", state="offline")
        except (Closed, AssertionError, TimeoutError):
            pass  # the test may have broken it on purpose; its faults are looked at anyway

    def _has_failed(self):
        result = getattr(self._outcome, "result", None)
        broken = [test for test, _ in getattr(result, "failures", []) + getattr(result, "errors", [])]
        return self in broken or not getattr(self._outcome, "success", True)

    @staticmethod
    async def until(condition):
        """For what no event tells: asks again until it holds."""
        give_up = asyncio.get_running_loop().time() + PATIENCE_S
        while not condition():
            assert asyncio.get_running_loop().time() < give_up, "never came to hold"
            await asyncio.sleep(0.05)

    # ---- people

    async def visitor(self, channel="soporte", token=None, origin=None, **hello):
        """A visitor who has said hello."""
        client = await self.raw_visitor(channel, token, origin)
        await client.hello(**hello)
        return client

    async def raw_visitor(self, channel="soporte", token=None, origin=None):
        """A visitor's socket before its hello."""
        client = Visitor(self.server, channel, token)
        await client.open(origin=origin)
        self.clients.append(client)
        return client

    async def agent(self, username, device=None, token=None, state="online"):
        """An agent who is signed in, connected and, unless `state` is None, in that state."""
        client = Agent(self.server, username, device)
        await client.connect(token)
        self.clients.append(client)
        if state:
            await client.ok("state.set", state=state)
        return client

    async def conversation(self, username="ana", **start):
        """A visitor and the agent who has the chat; both have seen everything up to `assigned`."""
        agent = await self.agent(username)
        visitor = await self.visitor()
        chat = await visitor.start(**start)
        await agent.assigned(chat["id"])
        await visitor.entry(chat["id"], "assigned")
        return visitor, agent, chat["id"]


class RedisCase(DeskCase):
    """The server uses a Redis of the test's own, `redis`."""
    environment = None  # what Server takes

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.redis = Redis().start()
        cls.server = Server(site_toml(**cls.site), options=("--redis", cls.redis.url),
                            environment=cls.environment).start()

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.redis.close()
