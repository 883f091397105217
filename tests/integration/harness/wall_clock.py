"""The wall clock of servers: it goes on as ever until a test puts it forward (tests/support/wall_clock)."""
import datetime
import os
import pathlib
import struct
import tempfile
import time

from .server import ROOT

LIBRARY = pathlib.Path(os.environ.get("WALL_CLOCK_LIBRARY", ROOT / "build/tests/support/wall_clock/libwall_clock.so"))


class WallClock:
    """`environment` is what a server is started with to go by it; its private Redis inherits that."""

    def __init__(self):
        if not LIBRARY.exists():
            raise FileNotFoundError(f"{LIBRARY}: build it, or name it in WALL_CLOCK_LIBRARY")
        handle, name = tempfile.mkstemp(prefix="ventanilla-clock-")
        os.close(handle)
        self.file = pathlib.Path(name)
        self.offset_ms = 0
        self.file.write_bytes(struct.pack("<q", 0))
        # A server with AddressSanitizer wants to be first of all libraries; this one allocates nothing.
        sanitizer = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        self.environment = {"LD_PRELOAD": str(LIBRARY), "WALL_CLOCK_FILE": name, "ASAN_OPTIONS": sanitizer}

    def jump(self, **by):
        """`days=3`, `hours=-1`: as for a timedelta."""
        self.offset_ms += round(datetime.timedelta(**by).total_seconds() * 1000)
        with self.file.open("r+b") as file:  # mapped by the servers: it must not be cut to nothing in between
            file.write(struct.pack("<q", self.offset_ms))

    def now_ms(self):
        return round(time.time() * 1000) + self.offset_ms

    def close(self):
        self.file.unlink(missing_ok=True)
