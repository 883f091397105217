"""The WebSocket itself: what is refused before the upgrade, and how broken frames end a socket."""
import base64
import http.client
import secrets
import socket

from websockets.frames import OP_TEXT

from harness import DeskCase, Visitor, client_id


class Upgrade(DeskCase):
    def upgrade(self, path="/ws/visitor", headers=None, without=(), extra=(), protocol=11):
        """The status that answers an upgrade request with these headers changed."""
        sent = {"Host": self.http.host, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
                "Sec-WebSocket-Protocol": "ventanilla.v1", **(headers or {})}
        connection = http.client.HTTPConnection(self.http.host, timeout=10)
        connection._http_vsn, connection._http_vsn_str = protocol, f"HTTP/{protocol / 10}"
        try:
            connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
            for name, value in [*sent.items(), *extra]:
                if name not in without:
                    connection.putheader(name, value)
            connection.endheaders()
            return connection.getresponse().status
        finally:
            connection.close()

    def test_a_good_one_is_101(self):
        self.assertEqual(self.upgrade(), 101)

    def test_broken_ones_are_400(self):
        self.assertEqual(self.upgrade(without=["Sec-WebSocket-Protocol"]), 400)
        self.assertEqual(self.upgrade(headers={"Sec-WebSocket-Protocol": "chat"}), 400)
        self.assertEqual(self.upgrade(without=["Sec-WebSocket-Key"]), 400)
        self.assertEqual(self.upgrade(headers={"Sec-WebSocket-Key": "short"}), 400)
        self.assertEqual(self.upgrade(extra=[("Sec-WebSocket-Key", "A" * 22 + "==")]), 400)
        self.assertEqual(self.upgrade(extra=[("Origin", "https://www.fel.mx"), ("Origin", "https://www.fel.mx")]), 400)
        self.assertEqual(self.upgrade(without=["Upgrade", "Connection"]), 400)
        self.assertEqual(self.upgrade(protocol=10), 400)

    def test_another_version_is_426(self):
        self.assertEqual(self.upgrade(headers={"Sec-WebSocket-Version": "8"}), 426)

    def test_origins_of_visitors(self):
        self.assertEqual(self.upgrade(headers={"Origin": "https://www.fel.mx"}), 101)
        self.assertEqual(self.upgrade(headers={"Origin": self.server.address}), 101)
        for foreign in ("https://evil.example", "http://www.fel.mx", "https://www.fel.mx:444",
                        "https://www.fel.mx.evil.example", "null"):
            with self.subTest(origin=foreign):
                self.assertEqual(self.upgrade(headers={"Origin": foreign}), 403)

    def test_agents_need_a_session(self):
        self.assertEqual(self.upgrade("/ws/agent"), 401)
        self.assertEqual(self.upgrade("/ws/agent", {"Authorization": "Bearer " + secrets.token_urlsafe(32)}), 401)
        token = self.server.sign_in("ana")
        self.assertEqual(self.upgrade("/ws/agent", {"Authorization": f"Bearer {token}"}), 101)
        self.assertEqual(self.upgrade("/ws/agent", {"Authorization": f"Bearer {token}", "Origin": "https://evil.example"}),
                         403)

    def test_with_the_cookie_the_own_origin_must_be_there(self):
        cookie = "ventanilla_session=" + self.server.sign_in("ana")
        self.assertEqual(self.upgrade("/ws/agent", {"Cookie": cookie, "Origin": self.server.address}), 101)
        self.assertEqual(self.upgrade("/ws/agent", {"Cookie": cookie}), 403)
        self.assertEqual(self.upgrade("/ws/agent", {"Cookie": cookie, "Origin": "https://www.fel.mx"}), 403)


class BrokenFrames(DeskCase):
    async def test_binary_is_1003(self):
        visitor = await self.visitor()
        await visitor.socket.send(b"{}")
        self.assertEqual(await visitor.closed(), 1003)

    async def test_a_frame_beyond_the_limit_is_1009(self):
        visitor = await self.visitor()
        await visitor.socket.send("x" * 70000)
        self.assertEqual(await visitor.closed(), 1009)

    async def test_bad_utf8_is_1007(self):
        visitor = await self.visitor()
        await visitor.socket.write_frame(True, OP_TEXT, b'{"type":"page","id":2,"url":"\xff\xfe"}')
        self.assertEqual(await visitor.closed(), 1007)

    async def test_the_largest_frame_is_taken(self):
        visitor = await self.visitor()
        frame = '{"type":"page","id":2,"x":"' + "y" * 65507 + '"}'
        self.assertEqual(len(frame), 65536)
        reply = await visitor.reply_of(await visitor.send_text(frame, "page", 2))
        self.assertEqual(reply["type"], "ok")


class Crowd(DeskCase):
    site = {"limits": {"sockets_per_address": 3}}

    async def test_too_many_sockets_of_one_address_are_429(self):
        for _ in range(3):
            await self.visitor()
        with self.assertRaises(Exception) as refused:
            await self.visitor()
        self.assertEqual(getattr(refused.exception, "status_code", None), 429)


class SlowReader(DeskCase):
    site = {"limits": {"messages_per_s": 100000, "message_burst": 100000}}

    async def slow_tab(self, token):
        """A visitor's socket with hardly any room in the kernel, so that it is soon the server that must wait."""
        host, port = self.http.host.split(":")
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.connect((host, int(port)))
        tab = Visitor(self.server, token=token)
        await tab.open(sock=narrow)
        self.clients.append(tab)
        await tab.hello()
        tab.socket.transport.pause_reading()
        return tab

    async def test_who_does_not_read_is_closed_with_4513_and_resumes(self):
        visitor, agent, chat = await self.conversation()
        tab = await self.slow_tab(visitor.token)
        sent = 230  # 3.6 MB: beyond what the kernel and the server's queue of 256 KiB hold, within what a chat may have
        for _ in range(sent // 10):
            pending = [await agent.start_request("message.send", chat=chat, client_id=client_id(), text="🙂" * 4000)
                       for _ in range(10)]
            for future in pending:
                reply = await agent.reply_of(future)
                self.assertEqual(reply["type"], "ok", reply)
        tab.socket.transport.resume_reading()
        self.assertEqual(await tab.closed(), 4513)
        after = max((event["seq"] for event in tab.seen("entry")), default=3)
        again = await self.visitor(token=visitor.token, resume={"chat": chat, "after": after})
        await again.entry(chat, "message", seq=3 + sent)
        self.assertEqual([event["seq"] for event in again.seen("entry")], list(range(after + 1, 4 + sent)))
        # Nobody else noticed.
        await visitor.entry(chat, "message", seq=3 + sent)
        self.assertIsNone(visitor.close_code)
