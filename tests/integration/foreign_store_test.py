"""A Redis that holds the live store of another installation of the same site: nothing of it is touched."""
import asyncio
import shutil
import signal
import sqlite3
import unittest

from harness import DeskCase, Redis, Server, site_toml

META = "v:{prueba}:meta"
SLEEP_S = 9  # a server that did not run for more than 8 s is fenced
SAYS = "of another installation of the site prueba"


def record_store(server):
    with sqlite3.connect(server.data / "ventanilla.db") as database:
        return database.execute("SELECT store_id FROM meta").fetchone()[0]


def redis():
    return Redis(enable_debug_command="local").start()


def everything(redis):
    """A digest of all keys and values. That of a Redis which nobody uses stays the same."""
    return redis.command("DEBUG", "DIGEST")


class OneServer(DeskCase):
    """`redis` is the server's own; `other` is what Redis held that belongs to another installation."""

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.redis, cls.other = redis(), redis()
        cls.addClassCleanup(cls.redis.close)
        cls.addClassCleanup(cls.other.close)
        elsewhere = Server(site_toml(), people=(), options=("--redis", cls.other.url)).start()
        elsewhere.close()
        cls.server = Server(site_toml(), options=("--redis", cls.redis.url)).start()

    def exchange(self):
        """What the two hold changes places, as when --redis leads elsewhere all at once."""
        for each in (self.redis, self.other):
            each.kill()
        aside = self.redis.home / "aside"
        shutil.move(self.redis.home / "appendonlydir", aside)
        shutil.move(self.other.home / "appendonlydir", self.redis.home / "appendonlydir")
        shutil.move(aside, self.other.home / "appendonlydir")
        for each in (self.redis, self.other):
            each.start()

    def health(self):
        answer = self.http.get("/readyz")
        return answer.status, answer.json().get("broken"), answer.json().get("warnings", [""])[0]

    async def is_refused(self):
        def names_it():
            status, broken, warning = self.health()
            return (status, broken) == (503, ["redis"]) and SAYS in warning
        await self.until(names_it)

    async def goes_on(self):
        await self.until(lambda: self.health()[0] == 200)

    async def test_while_it_runs(self):
        visitor, agent, chat = await self.conversation()
        known, foreign = record_store(self.server), everything(self.other)
        self.exchange()
        await self.is_refused()
        await visitor.refused("message.send", "unavailable", chat=chat, client_id="m-1", text="¿A quién?")
        self.assertEqual(everything(self.redis), foreign)
        self.assertEqual(record_store(self.server), known)
        listed = self.server.command("agent", "disable", "ben")
        self.assertEqual(listed.returncode, 1)
        self.assertIn(SAYS, listed.stderr)
        self.assertEqual(everything(self.redis), foreign)

        self.exchange()
        await self.goes_on()
        async def sent():
            return (await visitor.request("message.send", chat=chat, client_id="m-1", text="¿A quién?"))["type"] == "ok"
        while not await sent():
            await asyncio.sleep(0.1)
        await agent.entry(chat, "message", text="¿A quién?")

    async def test_one_that_a_fenced_server_finds(self):
        """It slept for so long that the others must hold it for dead, and registers anew."""
        visitor, agent, _ = await self.conversation()
        foreign = everything(self.other)
        self.server.process.send_signal(signal.SIGSTOP)
        self.exchange()
        await asyncio.sleep(SLEEP_S)
        self.server.process.send_signal(signal.SIGCONT)
        await self.is_refused()
        self.assertEqual(everything(self.redis), foreign)
        self.exchange()
        await self.goes_on()
        # Whether it hears first that it is fenced or that the Redis is another one, nobody is told anything else.
        for peer in (visitor, agent):
            self.assertIn(peer.close_code, (None, 1012))

    async def test_deleting_its_keys_lets_work_begin_anew(self):
        before = record_store(self.server)
        self.exchange()
        await self.is_refused()
        self.redis.command("FLUSHALL")
        await self.until(lambda: record_store(self.server) != before)
        await self.goes_on()
        self.assertEqual(self.redis.command("HMGET", META, "store_id", "replaces").split(),
                         [record_store(self.server), before])
        await self.conversation()


class NotStarted(unittest.TestCase):
    def test_on_the_store_of_another_record(self):
        others, theirs = redis(), redis()
        self.addCleanup(others.close)
        self.addCleanup(theirs.close)
        for each in (others, theirs):
            server = Server(people=(), options=("--redis", each.url)).start()
            self.addCleanup(server.close)
            server.stop()
        known, foreign = record_store(server), everything(others)
        server.options = ("--redis", others.url)
        done = server.command("serve", "--listen", "127.0.0.1:0")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"{SAYS}, the record's is {known}", done.stderr)
        self.assertIn("delete the keys v:{prueba}:* here", done.stderr)
        self.assertEqual((everything(others), record_store(server)), (foreign, known))
        # Its own is as welcome as before.
        server.options = ("--redis", theirs.url)
        server.start()
