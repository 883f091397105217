"""A visitor of harness.talking: one chat after the other, or one that does not end."""
import asyncio
import time

from .histories import History
from .talking import Outbox, Peer, Seen

UNDER_WAY = 5          # messages sent before the first one is acknowledged
PATIENCE_S = 15        # for the agent to end a chat in which goodbye was said
PAUSE_S = (0.2, 1.5)   # between two chats
GOODBYE = "adiós"


class Conversation(Seen):
    """One chat as this visitor knows it."""

    def __init__(self, name, visitor, length):
        super().__init__()
        self.start_id, self.length = name, length   # length: None for one that does not end
        self.id = None
        self.history = History(visitor, sees_all=True)
        self.outbox = Outbox()
        self.count = 0
        self.began_at, self.ended_at = time.monotonic(), None
        self.department, self.queued_at = "any", None  # waits since, by this client's clock
        self.had = []                # agents who had it, in order
        self.goodbye_at = self.leaves = None
        self.closed_seq = self.score = None
        self.rated = False

    def hear(self, entry):
        self.know(entry["seq"])
        if entry["kind"] == "queued":
            self.department, self.queued_at = entry["department"], time.monotonic()
        elif entry["kind"] == "assigned":
            self.queued_at = None
            self.had.append(entry["agent"]["id"])
        elif entry["kind"] == "closed":
            self.queued_at, self.closed_seq = None, entry["seq"]
        elif entry["kind"] == "rated":
            self.rated = True

    @property
    def is_done(self):
        return (self.closed_seq is not None and self.reached >= self.closed_seq and not self.outbox
                and (self.score is None or self.rated))


