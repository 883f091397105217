"""What clients know against what the server has kept: logs, notes, who may see and do what. Pure functions over a Record and the
chats as an admin reads them at the end; each gives what does not hold, in words that begin with the kind; [] if nothing.

The logs themselves are judged by harness.histories and routing_checks, as in the fault runs."""
import collections

from following import views
from harness.histories import History, faults, moves
from harness.site import DEPARTMENTS
from record import exchanges
from routing_checks import holders, over_capacity, told
from script import NOTE_MARK

OF_SUPERVISORS = ("chat.watch", "chat.unwatch", "chat.priority")
NOT_AFTER_THE_END = ("typing", "chat.take", "chat.transfer", "chat.priority", "chat.note")


def judge(record, chats):
    """`chats`: id -> the body of GET /chats/{id}."""
    found, _ = exchanges(record)
    logs = {chat: body["entries"] for chat, body in chats.items()}
    wrong = moves_and_messages(record, found, logs) + holders(logs) + told(logs, claims(record))
    wrong += over_capacity(logs, {agent["id"]: agent["capacity"] for agent in record.agents.values()})
    wrong += endings(logs) + one_open(chats, channels(found)) + replies_and_logs(found, logs) + notes(record, found, chats)
    return wrong + views(record, found, logs) + rights(record, found, chats) + states(record, found, logs)


# ---- messages

def moves_and_messages(record, found, logs):
    histories = histories_of(record, found, logs)
    wrong = []
    for chat, log in logs.items():
        each = faults(chat, log, histories.get(chat, [])) + moves(log)
        wrong += [f"{fault} ({chat})" for fault in each]
    return wrong


def histories_of(record, found, logs):
    """chat -> one History for each connection that sent into it."""
    attempts = collections.defaultdict(list)  # (chat, who, client_id) -> (exchange, text, seq)
    for exchange in found:
        for chat, text, seq in _messages_of(exchange, record.person_id(exchange.session), logs):
            attempts[chat, record.person_id(exchange.session), exchange.request["client_id"]].append((exchange, text, seq))
    histories = collections.defaultdict(dict)
    for (chat, who, name), tries in attempts.items():
        stored = {text for _, text, seq in tries if seq is not None} or _stored(logs[chat], who, name, tries)
        for exchange, text, seq in tries:
            history = histories[chat].setdefault(exchange.session.number, History(who, pushed=[_pushed(record, exchange, chat)]))
            if seq is not None:
                history.acknowledged[name] = seq
            if len(tries) > 1:
                history.late[name] = None  # which of them came first is not known
            history.sent[name] = next(iter(stored), text) if len(stored) <= 1 else text
        if all(exchange.code is not None for exchange, _, _ in tries):
            history.refused.add(name)
    return {chat: list(by_session.values()) for chat, by_session in histories.items()}


def _messages_of(exchange, who, logs):
    """(chat, text, seq or None) that this frame may have put into a log."""
    request = exchange.request
    if who is None or not isinstance((request or {}).get("client_id"), str):
        return
    if exchange.kind == "message.send" and isinstance(request.get("text"), str):
        if isinstance(request.get("chat"), str) and request["chat"] in logs:
            yield request["chat"], request["text"], exchange.reply["seq"] if exchange.is_ok else None
    elif exchange.kind == "chat.start" and isinstance(request.get("message"), str):
        if exchange.is_ok and not exchange.reply.get("existing"):
            yield exchange.reply["chat"]["id"], request["message"], 1
        elif exchange.reply is None:
            for chat, log in logs.items():
                if log and log[0].get("client_id") == request["client_id"] and log[0]["from"]["id"] == who:
                    yield chat, request["message"], None


def _stored(log, who, name, tries):
    """What stands there, if it is one of those that were sent."""
    texts = {entry.get("text") for entry in log if entry.get("client_id") == name and entry["from"]["id"] == who}
    return texts & {text for _, text, _ in tries}


def _pushed(record, exchange, chat):
    return [line.data for _, line in record.of(exchange.session)
            if line.what == "got" and line.data["type"] == "entry" and line.data["chat"] == chat]


# ---- logs by themselves

def claims(record):
    """(agent, chat) of which an agent was told to hold it."""
    found = []
    for line in record.lines:
        if line.what != "got" or line.session.role != "agent":
            continue
        agent = record.person_id(line.session)
        if line.data["type"] == "chat.assigned":
            found.append((agent, line.data["chat"]["id"]))
        elif line.data["type"] == "ok" and "agent" in line.data and "chats" in line.data:
            found += [(agent, chat["id"]) for chat in line.data["chats"]]
    return found


def endings(logs):
    wrong = []
    for chat, log in logs.items():
        kinds = [entry["kind"] for entry in log]
        wrong += [f"doubled: {kinds.count(kind)} entries {kind} in {chat}" for kind in ("closed", "rated") if kinds.count(kind) > 1]
        if "closed" in kinds:
            late = set(kinds[kinds.index("closed") + 1:]) - {"rated", "ticket"}
            if late:
                wrong.append(f"after the end: {sorted(late)} in {chat}")
    return wrong


