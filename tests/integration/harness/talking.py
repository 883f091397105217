"""Clients that talk for as long as the world lasts: they reconnect, resume, keep what is not acknowledged and send it
again, as contract.md asks of clients. What they say and hear is written down for harness.histories."""
import asyncio
import collections
import json
import random
import time

import websockets

from . import contract

CHECKED_SHARE = 0.02  # of the frames; every frame is checked in the other tests
AWAY = (OSError, EOFError, asyncio.TimeoutError, websockets.WebSocketException)
# A request without a reply for so long, and the connection is given up; a connection without a frame for so long is
# asked something. Both are far below what a browser uses, so that a run holds many cuts.
REPLY_S = 6
QUIET_S = 5
COMES_BACK = {1000, 1001, 1006, 1012, 4500, 4513, None}  # 1000: closed from this side


class World:
    """What the clients share. `places` are servers, each with `ws`, its address; a client picks one at each attempt."""

    def __init__(self, seed, places, backoff_s=(0.05, 0.3)):
        self.seed, self.places, self.backoff_s = seed, places, backoff_s
        self.messages_per_s = 1.0   # of each visitor
        self.chat_length = None     # (least, most) messages of a chat; None: chats do not end
        self.settling = self.over = False
        self.sent = self.acknowledged = 0
        self.connecting = 0          # attempts to connect
        self.close_codes = collections.Counter()

    def note_acknowledged(self):
        self.acknowledged += 1


class Peer:
    """One client. `session` is one connection from hello to the cut."""

    role = path = ""

    def __init__(self, world, name):
        self.world, self.name = world, name
        self.random = random.Random(f"{world.seed} {name}")
        self.socket = self.place = None
        self.number = self.attempts = 0
        self.waiting = collections.deque()  # (kind, done, since)
        self.heard_at = 0.0
        self.welcomed = False  # hello was answered on this connection
        self.absent = False    # stays away for a while, on purpose
        self.faults = []

    async def run(self):
        while not self.world.over:
            if not self.absent:
                await self.connect_once()
            await asyncio.sleep(self.pause_s())

    def pause_s(self):
        """Full jitter, as the contract asks, on a shorter scale."""
        floor, ceiling = self.world.backoff_s
        return self.random.uniform(floor / 2, min(ceiling, floor * 2 ** min(self.attempts, 10)))

    async def connect_once(self):
        self.attempts += 1
        self.world.connecting += 1
        self.place = self.random.choice(self.world.places)
        try:
            async with websockets.connect(
                    self.place.ws + self.path, subprotocols=["ventanilla.v1"], extra_headers=self.headers(),
                    compression=None, max_size=None, ping_interval=None, open_timeout=REPLY_S,
                    close_timeout=1) as socket:
                self.socket, self.number, self.heard_at = socket, 0, time.monotonic()
                self.waiting.clear()
                await self.watched()
        except AWAY:
            pass
        except Exception as fault:  # a wrong reply must not end the client silently
            self.faults.append(f"{self.name}: {fault!r}")
        finally:
            if self.socket is not None:
                self.world.close_codes[self.socket.close_code] += 1
                # 4400 before the reply to hello: a silent link held it back for ten seconds.
                if self.socket.close_code not in COMES_BACK | (set() if self.welcomed else {4400}):
                    self.on_refused(self.socket.close_code)
            self.socket, self.welcomed = None, False

    async def watched(self):
        tasks = [asyncio.create_task(self.watch()), asyncio.create_task(self.act())]
        try:
            await self.session()
        finally:
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(result, Exception) and not isinstance(result, AWAY):
                    self.faults.append(f"{self.name}: {result!r}")

    async def watch(self):
        """Gives up a connection on which nothing comes any more."""
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            if self.waiting and now - self.waiting[0][2] > REPLY_S:
                self.socket.transport.abort()
                return
            if self.welcomed and not self.waiting and now - self.heard_at > QUIET_S:
                await self.knock()

    def headers(self):
        return {}

    def on_refused(self, code):
        """A close code after which a client does not come back by itself."""
        self.faults.append(f"{self.name}: closed with {code}")

    async def send(self, kind, done=None, **fields):
        """`done` is called with the reply."""
        self.number += 1
        self.waiting.append((kind, done, time.monotonic()))
        await self.socket.send(json.dumps({"type": kind, "id": self.number, **fields}))

    async def read(self):
        async for text in self.socket:
            self.heard_at = time.monotonic()
            frame = json.loads(text)
            is_reply = frame["type"] in ("ok", "error")
            kind, done, _ = self.waiting.popleft() if is_reply else (None, None, None)
            if self.random.random() < CHECKED_SHARE:
                contract.check_received(self.role, frame, kind)
            if not is_reply:
                await self.on_event(frame)
            elif done is not None:
                await done(frame)

    def is_welcome(self, reply):
        """Whether hello was taken; a store that is away is a reason to come again."""
        if reply["type"] == "error" and reply["code"] not in ("unavailable", "slow_down"):
            raise AssertionError(f"hello refused: {reply}")
        self.welcomed = reply["type"] == "ok"
        if self.welcomed:
            self.attempts = 0
        return self.welcomed

    async def session(self):
        raise NotImplementedError

    async def act(self):
        """What the client does by itself while it is connected."""
        raise NotImplementedError

    async def knock(self):
        """Asks anything, to see whether somebody is there."""
        raise NotImplementedError

    async def on_event(self, frame):
        raise NotImplementedError


class Seen:
    """Which entries of a chat a client knows; all up to `reached` are known."""

    def __init__(self):
        self.known, self.reached = set(), 0

    def know(self, seq):
        self.known.add(seq)
        while self.reached + 1 in self.known:
            self.reached += 1


class Outbox:
    """What is not acknowledged yet, in order. After an `unavailable` nothing new goes out until all that is under way
    has its answer; then everything is sent again in order."""

    def __init__(self):
        self.texts = {}         # key -> text
        self.under_way = set()  # keys sent on this connection and not answered
        self.stalled = False

    def __bool__(self):
        return bool(self.texts)

    def new_connection(self):
        self.under_way, self.stalled = set(), False

    def settle(self, key):
        self.texts.pop(key, None)
        self.under_way.discard(key)

    def stall(self, key):
        self.under_way.discard(key)
        self.stalled = True

    def take_again(self):
        """The keys that are to be sent again now, if it is time."""
        if not self.stalled or self.under_way:
            return []
        self.stalled = False
        return list(self.texts)
