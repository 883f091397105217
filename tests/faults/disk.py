"""A disk that can be full: a small tmpfs with a ballast file. Only root may mount one."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

LEFT = 4096  # bytes that stay free when it is filled


class Disk:
    """`home` is a folder; `is_small` whether it is a disk of its own."""

    def __init__(self, name, size_mib):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix=f"ventanilla-faults-{name}-"))
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", self.home],
                              capture_output=True, text=True, check=False)
        self.is_small = done.returncode == 0
        self.why_not = done.stderr.strip()

    @property
    def ballast(self):
        return self.home / "ballast"

    def fill(self):
        assert self.is_small, "this is not a disk of its own"
        with self.ballast.open("ab") as file, contextlib.suppress(OSError):  # somebody else took the last bytes
            while (free := self.free_bytes()) > LEFT:
                os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size + free - LEFT)

    def free_bytes(self):
        found = os.statvfs(self.home)
        return found.f_bavail * found.f_frsize

    def free(self):
        self.ballast.unlink(missing_ok=True)

    def close(self):
        if self.is_small:
            subprocess.run(["umount", "--lazy", self.home], check=False)
        shutil.rmtree(self.home, ignore_errors=True)
