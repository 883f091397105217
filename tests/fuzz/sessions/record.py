"""What happened in one episode, as its clients saw it: the only thing that the oracle looks at. No I/O."""
import dataclasses
import json

NESTING = 16


@dataclasses.dataclass
class Session:
    """One connection. `person` is an agent's username or the name of a visitor; `device` is an agent's console."""
    number: int
    role: str
    person: str
    device: str = ""


@dataclasses.dataclass
class Line:
    """`what`: open, sent (a text or bytes), got (a frame), left (by the client, `data` says how), closed (by the server, a
    close code). `time` in seconds."""
    session: Session
    what: str
    data: object = None
    time: float = 0.0

    def __str__(self):
        return f"{self.time:.3f} {self.session.person}#{self.session.number} {self.what} {self.data}"


@dataclasses.dataclass
class Exchange:
    """A frame and its reply. `place` and `replied` count lines of the record; `request` is None where `text` is no JSON object."""
    session: Session
    place: int
    text: object
    request: dict | None
    reply: dict | None = None
    replied: int | None = None

    @property
    def kind(self):
        kind = (self.request or {}).get("type")
        return kind if isinstance(kind, str) else None

    @property
    def is_ok(self):
        return self.reply is not None and self.reply["type"] == "ok"

    @property
    def code(self):
        return self.reply.get("code") if self.reply else None

    def __str__(self):
        text = self.text if len(self.text) < 400 else self.text[:400] + type(self.text)() + (
            b"..." if isinstance(self.text, bytes) else "...")
        return f"{self.session.person}#{self.session.number} {text!r} -> {json.dumps(self.reply, ensure_ascii=False)[:400]}"


class Record:
    def __init__(self):
        self.lines = []
        self.sessions = []
        self.agents = {}      # username -> what hello says of oneself
        self.visitors = {}    # number of a session -> id of the visitor
        self.missing = []     # what was waited for at the end in vain
        self.finished = False # what comes later may be newer than the logs that it is compared with

    def session(self, role, person, device=""):
        session = Session(len(self.sessions), role, person, device)
        self.sessions.append(session)
        return session

    def add(self, session, what, data=None, time=0.0):
        if not self.finished:
            self.lines.append(Line(session, what, data, time))

    def of(self, session):
        """(place, line) of one connection."""
        return [(place, line) for place, line in enumerate(self.lines) if line.session is session]

    def person_id(self, session):
        """The id of whoever it is; None while nobody has said."""
        if session.role == "visitor":
            return self.visitors.get(session.number)
        return self.agents.get(session.person, {}).get("id")


def is_reply(frame):
    return frame["type"] in ("ok", "error")


def parsed(text):
    """The object that a frame is, None if it is `bad_json`. As strict as JSON is: no NaN, nothing beyond a double."""
    def refuse(word):
        raise ValueError(word)

    def number(word):
        value = float(word)
        return value if abs(value) != float("inf") else refuse(word)
    try:
        frame = json.loads(text, parse_constant=refuse, parse_float=number)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) and _depth(frame) <= NESTING else None


def _depth(value):
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, children), default=0) if isinstance(value, (dict, list)) else 0


def exchanges(record):
    """Every frame sent with its reply, in the order of sending; and what does not hold: (exchanges, findings)."""
    found, faults = [], []
    for session in record.sessions:
        waiting = []
        for place, line in record.of(session):
            if line.what == "sent":
                waiting.append(Exchange(session, place, line.data, parsed(line.data)))
                found.append(waiting[-1])
            elif line.what == "got" and is_reply(line.data):
                if not waiting:
                    faults.append(f"unasked: {session.person}#{session.number} got {line.data}")
                    continue
                exchange = waiting.pop(0)
                exchange.reply, exchange.replied = line.data, place
    return sorted(found, key=lambda exchange: exchange.place), faults