def one_open(chats, channel_of):
    """Of one visitor in one channel one chat is open at a time."""
    spans = collections.defaultdict(list)
    for chat, body in chats.items():
        log = body["entries"]
        if log and chat in channel_of:
            until = next((entry["at"] for entry in log if entry["kind"] == "closed"), float("inf"))
            spans[body["chat"]["visitor"]["id"], channel_of[chat]].append((log[0]["at"], until, chat))
    wrong = []
    for (visitor, channel), each in spans.items():
        each.sort()
        wrong += [f"two open: {one[2]} and {two[2]} of {visitor} in {channel}" for one, two in zip(each, each[1:])
                  if two[0] < one[1]]
    return wrong


def channels(found):
    """chat -> its channel, by the connections on which it was started or named."""
    of_session, of_chat = {}, {}
    for exchange in found:
        if exchange.session.role != "visitor" or not exchange.is_ok or exchange.kind not in ("hello", "chat.start"):
            continue
        if exchange.kind == "hello":
            of_session[exchange.session.number] = exchange.request["channel"]
        if exchange.reply["chat"]:
            # The first: a start that is repeated in another channel is told of the same chat.
            of_chat.setdefault(exchange.reply["chat"]["id"], of_session[exchange.session.number])
    return of_chat


# ---- replies against logs

def replies_and_logs(found, logs):
    wrong = []
    for exchange in found:
        chat = (exchange.request or {}).get("chat")
        if not exchange.is_ok or not isinstance(chat, str) or chat not in logs:
            continue
        wrong += [f"{fault}: {exchange}" for fault in _against(exchange, logs[chat])]
    return wrong


def _against(exchange, log):
    kind, request, reply = exchange.kind, exchange.request, exchange.reply
    if kind == "chat.sync":
        yield from _page(request, reply, log)
    if kind in ("chat.close", "chat.rate", "message.send"):
        entry = log[reply["seq"] - 1] if 0 < reply["seq"] <= len(log) else {}
        wanted = {"chat.close": "closed", "chat.rate": "rated", "message.send": "message"}[kind]
        if entry.get("kind") != wanted:
            yield f"moved: {reply['seq']} is {entry.get('kind')}, not {wanted}"
        elif kind == "message.send" and (entry["at"], entry["client_id"]) != (reply["at"], request["client_id"]):
            yield f"moved: acknowledged as {reply}, stands as {entry}"
        elif kind == "chat.rate" and entry["score"] != request["score"]:
            yield f"changed: the rating is {entry['score']}"


def _page(request, reply, log):
    after, limit, entries = request["after"], request.get("limit", 200), reply["entries"]
    if entries != log[after:after + len(entries)]:
        yield "gap: a page that is not what the log has there"
    if len(entries) > limit:
        yield "gap: more than asked for"
    if reply["last"] > len(log) or (not entries and reply["last"] > after):
        yield f"gap: last is {reply['last']}, the log has {len(log)}"


def notes(record, found, chats):
    wrong, sent = [], collections.defaultdict(collections.Counter)
    for exchange in found:
        request = exchange.request or {}
        text = request.get("text") if exchange.kind == "chat.note" else request.get("note") if exchange.kind == "chat.transfer" else None
        chat = request.get("chat")
        if not text or not isinstance(text, str) or not isinstance(chat, str) or chat not in chats:
            continue
        count = [note["text"] for note in chats[chat]["notes"]].count(text)
        sent[chat][text] += 1
        if exchange.is_ok and not count:
            wrong.append(f"lost: a note: {exchange}")
    for chat, body in chats.items():
        for text, count in collections.Counter(note["text"] for note in body["notes"]).items():
            if count > sent[chat][text]:
                wrong.append(f"foreign: the note {text!r} stands {count} times in {chat}, sent {sent[chat][text]}")
    # A note may be " ", which stands in everything: what the script marks is found in notes alone.
    texts = {note["text"] for body in chats.values() for note in body["notes"] if NOTE_MARK in note["text"]}
    for line in record.lines:
        if line.what == "got" and line.session.role == "visitor":
            wrong += [f"note to a visitor: {line.session.person} got {line.data}" for text in texts if text in str(line.data)]
    return wrong


# ---- who may do what, and when

def owners(chats):
    return {chat: body["chat"]["visitor"]["id"] for chat, body in chats.items()}


