"""Compares what clients know with what the server has kept (contract.md 2). No I/O.

A `History` is one client's side of one chat: what it sent in which order, what was acknowledged with which seq, what
was refused for good, and what was pushed on each of its connections. `faults` says in words what does not hold.
"""
import collections
import dataclasses


@dataclasses.dataclass
class History:
    who: str                                           # the id of the visitor or agent
    sent: dict = dataclasses.field(default_factory=dict)      # client_id -> text, in the order of sending
    acknowledged: dict = dataclasses.field(default_factory=dict)  # client_id -> seq
    refused: set = dataclasses.field(default_factory=set)     # client_ids that were refused: nothing was stored
    pushed: list = dataclasses.field(default_factory=list)    # one list of entries for each connection
    sees_all: bool = False                             # pushed and acknowledged together are the whole log


def faults(chat, log, histories):
    """What is wrong with `log`, the entries of `chat` as the server gave them at the end; [] if nothing."""
    return (_numbering(chat, log) + _doubled(log) + _foreign(log, histories)
            + [fault for history in histories for fault in _one(log, history)])


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
    return [f"doubled: {name} of {who} {times} times" for (who, name), times in count.items() if times > 1]


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
    order = {name: place for place, name in enumerate(history.sent)}
    places = [order[entry["client_id"]] for entry in own if entry["client_id"] in order]
    if places != sorted(places):
        found.append(f"reordered: what {history.who} sent")
    return found + _views(log, history)


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
        missing = set(by_seq) - seen - set(history.acknowledged.values())
        if missing:
            found.append(f"never shown to {history.who}: {sorted(missing)[:10]}")
    return found
