"""The relay process as the runner sees it."""
import asyncio
import json
import pathlib
import sys

PROGRAM = pathlib.Path(__file__).with_name("relay.py")


class Relays:
    """Relays by name."""

    def __init__(self):
        self.process, self.names = None, []
        self._turn = asyncio.Lock()

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-B", PROGRAM, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        return self

    async def open(self, relay, target):
        """A new relay; its port."""
        self.names.append(relay)
        return await self.do(relay, "listen", target=str(target))

    async def do(self, relay, what, **fields):
        """How many connections it was done to."""
        async with self._turn:
            self.process.stdin.write(json.dumps({"relay": relay, "what": what, **fields}).encode() + b"\n")
            return json.loads(await self.process.stdout.readline())

    async def heal(self, *relays):
        for name in relays or self.names:
            await self.do(name, "heal")

    async def close(self):
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
