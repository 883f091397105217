"""Whether each frame got the reply that protocol.md allows, and each connection the end. Pure functions over a Record; each gives
what does not hold, in words that begin with the kind; [] if nothing."""
import collections

from harness import contract
from record import exchanges, is_reply

HELLO_WITHIN_S = 10
REQUEST_BURST = 200
ABUSE_REFUSALS = 200
MAX_INTEGER = 2 ** 53 - 1

# What a request that fits its schema may be refused for, beside `slow_down`: protocol.md 2.1 to 2.4, protocol/README.md.
GONE = {"not_found", "chat_closed"}
NOT_HELD = GONE | {"not_assigned"}
CODES = {
    "visitor": {
        "hello": {"unauthenticated"}, "chat.start": {"offline", "client_id_reuse"}, "message.send": GONE | {"client_id_reuse"},
        "typing": GONE, "read": GONE, "chat.sync": {"not_found"}, "chat.close": {"not_found"},
        "chat.rate": {"not_found", "forbidden"}, "chat.transcript": {"not_found"}, "page": set()},
    "agent": {
        "hello": set(), "state.set": set(), "chat.take": GONE | {"forbidden"}, "message.send": NOT_HELD | {"client_id_reuse"},
        "typing": NOT_HELD, "read": NOT_HELD, "chat.sync": {"not_found"}, "chat.note": NOT_HELD,
        "chat.transfer": NOT_HELD | {"offline"}, "chat.close": {"not_found", "not_assigned"},
        "chat.ticket": NOT_HELD | {"client_id_reuse"}, "chat.watch": {"not_found", "forbidden"},
        "chat.unwatch": {"not_found", "forbidden"}, "chat.priority": GONE | {"forbidden"}, "ticket.view": {"not_found"}},
}
# Fields that may be wrong though the frame fits its schema: what the site or the stores know better.
FIELDS = {
    "visitor": {"hello": {"channel", "identity.signature", "identity.email"},
                "chat.start": {"department", "name", "email", "message"}, "message.send": {"file"},
                "chat.transcript": {"email"}},
    "agent": {"message.send": {"file"}, "chat.take": {"department"}, "chat.transfer": {"to.department", "to.agent"},
              "chat.ticket": {"department", "email", "rfc", "subject"}},
}
CLOSES_OF_BAD_BYTES = {"binary": {1003}, "utf8": {1007}, "big": {1009}, "broken": {1002}}


def _strings(value, name=""):
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield "", key
            yield from _strings(child, key)
    elif isinstance(value, list):
        for child in value:
            yield from _strings(child)


def _beyond_schema(request):
    """Whether it breaks a rule that no schema can say. None: it may, these rules are the server's own to judge."""
    for name, text in _strings(request):
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            return True
        if name in ("text", "message", "name", "subject", "client_id", "chat", "department", "number", "agent", "email",
                    "channel", "device", "file") and not text.strip():
            return None
        if name == "subject" and ("\n" in text or "\r" in text):
            return None
    return False


def usable_id(request, last):
    number = (request or {}).get("id")
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MAX_INTEGER or number <= last:
        return None
    return number


def _fits(role, request):
    """True, False, or None where only the server can say."""
    beyond = _beyond_schema(request)
    if beyond:
        return False
    try:
        contract.check_sent(role, request)
    except contract.Misfit:
        return False
    return None if beyond is None else True


class _Walk:
    """One connection, from its first frame on: what each reply may be."""

    def __init__(self, session, paced):
        self.session, self.paced = session, paced
        self.last_id, self.welcomed, self.requests = 0, False, 0

    def allowed(self, exchange):
        """(re, codes that are allowed, whether ok is, fields that may be wrong or None for any)."""
        request, role = exchange.request, self.session.role
        if request is None:
            return 0, {"bad_json"}, False, None
        number = usable_id(request, self.last_id)
        if number is None:
            return 0, {"bad_field"}, False, {"id"}
        self.last_id = number
        if not isinstance(request.get("type"), str):
            return number, {"bad_field"}, False, {"type"}
        if request["type"] not in CODES[role]:
            return number, {"unknown_type"}, False, None
        fits = _fits(role, request)
        if fits is False:
            return number, {"bad_field"}, False, None
        if request["type"] == "hello" and self.welcomed:
            codes, ok, fields = {"bad_field"}, False, {"type"}
        elif request["type"] != "hello" and not self.welcomed:
            codes, ok, fields = {"unauthenticated"}, False, set()
        else:
            fields = FIELDS[role].get(request["type"], set())
            codes, ok = CODES[role][request["type"]] | ({"bad_field"} if fields else set()), True
        return (number, codes, ok, fields) if fits else (number, codes | {"bad_field"}, ok, None)

    def check(self, exchange):
        re, codes, ok, fields = self.allowed(exchange)
        if exchange.kind != "message.send":
            self.requests += 1
        reply = exchange.reply
        if reply is None:
            return []
        if self.requests > REQUEST_BURST or self.paced(exchange):
            codes = codes | {"slow_down"}
        self.welcomed = self.welcomed or (exchange.kind == "hello" and exchange.is_ok)
        if reply["re"] != re:
            return [f"wrong re: expected {re}: {exchange}"]
        if reply["type"] == "ok":
            return [] if ok else [f"wrong code: ok instead of {sorted(codes)}: {exchange}"]
        if reply["code"] not in codes:
            return [f"wrong code: {reply['code']}, allowed are {sorted(codes)}{' and ok' if ok else ''}: {exchange}"]
        if reply["code"] == "bad_field" and fields is not None and reply.get("field") not in fields:
            return [f"wrong field: {reply.get('field')}: {exchange}"]
        return []


