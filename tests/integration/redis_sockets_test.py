"""A private Redis that was started again must not hold the sockets of the server's clients."""
import asyncio
import os
import pathlib
import signal
import time

from harness import DeskCase, private_redis
from harness.clients import Closed, Refused

BACK_S = 5


def sockets_of(pid):
    found = set()
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue  # closed meanwhile
        if target.startswith("socket:"):
            found.add(target)
    return found


class RedisStartedAgain(DeskCase):
    async def kill_redis(self):
        before = private_redis(self.server)
        os.kill(before, signal.SIGKILL)
        await self.until(lambda: private_redis(self.server) not in (None, before))
        await self.until(lambda: self.http.get("/readyz").status == 200)

    async def served(self):
        """A visitor, as soon as every link to Redis is back: the first makes the server ready, this one's may be the last."""
        give_up = time.monotonic() + BACK_S
        while True:
            try:
                return await self.visitor()
            except (Closed, Refused):
                self.assertLess(time.monotonic(), give_up)
                await asyncio.sleep(0.05)

    async def test_a_socket_that_the_server_closes_is_closed_for_the_client(self):
        visitor = await self.served()
        await self.kill_redis()
        began = time.monotonic()
        await visitor.leave()  # the closing handshake, then the server ends the TCP connection
        self.assertLess(time.monotonic() - began, 3)

    async def test_it_has_none_of_the_servers_sockets(self):
        await self.served()
        self.assertEqual(sockets_of(private_redis(self.server)) & sockets_of(self.server.process.pid), set())
        await self.kill_redis()
        self.assertEqual(sockets_of(private_redis(self.server)) & sockets_of(self.server.process.pid), set())
