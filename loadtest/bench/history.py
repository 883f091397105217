"""loadtest/history.jsonl: a line for each run, so that a loss is seen and a report can be made of several runs."""
import datetime
import json
import os
import pathlib
import re
import subprocess

from contenders import ROOT

HISTORY = ROOT / "loadtest" / "history.jsonl"
# The sizes of the targets. "many" and the like: agents, chats that wait.
SIZES = {"visitors": 2000, "agents": 100, "idle": 15000, "rate": 8000, "many": [10000, 100000], "middle": [1000, 10000],
         "few": [100, 1000]}


def rounded(values):
    return [float(f"{value:.6g}") for value in values]


def line_of(options, figures):
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                            check=False).stdout.strip()
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return {"at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), "commit": commit,
            "cpu": model[1] if model else "", "cores": os.cpu_count(), "load_before": round(options.load_before, 2),
            "home": options.home or "default", **{name: getattr(options, name) for name in SIZES},
            "figures": {f"{what}, {name}": rounded(values) for (what, name), values in figures.values.items()},
            "curves": {f"{what}, {name}": points for (what, name), points in figures.curves.items()}}


def append(path, line):
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read(path):
    """Every run, the oldest first."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def other_sizes(line):
    """Those of a run that are not the targets', as words."""
    return [f"{name} {line[name]}" for name, size in SIZES.items() if name in line and line[name] != size]


def newest(lines, kind, keys):
    """The newest run that has all `keys` among its `kind` ("figures", "curves"); None if there is none."""
    for line in reversed(lines):
        if all(line.get(kind, {}).get(key) for key in keys):
            return line
    return None
