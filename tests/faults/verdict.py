"""After everything was healed: all logs against all that clients know."""
import asyncio
import time

import filing
from harness.histories import faults, moves
from routing_checks import holders, out_of_turn, over_capacity, told

ANSWERED_S = 60      # how long a store may be too busy to answer, once nothing is broken
EXPLAINED = 50       # chats whose decisions are asked for
CHECKED = 20         # every so many answers are held against openapi.yaml


async def judge(stage, crowd, moved_spans=()):
    """What does not hold, as sentences. `moved_spans`: (since, until) of the times at which a clock was moved."""
    logs, found = await asyncio.to_thread(read_logs, stage, crowd.conversations())
    found += await all_filed(stage, logs)
    found += conversations(crowd, logs)
    found += routing(crowd, logs, moved_spans)
    found += await asyncio.to_thread(explained, stage, logs)
    found += crowd.stranded.found
    found += [fault for peer in crowd.peers for fault in peer.faults]
    return found


def read_logs(stage, chats):
    """chat -> entries as the server gives them now; and what could not be read."""
    logs, found = {}, []
    started = [chat for chat in chats if chat.id is not None]
    for number, chat in enumerate(started):
        answer = ask(stage, f"/chats/{chat.id}", checked=number % CHECKED == 0)
        if answer.status == 200:
            logs[chat.id] = answer.json()["entries"]
        else:
            found.append(f"lost: the chat {chat.id} was started and is {answer.status}")
    return logs, found


def ask(stage, target, checked=True):
    """A store may still be busy: `unavailable` is a reason to ask again."""
    give_up = time.monotonic() + ANSWERED_S
    while (answer := stage.admin(target, checked)).status == 503 and time.monotonic() < give_up:
        time.sleep(0.5)
    return answer


async def all_filed(stage, logs):
    """Every chat that is closed comes into the record, whole."""
    closed = {chat: len(log) for chat, log in logs.items() if any(entry["kind"] == "closed" for entry in log)}
    count = {}

    async def missing():
        count.update(await asyncio.to_thread(stage.record, "SELECT chat_id, count(*) FROM entry GROUP BY chat_id"))
        return [chat for chat, length in closed.items() if count.get(chat, 0) < length]

    left, why = await filing.caught_up(missing)
    found = [f"lost: {chat} is closed with {closed[chat]} entries, the record has {count.get(chat, 0)}" for chat in left]
    return found if why is None else [f"not caught up: {why}", *found]


def conversations(crowd, logs):
    found = []
    for visitor in crowd.visitors:
        for chat in visitor.conversations:
            if chat.id not in logs:
                continue
            log = logs[chat.id]
            histories = [chat.history] + [agent.histories[chat.id] for agent in crowd.agents
                                          if chat.id in agent.histories]
            wrong = faults(chat.id, log, histories) + moves(log)
            if not log or log[0].get("client_id") != chat.start_id:
                wrong.append("lost: the message that started it")
            found += [f"{each} ({visitor.name} {chat.id})" for each in wrong]
    return found


def routing(crowd, logs, moved_spans):
    capacities = {agent.id: agent.capacity for agent in crowd.agents}
    departments = {agent.id: agent.departments for agent in crowd.agents}
    claims = [(agent.id, chat) for agent in crowd.agents for chat, _ in agent.told]
    moved = {chat.id for chat in crowd.conversations() for since, until in moved_spans
             if chat.began_at < until and (chat.ended_at or until) >= since}
    return (holders(logs) + told(logs, claims) + over_capacity(logs, capacities, moved)
            + out_of_turn(logs, departments, moved))


def explained(stage, logs):
    """Every assignment that nobody made by hand has its decision."""
    found = []
    for chat in list(logs)[:: max(1, len(logs) // EXPLAINED)]:
        answer = ask(stage, f"/chats/{chat}/why")
        if answer.status != 200:
            found.append(f"unexplained: {chat}: {answer.status}")
            continue
        chosen = {decision["chosen"]["id"] for decision in answer.json()["decisions"] if decision["chosen"]}
        handed = False
        for entry in logs[chat]:
            if entry["kind"] == "assigned" and not handed and entry["agent"]["id"] not in chosen:
                found.append(f"unexplained: {chat} was given to {entry['agent']['id']} without a decision")
            handed = entry["kind"] == "transferred"
    return found
