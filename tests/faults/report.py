#!/usr/bin/python3 -B
"""What a run prints at its end, and the same of several runs: `report.py FILE...` merges what `--report` has written."""
import dataclasses
import json
import pathlib
import sys

from tally import ENOUGH_S, Tally, kinds

WANTED = ["lost", "doubled", "reordered", "two agents", "assigned twice in a row", "over capacity", "stranded",
          "out of turn", "gap", "foreign"]
ENOUGH = 20, ENOUGH_S  # times, or seconds: what docs/reliability.md asks of each fault


def table(tallies, found):
    """Markdown, one line a fault."""
    lines = ["| fault | injected | seconds | sent meanwhile | acknowledged | longest until acknowledging, s "
             "| longest until routable, s |", "|---|--:|--:|--:|--:|--:|--:|"]
    lines += [f"| {name} | {tally.count} | {tally.seconds:.0f} | {tally.sent} | {tally.acknowledged} "
              f"| {tally.acknowledging_s:.2f} | {tally.routable_s:.2f} |" for name, tally in sorted(tallies.items())]
    counts = kinds(found)
    lines += ["", ", ".join(f"{kind} {counts.pop(kind, 0)}" for kind in WANTED)]
    if counts:
        lines.append("other: " + ", ".join(f"{kind} {count}" for kind, count in counts.items()))
    return "\n".join(lines)


def write(path, tallies, found, seed, visitors):
    figures = {"seed": seed, "visitors": visitors, "found": found,
               "faults": {name: dataclasses.asdict(tally) for name, tally in tallies.items()}}
    pathlib.Path(path).write_text(json.dumps(figures, indent=1), encoding="utf-8")


def merged(runs):
    """Tallies and findings of several runs as if they were one."""
    tallies, found = {}, []
    for run in runs:
        found += [f"{each} (seed {run['seed']})" for each in run["found"]]
        for name, figures in run["faults"].items():
            tallies.setdefault(name, Tally()).add(Tally(**figures))
    return tallies, found


def few(tallies):
    """The names of the faults that were not injected often or long enough."""
    return [name for name, tally in sorted(tallies.items()) if tally.count < ENOUGH[0] and tally.seconds < ENOUGH[1]]


def main(paths):
    runs = [json.loads(pathlib.Path(path).read_text(encoding="utf-8")) for path in paths]
    tallies, found = merged(runs)
    print(f"seeds {', '.join(str(run['seed']) for run in runs)}; "
          f"visitors {', '.join(sorted({str(run['visitors']) for run in runs}))}\n")
    print(table(tallies, found))
    print("".join(f"\nFOUND {each}" for each in found))
    if few(tallies):
        print(f"not yet {ENOUGH[0]} times or {ENOUGH[1]} s: {', '.join(few(tallies))}")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("usage: report.py FILE...")
    main(sys.argv[1:])
