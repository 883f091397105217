"""Plays a script against a desk and writes down what happened."""
import asyncio
import json
import secrets
import time

import websockets

from following import Following
from record import Record, is_reply, parsed
from replies import usable_id
from script import UNKNOWN_CHAT, mangled

PATIENCE_S = 60        # for what must come, on a busy machine
FRAME_BYTES = 65536
PATHS = {"visitor": "/ws/visitor", "agent": "/ws/agent"}


class Line:
    """One WebSocket of the script."""

    def __init__(self, player, session, socket):
        self.player, self.session, self.socket = player, session, socket
        self.last_id = 0
        self.unanswered = []     # (text, request) without a reply
        self.ended = False
        self.changed = asyncio.Event()
        self.reader = asyncio.create_task(self.read())

    def add(self, what, data=None):
        self.player.record.add(self.session, what, data, time.monotonic())

    async def read(self):
        try:
            async for text in self.socket:
                frame = json.loads(text)
                self.add("got", frame)
                request = self.unanswered.pop(0) if is_reply(frame) and self.unanswered else None
                self.player.names.learn(self.session, request, frame)
                self.changed.set()
        except websockets.ConnectionClosed:
            pass
        finally:
            if not self.ended or self.socket.close_rcvd is not None:
                code = self.socket.close_rcvd.code if self.socket.close_rcvd else 1006
                self.add("closed", code)
            self.ended = True
            self.changed.set()

    async def send(self, text):
        self.add("sent", text)
        self.unanswered.append(parsed(text))
        try:
            await self.socket.send(text)
        except websockets.ConnectionClosed:
            pass  # the reader tells why

    async def until(self, condition):
        """False if it never comes to hold; the oracle finds what is missing."""
        give_up = time.monotonic() + PATIENCE_S
        while not condition() and not self.ended:
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), max(0.01, give_up - time.monotonic()))
            except asyncio.TimeoutError:
                return False
        return True

    async def answered(self):
        return await self.until(lambda: not self.unanswered)

    async def leave(self, how):
        """`clean`, or one of the ways in which a client must not behave."""
        if self.ended:
            return
        self.add("left", how)
        transport = self.socket.transport
        masked = b"\x81\x8a" + bytes(4)  # a text of ten letters, mask 0
        rude = {"half": masked + b'{"ty', "binary": b"\x82\x81" + bytes(4) + b"x", "utf8": b"\x81\x82" + bytes(4) + b"\xff\xfe",
                "big": b"\x81\xff" + (FRAME_BYTES + 1).to_bytes(8, "big") + bytes(4) + b"x" * 100,
                "broken": b"\x83\x80" + bytes(4)}
        if how in rude:
            transport.write(rude[how])
        if how in ("half", "abort"):
            self.ended = True
            transport.abort()
        elif how == "clean":
            self.ended = True
            await self.socket.close()
        await asyncio.wait([self.reader], timeout=PATIENCE_S)


class Names:
    """What the names in a script stand for by now."""

    def __init__(self, desk):
        self.desk = desk
        self.chats = {}      # visitor -> chats
        self.held = {}       # agent -> chats
        self.watched = {}    # the same, of those who supervise
        self.tokens = {}
        self.nonce = secrets.token_hex(4)  # consoles of one episode

    def resolve(self, value, last_id):
        if isinstance(value, dict):
            resolved = {key: self.resolve(child, last_id) for key, child in value.items()}
            return {key: child for key, child in resolved.items() if child is not _NOTHING}
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        kind, *words = value[1:].split(":")
        if kind in ("next", "same"):
            return last_id + (kind == "next")
        return getattr(self, "of_" + kind)(*words)

    def some(self):
        """Any chat at all, for those who have none: it is mostly a foreign one."""
        return [chats[-1] for chats in self.chats.values() if chats] or [UNKNOWN_CHAT]

    def of_chat(self, person):
        return (self.chats.get(person) or self.some())[-1]

    def of_old(self, person):
        return (self.chats.get(person) or self.some())[0]

    def of_held(self, person, number):
        held = self.held.get(person) or self.some()
        return held[-1 - int(number) % len(held)]

    def of_watched(self, person):
        return (self.watched.get(person) or self.some())[-1]

    def of_token(self, person):
        return self.tokens.get(person, _NOTHING)

    def of_agent(self, person):
        return self.desk.agent_ids.get(person, "a_nadie")

    def of_device(self, person, number):
        return f"{person}-{self.nonce}-{number}"

    def learn(self, session, request, frame):
        kind = (request or {}).get("type")
        if session.role == "visitor" and frame["type"] == "ok" and kind in ("hello", "chat.start"):
            if kind == "hello":
                self.tokens.setdefault(session.person, frame["token"])
                if self.tokens[session.person] != frame["token"]:
                    return
            chats = self.chats.setdefault(session.person, [])
            if frame["chat"] and frame["chat"]["id"] not in chats:
                chats.append(frame["chat"]["id"])
        elif session.role == "agent":
            self.learn_of_agent(session.person, kind, frame)

    def learn_of_agent(self, person, kind, frame):
        held = self.held.setdefault(person, [])
        if frame["type"] == "ok" and kind == "hello":
            self.desk.agent_ids[person] = frame["agent"]["id"]
            held[:] = [chat["id"] for chat in frame["chats"]]
        elif frame["type"] == "ok" and kind == "chat.watch":
            self.watched.setdefault(person, []).append(frame["chat"]["id"])
        elif frame["type"] == "chat.assigned" or (frame["type"] == "ok" and kind == "chat.take"):
            if frame["chat"]["id"] not in held:
                held.append(frame["chat"]["id"])
        elif frame["type"] == "chat.revoked" and frame["chat"] in held:
            held.remove(frame["chat"])