def rights(record, found, chats):
    wrong, owner, channel_of = [], owners(chats), channels(found)
    known = collections.defaultdict(lambda: float("inf"))  # (visitor, chat) -> since when they know that it is theirs
    for place, line in enumerate(record.lines):
        if line.what != "got" or line.session.role != "visitor":
            continue
        visitor, frame = record.person_id(line.session), line.data
        if frame["type"] == "ok" and frame.get("chat"):
            known[visitor, frame["chat"]["id"]] = min(place, known[visitor, frame["chat"]["id"]])
        chat = frame["chat"]["id"] if isinstance(frame.get("chat"), dict) else frame.get("chat")
        if chat is not None and owner.get(chat, visitor) != visitor:
            wrong.append(f"foreign: {line.session.person} got {frame}")
    for exchange in found:
        chat = (exchange.request or {}).get("chat")
        if not isinstance(chat, str) or exchange.reply is None:
            continue
        may = _may(record, exchange, chat, chats, known, channel_of)
        if exchange.is_ok and may is False:
            wrong.append(f"foreign: not theirs, yet ok: {exchange}")
        if exchange.code == "not_found" and may is True:
            wrong.append(f"wrong code: not_found of one's own: {exchange}")
        if exchange.code in ("chat_closed", "forbidden", "not_assigned", "client_id_reuse") and may is False:
            wrong.append(f"foreign: told of a chat that is not theirs: {exchange}")
    return wrong


def _may(record, exchange, chat, chats, known, channel_of):
    """True: it is theirs and they know; False: it never was; None: it depends on the moment."""
    session = exchange.session
    if session.role == "visitor":
        visitor = record.person_id(session)
        if owners(chats).get(chat) != visitor:
            return False
        return True if known[visitor, chat] < exchange.place else None
    if chat not in chats:
        return False
    agent = record.agents.get(session.person)
    if agent is None or agent["role"] == "admin" or chat not in channel_of:
        return None
    own = {DEPARTMENTS[department].get("channel") for department in agent["departments"]}
    had = any(entry["kind"] == "assigned" and entry["agent"]["id"] == agent["id"] for entry in chats[chat]["entries"])
    passed = {entry.get("department") or entry.get("to", {}).get("department") for entry in chats[chat]["entries"]}
    return None if had or channel_of[chat] in own or passed & set(agent["departments"]) else False


def states(record, found, logs):
    """What a chat's state at that moment leaves no choice about."""
    over, holds = _over(record, found), _holds(record, logs)
    wrong = [f"wrong code: ok for one who does not supervise: {exchange}" for exchange in found
             if exchange.is_ok and exchange.kind in OF_SUPERVISORS and not _supervises(record, exchange)]
    for exchange in found:
        chat = (exchange.request or {}).get("chat")
        if exchange.is_ok and exchange.kind == "state.set" and exchange.reply["state"] != exchange.request["state"]:
            wrong.append(f"changed: {exchange}")
        if isinstance(chat, str) and chat in logs:
            wrong += [f"{fault}: {exchange}" for fault in _state(record, exchange, logs[chat], over.get(chat), holds)]
    return wrong


def _state(record, exchange, log, over, holds):
    kinds, code = {entry["kind"] for entry in log}, exchange.code
    if code == "chat_closed" and "closed" not in kinds:
        yield "wrong code: chat_closed of an open chat"
    if exchange.is_ok and over is not None and exchange.place > over and exchange.kind in NOT_AFTER_THE_END:
        yield "after the end: ok"
    if code == "forbidden" and exchange.kind == "chat.rate" and "rated" not in kinds:
        yield "wrong code: forbidden, though nobody has rated"
    if code == "forbidden" and exchange.kind in OF_SUPERVISORS and _supervises(record, exchange):
        yield "wrong code: forbidden to one who supervises"
    since = holds.get((exchange.session.number, exchange.request["chat"]))
    if code == "not_assigned" and since is not None and exchange.place > since:
        yield "wrong code: not_assigned to the one who has it"


def _supervises(record, exchange):
    return record.agents.get(exchange.session.person, {}).get("role") in ("supervisor", "admin")


def _holds(record, logs):
    """(session, chat) -> the place since when an agent knows of the assignment that lasts until the end."""
    last = {}
    for chat, log in logs.items():
        moved = [entry for entry in log if entry["kind"] in ("queued", "assigned", "transferred", "closed")]
        if moved and moved[-1]["kind"] == "assigned":
            last[chat] = moved[-1]
    holds = {}
    for place, line in enumerate(record.lines):
        chat = line.data.get("chat") if line.what == "got" and line.data["type"] == "chat.assigned" else None
        if chat and chat["id"] in last and chat["last"] >= last[chat["id"]]["seq"]:
            if last[chat["id"]]["agent"]["id"] == record.person_id(line.session):
                holds.setdefault((line.session.number, chat["id"]), place)
    return holds


def _over(record, found):
    """chat -> the place in the record at which somebody knew that it is closed."""
    over = {}
    for place, line in enumerate(record.lines):
        if line.what == "got" and line.data["type"] == "entry" and line.data["kind"] == "closed":
            over.setdefault(line.data["chat"], place)
    for exchange in found:
        if exchange.kind == "chat.close" and exchange.is_ok:
            chat = exchange.request["chat"]
            over[chat] = min(over.get(chat, float("inf")), exchange.replied)
    return over
