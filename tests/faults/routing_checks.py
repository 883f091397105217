"""Whether chats went to agents as contract.md 3 says. Pure functions over final logs and what clients knew; each gives
what does not hold, in words that begin with the kind; [] if nothing.

`logs`: chat -> its entries. `departments`: agent -> ids of departments. Times of entries are Redis' own, so they compare
between chats as long as no clock was moved; chats that lived while one was are in `moved` and left out where it matters.
"""
import collections
import dataclasses

STRANDED_S = 5  # contract.md 3.1: after a fault is healed


@dataclasses.dataclass
class Stay:
    """One agent has one chat, or one chat waits."""
    chat: str
    agent: str | None   # None: it waits
    since: int          # ms
    until: float        # infinite: it does so still
    department: str = ""
    by_hand: bool = False  # handed to this very agent


def stays(chat, log):
    """The history of a chat as a list of Stay, in order."""
    found, handed = [], False
    for entry in log:
        kind = entry["kind"]
        if kind not in ("queued", "assigned", "transferred", "closed"):
            continue
        if found and found[-1].until == float("inf"):
            found[-1].until = entry["at"]
        if kind == "queued":
            found.append(Stay(chat, None, entry["at"], float("inf"), entry["department"]))
        elif kind == "assigned":
            found.append(Stay(chat, entry["agent"]["id"], entry["at"], float("inf"), by_hand=handed))
        handed = kind == "transferred" and "agent" in entry["to"]
    return found


def holders(logs):
    """An agent writes only into a chat that it holds."""
    found = []
    for chat, log in logs.items():
        holder = None
        for entry in log:
            if entry["kind"] == "assigned":
                holder = entry["agent"]["id"]
            elif entry["kind"] in ("queued", "transferred"):
                holder = None
            elif entry["kind"] == "message" and entry["from"]["role"] == "agent" and entry["from"]["id"] != holder:
                found.append(f"two agents: {entry['from']['id']} wrote {entry['seq']} of {chat}, held by {holder}")
    return found


def told(logs, claims):
    """`claims`: (agent, chat) that an agent was told to hold. Each must stand in the log."""
    found = []
    for agent, chat in sorted(set(claims)):
        if chat in logs and agent not in [stay.agent for stay in stays(chat, logs[chat])]:
            found.append(f"two agents: {agent} was told to have {chat}, whose log does not say so")
    return found


def over_capacity(logs, capacities, moved=frozenset()):
    """`capacities`: agent -> chats at a time."""
    changes = []
    for chat, log in logs.items():
        for stay in stays(chat, log) if chat not in moved else ():
            if stay.agent is not None and stay.until > stay.since:
                changes += [(stay.since, 1, stay.agent, chat), (stay.until, 0, stay.agent, chat)]
    held, found = collections.defaultdict(set), []
    for at, begins, agent, chat in sorted(changes):  # of one instant the ends first
        if not begins:
            held[agent].discard(chat)
            continue
        held[agent].add(chat)
        if len(held[agent]) > capacities.get(agent, float("inf")):
            found.append(f"over capacity: {agent} has {len(held[agent])} at {at}, takes {capacities[agent]}")
    return found


def out_of_turn(logs, departments, moved=frozenset()):
    """Who came first is served first, of those whom the agent in question may serve. All priorities are the same here."""
    events = []
    for chat, log in logs.items():
        if chat in moved:
            continue
        first, had = None, set()
        for stay in stays(chat, log):
            if stay.agent is None:
                first = stay.since if first is None else first
                events += [(stay.since, 2, stay, first, frozenset(had)), (stay.until, 0, stay, first, None)]
            else:
                if not stay.by_hand and first is not None:
                    events.append((stay.since, 1, stay, first, None))
                had.add(stay.agent)
    waiting, found = {}, []
    for at, what, stay, first, had in sorted(events, key=lambda event: event[:2]):
        if what == 0:
            waiting.pop(stay.chat, None)
        elif what == 2 and stay.until > at:
            waiting[stay.chat] = (stay, first, had)
        elif what == 1:
            found += [f"out of turn: {stay.agent} got {stay.chat} at {at}, {other.chat} came {first - before} ms before"
                      for other, before, tried in waiting.values()
                      if before < first and other.since < at and stay.agent not in tried
                      and other.department in ("any", *departments.get(stay.agent, ()))]
    return found


class Stranded:
    """Fed with what clients know, again and again: who waits, and who is free. Somebody who waits while an agent is free
    for more than STRANDED_S is stranded."""

    def __init__(self):
        self.since = {}   # (chat, agent) -> when both were first seen so
        self.found = []
        self._told = set()

    def look(self, now, waiting, free):
        """`waiting`: chat -> (department, agents who had it); `free`: agent -> departments. `now` in seconds."""
        pairs = {(chat, agent) for agent, serves in free.items() for chat, (department, had) in waiting.items()
                 if agent not in had and (department == "any" or department in serves)}
        self.since = {pair: self.since.get(pair, now) for pair in pairs}
        for (chat, agent), since in self.since.items():
            if now - since > STRANDED_S and chat not in self._told:
                self._told.add(chat)
                self.found.append(f"stranded: {chat} waits while {agent} is free for {now - since:.1f} s")

    def forget(self):
        """Something is broken on purpose: the time begins anew."""
        self.since = {}
