"""Who is compared: the server and its peers, each started afresh on an empty Redis with the same settings."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "bin"
LOAD = BIN / "ventanilla-load"
SITE = ROOT / "loadtest" / "load.toml"
PEERS = ROOT / "loadtest" / "peers"
PASSWORD = "clave-de-carga"
SERVER_CORE, OTHER_CORE = "0", "1"
LONGEST_S = 420
NAMES = ("ventanilla", "ws", "socketio")
ACCEPT = "accept"  # `ws` that accepts and does nothing else
SPEAKS = {"socketio": "socketio", ACCEPT: "bare"}


def pinned(core, line):
    """`line` on one core, where the machine has two; None: wherever the kernel likes."""
    alone = core is not None and len(os.sched_getaffinity(0)) > 1
    return ["taskset", "-c", core, *map(str, line)] if alone else list(map(str, line))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    def __init__(self, core, line, log, **more):
        self.log = log.open("ab")
        self.process = subprocess.Popen(pinned(core, line), stdout=subprocess.PIPE, stderr=self.log, text=True, **more)

    @property
    def pid(self):
        return self.process.pid

    def ready(self):
        """Its first line."""
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended before it was ready: see {self.log.name}")
        return line

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


def serve_line(home, redis, port):
    return [BIN / "ventanilla", "serve", "--config", home / "load.toml", "--data", home / "data", "--redis", f"unix:{redis}",
            "--listen", f"127.0.0.1:{port}"]


def start_redis(home, appendfsync="always"):
    """As the server starts its private one, but for `appendfsync`."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "redis.sock"
    process = Process(OTHER_CORE, [
        "redis-server", "--port", "0", "--unixsocket", path, "--dir", home, "--save", "", "--appendonly", "yes",
        "--appendfsync", appendfsync, "--no-appendfsync-on-rewrite", "no", "--maxmemory-policy", "noeviction",
        "--logfile", home / "redis.log"], home / "redis.err")
    give_up = time.monotonic() + 30
    while True:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
                return process, path
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.05)


class Contender:
    """One of NAMES or ACCEPT, running, with its Redis. `prepared` is what people.prepare made."""

    def __init__(self, name, prepared, home, appendfsync="always"):
        self.name, self.home = name, home
        shutil.rmtree(home, ignore_errors=True)
        if name == "ventanilla":
            shutil.copytree(prepared, home)
        self.redis, path = start_redis(home / "redis", appendfsync)
        self.port = free_port()
        log = home / "server.log"
        if name == "ventanilla":
            self.server = Process(SERVER_CORE, serve_line(home, path, self.port), log)
        else:
            self.server = Process(SERVER_CORE, ["node", f"{name}_peer.js", self.port, path], log, cwd=PEERS)
        self.server.ready()

    def load(self, scenario, report, *words):
        """Runs the tester beside Redis; whether it went well (what it said is in the log). It may take LONGEST_S."""
        line = [LOAD, scenario, f"http://127.0.0.1:{self.port}", "--pid", self.server.pid, "--redis-pid", self.redis.pid,
                "--channel", "carga", "--json", report, "--quiet", "--keep-chats", *words]
        line += ["--tokens", self.home / "tokens"]
        if self.name in SPEAKS:
            line += ["--peer", SPEAKS[self.name]]
        with (self.home / "load.log").open("a", encoding="utf-8") as log:
            try:
                done = subprocess.run(pinned(OTHER_CORE, line), stdout=log, stderr=log, check=False, timeout=LONGEST_S,
                                      env={**os.environ, "VENTANILLA_LOAD_PASSWORD": PASSWORD})
            except subprocess.TimeoutExpired:
                log.write(f"not done after {LONGEST_S} s\n")
                return False
        return done.returncode == 0

    def stop(self):
        self.server.stop()
        self.redis.stop()
