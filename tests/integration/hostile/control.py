"""The control chat: a visitor and an agent who say something to each other all the time, in a process of their own (talk.py), so
that what is measured is the server and not the test."""
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent


class Control:
    def __init__(self, server, username="ana"):
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-m", "hostile.talk", server.address, server.sign_in(username)], cwd=HERE,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def _ask(self, word):
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the control chat has broken down, see above"
        return json.loads(line)

    def begin(self):
        """A phase begins: what was measured before does not count."""
        self._ask("begin")

    def phase(self):
        """{"messages", "median_ms", "p90_ms", "p99_ms"} of what was acknowledged in this phase."""
        return self._ask("phase")

    def count(self):
        """How many messages were acknowledged in this phase so far."""
        return self._ask("count")

    def until(self, messages):
        while self.count() < messages:
            time.sleep(0.05)

    def end(self):
        """Both have hung up: how many messages there were. Fails if one was refused, lost, doubled or out of order."""
        said = self._ask("end")
        assert self._process.wait(30) == 0
        return said

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
