"""The talking clients of the crash test: they reconnect, resume, keep what is not acknowledged and send it again."""
import asyncio
import collections
import json
import random

import websockets

from checker import History
from harness import contract

CHECKED_SHARE = 0.02  # of the frames; every frame is checked in the other tests
AWAY = (OSError, EOFError, asyncio.TimeoutError, websockets.WebSocketException)


class Peer:
    """One client. `session` is one connection from hello to the cut."""

    role = path = ""

    def __init__(self, world, name):
        self.world, self.name = world, name
        self.random = random.Random(f"{world.seed} {name}")
        self.socket = None
        self.number = 0
        self.waiting = collections.deque()
        self.faults = []

    async def run(self):
        while not self.world.over:
            try:
                async with websockets.connect(
                        self.world.server.ws + self.path, subprotocols=["ventanilla.v1"], extra_headers=self.headers(),
                        compression=None, max_size=None, ping_interval=None, open_timeout=10, close_timeout=1) as socket:
                    self.socket, self.number = socket, 0
                    self.waiting.clear()
                    await self.session()
            except AWAY:
                pass
            except Exception as fault:  # a wrong reply must not end the client silently
                self.faults.append(f"{self.name}: {fault!r}")
            self.socket = None
            await asyncio.sleep(self.random.uniform(0.02, 0.3))

    def headers(self):
        return {}

    async def send(self, kind, done=None, **fields):
        """`done` is called with the reply."""
        self.number += 1
        self.waiting.append((kind, done))
        await self.socket.send(json.dumps({"type": kind, "id": self.number, **fields}))

    async def read(self):
        async for text in self.socket:
            frame = json.loads(text)
            is_reply = frame["type"] in ("ok", "error")
            kind, done = self.waiting.popleft() if is_reply else (None, None)
            if self.random.random() < CHECKED_SHARE:
                contract.check_received(self.role, frame, kind)
            if not is_reply:
                await self.on_event(frame)
            elif done is not None:
                await done(frame)

    async def on_event(self, frame):
        raise NotImplementedError


class TalkingVisitor(Peer):
    role, path = "visitor", "/ws/visitor"

    def __init__(self, world, name):
        super().__init__(world, name)
        self.token = self.chat = None
        self.history = History("", sees_all=True)
        self.known = set()           # seqs pushed or acknowledged
        self.reached = 0             # all up to here are known
        self.open = {}               # client_id -> text, not acknowledged yet
        self.count = 0
        self.caught_up = False       # on this connection everything old was sent again: new things may follow

    @property
    def settled(self):
        return self.chat is not None and not self.open and self.socket is not None

    def know(self, seq):
        self.known.add(seq)
        while self.reached + 1 in self.known:
            self.reached += 1

    async def session(self):
        hello = {"channel": "soporte"}
        if self.token:
            hello["token"] = self.token
        if self.chat:
            hello["resume"] = {"chat": self.chat, "after": self.reached}
        self.history.pushed.append([])
        self.caught_up = False
        await self.send("hello", self.on_hello, **hello)
        talking = asyncio.create_task(self.talk())
        try:
            await self.read()
        finally:
            talking.cancel()

    async def on_hello(self, reply):
        if reply["type"] == "error":
            raise AssertionError(f"hello refused: {reply}")
        self.token, self.history.who = reply["token"], reply["visitor"]
        if self.chat and (reply["chat"] or {}).get("id") != self.chat:
            raise AssertionError(f"the chat {self.chat} is gone: {reply['chat']}")
        if self.chat:
            for name, text in list(self.open.items()):
                await self.send_message(name, text)
            self.caught_up = True
        else:
            if reply["chat"]:
                await self.fetch(reply["chat"]["id"])  # what hello names is not pushed
            await self.start()

    async def fetch(self, chat):
        async def done(reply):
            self.history.pushed[-1:] = [list(reply["entries"]), self.history.pushed[-1]]
            for entry in reply["entries"]:
                self.know(entry["seq"])
        await self.send("chat.sync", done, chat=chat, after=0)

    async def start(self):
        text = f"{self.name} empieza"
        self.history.sent["start"] = text
        await self.send("chat.start", self.on_start, client_id="start", department="any", name=self.name,
                        email="ana@example.mx", message=text)

    async def on_start(self, reply):
        if reply["type"] == "ok":
            self.chat = reply["chat"]["id"]
            self.caught_up = True
        elif reply["code"] in ("offline", "unavailable", "slow_down"):
            await asyncio.sleep(self.random.uniform(0.2, 1.0))
            await self.start()
        else:
            raise AssertionError(f"start refused: {reply}")

    async def talk(self):
        try:
            while True:
                await asyncio.sleep(self.random.expovariate(self.world.messages_per_s))
                if self.caught_up and not self.world.settling and len(self.open) < 5:
                    self.count += 1
                    name, text = f"v{self.count}", f"{self.name} dice {self.count}"
                    self.history.sent[name] = self.open[name] = text
                    await self.send_message(name, text)
        except AWAY:
            pass

    async def send_message(self, name, text):
        async def done(reply):
            if reply["type"] == "ok":
                self.open.pop(name, None)
                self.history.acknowledged[name] = reply["seq"]
                self.know(reply["seq"])
                self.world.acknowledged += 1
            elif reply["code"] in ("unavailable", "slow_down"):
                # What was sent after it may be stored by now: it goes to the end, on a new connection.
                self.history.sent[name] = self.history.sent.pop(name)
                self.open[name] = self.open.pop(name)
                await self.socket.close()
            else:
                raise AssertionError(f"{name} refused: {reply}")
        await self.send("message.send", done, chat=self.chat, client_id=name, text=text)

    async def on_event(self, frame):
        if frame["type"] == "entry":
            self.history.pushed[-1].append(frame)
            self.know(frame["seq"])


