"""Uploads that are slow, cut or too many: what is left behind, and what they cost."""
import concurrent.futures
import os
import pathlib
import socket

from files_case import BOUNDARY, MIB, PNG, FilesCase, part


class Broken(FilesCase):
    def setUp(self):
        super().setUp()
        self.before = self.settled()

    def coming(self):
        """What was not on disk before this test."""
        return [path for path in self.on_disk() if path not in self.before]

    def begin(self, token, sent=MIB):
        """An upload of which `sent` bytes have come; its socket."""
        body = part("file", b"a" * (5 * MIB), "a.txt")
        connection = socket.create_connection(self.http.host.split(":"), timeout=30)
        connection.sendall((f"POST /api/v1/files HTTP/1.1\r\nHost: {self.http.host}\r\nAuthorization: Bearer {token}\r\n"
                            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
                            f"Content-Length: {len(body) + 100}\r\n\r\n").encode() + body[:sent])
        return connection

    async def test_what_is_cut_leaves_nothing(self):
        token = await self.token()
        connection = self.begin(token)
        await self.until(lambda: len(self.coming()) == 1 and self.coming()[0].stat().st_size > MIB // 2)
        self.assertEqual(self.coming()[0].parent.name, "incoming")
        self.assertEqual(self.coming()[0].stat().st_mode & 0o777, 0o600)
        connection.close()
        await self.until(lambda: self.coming() == [])

    async def test_what_drips_is_given_up(self):
        connection = self.begin(await self.token(), sent=2000)
        connection.settimeout(0.2)
        answer = b""
        while not answer:
            try:
                answer = connection.recv(4096)
            except socket.timeout:
                connection.sendall(b"a")
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
        connection.close()
        await self.until(lambda: self.coming() == [])

    async def test_kill_in_the_middle_leaves_nothing_after_the_next_start(self):
        connection = self.begin(await self.token())
        await self.until(lambda: len(self.coming()) == 1)
        self.server.restart()
        connection.close()
        self.assertEqual(self.coming(), [])

    async def test_a_file_outlives_kill(self):
        token = self.server.sign_in("ana")
        file = self.file(token, PNG)
        self.server.restart()
        self.assertEqual(self.get(file["id"], token).body, PNG)

    async def test_a_stop_does_not_wait_for_what_never_comes(self):
        connection = self.begin(await self.token())
        await self.until(lambda: len(self.coming()) == 1)
        self.server.stop()
        connection.close()
        self.server.start()
        self.assertEqual(self.coming(), [])


class Memory(FilesCase):
    def peak(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    async def test_it_does_not_grow_with_what_is_uploaded(self):
        token, other = self.server.sign_in("ana"), await self.token()  # of others not so many come in at once
        content = os.urandom(10 * MIB - 16)
        content = b"PK\3\4" + content
        first = self.file(other, content)  # what is kept once is not counted
        self.assertEqual(self.get(first["id"], other).body, content)
        pathlib.Path(f"/proc/{self.server.process.pid}/clear_refs").write_text("5")  # the peak begins anew
        before = self.peak()
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            files = list(pool.map(lambda _: self.file(token, content), range(20)))
            self.assertTrue(all(pool.map(lambda file: self.get(file["id"], token).body == content, files)))
        # 200 MiB come in and go out again.
        self.assertLess(self.peak() - before, (40 if self.server.is_sanitized() else 20) * MIB)
