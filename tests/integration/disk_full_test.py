"""A disk that is nearly full, and one that is: on a small file system of the test's own."""
import asyncio
import os
import subprocess
import unittest

from harness import DeskCase, Server, private_redis, site_toml

MIB = 1 << 20
SIZE_MIB = 420  # room for the ballast and for what must stay free


def mount(directory):
    """A tmpfs there; the reason if it may not be mounted."""
    line = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "ventanilla-test", str(directory)]
    done = subprocess.run(line, capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else None


class DiskFull(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.server = Server(site_toml())
        # Mounted over the data directory, which is copied into it.
        people = cls.server.home / "people"
        os.rename(cls.server.data, people)
        cls.server.data.mkdir()
        if why := mount(cls.server.data):
            cls.server.close()
            raise unittest.SkipTest(f"left out: a full disk; no file system can be mounted here ({why})")
        cls.addClassCleanup(cls.unmount, cls.server.data)
        subprocess.run(["cp", "-a", f"{people}/.", cls.server.data], check=True)
        cls.server.start()

    @staticmethod
    def unmount(directory):
        if os.path.ismount(directory):
            subprocess.run(["umount", "--lazy", directory], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.unmount(cls.server.data)
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.filler = self.server.data / "filler"
        self.addCleanup(self.filler.unlink, missing_ok=True)

    def free(self):
        about = os.statvfs(self.server.data)
        return about.f_bavail * about.f_frsize

    def fill(self, leave):
        """Takes up all but so many bytes."""
        with self.filler.open("ab") as file:
            size = os.fstat(file.fileno()).st_size
            if (more := self.free() - leave) > 0:
                os.posix_fallocate(file.fileno(), 0, size + more)

    def health(self):
        answer = self.http.get("/readyz")
        return answer.status, answer.json().get("broken")

    async def taken_again(self, client, chat, number, text):
        while True:
            reply = await client.request("message.send", chat=chat, client_id=number, text=text)
            if reply["type"] == "ok":
                return reply
            self.assertEqual(reply["code"], "unavailable")
            await asyncio.sleep(0.1)

    async def test_nearly_full_nothing_new_is_taken_and_what_is_open_goes_on(self):
        visitor, agent, chat = await self.conversation()
        await self.until((self.server.data / "ballast").exists)
        self.fill(leave=200 * MIB)
        await self.until(lambda: self.health() == (503, ["disk"]))
        await visitor.refused("message.send", "unavailable", chat=chat, client_id="m-1", text="¿Cabe?")
        late = await self.visitor()
        await late.refused("chat.start", "unavailable", **late.start_fields())
        # Who comes back reads; agents work; a chat ends, and is filed.
        tab = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 0})
        self.assertEqual((await tab.entry(chat, "message"))["text"], "No puedo timbrar.")
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await visitor.entry(chat, "closed")
        await self.until(lambda: self.http.get("/api/v1/chats?state=closed", token=agent.token).json()["chats"])
        self.filler.unlink()
        await self.until(lambda: self.health() == (200, None))
        visitor.chat = (await visitor.start())["id"]
        await self.taken_again(visitor, visitor.chat, "m-2", "Ya cabe")

    async def test_full_redis_ends_and_comes_back_with_all_that_was_acknowledged(self):
        visitor, agent, chat = await self.conversation()
        for n in range(5):
            await visitor.say(chat, f"antes {n}")
        before = private_redis(self.server)
        # What others write takes the ballast, too.
        while private_redis(self.server) == before:
            self.fill(leave=0)
            await self.until(lambda: private_redis(self.server) != before or self.free() > 0)
        await self.until(lambda: self.health()[0] == 503)
        self.assertEqual(self.http.get("/livez").status, 200)
        self.filler.unlink()
        await self.until(lambda: self.health() == (200, None))
        ack = await self.taken_again(visitor, chat, "m-after", "después")
        await agent.entry(chat, "message", seq=ack["seq"], text="después")
        texts = [entry["text"] for entry in await agent.log(chat) if entry["kind"] == "message"]
        self.assertEqual(texts, ["No puedo timbrar.", *[f"antes {n}" for n in range(5)], "después"])
