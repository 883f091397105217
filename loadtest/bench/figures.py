"""Each figure: one method, one round of it. All runs are on a fresh contender with an empty Redis."""
import json
import pathlib
import shutil
import statistics
import time
import urllib.request

from contenders import ACCEPT, BIN, NAMES, SITE, Contender, Process, free_port

# What each figure compares, in the order of its first round.
ALWAYS, EVERYSEC = "always", "everysec"
MANY, MIDDLE, FEW = "many", "middle", "few"  # agents and chats that wait
CROWDED, QUIET = "crowded", "quiet"  # idle visitors beside those who talk
VARIANTS = {"system_calls": NAMES, "storm": ("ventanilla", ACCEPT), "queue": (MANY, MIDDLE, FEW), "connections": (CROWDED, QUIET),
            "fsync": (ALWAYS, EVERYSEC), "start": ("ventanilla",)}
# Counts, memory and shapes repeat; times do not.
ROUNDS = {"messages": 5, "latency": 3, "system_calls": 2, "memory": 2, "storm": 3, "queue": 2, "connections": 3, "fsync": 3,
          "start": 3, "curve": 1}


class Figures:
    """`values` are those of every round, `curves` the points of a plot; both by (what, name)."""

    def __init__(self, options, home, prepared):
        self.options, self.home, self.prepared = options, pathlib.Path(home), prepared
        self.values, self.curves = {}, {}
        self.hopeless = set()  # queues that could not be measured: minutes are not spent on them again

    def add(self, what, name, value):
        self.values.setdefault((what, name), []).append(value)
        print(f"    {name:<11} {what:<26} {value:,.2f}", flush=True)

    def median(self, what, name):
        found = self.values.get((what, name))
        return statistics.median(found) if found else None

    # ---- runs

    def run(self, name, scenario, *words, tries=3, **more):
        """The report of one run; None if it went wrong each time (a disk that stalls for seconds, by others' doing, makes a
        server refuse messages)."""
        for _ in range(tries):
            report = self.run_once(name, scenario, *words, **more)
            if report:
                return report
        return None

    def run_once(self, name, scenario, *words, people="talkers", appendfsync="always"):
        contender = Contender(name, self.prepared(people) if name == "ventanilla" else None, self.home / "run", appendfsync)
        report = self.home / "report.json"
        report.unlink(missing_ok=True)
        try:
            good = contender.load(scenario, report, *words)
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

    def talk(self, name, *words, rate="max", seconds=None, **more):
        return self.run(name, "talk", *self.crowd(), "--rate", str(rate), "--duration",
                        str(seconds or self.options.seconds), "--warmup", "2", *words, **more)

    # ---- messages

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
        most = self.median("messages/s", name)
        if most is None:
            self.messages(name)
            most = self.median("messages/s", name)
        report = self.talk(name, rate=int(0.8 * most)) if most else None
        if report:
            ack = report["steps"][0]["times"]["ack"]
            self.add("ack p50 ms at 80 %", name, ack["p50_ms"])
            self.add("ack p99 ms at 80 %", name, ack["p99_ms"])
            self.add("p99 / p50 at 80 %", name, ack["p99_ms"] / ack["p50_ms"])

    def system_calls(self, name):
        """Counted by the kernel as it goes on at full speed; the throughput beside tells how far that disturbs."""
        report = self.talk(name, "--system-calls")
        if report:
            step = report["steps"][0]
            self.add("system calls/message", name, step["server"]["system_calls"] / step["counts"]["acked"])
            self.add("messages/s, counted", name, step["acked_per_s"])

    def fsync(self, name):
        """The server's throughput, with a Redis that syncs before it answers, and with one that syncs each second."""
        report = self.talk("ventanilla", appendfsync=name)
        if report:
            step = report["steps"][0]
            self.add("messages/s, appendfsync", name, step["acked_per_s"])

    def connections(self, name):
        """CPU for each message at one rate, among few and among many who are only there."""
        visitors = 1000 - self.options.agents
        beside = self.options.idle - 1000 if name == CROWDED else 0
        report = self.run("ventanilla", "talk", *self.crowd(visitors), "--beside", str(beside), "--rate",
                          str(self.options.rate), "--duration", str(self.options.seconds), "--warmup", "2")
        if report:
            step = report["steps"][0]
            self.add("us/message", name, step["server"]["cpu_s"] * 1e6 / step["counts"]["acked"])

    def curve(self, name):
        """Latency and throughput from 10 to 100 % of what it carries."""
        report = self.run(name, "max", *self.crowd(), "--duration", "3", "--warmup", "2")
        if not report:
            return
        steps = sorted((step for step in report["steps"] if step["asked_per_s"]), key=lambda step: step["asked_per_s"])
        self.curves[("latency", name)] = [
            [step["asked_per_s"], round(step["acked_per_s"], 1)]
            + [round(step["times"]["ack"][q], 3) for q in ("p50_ms", "p90_ms", "p99_ms", "p999_ms")] for step in steps]
        print(f"    {name:<11} {len(steps)} rates up to {steps[-1]['asked_per_s']:,.0f}/s", flush=True)

    # ---- connections

    def memory(self, name):
        report = self.run(name, "idle", *self.crowd(visitors=self.options.idle, agents=0), "--duration", "3")
        if report:
            first, last = report["steps"][0], report["steps"][-1]
            sockets = last["counts"]["connected"] - first["counts"]["connected"]
            self.add("bytes/visitor", name, (last["server"]["pss_bytes"] - first["server"]["pss_bytes"]) / sockets)
            self.add("idle us/visitor/s", name,
                     last["server"]["cpu_s"] * 1e6 / last["seconds"] / last["counts"]["connected"])
            self.curves[("memory", name)] = [[step["counts"]["connected"], step["server"]["pss_bytes"],
                                              step["redis"]["pss_bytes"]] for step in report["steps"]]

    def storm(self, name):
        """All come back: to the server with hello, their chat and what was said meanwhile; to the bare peer, that is all."""
        crowd = self.crowd(self.options.idle, 0 if name == ACCEPT else None)
        report = self.run(name, "storm", *crowd, "--rate", "max")
        if report:
            step = report["steps"][0]
            self.add("returns", name, step["counts"]["sockets"] / step["server"]["cpu_s"])
            self.add("returns/s", name, step["counts"]["sockets"] / step["seconds"])

    # ---- routing

    def queue(self, name):
        """Agents with one place each close their chat and get the next; the tester does that a hundred at a time."""
        if name in self.hopeless:
            return
        agents, waiting = self.options.queues[name]
        report = self.run("ventanilla", "queue", "--agents", str(agents), "--waiting", str(waiting), "--warmup", "0.3",
                          people=name, tries=1)
        if not report:
            self.hopeless.add(name)
            return
        drains = [step for step in report["steps"] if step["name"] == "close and assign"]
        after = [step for step in report["steps"] if step["name"] == "what follows"]
        assigned = sum(step["times"]["next"]["count"] for step in drains)
        self.add("assignments/s", name, assigned / sum(step["seconds"] for step in drains))
        for process, label in (("server", "us/assignment"), ("redis", "redis us/assignment")):
            self.add(label, name, sum(step[process]["cpu_s"] for step in drains + after) * 1e6 / assigned)
        fill = report["steps"][0]
        self.add("starts/s", name, fill["counts"]["started"] / fill["seconds"])

    # ---- alone

    def start(self, name):
        """From the command to the first answer, with the Redis that it starts by itself, on a new data directory and again;
        and what it takes in memory when nobody is there."""
        home = self.home / "alone"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        for label in ("first start s", "start s"):
            self.add(label, name, self.start_once(home, label))

    def start_once(self, home, label):
        port = free_port()
        began = time.monotonic()
        server = Process(None, [BIN / "ventanilla", "serve", "--config", SITE, "--data", home / "data", "--listen",
                                f"127.0.0.1:{port}"], home / "server.log")
        try:
            server.ready()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/site", timeout=10) as answer:
                answer.read()
            seconds = time.monotonic() - began
            if label == "start s":
                time.sleep(2)  # what the start took for a moment is given back
                self.add("idle MB", "ventanilla", resident_bytes(server.pid) / 1e6)
        finally:
            server.stop()
        return seconds


def resident_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no memory")
