"""Clients of the tests that kill, stop and exchange servers: they do one thing after the other, each until it is done."""
import asyncio

import websockets

from harness import Closed
from harness.histories import History

GONE = (OSError, EOFError, asyncio.TimeoutError, TimeoutError, Closed, websockets.WebSocketException)
PATIENCE_S = 60


class Stubborn:
    """A client that comes back and sends again until it has its answer. `make(before)` gives one that has said hello;
    `after_loss()` is awaited when a connection was lost."""

    def __init__(self, make, after_loss):
        self.make, self.after_loss = make, after_loss
        self.client = None
        self.history = History("")

    async def connected(self):
        if self.client is not None and self.client.close_code is None:
            return self.client
        if self.client is not None:
            await self.client.leave()
        self.client = await self.make(self.client)
        self.history.pushed.append([])
        return self.client

    async def insist(self, kind, is_done=None, **fields):
        """The `ok`; None if what a reply was lost of turns out to be done, as `is_done(welcome)` tells. A start is asked
        for until somebody is there."""
        give_up = asyncio.get_running_loop().time() + PATIENCE_S
        again = False
        while asyncio.get_running_loop().time() < give_up:
            try:
                client = await self.connected()
                if again and is_done is not None and is_done(client.welcome):
                    return None
                reply = await client.request(kind, **fields)
                if reply["type"] == "ok":
                    return reply
                if reply["code"] not in ("unavailable", "slow_down") and (kind, reply["code"]) != ("chat.start", "offline"):
                    raise AssertionError(f"{kind} {fields} refused: {reply}")
                await client.leave()  # whether it was done, the next hello tells
            except GONE:
                await self.after_loss()
            again = True
            await asyncio.sleep(0.02)
        raise AssertionError(f"{kind} {fields}: no answer")

    async def say(self, chat, name):
        self.history.sent[name] = name
        reply = await self.insist("message.send", chat=chat, client_id=name, text=name)
        self.history.acknowledge(name, reply["seq"])

    def holds(self, chat):
        return lambda welcome: any(item["id"] == chat for item in welcome["chats"])

    def lacks(self, chat):
        return lambda welcome: not self.holds(chat)(welcome)

    async def leave(self):
        if self.client is not None:
            await self.client.leave()
