"""How sockets end: one test for each close code of protocol.md 2.1 that no other file's test names, and the proof that
none is forgotten."""
import asyncio
import pathlib
import re
import signal
import unittest

from websockets.frames import OP_TEXT

from harness import DeskCase, site_toml
from harness.contract import PROTOCOL


class ByTheClient(DeskCase):
    async def test_who_leaves_is_answered_with_1000(self):
        visitor, agent, chat = await self.conversation()
        await visitor.leave()
        self.assertEqual(visitor.socket.close_rcvd.code, 1000)
        await agent.wait_for("visitor", lambda event: not event["visitor"]["connected"])

    async def test_a_broken_frame_is_1002(self):
        masked = b"\x81" + bytes(4) + b"x"  # length and mask of one letter
        broken = {"continuation of nothing": b"\x80" + masked, "reserved opcode": b"\x83" + masked,
                  "reserved bit": b"\xc1" + masked, "fragmented ping": b"\x09" + masked, "unmasked": b"\x81\x01x"}
        for name, frame in broken.items():
            with self.subTest(name):
                visitor = await self.visitor()
                visitor.socket.transport.write(frame)
                self.assertEqual(await visitor.closed(), 1002)

    async def test_a_message_inside_another_is_1002(self):
        visitor = await self.visitor()
        await visitor.socket.write_frame(False, OP_TEXT, b'{"type":')
        await visitor.socket.write_frame(True, OP_TEXT, b'{"type":"page","id":2}')
        self.assertEqual(await visitor.closed(), 1002)


class Reloaded(DeskCase):
    """A reload (SIGHUP) says anew which pages may embed the widget."""

    ours, partner = "https://www.fel.mx", "https://socio.example.mx"

    def allow(self, *origins):
        site = site_toml(origins=origins)
        return asyncio.to_thread(self.server.reload, site)

    async def test_an_origin_that_is_taken_out_is_4403_and_nobody_else_notices(self):
        await self.allow(self.ours, self.partner)
        agent = await self.agent("ana")
        embedded = await self.visitor(origin=self.partner)
        chat = await embedded.start()
        await agent.assigned(chat["id"])
        ack = await embedded.say(chat["id"], "¿Siguen ahí?")
        others = [await self.visitor(origin=origin) for origin in (self.ours, self.server.address, None)]
        await self.allow(self.ours)
        self.assertEqual(await embedded.closed(), 4403)
        with self.assertRaises(Exception) as refused:
            await self.visitor(origin=self.partner)
        self.assertEqual(getattr(refused.exception, "status_code", None), 403)
        for other in others:
            await other.ok("page")
        await agent.ok("chat.sync", chat=chat["id"], after=0)
        # The chat is not over: who comes back from a page that is allowed finds it.
        again = await self.visitor(token=embedded.token, origin=self.ours, resume={"chat": chat["id"], "after": 0})
        await again.entry(chat["id"], "message", seq=ack["seq"], text="¿Siguen ahí?")
        await self.allow(self.ours, self.partner)
        await self.visitor(origin=self.partner)


class AtOnce(DeskCase):
    async def test_a_second_signal_closes_what_the_first_left_with_1001(self):
        # The drain closes one of them each tenth of a second with 1012; the second signal comes long before the last.
        crowd = [await self.visitor() for _ in range(40)]
        self.server._ended_here = True
        self.server.process.send_signal(signal.SIGTERM)
        self.server.process.send_signal(signal.SIGINT)
        codes = [await visitor.closed() for visitor in crowd]
        self.assertLessEqual(set(codes), {1001, 1012})
        self.assertIn(1001, codes)
        self.assertEqual(await asyncio.to_thread(self.server.process.wait, 30), 0, self.server.log_text())


class EveryCode(unittest.TestCase):
    """What has a number or a name in the contract has a test that says so in its name."""

    def setUp(self):
        files = pathlib.Path(__file__).parent.glob("*_test.py")
        self.tests = [name for file in files for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))]
        self.codes = (PROTOCOL / "codes.hpp").read_text(encoding="utf-8")

    def test_close_codes(self):
        numbers = re.findall(r"^    \w+ = (\d{4}),", self.codes, re.M)
        self.assertGreaterEqual(len(numbers), 14)
        missing = [number for number in numbers if not any(number in name for name in self.tests)]
        self.assertEqual(missing, [])

    def test_reply_codes(self):
        words = re.search(r"enum class Code[^{]*\{([^}]*)\}", self.codes)[1]
        words = re.findall(r"^\s+([a-z_]+),", words, re.M)
        self.assertEqual(len(words), 12)
        missing = [word for word in words if not any(word in name for name in self.tests)]
        self.assertEqual(missing, [])
