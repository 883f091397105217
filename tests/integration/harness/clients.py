"""Visitors and agents: one WebSocket each. Tests wait for what the server says, never for time to pass."""
import asyncio
import collections
import json
import secrets

import websockets

from . import contract

PATIENCE_S = 30  # how long something that must come may take on a busy machine


def client_id():
    return "m-" + secrets.token_hex(8)


class Closed(Exception):
    """The server closed the socket while something was awaited from it."""

    def __init__(self, code, reason=""):
        super().__init__(f"closed with {code} {reason}")
        self.code = code


class Refused(AssertionError):
    """An `error` where `ok` was expected."""

    def __init__(self, request, reply):
        super().__init__(f"{request['type']} refused: {reply}")
        self.reply = reply


class Connection:
    """Checks of every frame: it fits its schema; replies come in the order of the requests; the entries of a chat
    rise and none comes twice. What does not hold is kept in `faults` and raised by whatever is called next."""

    role = ""
    path = ""

    def __init__(self, server):
        self.server = server
        self.socket = None
        self.last_id = 0
        self.events = []        # not yet waited for
        self.history = []       # all of them
        self.faults = []
        self.close_code = None
        self._waiting = collections.deque()  # (id or None, type, future)
        self._pushed = {}       # chat -> highest seq that came as an event
        self._changed = asyncio.Condition()
        self._reader = None

    async def open(self, headers=None, origin=None, **options):
        self.socket = await websockets.connect(
            self.server.ws + self.path, subprotocols=["ventanilla.v1"], extra_headers=headers or {}, origin=origin,
            compression=None, max_size=None, ping_interval=None, open_timeout=PATIENCE_S, close_timeout=5, **options)
        assert self.socket.subprotocol == "ventanilla.v1"
        self._reader = asyncio.create_task(self._read())
        return self

    # ---- receiving

    async def _read(self):
        try:
            async for text in self.socket:
                async with self._changed:
                    try:
                        self._take(json.loads(text))
                    except AssertionError as fault:
                        self.faults.append(fault)
                    self._changed.notify_all()
        except websockets.ConnectionClosed:
            pass
        finally:
            async with self._changed:
                self.close_code = self.socket.close_code
                for _, _, future in self._waiting:
                    if not future.done():
                        future.set_exception(Closed(self.close_code, self.socket.close_reason))
                        future.exception()  # whoever awaits gets it; nobody need to
                self._waiting.clear()
                self._changed.notify_all()

    def _take(self, frame):
        if frame["type"] in ("ok", "error"):
            assert self._waiting, f"a reply that nobody asked for: {frame}"
            number, kind, future = self._waiting.popleft()
            if not future.done():
                future.set_result(frame)
            if number is not None:
                assert frame["re"] == number, f"out of order: expected the reply to {number}, got {frame}"
            contract.check_received(self.role, frame, kind)
            return
        contract.check_received(self.role, frame)
        if frame["type"] == "entry":
            before = self._pushed.get(frame["chat"], 0)
            assert frame["seq"] > before, f"entry {frame['seq']} after {before}"
            self._pushed[frame["chat"]] = frame["seq"]
        self.events.append(frame)
        self.history.append(frame)

    def check(self):
        if self.faults:
            raise self.faults[0]

    # ---- asking

    async def send_text(self, text, kind=None, number=None):
        """Sends as it is; the future of its reply."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((number, kind, future))
        try:
            await self.socket.send(text)
        except websockets.ConnectionClosed as gone:
            raise Closed(gone.rcvd.code if gone.rcvd else None) from None
        return future

    async def start_request(self, kind, *, loose=False, **fields):
        """Sends a request without waiting; the future of its reply. `loose`: the frame need not fit the contract."""
        self.last_id += 1
        frame = {"type": kind, "id": self.last_id, **fields}
        if not loose:
            contract.check_sent(self.role, frame)
        return await self.send_text(json.dumps(frame), kind, self.last_id)

    async def reply_of(self, future):
        reply = await asyncio.wait_for(future, PATIENCE_S)
        self.check()
        return reply

    async def request(self, kind, **fields):
        """The reply, `ok` or `error`."""
        return await self.reply_of(await self.start_request(kind, **fields))

    async def ok(self, kind, **fields):
        reply = await self.request(kind, **fields)
        if reply["type"] != "ok":
            raise Refused({"type": kind, **fields}, reply)
        return reply

    async def refused(self, kind, code, field=None, **fields):
        """Expects an `error` of this code (and field)."""
        reply = await self.request(kind, loose=True, **fields)
        assert reply["type"] == "error", f"{kind} {fields}: expected {code}, got {reply}"
        assert (reply["code"], reply.get("field")) == (code, field), f"{kind} {fields}: {reply}"
        return reply

    # ---- waiting

    async def wait_for(self, kind, predicate=lambda event: True, within=PATIENCE_S):
        """The first event of this kind, not yet waited for, that fits. Those before it stay."""
        async def find():
            async with self._changed:
                while True:
                    self.check()
                    for index, event in enumerate(self.events):
                        if event["type"] == kind and predicate(event):
                            return self.events.pop(index)
                    if self.close_code is not None:
                        raise Closed(self.close_code, self.socket.close_reason)
                    await self._changed.wait()
        try:
            return await asyncio.wait_for(find(), within)
        except asyncio.TimeoutError:
            have = [(event["type"], event.get("kind", "")) for event in self.events]
            raise AssertionError(f"no event {kind} within {within} s; there are {have}") from None

    async def entry(self, chat, kind=None, **members):
        """The next entry of the chat with this kind and these members."""
        return await self.wait_for("entry", lambda event: event["chat"] == chat and kind in (None, event["kind"]) and all(
            event.get(name) == value for name, value in members.items()))

    def seen(self, event_type, /, **members):
        """All events of this type with these members, waited for or not."""
        return [event for event in self.history if event["type"] == event_type and all(
            event.get(name) == value for name, value in members.items())]

    async def closed(self):
        """The close code, once the server has closed."""
        async def gone():
            async with self._changed:
                while self.close_code is None:
                    await self._changed.wait()
        await asyncio.wait_for(gone(), PATIENCE_S)
        self.check()
        return self.close_code

    async def leave(self):
        if self.socket is not None:
            try:
                await self.socket.close()
            except websockets.ConnectionClosed:
                pass
        if self._reader is not None:
            await self._reader

    def cut(self):
        """The connection breaks, without a close."""
        self.socket.transport.abort()

    # ---- what both sides do

    async def say(self, chat, text, number=None):
        return await self.ok("message.send", chat=chat, client_id=number or client_id(), text=text)

    async def log(self, chat):
        """All entries of the chat, read page by page."""
        entries, last = [], 1
        while len(entries) < last:
            page = await self.ok("chat.sync", chat=chat, after=entries[-1]["seq"] if entries else 0)
            assert page["entries"] or page["last"] == 0, "an empty page while there is more"
            entries += page["entries"]
            last = page["last"]
        assert [entry["seq"] for entry in entries] == list(range(1, last + 1))
        return entries


class Visitor(Connection):
    role = "visitor"
    path = "/ws/visitor"

    def __init__(self, server, channel="soporte", token=None):
        super().__init__(server)
        self.channel, self.token = channel, token
        self.id = self.chat = None
        self.welcome = None

    async def hello(self, **fields):
        if self.token is not None:
            fields.setdefault("token", self.token)
        fields.setdefault("channel", self.channel)
        self.welcome = await self.ok("hello", **fields)
        self.id, self.token = self.welcome["visitor"], self.welcome["token"]
        self.server.secrets.add(self.token)
        if self.welcome["chat"] is not None:
            self.chat = self.welcome["chat"]["id"]
        return self.welcome

    def start_fields(self, **fields):
        """What this channel asks for, unless given."""
        defaults = {"message": "No puedo timbrar.", "name": "Ana Torres", "email": "ana@example.mx",
                    "department": "soporte-tecnico"}
        asked = {key: value for key, value in defaults.items() if key in self.welcome["channel"]["ask"]}
        return {"client_id": client_id(), **asked, **fields}

    async def start(self, **fields):
        """chat.start with what the channel asks for; the CHAT."""
        reply = await self.ok("chat.start", **self.start_fields(**fields))
        self.chat = reply["chat"]["id"]
        return reply["chat"]


class Agent(Connection):
    role = "agent"
    path = "/ws/agent"

    def __init__(self, server, username, device=None):
        super().__init__(server)
        self.username = username
        self.device = device or "consola-" + secrets.token_hex(8)
        self.token = None
        self.id = None
        self.welcome = None

    async def connect(self, token=None):
        """Signs in (or uses the token), opens the socket and says hello."""
        self.token = token or self.token or await asyncio.to_thread(self.server.sign_in, self.username)
        await self.open({"Authorization": f"Bearer {self.token}"})
        self.welcome = await self.ok("hello", device=self.device)
        self.id = self.welcome["agent"]["id"]
        return self

    async def online(self):
        await self.ok("state.set", state="online")
        return self

    async def assigned(self, chat):
        """Waits for chat.assigned of this chat."""
        return await self.wait_for("chat.assigned", lambda event: event["chat"]["id"] == chat)

