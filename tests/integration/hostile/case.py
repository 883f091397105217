"""All rows of a table against one server, twice, while the control chat goes on: once to warm up, once to look at."""
import asyncio
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import tempfile
import time

from harness import DeskCase, private_redis

from .control import Control
from .rows import Session
from .wire import PATIENCE_S, Wire

USUAL_MESSAGES = 100
# The contract's "below twice" is for a quiet machine: one that does other work besides moves these figures by more. What fails
# is a chat that people would notice; the line that sums up tells the rest.
GROSS = {"times": 2, "least_ms": 200}
# What the allocator may keep for itself after the first round.
MEMORY_SLACK_KIB = 4096
EXPECTED_WARNINGS = (
    r"the event loop was held up for",          # a busy machine, not a hostile client
    r"cannot lower its priority",               # at the start
)


class Desk:
    """What the rows need to know of the server, and what they leave behind."""

    def __init__(self, server):
        self.host = server.http.host
        self.site = server.config
        self.data = server.data
        self.secrets = server.secrets
        self.agent_token = server.sign_in("ben")
        self.visitor_token = None
        self._home = tempfile.TemporaryDirectory(prefix="ventanilla-hostile-")

    def change_visitor(self):
        """Another one speaks: what one may leave unattached is counted."""
        with Wire(self.host) as wire:
            self.visitor_token = Session(wire, self).welcome["token"]

    def filled(self, data):
        return (data.replace(b"@HOST@", self.host.encode()).replace(b"@TOKEN@", self.visitor_token.encode())
                .replace(b"@AGENT@", self.agent_token.encode()))

    def new_directory(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self._home.name))

    @staticmethod
    def environment(more):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VENTANILLA_")}
        return {**kept, **(more or {})}

    def close(self):
        self._home.cleanup()


class Footprint:
    """What the process has of its own. The program's text, which it shares with other servers that run meanwhile, does not count:
    its proportional part grows when one of them ends."""

    def __init__(self, pid):
        proc = pathlib.Path(f"/proc/{pid}")
        self.descriptors = len(list((proc / "fd").iterdir()))
        self.kib = int(re.search(r"^Anonymous:\s+(\d+)", (proc / "smaps_rollup").read_text(), re.M).group(1))


class HostileCase(DeskCase):
    """A test calls `await self.all(rows)`."""

    at_once = 3
    measured_rounds = 1
    # The control chat speaks faster than people do.
    site = {"limits": {"messages_per_s": 50, "message_burst": 50}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.add_agent("control", departments="soporte-tecnico")

    async def all(self, what, rows, at_least):
        """Runs the rows; `what` names them in the line that sums up."""
        names = [row.name for row in rows]
        self.assertEqual(len(names), len(set(names)), "two rows of one name")
        self.assertGreaterEqual(len(rows), at_least)
        print(await asyncio.to_thread(self._beside_the_control_chat, what, rows))

    def _beside_the_control_chat(self, what, rows):
        with contextlib.closing(Desk(self.server)) as desk, contextlib.closing(Control(self.server, "control")) as control:
            return self._all(what, rows, desk, control)

    def _all(self, what, rows, desk, control):
        pids = self.server.process.pid, private_redis(self.server)
        control.until(USUAL_MESSAGES)
        self._round(rows, desk)
        before = self._quiet(None)
        control.phase()
        control.until(USUAL_MESSAGES)
        usual = control.phase()
        for _ in range(self.measured_rounds):
            self._round(rows, desk)
        during = control.phase()
        after = self._quiet(before.descriptors)
        messages = control.end()
        self.assertEqual((self.server.process.pid, private_redis(self.server)), pids, "the same processes")
        self.server.check_alive()
        self._check_log()
        line = (f"hostile {what}: {len(rows)} cases as expected; control chat: {messages} messages acknowledged, median "
                f"{usual['median_ms']} -> {during['median_ms']} ms, p99 {usual['p99_ms']} -> {during['p99_ms']} ms; "
                f"descriptors {before.descriptors} -> {after.descriptors}, memory {before.kib} -> {after.kib} KiB")
        slower = during["median_ms"] > GROSS["times"] * usual["median_ms"] and during["median_ms"] > GROSS["least_ms"]
        self.assertFalse(slower, line)
        self.assertEqual(after.descriptors, before.descriptors, line)
        if not self.server.is_sanitized():  # AddressSanitizer keeps what is freed, to find who uses it
            self.assertLessEqual(after.kib, before.kib + MEMORY_SLACK_KIB, line)
        return line

    def _round(self, rows, desk):
        desk.change_visitor()
        def failure(row):
            try:
                row.run(desk)
            except Exception as error:  # a row that fails must not hide the others
                return f"{row.name}: {type(error).__name__}: {error}"
            return None
        with concurrent.futures.ThreadPoolExecutor(self.at_once) as pool:
            failures = [text for text in pool.map(failure, rows) if text]
        self.assertEqual(failures, [], "\n".join(["these rows had another answer:", *failures]))

    def _quiet(self, descriptors):
        """The footprint once what the rows have opened is closed: when it has `descriptors`, or else stays the same."""
        give_up, last = time.monotonic() + PATIENCE_S, None
        while True:
            now = Footprint(self.server.process.pid)
            if now.descriptors == descriptors or (descriptors is None and last == now.descriptors):
                return now
            if time.monotonic() > give_up:
                return now
            last = now.descriptors
            time.sleep(1)

    def _check_log(self):
        strange = []
        for text in self.server.log_text().splitlines():
            line = json.loads(text)
            if line["level"] in ("warning", "error", "critical") and not any(
                    re.search(pattern, line["message"]) for pattern in EXPECTED_WARNINGS):
                strange.append(text)
        self.assertEqual(strange, [], "what the server warns of")
        self.assertEqual(self.server.leaked_secrets(), [])