class TalkingVisitor(Peer):
    role, path = "visitor", "/ws/visitor"

    def __init__(self, world, name, channel="soporte", departments=("any",)):
        super().__init__(world, name)
        self.channel, self.departments = channel, departments
        self.token, self.id = None, ""
        self.now = None              # the conversation of now
        self.past = []
        self.caught_up = False       # on this connection everything old was sent again: new things may follow
        self.asked = set()           # requests under way that may be asked once at a time: close, rate, sync
        self.next_at = 0.0

    @property
    def settled(self):
        if self.now is None or self.now.length is not None:
            return self.now is None
        return self.now.id is not None and not self.now.outbox and self.socket is not None

    @property
    def conversations(self):
        return self.past + ([self.now] if self.now else [])

    def begin(self):
        length = self.random.randint(*self.world.chat_length) if self.world.chat_length else None
        self.now = Conversation(f"s{len(self.past)}", self.id, length)
        self.now.department = self.random.choice(self.departments)
        self.now.history.sent[self.now.start_id] = f"{self.name} empieza {len(self.past)}"
        if length is not None and self.random.random() < 0.3:
            self.now.score = self.random.randint(1, 5)

    # ---- a connection

    async def session(self):
        hello = {"channel": self.channel}
        if self.token:
            hello["token"] = self.token
        for chat in self.conversations[-2:]:  # of older ones nothing comes any more
            chat.history.pushed.append([])
        if self.now:
            self.now.outbox.new_connection()
        if self.now and self.now.id:
            hello["resume"] = {"chat": self.now.id, "after": self.now.reached}
        self.caught_up, self.asked = False, set()
        await self.send("hello", self.on_hello, **hello)
        await self.read()

    async def on_hello(self, reply):
        if not self.is_welcome(reply):
            await self.socket.close()
            return
        self.token, self.id = reply["token"], reply["visitor"]
        if self.now is not None:
            self.now.history.who = self.id
            await self.go_on(reply["chat"])
        self.caught_up = True

    async def go_on(self, chat):
        """`chat` is what hello named."""
        if self.now.id is None:
            if chat:  # the start came through, its answer did not
                self.now.id = chat["id"]
                await self.sync(chat["id"])  # what hello names is not pushed
            await self.start()
            return
        if (chat or {}).get("id") != self.now.id:
            raise AssertionError(f"the chat {self.now.id} is gone: {chat}")
        for name in list(self.now.outbox.texts):
            await self.send_message(name)

    async def start(self):
        self.asked.add("start")
        await self.send("chat.start", self.on_start, client_id=self.now.start_id, department=self.now.department,
                        name=self.name, email="ana@example.mx", message=self.now.history.sent[self.now.start_id])

    async def on_start(self, reply):
        self.asked.discard("start")
        if reply["type"] == "ok":
            if self.now.id not in (None, reply["chat"]["id"]):
                raise AssertionError(f"doubled: {self.now.start_id} started {self.now.id} and {reply['chat']['id']}")
            self.now.id = reply["chat"]["id"]
            self.world.note_acknowledged()
        elif reply["code"] in ("offline", "unavailable", "slow_down"):
            self.next_at = time.monotonic() + self.random.uniform(*PAUSE_S)
        else:
            raise AssertionError(f"start refused: {reply}")

    # ---- what it does by itself

    async def act(self):
        while True:
            await asyncio.sleep(min(1.0, self.random.expovariate(self.world.messages_per_s)))
            if not self.caught_up:
                continue
            if self.now is None:
                await self.maybe_begin()
            elif self.now.id is not None:
                await self.step(self.now)
            elif "start" not in self.asked and time.monotonic() >= self.next_at:
                await self.start()

    async def maybe_begin(self):
        if not self.world.settling and time.monotonic() >= self.next_at:
            self.begin()
            self.now.history.pushed.append([])
            await self.start()

    async def step(self, chat):
        if chat.is_done:
            self.finish(chat)
            return
        for name in chat.outbox.take_again():
            await self.send_message(name)
        if chat.outbox.stalled or chat.outbox.under_way:
            if chat.outbox.stalled or len(chat.outbox.under_way) >= UNDER_WAY:
                return
        if chat.closed_seq is not None:
            if chat.score is not None and not chat.rated:
                await self.ask_once("rate", "chat.rate", score=chat.score)
        elif chat.length is None:
            if not self.world.settling:
                await self.say(f"{self.name} dice {chat.count + 1}")
        elif chat.count < chat.length:
            await self.say(f"{self.name} dice {chat.count + 1} en {chat.start_id}")
        elif chat.had:
            await self.end(chat)

    async def end(self, chat):
        """Half of the visitors leave, the others say goodbye and let the agent end it."""
        if chat.leaves is None:
            chat.leaves = self.random.random() < 0.5
        if not chat.leaves and chat.goodbye_at is None:
            chat.goodbye_at = time.monotonic()
            await self.say(f"{GOODBYE}, {self.name} en {chat.start_id}")
        elif chat.leaves or time.monotonic() - chat.goodbye_at > PATIENCE_S:
            await self.ask_once("close", "chat.close")

    def finish(self, chat):
        chat.ended_at, chat.history.until = time.monotonic(), chat.reached
        self.past.append(chat)
        self.now = None
        self.next_at = time.monotonic() + self.random.uniform(*PAUSE_S)

    async def say(self, text):
        self.now.count += 1
        name = f"v{self.now.count}"
        self.now.history.sent[name] = self.now.outbox.texts[name] = text
        await self.send_message(name)

    async def send_message(self, name):
        chat = self.now

        async def done(reply):
            if reply["type"] == "ok":
                chat.outbox.settle(name)
                chat.history.acknowledge(name, reply["seq"])
                chat.know(reply["seq"])
                self.world.note_acknowledged()
            elif reply["code"] in ("unavailable", "slow_down"):
                chat.outbox.stall(name)
                chat.history.put_off(name)
            elif reply["code"] == "chat_closed":
                chat.outbox.settle(name)
                chat.history.refused.add(name)
            else:
                raise AssertionError(f"{name} refused: {reply}")
        chat.outbox.under_way.add(name)
        self.world.sent += 1
        await self.send("message.send", done, chat=chat.id, client_id=name, text=chat.outbox.texts[name])

    async def ask_once(self, what, kind, **fields):
        """A request that is repeated until it is carried out."""
        async def done(reply):
            self.asked.discard(what)
            if reply["type"] == "error" and reply["code"] not in ("unavailable", "slow_down", "chat_closed"):
                raise AssertionError(f"{kind} refused: {reply}")
        if what not in self.asked:
            self.asked.add(what)
            await self.send(kind, done, chat=self.now.id, **fields)

    # ---- what it hears

    async def knock(self):
        if self.now and self.now.id:
            await self.sync(self.now.id)
        else:
            await self.send("page", url="https://www.fel.mx/", title="Inicio")

    async def sync(self, chat_id):
        if "sync" in self.asked:
            return
        self.asked.add("sync")
        chat = self.now

        async def done(reply):
            self.asked.discard("sync")
            if reply["type"] == "error":
                if reply["code"] not in ("unavailable", "slow_down"):
                    raise AssertionError(f"sync refused: {reply}")
                return
            chat.history.fetched(reply["entries"])
            for entry in reply["entries"]:
                if entry["seq"] not in chat.known:
                    chat.hear(entry)
            if reply["entries"] and reply["entries"][-1]["seq"] < reply["last"]:
                await self.sync(chat_id)
        await self.send("chat.sync", done, chat=chat_id, after=chat.reached)

    async def on_event(self, frame):
        chat = self.now
        if chat and chat.id is None and frame["type"] == "entry" and frame.get("client_id") == chat.start_id:
            chat.id = frame["chat"]  # its start was answered too late, and came through all the same
        if chat is None or frame.get("chat") != chat.id:
            if frame["type"] == "entry":
                self.on_stray(frame)
            return
        if frame["type"] == "entry":
            chat.history.pushed[-1].append(frame)
            chat.hear(frame)
        # What it sent itself is not pushed: only when nothing is under way is a jump a gap.
        last = frame.get("seq" if frame["type"] == "entry" else "last", 0)
        if frame["type"] in ("entry", "tick") and last > chat.reached and not chat.outbox.under_way:
            await self.sync(chat.id)

    def on_stray(self, entry):
        """An entry of a chat that is over for this visitor, such as its ticket; it must be one of its own."""
        own = next((chat for chat in self.past if chat.id == entry["chat"]), None)
        if own is None:
            self.faults.append(f"foreign: {self.name} got entry {entry['seq']} of {entry['chat']}")
        else:
            own.history.pushed[-1].append(entry)
