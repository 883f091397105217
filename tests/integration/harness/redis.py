"""A redis-server of one's own, on a Unix socket; and the one that a server runs for itself."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_S = 30
DURABLE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


class Redis:
    """`settings` change what it is started with; by default it is run as a database. `home` is made if not given,
    `environment` is added to what it inherits."""

    def __init__(self, home=None, environment=None, **settings):
        self.home = pathlib.Path(home or tempfile.mkdtemp(prefix="ventanilla-redis-"))
        self.environment = {**os.environ, **(environment or {})}
        self.path = self.home / "redis.sock"
        self.settings = {**DURABLE, **{name.replace("_", "-"): value for name, value in settings.items()}}
        self.process = None

    @property
    def url(self):
        return f"unix:{self.path}"

    def start(self):
        words = ["--port", "0", "--unixsocket", self.path, "--dir", self.home, "--save", "", "--logfile", "redis.log"]
        for name, value in self.settings.items():
            words += ["--" + name, value]
        self.process = subprocess.Popen(["redis-server", *words], env=self.environment)
        give_up = time.monotonic() + START_S
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < give_up, "redis-server did not start"
            time.sleep(0.02)
        return self

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def command(self, *words):
        """Carries out one command; the reply as redis-cli prints it."""
        return subprocess.run(["redis-cli", "-s", self.path, *map(str, words)], capture_output=True, text=True,
                              timeout=START_S, check=True).stdout.strip()

    def kill(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def private_redis(server):
    """The pid of the redis-server that this server runs as its child; None while there is none."""
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().rpartition(")")
        except OSError:
            continue  # it has ended meanwhile
        state, parent = rest.split()[:2]
        if name.endswith("(redis-server") and int(parent) == server.process.pid and state != "Z":
            return int(status.parent.name)
    return None
