"""A Redis of somebody else's: asked on every connection whether it keeps what it acknowledges."""
import asyncio
import unittest

from harness import DeskCase, Redis, Server, site_toml


class Reconfigured(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.redis = Redis().start()
        cls.addClassCleanup(cls.redis.close)
        cls.server = Server(site_toml(), options=("--redis", cls.redis.url)).start()

    def health(self):
        answer = self.http.get("/readyz")
        return answer.status, answer.json().get("broken")

    async def used_again(self):
        await self.until(lambda: self.health() == (200, None))

    async def is_refused(self, setting, lossy, durable):
        """With this value no new connection is used; with the other all are."""
        visitor, agent, chat = await self.conversation()
        self.redis.command("CONFIG", "SET", setting, lossy)
        self.redis.command("CLIENT", "KILL", "TYPE", "normal")
        self.redis.command("CLIENT", "KILL", "TYPE", "pubsub")
        await self.until(lambda: self.health() == (503, ["redis"]))
        await visitor.refused("message.send", "unavailable", chat=chat, client_id="m-1", text="¿Se guarda?")
        self.redis.command("CONFIG", "SET", setting, durable)
        await self.used_again()
        # Each of the links comes back by itself; the last may be this chat's.
        async def taken():
            return (await visitor.request("message.send", chat=chat, client_id="m-1", text="¿Se guarda?"))["type"] == "ok"
        while not await taken():
            await asyncio.sleep(0.1)
        await agent.entry(chat, "message", text="¿Se guarda?")

    async def test_one_that_may_evict_is_not_used(self):
        await self.is_refused("maxmemory-policy", "allkeys-lru", "noeviction")

    async def test_one_that_does_not_sync_each_write_is_not_used(self):
        await self.is_refused("appendfsync", "everysec", "always")

    async def test_a_replica_is_not_written_to(self):
        self.redis.command("REPLICAOF", "127.0.0.1", "1")
        self.redis.command("CLIENT", "KILL", "TYPE", "normal")
        await self.until(lambda: self.health() == (503, ["redis"]))
        self.redis.command("REPLICAOF", "NO", "ONE")
        await self.used_again()


class NotStarted(unittest.TestCase):
    def start_fails(self, redis, says):
        strict = Server(people=(), options=("--redis", redis.url))
        try:
            done = strict.command("serve", "--listen", "127.0.0.1:0")
        finally:
            strict.close()
            redis.close()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(says, done.stderr)

    def test_on_one_whose_configuration_may_not_be_read(self):
        redis = Redis().start()
        redis.command("ACL", "SETUSER", "default", "-config")
        self.start_fails(redis, "appendonly is unreadable, not yes")

    def test_on_a_replica(self):
        redis = Redis(replicaof="127.0.0.1 1").start()
        self.start_fails(redis, "it is not a primary but a slave")