class Pace:
    """Which requests may be too many for a sender. It only ever says "may": time passes between them."""

    def __init__(self, burst, sockets):
        self.burst, self.sockets = burst, sockets
        self.counts = collections.Counter()

    def __call__(self, exchange):
        kind, person = exchange.kind, exchange.session.person
        if kind not in ("message.send", "chat.start", "hello") or (kind == "hello" and exchange.session.role == "agent"):
            return False
        self.counts[kind, person] += 1
        return self.counts[kind, person] > (self.sockets if kind == "hello" else self.burst)


def replies(record, burst, sockets):
    """`burst`: messages of one sender at once; `sockets`: connections of one visitor."""
    found, faults = exchanges(record)
    pace = Pace(burst, sockets)
    walks = {session.number: _Walk(session, pace) for session in record.sessions}
    for exchange in found:
        faults += walks[exchange.session.number].check(exchange)
        if exchange.reply is not None:
            faults += _misfit(exchange.session, exchange.reply, exchange.kind)
    for session in record.sessions:
        faults += _events(record, session) + _end(record, session, found)
    return faults


def _misfit(session, frame, kind=None):
    try:
        contract.check_received(session.role, frame, kind)
    except contract.Misfit as misfit:
        return [f"misfit: to {session.person}#{session.number}: {misfit}"]
    return []


def _events(record, session):
    faults, pushed = [], {}
    for _, line in record.of(session):
        if line.what != "got" or is_reply(line.data):
            continue
        faults += _misfit(session, line.data)
        if line.data["type"] == "entry":
            seq, before = line.data["seq"], pushed.get(line.data["chat"], 0)
            if seq <= before:
                faults.append(f"pushed twice: {session.person}#{session.number} got {seq} after {before}: {line.data}")
            pushed[line.data["chat"]] = max(seq, before)
    return faults


def _end(record, session, found):
    own = [exchange for exchange in found if exchange.session is session]
    lines = [line for _, line in record.of(session)]
    end = next((line for line in lines if line.what == "closed"), None)
    left = next((line for line in lines if line.what == "left"), None)
    if end is None:
        missing = [exchange for exchange in own if exchange.reply is None] if left is None else []
        return [f"unanswered: {exchange}" for exchange in missing[:3]]
    if end.data not in _close_codes(session, found, own, lines, end):
        return [f"closed: {session.person}#{session.number} with {end.data}, after {own[-1] if own else 'nothing'}"]
    return []


def _close_codes(session, found, own, lines, end):
    """With which codes the server may have ended this connection."""
    codes = set()
    for line in lines:
        if line.what == "sent" and isinstance(line.data, bytes):
            codes |= CLOSES_OF_BAD_BYTES["binary"]
        if line.what == "left":
            codes |= CLOSES_OF_BAD_BYTES.get(line.data, {1000, 1005, 1006})
    welcomed = any(exchange.kind == "hello" and exchange.is_ok for exchange in own)
    refused = [exchange for exchange in own if exchange.code == "slow_down"]
    hellos = [exchange for exchange in own if exchange.kind == "hello" and not exchange.is_ok]
    if len(refused) >= ABUSE_REFUSALS:
        codes.add(4429)
    if not welcomed:
        codes |= {{"unauthenticated": 4401, "slow_down": 4429}.get(hello.code, 4400) for hello in hellos}
        if end.time - lines[0].time > HELLO_WITHIN_S - 1:
            codes.add(4400)
    if session.role == "agent" and _displaced(session, found):
        codes.add(4409)
    return codes


def _displaced(session, found):
    """Whether the same console has said hello on another connection too."""
    consoles = {(exchange.session.number, exchange.request["device"]) for exchange in found if exchange.kind == "hello"
                and exchange.session.person == session.person and isinstance(exchange.request.get("device"), str)}
    own = {device for number, device in consoles if number == session.number}
    return any(number != session.number and device in own for number, device in consoles)
