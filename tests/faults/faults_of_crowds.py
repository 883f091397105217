"""Very many clients that do the same at once."""
import asyncio
import os
import re

from faults_of_links import every
from harness.server import LOAD_BINARY, PASSWORD, binary
from nemesis import fault
from stage import THRONG

CLIENTS = 5000
PREFIX = "multitud-"
AGENTS = [f"{PREFIX}{number}" for number in range(1, 6)]
CAST = {username: (THRONG, None) for username in AGENTS}
AT_MOST_S = 180  # for one storm of ventanilla-load, with the ends of all chats


class Throng:
    """A run of `ventanilla-load storm`: its clients have a chat each, and it checks by itself that nothing is lost, doubled or
    out of order, and that each has what its agent wrote meanwhile."""

    def __init__(self, process):
        self.process = process
        self.said = ""

    @classmethod
    async def begin(cls, place):
        line = [binary(LOAD_BINARY), "storm", place.server.address, "--visitors", CLIENTS, "--agents", len(AGENTS),
                "--agent-prefix", PREFIX, "--channel", THRONG, "--department", THRONG, "--rate", "max",
                "--tokens", place.server.home / "multitud-tokens"]
        return cls(await asyncio.create_subprocess_exec(
            *map(str, line), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "VENTANILLA_LOAD_PASSWORD": PASSWORD}))

    async def until(self, words):
        """Reads what it says, until it says this or ends."""
        async with asyncio.timeout(AT_MOST_S):
            while line := await self.process.stdout.readline():
                self.said += line.decode()
                if words and words in line.decode():
                    return
        if words:
            raise RuntimeError(f"the load tester never said {words!r}: {self.said}")

    async def end(self):
        """How long it took until all were back."""
        await self.until(None)
        if await self.process.wait() != 0:
            raise RuntimeError(f"the thousands found a promise broken: {self.said}")
        return float(re.search(rf"{CLIENTS} came back in ([\d.]+) s, {CLIENTS} with their chat", self.said)[1])


@fault("5000 clients reconnect at once", quick=False)
async def thousands_reconnect(stage, dice):
    throng = await Throng.begin(dice.choice(stage.places))
    await throng.until("sockets are lost")
    await every(stage, dice, "abort")
    await throng.until("reconnect")
    yield 0
    yield "healed"
    yield await throng.end()
