"""./dev bench chat: the server against its peers, doing the same work, interleaved in one run. Ctrl+C ends it early.

For each figure the median of the rounds and their spread, and the ratio of the medians. A line for each run is added to
loadtest/history.jsonl, so that a loss is seen.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

from contenders import NAMES, OTHER_CORE, ROOT, Contender, pinned, prepare

HISTORY = ROOT / "loadtest" / "history.jsonl"
PEERS = NAMES[1:]
# What issue and documentation ask for, against each peer.
WANTED = {("messages", "ws"): 3, ("messages", "socketio"): 7, ("storm", "ws"): 2}


class Bench:
    def __init__(self, options, home):
        self.options, self.home = options, pathlib.Path(home)
        self.prepared = self.home / "prepared"
        self.figures = {}  # (what, name): values

    def add(self, what, name, value):
        self.figures.setdefault((what, name), []).append(value)
        print(f"    {name:<11} {what:<26} {value:,.1f}", flush=True)

    def run(self, name, scenario, *words, during=None):
        """The report of one run on a fresh contender; None if it went wrong three times (a disk that stalls for seconds,
        by others' doing, makes a server refuse messages)."""
        for _ in range(3):
            report = self.run_once(name, scenario, *words, during=during)
            if report:
                return report
        return None

    def run_once(self, name, scenario, *words, during):
        contender = Contender(name, self.prepared, self.home / "run")
        report = self.home / "report.json"
        report.unlink(missing_ok=True)
        try:
            watcher = during(contender) if during else None
            good = contender.load(scenario, report, *words)
            if watcher:
                watcher()
        finally:
            contender.stop()
        if not good:
            log = (self.home / "run" / "load.log").read_text(encoding="utf-8").strip()
            print(f"    {name:<11} {scenario} failed: {log[-300:]}", flush=True)
            return None
        return json.loads(report.read_text(encoding="utf-8"))

    def crowd(self, visitors=None, agents=None):
        return ["--visitors", str(visitors or self.options.visitors),
                "--agents", str(self.options.agents if agents is None else agents)]

    def talk(self, name, rate="max", seconds=None, **more):
        return self.run(name, "talk", *self.crowd(), "--rate", str(rate), "--duration",
                        str(seconds or self.options.seconds), "--warmup", "2", **more)

    # ---- the figures

    def messages(self, name):
        report = self.talk(name)
        if report:
            step = report["steps"][0]
            self.add("messages", name, step["acked_per_server_cpu_s"])
            self.add("messages/s", name, step["acked_per_s"])
            self.add("redis us/message", name, step["redis"]["cpu_s"] * 1e6 / step["counts"]["acked"])
            self.add("tester us/message", name, step["tester"]["cpu_s"] * 1e6 / step["counts"]["acked"])

    def latency(self, name):
        """The slowest of a hundred against the middle one, at 80 % of what it carries by itself."""
        most = self.figures.get(("messages/s", name))
        report = self.talk(name, rate=int(0.8 * statistics.median(most))) if most else None
        if report:
            ack = report["steps"][0]["times"]["ack"]
            self.add("ack p50 ms at 80 %", name, ack["p50_ms"])
            self.add("ack p99 ms at 80 %", name, ack["p99_ms"])
            self.add("p99 / p50 at 80 %", name, ack["p99_ms"] / ack["p50_ms"])

    def system_calls(self, name):
        """Counted by strace, which makes everything slow: as many are gathered as ever, so it is a figure of its own."""
        counts = self.home / "strace"

        def watch(contender):
            strace = subprocess.Popen(pinned(OTHER_CORE, ["strace", "-c", "-f", "-q", "-o", counts, "-p",
                                                          contender.server.pid]), stderr=subprocess.DEVNULL)

            def end():
                strace.send_signal(signal.SIGINT)
                strace.wait()
            return end

        report = self.talk(name, seconds=3, during=watch)
        total = re.search(r"^\s*100\.00\s+\S+\s+(?:\S+\s+)?(\d+)\s+(?:\d+\s+)?total", counts.read_text(), re.M) if report else None
        if total:
            step = report["steps"][0]
            # The opening and the warming up are traced too; their messages count as well, the few calls besides do not matter.
            warm = sum(s["acked_per_s"] for s in report["samples"][1:]) / max(1, len(report["samples"]) - 1)
            seconds = report["samples"][-1]["at_s"]
            self.add("system calls/message", name, int(total[1]) / max(step["counts"]["acked"], warm * seconds))

    def memory(self, name):
        report = self.run(name, "idle", *self.crowd(visitors=self.options.idle, agents=0), "--duration", "3")
        if report:
            first, last = report["steps"][0], report["steps"][-1]
            sockets = last["counts"]["connected"] - first["counts"]["connected"]
            self.add("bytes/visitor", name, (last["server"]["pss_bytes"] - first["server"]["pss_bytes"]) / sockets)
            self.add("idle us/visitor/s", name,
                     last["server"]["cpu_s"] * 1e6 / last["seconds"] / last["counts"]["connected"])

    def storm(self, name):
        report = self.run(name, "storm", *self.crowd(visitors=self.options.idle, agents=0), "--rate", "max")
        if report:
            step = report["steps"][0]
            self.add("storm", name, step["counts"]["sockets"] / step["server"]["cpu_s"])

    # ---- all of it

    def rounds(self, figure, times, names=NAMES):
        for number in range(times):
            print(f"  {figure.__name__}, round {number + 1} of {times}", flush=True)
            # Turned each time, so that none is always the first after a pause.
            for name in names[number % len(names):] + names[:number % len(names)]:
                figure(name)

    def table(self):
        print("\n  figure                     contender        median        least         most   ratio to it")
        for (what, name), values in self.figures.items():
            middle = statistics.median(values)
            own = self.figures.get((what, "ventanilla"))
            ratio = f"{statistics.median(own) / middle:8.2f}x" if own and name != "ventanilla" and middle else ""
            wanted = WANTED.get((what, name))
            print(f"  {what:<26} {name:<11} {middle:>12,.1f} {min(values):>12,.1f} {max(values):>12,.1f} {ratio}"
                  + (f"  (wanted: {wanted}x)" if wanted else ""))

    def history(self):
        commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                                check=False).stdout.strip()
        model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
        line = {"at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), "commit": commit,
                "cpu": model[1] if model else "", "cores": os.cpu_count(), "load_before": self.options.load_before,
                "home": self.options.home or "default", "visitors": self.options.visitors, "agents": self.options.agents, "idle": self.options.idle,
                "figures": {f"{what}, {name}": [round(value, 2) for value in values]
                            for (what, name), values in self.figures.items()}}
        with HISTORY.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(f"\n  added to {HISTORY.relative_to(ROOT)}")