_NOTHING = object()


class Player:
    def __init__(self, desk):
        self.desk, self.record, self.names = desk, Record(), Names(desk)
        self.lines = {}
        self.played = 0   # steps

    async def play(self, steps):
        for step in steps:
            kind, *rest = step
            await getattr(self, "do_" + kind)(*rest)
            self.played += 1
            await asyncio.sleep(0)

    def line(self, connection):
        line = self.lines.get(connection)
        return None if line is None or line.ended else line

    async def do_open(self, connection, role, person):
        headers = {"Authorization": f"Bearer {self.desk.tokens[person]}"} if role == "agent" else {}
        socket = await websockets.connect(
            self.desk.server.ws + PATHS[role], subprotocols=["ventanilla.v1"], extra_headers=headers, compression=None,
            max_size=None, ping_interval=None, open_timeout=PATIENCE_S, close_timeout=PATIENCE_S)
        session = self.record.session(role, person)
        self.lines[connection] = Line(self, session, socket)
        self.lines[connection].add("open")

    async def do_send(self, connection, frame):
        await self.send(connection, frame, lambda text: text)

    async def do_mangle(self, connection, frame, seed):
        await self.send(connection, frame, lambda text: mangled(text, seed))

    async def send(self, connection, frame, change):
        line = self.line(connection)
        if line is None:
            return
        text = change(json.dumps(self.names.resolve(frame, line.last_id)))
        number = usable_id(parsed(text), line.last_id)
        line.last_id = number or line.last_id
        await line.send(text)

    async def do_await(self, connection):
        if self.line(connection):
            await self.lines[connection].answered()

    async def do_leave(self, connection, how):
        if self.line(connection):
            await self.lines[connection].leave(how)

    async def do_pause(self, seconds):
        await asyncio.sleep(seconds)

    # ---- the end

    async def settle(self):
        """Every request has its reply, every follower what the logs hold; the chats as an admin reads them then."""
        for line in self.lines.values():
            await line.answered()
        self.learn_people()
        chats = await asyncio.to_thread(self.desk.chats, self.chat_ids())
        logs = {chat: body["entries"] for chat, body in chats.items()}
        for line in self.lines.values():
            await line.until(lambda each=line: not self.behind(each, logs))
            if not line.ended and self.behind(line, logs):
                chat = self.behind(line, logs)
                self.record.missing.append(f"hole: {line.session.person}#{line.session.number} never got the last of {chat}")
        self.record.finished = True
        return await asyncio.to_thread(self.desk.chats, self.chat_ids())

    def behind(self, line, logs):
        follows = Following(line.session)
        for _, each in self.record.of(line.session):
            follows.hear(each, logs)
        return follows.behind(logs)

    def learn_people(self):
        """Who sat at each connection: as hello said, or by the token where its answer was not waited for."""
        of_token, shown = {}, {}
        for line in self.record.lines:
            request = parsed(line.data) if line.what == "sent" else None
            if request and isinstance(request.get("token"), str):
                shown.setdefault(line.session.number, request["token"])
            if line.what != "got" or line.data["type"] != "ok":
                continue
            if "visitor" in line.data and line.session.role == "visitor":
                self.record.visitors[line.session.number] = of_token[line.data["token"]] = line.data["visitor"]
            if "capacity" in (line.data.get("agent") or {}):
                self.record.agents[line.session.person] = line.data["agent"]
        for number, token in shown.items():
            if token in of_token:
                self.record.visitors.setdefault(number, of_token[token])

    def chat_ids(self):
        """Every chat that anybody was told of."""
        told = [line.data.get("chat") for line in self.record.lines if line.what == "got"]
        return sorted({chat["id"] if isinstance(chat, dict) else chat for chat in told if chat})

    async def leave(self):
        for line in self.lines.values():
            if not line.ended:
                line.ended = True
                line.socket.transport.abort()
        await asyncio.gather(*(line.reader for line in self.lines.values()))
