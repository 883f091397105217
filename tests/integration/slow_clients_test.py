"""Clients that are slow on purpose, and a server that has no descriptor left: what it answers, what it keeps, and that
nobody else notices."""
import asyncio
import os
import pathlib
import resource
import socket
import time

from harness import DeskCase, client_id

COMPLETE_S = 10  # protocol.md 1: head and body have come by then
LATE_S = 20      # how much later the answer may be on a busy machine


class Drips(DeskCase):
    async def drip(self, start, endless):
        """Sends `start`, then a byte of `endless` every half second; the status that ends it, and after how long."""
        host, port = self.http.host.split(":")
        began_at = time.monotonic()
        reader, writer = await asyncio.open_connection(host, int(port))
        answer = asyncio.create_task(reader.read(4096))
        try:
            writer.write(start)
            while not answer.done():
                writer.write(endless)
                await asyncio.wait([answer], timeout=0.5)
            return answer.result(), time.monotonic() - began_at
        finally:
            writer.close()

    def head(self, *lines):
        return "\r\n".join([*lines, f"Host: {self.http.host}"]).encode()

    async def test_slow_heads_handshakes_and_bodies_are_408_after_ten_seconds(self):
        visitor, agent, chat = await self.conversation()
        before = self.server.metric("http_refused_total", reason="too_late")
        starts = {
            "head": self.head("GET /api/v1/site HTTP/1.1", "X-Slow: ") + b"\r\nX-Slow: ",
            "handshake": self.head("GET /ws/visitor HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket",
                                   "Sec-WebSocket-Protocol: ventanilla.v1") + b"\r\nSec-WebSocket-Key: ",
            "body": self.head("POST /api/v1/sessions HTTP/1.1", "Content-Type: application/json",
                              "Content-Length: 1000") + b'\r\n\r\n{"username":"',
        }
        drips = {asyncio.create_task(self.drip(start, b"x")): name for name, start in starts.items() for _ in range(10)}
        while not all(drip.done() for drip in drips):
            asked_at = time.monotonic()
            ack = await visitor.say(chat, "¿Me atiende?")
            await agent.entry(chat, "message", seq=ack["seq"])
            self.assertLess(time.monotonic() - asked_at, 5, "others wait for those who drip")
            await asyncio.wait(drips, timeout=1)
        for drip, name in drips.items():
            answer, took_s = drip.result()
            self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), (name, answer))
            self.assertIn(b"\r\nConnection: close\r\n", answer)
            self.assertTrue(COMPLETE_S <= took_s < COMPLETE_S + LATE_S, (name, took_s))
        self.assertEqual(self.server.metric("http_refused_total", reason="too_late") - before, len(drips))
        await self.until(lambda: self.server.metric("http_connections") == 0)

class OutOfDescriptors(DeskCase):
    room = 20  # descriptors that are left when it begins

    def proc(self, name):
        return pathlib.Path("/proc", str(self.server.process.pid), name)

    def open_fds(self):
        return len(os.listdir(self.proc("fd")))

    def cpu_s(self):
        user, system = self.proc("stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def tighten(self):
        pid = self.server.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (self.open_fds() + self.room, before[1]))
        self.addCleanup(lambda: self.server.running and resource.prlimit(pid, resource.RLIMIT_NOFILE, before))

    def crowd(self):
        """More connections than there are descriptors; the kernel takes them, the server cannot."""
        host, port = self.http.host.split(":")
        connections = []
        for _ in range(4 * self.room):
            connections.append(socket.create_connection((host, int(port)), timeout=30))
            self.addCleanup(connections[-1].close)
        return connections

    def pauses(self):
        """From the log, for the metrics would need a descriptor too."""
        return self.server.log_text().count("accepting pauses")

    async def test_accepting_pauses_without_a_busy_loop_while_others_are_served_and_goes_on_by_itself(self):
        visitor, agent, chat = await self.conversation()
        # UBSan looks at each type through a pipe when it meets it first, for which there are no descriptors later.
        await visitor.say(chat, "¿Hay alguien?")
        counted = self.server.metric("accept_pauses_total")
        self.tighten()
        crowd = self.crowd()
        await self.until(lambda: self.pauses() > 0)
        began_at, cpu_before = time.monotonic(), self.cpu_s()
        said = 0
        while time.monotonic() - began_at < 3 or said < 20:
            ack = await visitor.ok("message.send", chat=chat, client_id=client_id(), text="¿Sigue ahí?")
            await agent.entry(chat, "message", seq=ack["seq"])
            said += 1
            await asyncio.sleep(0.15)  # within the rate
        busy = (self.cpu_s() - cpu_before) / (time.monotonic() - began_at)
        self.assertLess(busy, 0.5, "of one processor, while nothing could be accepted")
        for connection in crowd:
            connection.close()
        newcomer = await self.visitor()
        await newcomer.ok("page")
        self.assertGreater(self.server.metric("accept_pauses_total"), counted)
        self.assertIsNone(visitor.close_code)
        self.assertIsNone(agent.close_code)
