"""One server process on a data directory of its own: started, stopped, killed, restarted."""
import functools
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from .http import Http
from .site import site_toml

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("VENTANILLA_BINARY", "build/bin/ventanilla"))
TESTING_BINARY = pathlib.Path(os.environ.get("VENTANILLA_TESTING_BINARY", "build/bin/ventanilla_testing"))
LOAD_BINARY = pathlib.Path(os.environ.get("VENTANILLA_LOAD_BINARY", "build/bin/ventanilla-load"))
READY = re.compile(r"^ventanilla ready (http://\S+) metrics (http://\S+)/metrics$")
START_S = 60
STOP_S = 30  # the contract's own limit for a drain

PASSWORD = "clave-de-prueba-9731"
# username: role, departments
PEOPLE = {
    "ana": ("agent", "soporte-tecnico"),
    "ben": ("agent", "soporte-tecnico"),
    "carla": ("agent", "soporte-contable"),
    "vera": ("agent", "ventas,corta"),
    "vito": ("agent", "ventas"),
    "pia": ("agent", "prisa"),
    "paz": ("agent", "prisa"),
    "sofia": ("supervisor", "soporte-tecnico,soporte-contable,ventas"),
    "raul": ("admin", "soporte-tecnico"),
}


def binary(path=BINARY):
    path = path if path.is_absolute() else ROOT / path
    if not path.exists():
        raise FileNotFoundError(f"{path}: build the server, or name it in VENTANILLA_BINARY")
    return path


@functools.cache
def _people_template():
    """A data directory in which PEOPLE exist. Hashing passwords is slow by design, so it is done once a process."""
    keep = tempfile.TemporaryDirectory(prefix="ventanilla-people-")
    server = Server(people=(), parent=keep.name)
    for username in PEOPLE:
        server.add_agent(username)
    return keep, server.data


class Server:
    """`options` are more words for every command line; `beside` is the server whose data directory this one shares;
    `data` is one that is there already; `environment` is added to the one that `serve` gets; `program` is another server
    than the one that was built."""

    def __init__(self, site=None, people=PEOPLE, parent=None, options=(), beside=None, environment=None, data=None,
                 program=None):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ventanilla-it-", dir=parent))
        self.data = beside.data if beside else pathlib.Path(data or self.home / "data")
        self.options = options
        self.program = program or binary()
        self.environment = {**os.environ, **(environment or {})}
        self.config = self.home / "site.toml"
        self.log = self.home / "server.log"
        self.config.write_text(site or site_toml(), encoding="utf-8")
        if people and not beside:
            shutil.copytree(_people_template()[1], self.data)
        # Tokens and passwords that went through this server: none may be in its log.
        self.secrets = {PASSWORD}
        self.process = None
        self.address = self.metrics = None
        self._lines = None
        self._ended_here = False

    # ---- command line

    def command(self, *words, stdin=None):
        """Runs `ventanilla <words>` on this data directory; the finished process."""
        line = [self.program, *words, "--config", self.config, "--data", self.data, *self.options]
        return subprocess.run(line, input=stdin, capture_output=True, text=True, timeout=60, cwd=self.home)

    def add_agent(self, username, role=None, departments=None, capacity=None, password=PASSWORD):
        known = PEOPLE.get(username, ("agent", "soporte-tecnico"))
        words = ["agent", "add", username, "--name", username.capitalize(), "--role", role or known[0],
                 "--departments", departments or known[1], "--password-stdin"]
        if capacity is not None:
            words += ["--capacity", str(capacity)]
        self.secrets.add(password)
        done = self.command(*words, stdin=password + "\n")
        if done.returncode != 0:
            raise AssertionError(f"agent add {username}: exit {done.returncode}: {done.stderr}")

    # ---- the process

    def start(self):
        # A free port first, and the same one afterwards: clients come back to where they were.
        listen = self.address.removeprefix("http://") if self.address else "127.0.0.1:0"
        line = [self.program, "serve", "--config", self.config, "--data", self.data, "--listen", listen,
                *self.options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=log, text=True, cwd=self.home,
                                            env=self.environment)
        lines = queue.Queue()
        threading.Thread(target=self._read_lines, args=(self.process.stdout, lines), daemon=True).start()
        try:
            line = lines.get(timeout=START_S)
        except queue.Empty:
            line = None
        match = READY.match(line) if line else None
        if match is None:
            self._ended_here = True  # this tells it
            self.kill()
            raise AssertionError(f"not ready within {START_S} s: {line!r}\n{self.log_text()}")
        self.address, self.metrics = match.groups()
        self._ended_here = False
        self._lines = lines
        return self

    @staticmethod
    def _read_lines(stream, lines):
        with stream:
            for line in stream:
                lines.put(line.rstrip("\n"))
        lines.put(None)

    def stop(self):
        """SIGTERM and what the contract says about it: exit 0 within 30 s, one line on stdout in all."""
        self._ended_here = True
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still there {STOP_S} s after SIGTERM\n{self.log_text()}") from None
        rest = self._lines.get(timeout=5)
        assert rest is None, f"a second line on stdout: {rest!r}"
        assert code == 0, f"exit {code} after SIGTERM\n{self.log_text()}"

    def kill(self):
        """SIGKILL; the private Redis goes with its server."""
        if self.running:
            self._ended_here = True
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def restart(self):
        self.kill()
        return self.start()

    def reload(self, site):
        """Has the running server take over this configuration (SIGHUP)."""
        said, give_up = "configuration reloaded", time.monotonic() + START_S
        before = self.log_text().count(said)
        self.config.write_text(site, encoding="utf-8")
        self.process.send_signal(signal.SIGHUP)
        while self.log_text().count(said) == before:
            assert time.monotonic() < give_up, f"not reloaded\n{self.log_text()}"
            time.sleep(0.02)

    def metrics_text(self):
        return Http(self.metrics).get("/metrics", checked=False).body.decode()

    def metric(self, name, **labels):
        """The figure of `ventanilla_<name>` with exactly these labels."""
        inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
        start = f"ventanilla_{name}{{{inside}}} " if labels else f"ventanilla_{name} "
        lines = [line for line in self.metrics_text().splitlines() if line.startswith(start)]
        assert len(lines) == 1, f"{start}: {lines}"
        return float(lines[0].rsplit(" ", 1)[1])

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def is_sanitized(self):
        """Whether it runs with AddressSanitizer, which keeps for a while what is freed."""
        return "libasan" in pathlib.Path(f"/proc/{self.process.pid}/maps").read_text()

    def check_alive(self):
        """Fails if the process has ended by itself."""
        code = self.process.poll() if self.process else None
        assert code is None or self._ended_here, f"the server ended by itself: {code}"

    # ---- looking at it

    @property
    def http(self):
        return Http(self.address)

    @property
    def ws(self):
        return self.address.replace("http://", "ws://")

    def sign_in(self, username, password=PASSWORD):
        token = self.http.sign_in(username, password)
        self.secrets.add(token)
        return token

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def leaked_secrets(self):
        text = self.log_text()
        return [secret for secret in self.secrets if secret in text]

    def close(self, failed=False):
        """Ends the process if it still runs, prints the log if a test failed, removes everything."""
        try:
            self.check_alive()
            if self.running:
                self.stop()
            assert not self.leaked_secrets(), "the log holds a token or a password"
        except BaseException:
            failed = True
            raise
        finally:
            self.kill()
            if failed:
                print(f"---- log of the server\n{self.log_text()[-20000:]}----", file=sys.stderr)
            shutil.rmtree(self.home, ignore_errors=True)
