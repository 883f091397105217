"""An agent of harness.talking: answers everything, ends chats in which goodbye was said."""
import asyncio
import collections
import time

from .histories import History
from .talking import Outbox, Peer, Seen
from .talking_visitor import GOODBYE

TURN_S = (0.3, 0.8)  # how often it looks what else there is to do


class TalkingAgent(Peer):
    role, path = "agent", "/ws/agent"

    def __init__(self, world, name, token, habits=None):
        super().__init__(world, name)
        self.token, self.habits = token, habits
        self.id, self.capacity, self.departments = "", 0, ()
        self.wanted, self.state = "online", None   # state: as the server acknowledged it on this connection
        self.held = set()            # chats it holds, as far as it knows
        self.told = []               # (chat, when) each time the server said that it holds one
        self.histories = {}          # chat -> History
        self.outbox = Outbox()       # (chat, client_id) -> text
        self.answered = set()
        self.seen = collections.defaultdict(Seen)  # by chat
        self.to_close = set()
        self.asked = set()           # requests under way that may be asked once at a time

    @property
    def settled(self):
        return not self.outbox and self.socket is not None

    @property
    def is_free(self):
        """It could take another chat, as far as it knows."""
        return self.welcomed and self.state == self.wanted == "online" and len(self.held) < self.capacity

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}

    def history(self, chat):
        if chat not in self.histories:
            self.histories[chat] = History(self.id)
        return self.histories[chat]

    # ---- a connection

    async def session(self):
        for history in self.histories.values():
            history.pushed.append([])
        self.outbox.new_connection()
        self.asked, self.state = set(), None
        await self.send("hello", self.on_hello, device=f"consola-{self.name}")
        await self.read()

    async def on_hello(self, reply):
        if not self.is_welcome(reply):
            await self.socket.close()
            return
        agent = reply["agent"]
        self.id, self.capacity, self.departments = agent["id"], agent["capacity"], tuple(agent["departments"])
        self.state = reply["state"]
        self.held = {chat["id"] for chat in reply["chats"]}
        if len(self.held) > self.capacity:
            self.faults.append(f"over capacity: {self.name} has {len(self.held)}, takes {self.capacity}")
        await self.keep_state()
        for key in list(self.outbox.texts):
            await self.send_answer(key)
        for chat in reply["chats"]:
            await self.take_over(chat["id"])

    async def keep_state(self):
        async def done(reply):
            self.asked.discard("state")
            if reply["type"] == "ok":
                self.state = reply["state"]
                if self.state == "offline":
                    self.held.clear()
        if self.state != self.wanted and "state" not in self.asked:
            self.asked.add("state")
            await self.send("state.set", done, state=self.wanted)

    async def take_over(self, chat):
        self.held.add(chat)
        self.told.append((chat, time.monotonic()))
        await self.sync(chat)

    async def sync(self, chat):
        async def done(reply):
            if reply["type"] == "error":
                # It went to another agent meanwhile; or the store is away, then a later connection or tick asks again.
                return
            self.history(chat).fetched(reply["entries"])
            for entry in reply["entries"]:
                self.seen[chat].know(entry["seq"])
                await self.hear(entry)
            if reply["entries"] and reply["entries"][-1]["seq"] < reply["last"]:
                await self.sync(chat)
        await self.send("chat.sync", done, chat=chat, after=self.seen[chat].reached)

    # ---- what it does by itself

    async def act(self):
        while True:
            await asyncio.sleep(self.random.uniform(*TURN_S))
            if not self.welcomed:
                continue
            await self.keep_state()
            for key in self.outbox.take_again():
                await self.send_answer(key)
            for chat in list(self.to_close & self.held):
                await self.end(chat)
            if self.habits is not None:
                await self.habits.follow(self)

    async def end(self, chat):
        async def done(reply):
            self.asked.discard(chat)
            if reply["type"] == "ok" or reply["code"] in ("not_assigned", "not_found", "chat_closed"):
                self.to_close.discard(chat)
            elif reply["code"] not in ("unavailable", "slow_down"):
                raise AssertionError(f"close refused: {reply}")
        if chat not in self.asked and not any(key[0] == chat for key in self.outbox.texts):
            self.asked.add(chat)
            await self.send("chat.close", done, chat=chat, outcome="solved")

    async def answer(self, entry):
        key = (entry["chat"], "r-" + entry["client_id"])
        if key in self.answered or entry["chat"] not in self.held:
            return
        self.answered.add(key)
        text = f"{self.name} contesta a {entry['client_id']} en {entry['seq']}"
        self.outbox.texts[key] = self.history(entry["chat"]).sent[key[1]] = text
        if not self.outbox.stalled:
            await self.send_answer(key)

    async def send_answer(self, key):
        chat, name = key

        async def done(reply):
            if reply["type"] == "ok":
                self.outbox.settle(key)
                self.history(chat).acknowledge(name, reply["seq"])
                self.seen[chat].know(reply["seq"])
                self.world.note_acknowledged()
            elif reply["code"] in ("unavailable", "slow_down"):
                self.outbox.stall(key)
                self.history(chat).put_off(name)
            elif reply["code"] in ("not_assigned", "not_found", "chat_closed"):
                self.outbox.settle(key)  # the chat is another agent's now, or over
                self.history(chat).refused.add(name)
            else:
                raise AssertionError(f"{name} refused: {reply}")
        self.outbox.under_way.add(key)
        self.world.sent += 1
        await self.send("message.send", done, chat=chat, client_id=name, text=self.outbox.texts[key])

    # ---- what it hears

    async def knock(self):
        await self.send("chat.sync", chat="c_nobody", after=0)

    async def on_event(self, frame):
        if frame["type"] == "chat.assigned":
            await self.take_over(frame["chat"]["id"])
        elif frame["type"] == "chat.revoked":
            self.held.discard(frame["chat"])
        elif frame["type"] == "entry":
            history = self.history(frame["chat"])
            if not history.pushed:
                history.pushed.append([])
            history.pushed[-1].append(frame)
            self.seen[frame["chat"]].know(frame["seq"])
            await self.hear(frame)
        elif frame["type"] == "tick" and frame["chat"] in self.held and frame["last"] > self.seen[frame["chat"]].reached:
            await self.sync(frame["chat"])
        elif frame["type"] == "queues" and self.habits is not None:
            await self.habits.look_at(self, frame["queues"])

    async def hear(self, entry):
        if entry["kind"] == "closed":
            self.held.discard(entry["chat"])
            self.to_close.discard(entry["chat"])
        elif entry["kind"] == "message" and entry["from"]["role"] == "visitor":
            if entry["text"].startswith(GOODBYE):
                self.to_close.add(entry["chat"])
            await self.answer(entry)
