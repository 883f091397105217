"""The fault runner. `./dev faults --seed N --minutes M [--only NAME,…]`; docs/reliability.md says what it shows."""
import argparse
import asyncio
import gc
import random
import resource
import signal
import sys
import time

import faults_of_crowds
import faults_of_links  # noqa: F401: they enter their faults
import faults_of_processes  # noqa: F401
import faults_of_stores  # noqa: F401
import proof
import report
import verdict
from campaign import Campaign
from crowd import standard
from nemesis import FAULTS
from stage import Stage

DRAIN_S = 120
SHOWN = 100


def arguments():
    parser = argparse.ArgumentParser(prog="./dev faults", description="Breaks things while people talk.")
    parser.add_argument("--seed", type=int, default=None, help="the same seed, the same faults (default: random)")
    parser.add_argument("--minutes", type=float, default=None, help="how long to go on at most (default: 10; no limit with --times)")
    parser.add_argument("--times", type=int, default=None, help="each fault so many times, or for ten minutes in all")
    parser.add_argument("--report", default=None, help="a file for the figures, which report.py merges with others")
    parser.add_argument("--only", default="", help="names of faults, separated by commas")
    parser.add_argument("--short", action="store_true", help="every quick fault once, a small load, a fixed seed")
    parser.add_argument("--visitors", type=int, default=None, help="default: 200; 30 with --short")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="print the names of the faults")
    return parser.parse_args()


def chosen(only, short, disks):
    """The faults to inject, and a line for each that must be left out."""
    faults = [fault for fault in FAULTS.values() if fault.quick or not short]
    if only:
        unknown = [name for name in only if name not in FAULTS]
        if unknown:
            sys.exit(f"there is no fault {unknown[0]!r}; --list names them")
        faults = [FAULTS[name] for name in only]
    left_out = [fault for fault in faults if fault.needs_disk and not disks[fault.needs_disk].is_small]
    lines = [f"left out: {fault.name}: no small disk: {disks[fault.needs_disk].why_not}" for fault in left_out]
    return [fault for fault in faults if fault not in left_out], lines


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


async def play(options, seed, stage):
    """Everything that was found, and the campaign."""
    crowd = standard(stage, seed, options.visitors)
    campaign = Campaign(stage, crowd, seed, options.short, say)
    faults, left_out = chosen([name.strip() for name in options.only.split(",") if name.strip()], options.short,
                              stage.disks)
    for line in left_out:
        say(line)
    crowd.start()
    try:
        missed = await proof.prove(stage, seed, say)
        rounds = options.times or (1 if options.short else None)
        minutes = options.minutes or (10 if rounds is None else float("inf"))
        await campaign.run(faults, rounds, minutes * 60)
        await stage.relays.heal()
        late = await crowd.drain(DRAIN_S)
        say(f"drained; {len(crowd.conversations())} chats, close codes {dict(crowd.world.close_codes)}; "
            f"the runner itself was held up for {crowd.held_up_s:.1f} s at most")
        found = missed + campaign.found + [f"stranded: {peer.name} is not done {DRAIN_S} s after the last fault"
                                  for peer in late]
        found += await verdict.judge(stage, crowd, campaign.moved_spans) + campaign.empty()
    finally:
        await crowd.leave()
    return found, campaign


async def main():
    options = arguments()
    if options.list:
        print("\n".join(FAULTS))
        return 0
    seed = options.seed if options.seed is not None else (1 if options.short else random.SystemRandom().randrange(10**9))
    say(f"seed {seed}")
    options.visitors = options.visitors or (30 if options.short else 200)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
    # What the clients write down grows for hours, has no cycles worth collecting, and looking for them holds everybody up.
    gc.disable()
    stage, found = Stage(options.servers, disk_mib=192 if options.short else 4096), ["not run to the end"]
    try:
        await stage.start(max(4, options.visitors // 10), {**proof.CAST, **faults_of_crowds.CAST})
        found, campaign = await play(options, seed, stage)
    finally:
        await stage.close(failed=bool(found))
    for each in found[:SHOWN]:
        say(f"FOUND {each}")
    print(report.table(campaign.tallies, found))
    if options.report:
        report.write(options.report, campaign.tallies, found, seed, options.visitors)
    say(f"seed {seed}: " + (f"{len(found)} findings" if found else "nothing was lost"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
