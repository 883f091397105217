"""Compares what clients know with what the server has kept (contract.md 2). No I/O.

A `History` is one client's side of one chat: what it sent in which order, what was acknowledged with which seq, what
was refused for good, and what was pushed on each of its connections. `faults` says in words what does not hold; the
first word is the kind.
"""
import collections
import dataclasses


@dataclasses.dataclass
class History:
    who: str                                           # the id of the visitor or agent
    sent: dict = dataclasses.field(default_factory=dict)      # client_id -> text, in the order of sending
    acknowledged: dict = dataclasses.field(default_factory=dict)  # client_id -> seq
    refused: set = dataclasses.field(default_factory=set)     # client_ids that were refused: nothing was stored
    # client_ids that were `unavailable` at least once: what was sent right after them may stand before them.
    # -> how many had been sent when it was acknowledged after all (None: never); those sent later stand behind it.
    late: dict = dataclasses.field(default_factory=dict)
    pushed: list = dataclasses.field(default_factory=list)    # one list of entries for each connection
    sees_all: bool = False                             # pushed and acknowledged together are the whole log …
    until: float = float("inf")                        # … up to this seq: then the client was done with the chat

    def acknowledge(self, client_id, seq):
        self.acknowledged[client_id] = seq
        if client_id in self.late:
            self.late[client_id] = len(self.sent)

    def put_off(self, client_id):
        """It was `unavailable`: it is sent again, behind what is under way."""
        self.late[client_id] = None

    def fetched(self, entries):
        """What chat.sync gave: seen, but not pushed on the connection of now."""
        self.pushed[-1:] = [list(entries), self.pushed[-1] if self.pushed else []]


def faults(chat, log, histories):
    """What is wrong with `log`, the entries of `chat` as the server gave them at the end; [] if nothing."""
    return (_numbering(chat, log) + _doubled(log) + _foreign(log, histories)
            + [fault for history in histories for fault in _one(log, history)])


def moves(log):
    """Between two `assigned` there is a `queued` or a `transferred`: one agent at a time."""
    held, found = False, []
    for entry in log:
        if entry["kind"] == "assigned" and held:
            found.append(f"assigned twice in a row: {entry['seq']}")
        held = entry["kind"] == "assigned" or (held and entry["kind"] not in ("queued", "transferred"))
    return found


def _numbering(chat, log):
    found = []
    for place, entry in enumerate(log, 1):
        if entry["seq"] != place:
            found.append(f"gap: entry {entry['seq']} stands at {place}")
            break
    found += [f"foreign: {entry['seq']} is of {entry['chat']}" for entry in log if entry["chat"] != chat]
    return found


def _messages(log):
    return [entry for entry in log if entry["kind"] == "message"]


def _doubled(log):
    count = collections.Counter((entry["from"]["id"], entry["client_id"]) for entry in _messages(log))
    found = [f"doubled: {name} of {who} {times} times" for (who, name), times in count.items() if times > 1]
    # Nobody here says the same twice: a repetition under another client_id is one too.
    texts = collections.defaultdict(set)
    for entry in _messages(log):
        texts[entry["from"]["id"], entry["text"]].add(entry["client_id"])
    return found + [f"doubled: {text!r} of {who} as {sorted(names)}" for (who, text), names in texts.items()
                    if len(names) > 1]


def _foreign(log, histories):
    known = {(history.who, name): text for history in histories for name, text in history.sent.items()}
    found = []
    for entry in _messages(log):
        key = (entry["from"]["id"], entry["client_id"])
        if key not in known:
            found.append(f"foreign: {entry['seq']} by {key} was sent by nobody here")
        elif known[key] != entry["text"]:
            found.append(f"changed: {entry['seq']} says {entry['text']!r}, sent was {known[key]!r}")
    return found


def _one(log, history):
    own = [entry for entry in _messages(log) if entry["from"]["id"] == history.who]
    seqs = {entry["client_id"]: entry["seq"] for entry in own}
    found = []
    for name, seq in history.acknowledged.items():
        if name not in seqs:
            found.append(f"lost: {name} of {history.who} was acknowledged as {seq}")
        elif seqs[name] != seq:
            found.append(f"moved: {name} of {history.who} was acknowledged as {seq} and is {seqs[name]}")
    found += [f"refused, yet stored: {name} of {history.who}" for name in history.refused if name in seqs]
    if _reordered(history, seqs):
        found.append(f"reordered: what {history.who} sent")
    return found + _views(log, history)


def _reordered(history, seqs):
    """What was never put off stands in the order of sending, and behind what was put off but acknowledged before."""
    behind = collections.defaultdict(list)  # how many had been sent -> seqs of what was acknowledged by then
    for name, sent in history.late.items():
        if sent is not None and name in seqs:
            behind[sent].append(seqs[name])
    reached = 0
    for place, name in enumerate(history.sent):
        reached = max([reached, *behind.get(place, ())])
        if name in seqs and name not in history.late:
            if seqs[name] < reached:
                return True
            reached = seqs[name]
    return False


def _views(log, history):
    by_seq = {entry["seq"]: entry for entry in log}
    found, seen = [], set()
    for connection in history.pushed:
        before = 0
        for entry in connection:
            if entry["seq"] <= before:
                found.append(f"pushed twice or backwards to {history.who}: {entry['seq']} after {before}")
            if by_seq.get(entry["seq"]) != entry:
                found.append(f"pushed to {history.who}, but not in the log: {entry['seq']}")
            before = entry["seq"]
            seen.add(entry["seq"])
    if history.sees_all:
        missing = {seq for seq in by_seq if seq <= history.until} - seen - set(history.acknowledged.values())
        if missing:
            found.append(f"never shown to {history.who}: {sorted(missing)[:10]}")
    return found
