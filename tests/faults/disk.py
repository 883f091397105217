"""A disk that can be full: a small tmpfs. Only root may mount one."""
import os
import pathlib
import shutil
import subprocess
import tempfile

LEFT = 4096  # bytes that stay free when it is filled


class Disk:
    """`home` is a folder; `is_small` whether it is a disk of its own."""

    def __init__(self, name, size_mib):
        self.size_bytes = size_mib * 1024 * 1024
        self.home = pathlib.Path(tempfile.mkdtemp(prefix=f"ventanilla-faults-{name}-"))
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", self.home],
                              capture_output=True, text=True, check=False)
        self.is_small = done.returncode == 0
        self.why_not = done.stderr.strip()

    def fill(self):
        """Makes the disk as small as what is on it: a file that filled it would take as much memory."""
        assert self.is_small, "this is not a disk of its own"
        while (free := self.free_bytes()) > LEFT:  # somebody else may have written meanwhile
            self._resize(self._total_bytes() - free + LEFT)

    def free_bytes(self):
        found = os.statvfs(self.home)
        return found.f_bavail * found.f_frsize

    def free(self):
        self._resize(self.size_bytes)

    def _total_bytes(self):
        found = os.statvfs(self.home)
        return found.f_blocks * found.f_frsize

    def _resize(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", self.home], capture_output=True, check=False)

    def close(self):
        if self.is_small:
            subprocess.run(["umount", "--lazy", self.home], check=False)
        shutil.rmtree(self.home, ignore_errors=True)
