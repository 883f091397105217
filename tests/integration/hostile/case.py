"""All rows of a table against one server while the control chat goes on: once to warm up, then, to look at the chat and at what
they leave behind, those that do not wait, evenly and again and again, and those that wait."""
import asyncio
import concurrent.futures
import contextlib
import json
import math
import os
import pathlib
import re
import tempfile
import time

from harness import DeskCase, private_redis

from .control import Control
from .rows import Session
from .wire import PATIENCE_S, Wire

# How many rows a second the chat is measured beside: all that these threads can do would measure who gets the processor.
PER_S = 200
# Of each phase, quiet or hostile: the median of a few would say nothing.
MESSAGES = 100
# A machine that does other work moves these figures too, at one time and not at another; a server that is slow beside hostile
# clients is so each time. So this fails if in each of the tries half of the messages took twice as long as usual, longer than
# nine of ten do on this machine as it is, and by more than a scheduler's slice or two.
TRIES = 3
TIMES = 2
MORE_MS = 5
# What the allocator may keep for itself after the first round.
MEMORY_SLACK_KIB = 4096
EXPECTED_WARNINGS = (
    r"the event loop was held up for",          # a busy machine, not a hostile client
    r"cannot lower its priority",               # at the start
    r"redis does not answer: ",                 # a disk that stands still for a second; see talk.py
)


class Desk:
    """What the rows need to know of the server, and what they leave behind."""

    def __init__(self, server):
        self.host = server.http.host
        self.site = server.config
        self.data = server.data
        self.secrets = server.secrets
        self.agent_token = server.sign_in("ben")
        self.visitor_token = self._source = None
        self._rounds = 0
        self._home = tempfile.TemporaryDirectory(prefix="ventanilla-hostile-")

    def change_people(self):
        """Another visitor speaks, from another address: what one of either may do is counted."""
        self._rounds += 1
        self._source = f"127.7.{self._rounds // 250}.{self._rounds % 250 + 1}"
        with self.wire() as wire:
            self.visitor_token = Session(wire, self).welcome["token"]

    def wire(self):
        """A fresh connection from this round's address."""
        return Wire(self.host, self._source)

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
        control.until(MESSAGES)
        self._round(rows, desk)
        before = self._quiet(None)
        medians, held = self._compare([row for row in rows if not row.waits], desk, control)
        self._round([row for row in rows if row.waits], desk)
        after = self._quiet(before.descriptors)
        messages = control.end()
        self.assertEqual((self.server.process.pid, private_redis(self.server)), pids, "the same processes")
        self.server.check_alive()
        self._check_log()
        line = (f"hostile {what}: {len(rows)} cases as expected; control chat: {messages} messages acknowledged, {medians}; "
                f"descriptors {before.descriptors} -> {after.descriptors}, memory {before.kib} -> {after.kib} KiB")
        self.assertTrue(held, line)
        self.assertEqual(after.descriptors, before.descriptors, line)
        if not self.server.is_sanitized():  # AddressSanitizer keeps what is freed, to find who uses it
            self.assertLessEqual(after.kib, before.kib + MEMORY_SLACK_KIB, line)
        return line

    def _compare(self, rows, desk, control):
        """How the control chat does alone and beside these rows, in words, and whether it does well enough."""
        words = []
        for _ in range(TRIES):
            control.begin()
            control.until(MESSAGES)
            usual = control.phase()
            control.begin()
            rounds = 0
            while control.count() < MESSAGES:
                self._round(rows, desk, PER_S)
                rounds += 1
            during = control.phase()
            steps = ", ".join(f"{part} {usual[f'{part}_ms']} -> {during[f'{part}_ms']} ms" for part in ("median", "p90", "p99"))
            words.append(f"{steps}, {during['messages']} beside {rounds * len(rows)} cases")
            most = max(TIMES * usual["median_ms"], usual["p90_ms"], usual["median_ms"] + MORE_MS)
            if during["median_ms"] < most:
                return "; ".join(words), True
        return "; ".join(words), False

    def _round(self, rows, desk, per_s=math.inf):
        """All rows, begun evenly if there are to be so many a second, or else one after the other."""
        desk.change_people()
        began = time.monotonic()
        def failure(number, row):
            time.sleep(max(0, began + number / per_s - time.monotonic()))
            try:
                row.run(desk)
            except Exception as error:  # a row that fails must not hide the others
                return f"{row.name}: {type(error).__name__}: {error}"
            return None
        with concurrent.futures.ThreadPoolExecutor(self.at_once) as pool:
            failures = [text for text in pool.map(failure, range(len(rows)), rows) if text]
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

