"""Two servers of one desk on one --listen address: the kernel spreads the clients, and either may go."""
import asyncio
import re
import unittest
import urllib.request

from harness import DeskCase, Redis, Server, Visitor, site_toml
from harness.clients import Closed

MOMENT_S = 5  # a connection that the old one had not accepted yet is refused; the next is not


class SharedPort(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.redis = Redis().start()
        cls.server = Server(site_toml(), options=("--redis", cls.redis.url)).start()
        cls.other = Server(site_toml(), options=cls.server.options, beside=cls.server)
        cls.other.address = cls.server.address
        cls.other.start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.other.close(cls.failed)
        finally:
            try:
                super().tearDownClass()
            finally:
                cls.redis.close()

    @staticmethod
    def opened(server):
        """How many sockets a server has ever opened."""
        with urllib.request.urlopen(server.metrics + "/metrics", timeout=30) as answer:
            return int(float(re.search(r"^ventanilla_sockets_opened_total (\S+)$", answer.read().decode(), re.M)[1]))

    async def served(self, client):
        """The visitor's hello, however often the connection has to be tried."""
        give_up = asyncio.get_running_loop().time() + MOMENT_S
        while True:
            try:
                await client.open()
                return await client.hello(**({"resume": client.resume} if client.resume else {}))
            except (OSError, Closed, AssertionError):
                self.assertLess(asyncio.get_running_loop().time(), give_up, "refused for longer than a moment")
                await asyncio.sleep(0.05)

    def new_client(self, token=None, resume=None):
        client = Visitor(self.server, token=token)
        client.resume = resume
        self.clients.append(client)
        return client

    async def test_clients_are_spread(self):
        before = self.opened(self.server), self.opened(self.other)
        for _ in range(40):
            await self.served(self.new_client())
        spread = [self.opened(server) - was for server, was in zip((self.server, self.other), before)]
        self.assertEqual(sum(spread), 40)
        self.assertGreater(min(spread), 0, "of 40 by chance: once in 5 * 10^11")

    async def test_one_after_the_other_is_restarted_and_nobody_loses_anything(self):
        agent = await self.agent("ana")
        visitor = self.new_client()
        await self.served(visitor)
        chat = (await visitor.start())["id"]
        said = []
        for server in (self.server, self.other):
            await asyncio.to_thread(server.stop)
            for n in range(3):
                text = f"{len(said)}: {n}"
                visitor = await self.said(visitor, chat, f"m-{len(said)}", text)
                said.append(text)
            await asyncio.to_thread(server.start)
        again = await self.agent("ana", device=agent.device, token=agent.token, state=None)
        self.assertEqual((again.welcome["state"], [item["id"] for item in again.welcome["chats"]]), ("online", [chat]))
        texts = [entry["text"] for entry in await again.log(chat) if entry["kind"] == "message"]
        self.assertEqual(texts, ["No puedo timbrar.", *said])

    async def said(self, visitor, chat, number, text):
        """Says it as a client does whose socket may have gone; the visitor, on a new socket if so."""
        while True:
            try:
                await visitor.say(chat, text, number)
                return visitor
            except Closed as gone:
                self.assertEqual(gone.code, 1012)
                visitor = self.new_client(visitor.token, {"chat": chat, "after": 1})
                await self.served(visitor)


class PrivateStores(unittest.TestCase):
    def test_servers_of_two_desks_do_not_share_an_address(self):
        """Each with a Redis of its own: visitors would be spread over two desks that know nothing of each other."""
        first = Server(site_toml(), people=())
        other = Server(site_toml(), people=())
        self.addCleanup(first.close)
        self.addCleanup(other.close)
        first.start()
        done = other.command("serve", "--listen", first.address.removeprefix("http://"))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("Address already in use", done.stderr)