class TalkingAgent(Peer):
    role, path = "agent", "/ws/agent"

    def __init__(self, world, name, token):
        super().__init__(world, name)
        self.token = token
        self.id = ""
        self.histories = {}          # chat -> History
        self.open = {}               # (chat, client_id) -> text
        self.answered = set()
        self.reached = collections.Counter()
        self.states = []

    @property
    def settled(self):
        return not self.open and self.socket is not None

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}

    def history(self, chat):
        if chat not in self.histories:
            self.histories[chat] = History(self.id)
        return self.histories[chat]

    async def session(self):
        for history in self.histories.values():
            history.pushed.append([])
        await self.send("hello", self.on_hello, device=f"consola-{self.name}")
        await self.read()

    async def on_hello(self, reply):
        if reply["type"] == "error":
            raise AssertionError(f"hello refused: {reply}")
        self.id = reply["agent"]["id"]
        self.states.append(reply["state"])
        if reply["state"] != "online":
            await self.send("state.set", state="online")
        for key, text in list(self.open.items()):
            await self.send_answer(*key, text)
        for chat in reply["chats"]:
            await self.sync(chat["id"])

    async def sync(self, chat):
        async def done(reply):
            if reply["type"] == "error":
                return  # it went to another agent meanwhile
            self.history(chat).pushed.append(list(reply["entries"]))
            self.history(chat).pushed.append([])
            for entry in reply["entries"]:
                self.reached[chat] = max(self.reached[chat], entry["seq"])
                await self.answer(entry)
            if reply["entries"] and reply["entries"][-1]["seq"] < reply["last"]:
                await self.sync(chat)
        await self.send("chat.sync", done, chat=chat, after=self.reached[chat])

    async def answer(self, entry):
        if entry["kind"] != "message" or entry["from"]["role"] != "visitor":
            return
        key = (entry["chat"], "r-" + entry["client_id"])
        if key in self.answered:
            return
        self.answered.add(key)
        text = f"{self.name} contesta a {entry['client_id']}"
        self.open[key] = self.history(entry["chat"]).sent[key[1]] = text
        await self.send_answer(*key, text)

    async def send_answer(self, chat, name, text):
        async def done(reply):
            if reply["type"] == "ok":
                self.open.pop((chat, name), None)
                self.history(chat).acknowledged[name] = reply["seq"]
                self.world.acknowledged += 1
            elif reply["code"] in ("unavailable", "slow_down"):
                await self.socket.close()
            elif reply["code"] in ("not_assigned", "not_found"):
                self.open.pop((chat, name), None)  # the chat is another agent's now
                self.history(chat).refused.add(name)
            else:
                raise AssertionError(f"{name} refused: {reply}")
        await self.send("message.send", done, chat=chat, client_id=name, text=text)

    async def on_event(self, frame):
        if frame["type"] == "chat.assigned":
            await self.sync(frame["chat"]["id"])
        elif frame["type"] == "entry":
            history = self.history(frame["chat"])
            if not history.pushed:
                history.pushed.append([])
            history.pushed[-1].append(frame)
            await self.answer(frame)
