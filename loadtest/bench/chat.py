"""./dev bench chat: the server against its peers, doing the same work, interleaved in one run. Ctrl+C ends it early.

For each figure the median of the rounds and their spread, and whether the target is reached. A line for each run is added to
loadtest/history.jsonl; the report is made of the newest run of each figure.
"""
import argparse
import os
import pathlib
import shutil
import tempfile
import time

import history
import people
import report
from contenders import NAMES
from figures import FEW, MANY, MIDDLE, ROUNDS, VARIANTS, Figures
from targets import TARGETS, summary


def pair(text):
    agents, waiting = text.split("/")
    return [int(agents), int(waiting)]


def read_options():
    parse = argparse.ArgumentParser(prog="./dev bench chat", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parse.add_argument("--only", default=",".join(ROUNDS), help="figures; none: only the report is written")
    parse.add_argument("--rounds", type=int, default=5, help="of the messages; the others have their own number, at most this")
    parse.add_argument("--visitors", type=int)
    parse.add_argument("--agents", type=int)
    parse.add_argument("--idle", type=int, help="connections of memory, storm and connections")
    parse.add_argument("--many", type=pair, help="queue: agents/waiting")
    parse.add_argument("--middle", type=pair, help="queue: between both")
    parse.add_argument("--few", type=pair, help="queue: what that is compared with")
    parse.add_argument("--rate", type=int, help="connections: messages a second")
    parse.add_argument("--seconds", type=float, default=8, help="of each run of messages")
    parse.add_argument("--names", default=",".join(NAMES))
    parse.add_argument("--home", help="where Redis writes, if not where temporary files are; a tmpfs takes the disk out of it")
    parse.add_argument("--history", type=pathlib.Path, default=history.HISTORY)
    parse.add_argument("--no-history", action="store_true")
    parse.add_argument("--report", type=pathlib.Path, help="write the page here, of the newest run of each figure")
    parse.set_defaults(**history.SIZES)
    options = parse.parse_args()
    options.figures = [figure for figure in options.only.split(",") if figure != "none"]
    unknown = [figure for figure in options.figures if figure not in ROUNDS]
    if unknown:
        parse.error(f"there is no figure {', '.join(unknown)}; there are {', '.join(ROUNDS)}")
    options.queues = {MANY: options.many, MIDDLE: options.middle, FEW: options.few}
    options.load_before = os.getloadavg()[0]
    return options


def people_maker(options, home):
    """Makes the agents of a kind of run when the first one asks for them."""
    def prepared(kind):
        path = home / f"prepared-{kind}"
        if not path.exists():
            agents, capacity = (options.queues[kind][0], 1) if kind in options.queues else (options.agents, None)
            print(f"    {agents} agents sign in", flush=True)
            people.prepare(path, agents, capacity)
        return path
    return prepared


def play(figures, figure, options):
    names = VARIANTS.get(figure, tuple(options.names.split(",")))
    times = options.rounds if figure == "messages" else min(ROUNDS[figure], options.rounds)
    for number in range(times):
        print(f"  {figure}, round {number + 1} of {times}", flush=True)
        # Turned each time, so that none is always the first after a pause.
        for name in names[number % len(names):] + names[:number % len(names)]:
            getattr(figures, figure)(name)


def show(line):
    """The table, on the terminal."""
    print("\n  figure                     of                 median        least         most")
    for key, values in line["figures"].items():
        what, name = key.rsplit(", ", 1)
        middle, least, most = summary(values)
        print(f"  {what:<26} {name:<11} {middle:>13,.2f} {least:>12,.2f} {most:>12,.2f}")
    print()
    for target in TARGETS:
        values = target.values(line["figures"])
        if values:
            middle, least, most = summary(values)
            print(f"  {target.verdict(middle):<12} {target.text}: {target.shown(middle)} ({target.shown(least)}–"
                  f"{target.shown(most)}); at least {target.shown(target.at_least)}, aim {target.shown(target.aim)}")


def measure(options):
    home = pathlib.Path(tempfile.mkdtemp(prefix="ventanilla-bench-", dir=options.home))
    figures = Figures(options, home, people_maker(options, home))
    print(f"  load of the machine before: {options.load_before:.1f} (others' work makes every figure worse)", flush=True)
    try:
        for figure in options.figures:
            play(figures, figure, options)
    except KeyboardInterrupt:
        print("  interrupted: what was measured until now follows", flush=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    line = history.line_of(options, figures)
    show(line)
    if not options.no_history:
        history.append(options.history, line)
        print(f"\n  added to {options.history}")
    return line


def main():
    options = read_options()
    began = time.monotonic()
    lines = history.read(options.history)
    if options.figures:
        line = measure(options)
        lines = lines + [line]
        print(f"  {time.monotonic() - began:.0f} s")
    if options.report:
        options.report.write_text(report.page(lines), encoding="utf-8")
        print(f"  {options.report} is written")


if __name__ == "__main__":
    main()
