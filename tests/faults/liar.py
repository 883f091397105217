"""Proxies that lie to one client each, so that the checks can be seen to find it. They speak WebSocket on both sides and
edit the frames of requests, replies and events; the server and the client do everything right."""
import asyncio
import collections
import json

import websockets

FIRST_TRUE = 2  # messages that pass before the lie


class Wire:
    """One connection. Requests get numbers of the proxy's own, so that some may be added, held or swallowed; the client
    gets its replies in the order of its requests nevertheless."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.number = 0
        self.asked = {}                    # number -> the client's id; None: the proxy's own request
        self.order = collections.deque()   # the client's ids, in order
        self.replies = {}                  # the client's id -> reply

    async def ask(self, frame, re):
        self.number += 1
        self.asked[self.number] = re
        await self.server.send(json.dumps({**frame, "id": self.number}))

    async def reply(self, re, frame):
        self.replies[re] = {**frame, "re": re}
        while self.order and self.order[0] in self.replies:
            await self.client.send(json.dumps(self.replies.pop(self.order.popleft())))

    async def tell(self, frame):
        await self.client.send(json.dumps(frame))


class Lie:
    """The truth; what derives from it lies once."""

    kind = ""       # of what the checks must find

    def __init__(self):
        self.told = False
        self.messages = 0

    def is_time(self, frame):
        """Whether this request is the one to lie about."""
        self.messages += frame["type"] == "message.send"
        return frame["type"] == "message.send" and not self.told and self.messages > FIRST_TRUE

    async def request(self, wire, frame):
        await wire.ask(frame, frame["id"])

    async def event(self, wire, frame):
        await wire.tell(frame)

    async def reply(self, wire, re, frame):
        await wire.reply(re, frame)


class Drop(Lie):
    """Acknowledges a message that it threw away."""
    kind = "lost"
    last = {"seq": 0, "at": 0}

    async def request(self, wire, frame):
        if not self.is_time(frame):
            await super().request(wire, frame)
            return
        self.told = True
        await wire.reply(frame["id"], {"type": "ok", "seq": self.last["seq"] + 1, "at": self.last["at"]})

    async def reply(self, wire, re, frame):
        if "seq" in frame:
            self.last = frame
        await super().reply(wire, re, frame)


class Double(Lie):
    """Sends a message once more, as another one."""
    kind = "doubled"

    async def request(self, wire, frame):
        await super().request(wire, frame)
        if self.is_time(frame):
            self.told = True
            await wire.ask({**frame, "client_id": frame["client_id"] + "-b"}, None)


class Swap(Lie):
    """Holds a message until the next has passed."""
    kind = "reordered"
    held = None

    async def request(self, wire, frame):
        if self.is_time(frame) and self.held is None:
            self.held = frame
            return
        await super().request(wire, frame)
        if self.held is not None and frame["type"] == "message.send" and not self.told:
            self.told = True
            await super().request(wire, self.held)


class AssignTwice(Lie):
    """Tells a second agent, too, that it has the chat. Between two agents: the lie is shared by both."""
    kind = "two agents"

    def __init__(self):
        super().__init__()
        self.wires = []

    async def event(self, wire, frame):
        await super().event(wire, frame)
        if frame["type"] == "chat.assigned" and not self.told:
            for other in [each for each in self.wires if each is not wire]:
                self.told = True
                await other.tell(frame)


class Strand(Lie):
    """Keeps from the server that an agent is there: visitors wait while it is free."""
    kind = "stranded"

    async def request(self, wire, frame):
        if frame["type"] == "state.set":
            self.told = True
            frame = {**frame, "state": "away"}
        await super().request(wire, frame)

    async def reply(self, wire, re, frame):
        if frame.get("state") == "away":
            frame = {**frame, "state": "online"}
        await super().reply(wire, re, frame)


class Liar:
    """`ws` is where the client of this lie connects to."""

    def __init__(self, target, lie):
        self.target, self.lie = target, lie
        self.listener = self.ws = None

    async def start(self):
        self.listener = await websockets.serve(self.handle, "127.0.0.1", 0, subprotocols=["ventanilla.v1"],
                                               compression=None, max_size=None, ping_interval=None)
        self.ws = f"ws://127.0.0.1:{self.listener.sockets[0].getsockname()[1]}"
        return self

    async def handle(self, client):
        headers = {name: value for name, value in client.request_headers.raw_items() if name == "Authorization"}
        async with websockets.connect(self.target.ws + client.path, subprotocols=["ventanilla.v1"],
                                      extra_headers=headers, compression=None, max_size=None,
                                      ping_interval=None) as server:
            wire = Wire(client, server)
            getattr(self.lie, "wires", []).append(wire)
            ways = [asyncio.create_task(self.up(wire)), asyncio.create_task(self.down(wire))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()

    async def up(self, wire):
        async for text in wire.client:
            frame = json.loads(text)
            wire.order.append(frame["id"])
            await self.lie.request(wire, frame)

    async def down(self, wire):
        async for text in wire.server:
            frame = json.loads(text)
            if frame["type"] not in ("ok", "error"):
                await self.lie.event(wire, frame)
                continue
            re = wire.asked.pop(frame["re"])
            if re is not None:
                await self.lie.reply(wire, re, frame)

    async def close(self):
        self.listener.close()
        await self.listener.wait_closed()
