"""A PostgreSQL of one's own, on a Unix socket. It refuses to run as root, so root runs it as `postgres`."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
START_S = 60


class Postgres:
    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ventanilla-pg-"))
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.home, self.user)
        words = ["initdb", "-D", self.home / "data", "-U", "postgres", "-A", "trust", "-N", "--no-locale", "-E", "UTF8"]
        self._run(*words)
        self.process = None

    def _run(self, program, *words):
        subprocess.run([PROGRAMS / program, *words], user=self.user, cwd=self.home, check=True, capture_output=True)

    @property
    def url(self):
        return f"postgresql:///postgres?host={self.home}&user=postgres"

    def start(self):
        words = [PROGRAMS / "postgres", "-D", self.home / "data", "-k", self.home, "-c", "listen_addresses=",
                 "-c", "shared_buffers=16MB"]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(words, user=self.user, cwd=self.home, stdout=log, stderr=log)
        give_up = time.monotonic() + START_S
        while subprocess.run([PROGRAMS / "pg_isready", "-q", "-h", self.home]).returncode != 0:
            assert self.process.poll() is None and time.monotonic() < give_up, "PostgreSQL did not start"
            time.sleep(0.05)
        return self

    def stop(self):
        """Ends it and every connection to it."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
