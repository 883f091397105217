"""Random sequences of frames of several visitors, agents and supervisors against a real server with its Redis.

`./dev fuzz` runs it beside the targets of libFuzzer. What does not hold is printed with the seed, the episode and the shortest
script found that still shows it; `--seed N --episode M` plays that episode again."""
import argparse
import asyncio
import collections
import json
import pathlib
import random
import sys
import time
import traceback

from desk import BURST, REFILLED_S, SOCKETS, Desk
from harness.server import binary
from player import Player
from script import write
from shrink import shrink
from verdict import verdict

LENGTHS = (120, 250, 500)
SHOWN = 20
WARM_UP = 3            # episodes until memory is what it will be
KIB_PER_EPISODE = 256  # what a server may keep of an episode, beyond what the allocator keeps at once
SLACK_KIB = 16384
SHRINK_S = 120


def arguments():
    parser = argparse.ArgumentParser(prog="tests/fuzz/sessions/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long to go on (default: 60)")
    parser.add_argument("--seed", type=int, default=None, help="the same seed, the same scripts (default: random)")
    parser.add_argument("--episodes", type=int, default=None, help="so many, however long they take")
    parser.add_argument("--episode", type=int, default=None, help="only this one")
    parser.add_argument("--no-shrink", action="store_true", help="print the whole script of a finding")
    parser.add_argument("--record", default=None, help="a file for everything that was sent and received in the last episode")
    return parser.parse_args()


def script_of(seed, episode):
    dice = random.Random(f"{seed} {episode}")
    return write(dice.random(), dice.choice(LENGTHS))


async def play(desk, steps):
    """Plays the steps; (findings, the record)."""
    player = Player(desk)
    try:
        await player.play(steps)
        chats = await player.settle()
    finally:
        await player.leave()
    return verdict(player.record, chats, BURST, SOCKETS), player.record


async def episode_on(desk, steps):
    try:
        found, record = await play(desk, steps)
    except Exception:  # the server is gone, or this program is wrong: either is a finding
        return desk.health() + ["broken: " + traceback.format_exc()], None
    found += await asyncio.to_thread(quiet, desk)
    return found + desk.health(), record


def quiet(desk):
    """Everybody has left: the chats end by themselves, and nothing of the connections stays."""
    if not desk.running():
        return []
    refilled = time.monotonic() + REFILLED_S
    if not desk.until_left():
        return ["left behind: sockets that nobody has"]
    if not desk.until_ended():
        return [f"left behind: open chats that nobody is in: {desk.open_chats()}"]
    time.sleep(max(0, refilled - time.monotonic()))  # agents are the same in the next episode
    return []


class Run:
    def __init__(self, options, seed):
        self.options, self.seed = options, seed
        self.desk = Desk()
        self.counts = collections.Counter()
        self.base = None

    async def go(self):
        """(episode, findings) of the first one with any; None if there is none."""
        give_up, episode = time.monotonic() + self.options.seconds, 0
        while self.wanted(episode, give_up):
            found, record = await episode_on(self.desk, script_of(self.seed, episode))
            self.count(record)
            found = found or self.grown(episode)
            if found:
                return episode, found
            episode += 1
        return None

    def wanted(self, episode, give_up):
        if self.options.episodes is not None:
            return episode < self.options.episodes
        return time.monotonic() < give_up

    def count(self, record):
        if record is None:
            return
        if self.options.record:
            pathlib.Path(self.options.record).write_text("\n".join(map(str, record.lines)) + "\n", encoding="utf-8")
        self.counts["episodes"] += 1
        for line in record.lines:
            if line.what == "sent":
                self.counts["frames"] += 1
            elif line.what == "got":
                self.counts["replies" if line.data["type"] in ("ok", "error") else "events"] += 1
                if line.data["type"] == "error":
                    self.counts[line.data["code"]] += 1
                elif line.data["type"] == "ok":
                    self.counts["ok"] += 1
            elif line.what == "closed":
                self.counts[f"close {line.data}"] += 1

    def grown(self, episode):
        """What the process has more than after the first episodes, but for what time explains."""
        if episode < WARM_UP:
            return []
        now = self.desk.footprint()
        if self.base is None:
            self.base = now
        more = now.kib - self.base.kib
        found = []
        if now.descriptors > self.base.descriptors + 8:
            found.append(f"grown: descriptors {self.base.descriptors} -> {now.descriptors}")
        if not self.desk.server.is_sanitized() and more > SLACK_KIB + KIB_PER_EPISODE * (episode - WARM_UP):
            found.append(f"grown: memory {self.base.kib} -> {now.kib} KiB in {episode - WARM_UP} episodes")
        return found

    def summary(self):
        return ", ".join(f"{name} {count}" for name, count in sorted(self.counts.items(), key=lambda item: -item[1]))


async def still(steps, kind):
    """Whether a finding of this kind comes again on a server of its own."""
    desk = await asyncio.to_thread(Desk)
    try:
        found, _ = await episode_on(desk, steps)
    finally:
        desk.close()
    return any(each.split(":")[0] == kind for each in found)


async def tell(options, seed, episode, found):
    steps = script_of(seed, episode)
    print(f"\nFOUND in episode {episode} of seed {seed}:")
    for each in found[:SHOWN]:
        print(f"  {each}")
    if not options.no_shrink:
        kind = found[0].split(":")[0]
        steps = await shrink(steps, lambda part: still(part, kind), SHRINK_S)
    print(f"script ({len(steps)} steps); again: tests/fuzz/sessions/run --seed {seed} --episode {episode}")
    for step in steps:
        print(f"  {json.dumps(step, ensure_ascii=False)}")


async def main():
    options = arguments()
    seed = random.SystemRandom().randrange(2 ** 31) if options.seed is None else options.seed
    program = binary()
    run = Run(options, seed)
    sanitized = "with" if run.desk.server.is_sanitized() else "without"
    print(f"sessions: seed {seed}, {program}, {sanitized} sanitizers", flush=True)
    failed = True
    try:
        if options.episode is not None:
            found, record = await episode_on(run.desk, script_of(seed, options.episode))
            run.count(record)
            result = (options.episode, found) if found else None
        else:
            result = await run.go()
        failed = result is not None
    finally:
        run.desk.close(failed)
    print(f"sessions: {run.summary()}")
    if result is not None:
        await tell(options, seed, *result)
        return 1
    print("sessions: no finding")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
