"""The private Redis and its directory: never two on one, and a torn end of its file is mended."""
import asyncio
import os
import pathlib

from harness import DeskCase, private_redis


class OneDirectory(DeskCase):
    def test_a_second_server_is_refused_and_told_who_has_it(self):
        done = self.server.command("serve", "--listen", "127.0.0.1:0")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(f"{self.server.data} is in use by process {self.server.process.pid}", done.stderr)
        self.assertEqual(self.http.get("/readyz").status, 200)

    def test_redis_holds_the_lock_too_so_that_it_outlives_its_server(self):
        held = [os.readlink(item) for item in pathlib.Path(f"/proc/{private_redis(self.server)}/fd").iterdir()]
        self.assertIn(str(self.server.data / "lock"), held)


class TornEnd(DeskCase):
    async def test_zeros_after_the_last_command_are_cut(self):
        visitor, agent, chat = await self.conversation()
        ack = await visitor.say(chat, "lo último", "m-1")
        self.server.kill()
        file = max((self.server.data / "redis/appendonlydir").glob("*.incr.aof"), key=lambda path: path.stat().st_mtime)
        with file.open("ab") as aof:
            aof.write(b"*3\r\n$3\r\nSE" + bytes(4096))
        await asyncio.to_thread(self.server.start)
        self.assertTrue(list((self.server.data / "redis").glob("appendonlydir.torn-*")))
        again = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 0})
        self.assertEqual((await again.say(chat, "lo último", "m-1"))["seq"], ack["seq"])
        back = await self.agent("ana", device=agent.device, token=agent.token, state=None)
        self.assertEqual([item["id"] for item in back.welcome["chats"]], [chat])