def main():
    parse = argparse.ArgumentParser(prog="./dev bench chat")
    parse.add_argument("--rounds", type=int, default=5)
    parse.add_argument("--visitors", type=int, default=2000)
    parse.add_argument("--agents", type=int, default=100)
    parse.add_argument("--idle", type=int, default=15000, help="visitors for memory and storm")
    parse.add_argument("--seconds", type=float, default=8, help="of each run of messages")
    parse.add_argument("--only", default="messages,latency,system_calls,memory,storm")
    parse.add_argument("--names", default=",".join(NAMES))
    parse.add_argument("--home", help="where Redis writes (default: the system's place for temporary files); a tmpfs takes "
                                      "the disk out of the comparison")
    parse.add_argument("--no-history", action="store_true")
    options = parse.parse_args()
    options.load_before = os.getloadavg()[0]
    names = tuple(options.names.split(","))
    home = tempfile.mkdtemp(prefix="ventanilla-bench-", dir=options.home)
    try:
        bench = Bench(options, home)
        print(f"  load of the machine before: {options.load_before:.1f} (others' work makes every figure worse)", flush=True)
        prepare(bench.prepared, options.agents)
        try:
            for figure in options.only.split(","):
                # Counts of system calls and memory repeat; times do not.
                times = options.rounds if figure in ("messages", "latency", "storm") else min(2, options.rounds)
                bench.rounds(getattr(bench, figure), times, names)
        except KeyboardInterrupt:
            print("  interrupted: what was measured until now follows", flush=True)
        bench.table()
        if not options.no_history:
            bench.history()
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"  {time.monotonic() - began:.0f} s")
