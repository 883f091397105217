"""Who sees what: events of a chat come only to those whose chat it is, and its entries without a hole. Pure functions."""
import collections

from record import is_reply, parsed

# Events that tell of a chat: only to those whose chat it is.
OF_A_CHAT = ("entry", "tick", "queue", "typing", "read", "note", "visitor")


def views(record, found, logs):
    """Events of a chat come only to those whose chat it is, and its entries without a hole."""
    attempts = collections.Counter(exchange.request["client_id"] for exchange in found if exchange.kind == "message.send"
                                   and isinstance(exchange.request.get("client_id"), str))
    once = {name for name, count in attempts.items() if count == 1}
    wrong = []
    for session in record.sessions:
        follows = Following(session)
        for _, line in record.of(session):
            wrong += follows.hear(line, logs, once)
        wrong += follows.holes()
    return wrong


class Following:
    """Which chats one connection follows, from which `seq` on, and what it has of them."""

    def __init__(self, session):
        self.session = session
        self.name = f"{session.person}#{session.number}"
        self.have, self.base = {}, {}   # of chats followed now
        self.acked = collections.defaultdict(set)
        self.instead = set()            # (chat, seq) whose ack came while the chat was followed: they are not pushed
        self.held, self.watched = set(), set()
        self.may_hear = set()           # watched when it was over: read with chat.sync, and pushed only if it ended that moment
        self.asked = []
        self.ended = []                 # (chat, base, seqs)

    def hear(self, line, logs, once=frozenset()):
        """What does not hold about this line. `once`: the client ids of messages that were sent a single time."""
        if line.what == "sent":
            self.asked.append(parsed(line.data) or {})
        if line.what != "got":
            return []
        if is_reply(line.data):
            self.answer(self.asked.pop(0) if self.asked else {}, line.data)
            return []
        return self.event(line.data, logs, once)

    def begin(self, chat, base):
        if chat not in self.base:
            self.base[chat], self.have[chat] = base, set(self.acked[chat])

    def stop(self, chat, group):
        group.discard(chat)
        if chat in self.base and chat not in self.held | self.watched:
            self.ended.append((chat, self.base.pop(chat), self.have.pop(chat)))

    def answer(self, request, reply):
        if reply["type"] != "ok":
            return
        kind = request.get("type")
        if kind == "chat.watch":
            self.may_hear.add(reply["chat"]["id"])
        if kind == "message.send":
            self.acked[request["chat"]].add(reply["seq"])
            if request["chat"] in self.base:
                self.have[request["chat"]].add(reply["seq"])
                self.instead.add((request["chat"], reply["seq"]))
        elif self.session.role == "visitor" and kind in ("hello", "chat.start") and reply["chat"]:
            last = reply["chat"]["last"]
            resume = request.get("resume") if kind == "hello" else None
            whole = kind == "chat.start" and not reply.get("existing")
            self.begin(reply["chat"]["id"], resume["after"] if resume else 0 if whole else last)
        elif kind == "hello":
            for chat in reply.get("chats", ()):
                self.hold(chat)
        elif kind == "chat.take":
            self.hold(reply["chat"])
        elif kind == "chat.watch" and (reply["chat"]["status"] != "closed" or request["chat"] in self.base):
            self.watched.add(reply["chat"]["id"])
            self.begin(reply["chat"]["id"], reply["chat"]["last"])
        elif kind == "chat.unwatch":
            self.may_hear.discard(request["chat"])
            self.stop(request["chat"], self.watched)

    def hold(self, chat):
        self.held.add(chat["id"])
        self.begin(chat["id"], chat["last"])

    def event(self, event, logs, once):
        chat = event.get("chat")
        if event["type"] == "chat.assigned":
            self.hold(chat)
        elif event["type"] == "chat.revoked":
            self.stop(chat, self.held)
        elif event["type"] in OF_A_CHAT:
            if self.session.role == "visitor" and event["type"] == "entry":
                self.begin(chat, 0)  # another tab has started it; whose it is, `rights` looks at
            if event["type"] == "entry" and chat in self.have:
                if (chat, event["seq"]) in self.instead and event.get("client_id") in once:
                    return [f"told twice: {self.name} has the ack of what was pushed to it: {event}"]
                self.have[chat].add(event["seq"])
            if self.session.role == "agent" and chat not in self.base and chat not in self.may_hear:
                return [f"foreign: {self.name} neither holds nor watches {chat} and got {event}"]
            if event["type"] == "entry" and chat in logs and event not in logs[chat]:
                return [f"changed: {self.name} got what the log of {chat} does not have: {event}"]
        return []

    def holes(self):
        """What lies between two entries that came must have come; entries of before need not."""
        each = self.ended + [(chat, base, self.have[chat]) for chat, base in self.base.items()]
        found = []
        for chat, base, have in each:
            missing = set(range(base + 1, max(have, default=0))) - have
            if missing:
                found.append(f"hole: {self.name} follows {chat} from {base} and never got {sorted(missing)[:5]} of {max(have)}")
        return found

    def behind(self, logs):
        """Chats whose last entries have not come yet."""
        return [chat for chat, base in self.base.items() if chat in logs
                and set(range(base + 1, len(logs[chat]) + 1)) - self.have[chat]]


