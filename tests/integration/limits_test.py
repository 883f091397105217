"""What one person, one address and the whole site may do: beyond it slow_down, when to try again, and a metric of its own.
Addresses are what a trusted proxy says they are, so that a test can come from many."""
import asyncio
import concurrent.futures
import pathlib
import re
import socket

from harness import Agent, DeskCase, Visitor, client_id, site_toml

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "operations.md"


class LimitsCase(DeskCase):
    """Each test sets its limits by a reload; the counts begin anew then."""

    site = {"trusted_proxies": ["127.0.0.1"]}
    limit = "limit_refused_total"

    def limits(self, **limits):
        site = site_toml(limits=limits, **self.site)
        return asyncio.to_thread(self.server.reload, site)

    async def socket_from(self, address, token=None):
        client = Visitor(self.server, token=token)
        await client.open(headers={"X-Forwarded-For": address})
        self.clients.append(client)
        return client

    async def visitor_from(self, address):
        client = await self.socket_from(address)
        await client.hello()
        return client

    def refusals(self, name):
        return self.server.metric(self.limit, limit=name)

    def check_refusal(self, reply, most_ms):
        """A refusal by slow_down that says when to try again, to programs and to people."""
        self.assertEqual((reply["type"], reply["code"]), ("error", "slow_down"), reply)
        self.assertTrue(0 < reply["retry_after_ms"] <= most_ms, reply)
        self.assertRegex(reply["message"], r"\d+ (segundo|minuto)s?\b")
        return reply


class Starts(LimitsCase):
    async def asyncSetUp(self):
        await self.agent("ana")

    async def start_and_close(self, visitor):
        chat = await visitor.start()
        await visitor.ok("chat.close", chat=chat["id"])
        visitor.chat = None
        return chat

    async def test_chat_starts_of_one_visitor(self):
        await self.limits(messages_per_s=1, message_burst=2)
        visitor = await self.visitor_from("10.1.0.1")
        first = visitor.start_fields()
        chat = (await visitor.ok("chat.start", **first))["chat"]
        again = await visitor.ok("chat.start", **visitor.start_fields())
        self.assertTrue(again["existing"])
        await visitor.ok("chat.close", chat=chat["id"])
        before = self.refusals("starts_per_visitor")
        for _ in range(50):
            another = visitor.start_fields()
            reply = await visitor.request("chat.start", **another)
            if reply["type"] == "error":
                break
            await visitor.ok("chat.close", chat=reply["chat"]["id"])
        self.check_refusal(reply, 1000)
        self.assertEqual(self.refusals("starts_per_visitor") - before, 1)
        # What is there already is answered whatever the rate.
        repeated = await visitor.ok("chat.start", **first)
        self.assertEqual(repeated["chat"]["id"], chat["id"])
        while (reply := await visitor.request("chat.start", **another))["type"] == "error":
            await asyncio.sleep(self.check_refusal(reply, 1000)["retry_after_ms"] / 1000)
        self.assertNotEqual(reply["chat"]["id"], chat["id"])

    async def test_what_is_wrong_or_there_already_does_not_count(self):
        await self.limits(messages_per_s=1, message_burst=1)
        visitor = await self.visitor_from("10.1.0.2")
        for _ in range(5):
            await visitor.refused("chat.start", "bad_field", "email", **visitor.start_fields(email="no address"))
        await visitor.start()

    async def test_chat_starts_of_one_address(self):
        await self.limits(starts_per_address=3)
        before = self.refusals("starts_per_address")
        for _ in range(3):
            await self.start_and_close(await self.visitor_from("10.1.1.1"))
        crowded = await self.visitor_from("10.1.1.1")
        self.check_refusal(await crowded.request("chat.start", **crowded.start_fields()), 20_000)
        self.assertEqual(self.refusals("starts_per_address") - before, 1)
        await (await self.visitor_from("10.1.1.2")).start()

    async def test_an_address_of_ipv6_is_its_64_bits(self):
        await self.limits(starts_per_address=1)
        await self.start_and_close(await self.visitor_from("2001:db8:1:2::1"))
        neighbour = await self.visitor_from("2001:db8:1:2:ffff::2")
        self.check_refusal(await neighbour.request("chat.start", **neighbour.start_fields()), 60_000)
        await (await self.visitor_from("2001:db8:1:3::1")).start()

    async def test_chat_starts_of_the_site(self):
        await self.limits(starts_per_site=2)
        before = self.refusals("starts_per_site")
        for n in range(2):
            await self.start_and_close(await self.visitor_from(f"10.1.2.{n}"))
        last = await self.visitor_from("10.1.2.9")
        self.check_refusal(await last.request("chat.start", **last.start_fields()), 30_000)
        self.assertEqual(self.refusals("starts_per_site") - before, 1)


class Messages(LimitsCase):
    async def flood(self, limit, *addresses, **limits):
        """Visitors of these addresses and their agent say something until this limit refuses; how often it did."""
        await self.agent("ana")
        people = [await self.visitor_from(address) for address in addresses]
        for visitor in people:
            await visitor.start()
        await self.limits(**limits)
        before = self.refusals(limit)
        for _ in range(10):
            replies = [await visitor.reply_of(await visitor.start_request(
                "message.send", chat=visitor.chat, client_id=client_id(), text="hola")) for visitor in people]
            for reply in replies:
                if reply["type"] == "error":
                    self.check_refusal(reply, 1000)
                    self.assertGreater(self.refusals(limit), before)
                    return people
        self.fail("nothing was refused")

    async def test_messages_of_one_sender(self):
        await self.flood("messages_per_sender", "10.2.0.1", messages_per_s=1, message_burst=2)

    async def test_messages_of_one_address(self):
        people = await self.flood("messages_per_address", "10.2.1.1", "10.2.1.1", messages_per_address=1)
        agent = next(client for client in self.clients if isinstance(client, Agent))
        for n in range(10):  # who has signed in is no stranger
            await agent.say(people[0].chat, f"mensaje {n}")

    async def test_messages_of_the_site(self):
        await self.flood("messages_per_site", "10.2.2.1", "10.2.2.2", messages_per_site=1)


class People(LimitsCase):
    async def turned_away(self, client, limit, most_ms):
        before = self.refusals(limit)
        self.check_refusal(await client.request("hello", channel="soporte"), most_ms)
        self.assertEqual(await client.closed(), 4429)
        self.assertEqual(self.refusals(limit) - before, 1)

    async def test_new_visitors_of_one_address_and_those_who_are_known(self):
        await self.limits(visitors_per_address=2)
        known = [await self.visitor_from("10.3.0.1") for _ in range(2)]
        closed = self.server.metric("sockets_closed_total", reason="abuse")
        await self.turned_away(await self.socket_from("10.3.0.1"), "visitors_per_address", 30_000)
        self.assertEqual(self.server.metric("sockets_closed_total", reason="abuse") - closed, 1)
        again = await self.socket_from("10.3.0.1", known[0].token)
        await again.hello()
        self.assertEqual(again.id, known[0].id)
        await self.visitor_from("10.3.0.2")

    async def test_new_visitors_of_the_site(self):
        await self.limits(visitors_per_site=2)
        for n in range(2):
            await self.visitor_from(f"10.3.1.{n}")
        await self.turned_away(await self.socket_from("10.3.1.9"), "visitors_per_site", 30_000)

    async def test_sockets_of_one_visitor(self):
        await self.limits(sockets_per_visitor=1)
        visitor = await self.visitor_from("10.3.2.1")
        second = await self.socket_from("10.3.2.1")
        before = self.refusals("sockets_per_visitor")
        self.check_refusal(await second.request("hello", channel="soporte", token=visitor.token), 60_000)
        self.assertEqual(await second.closed(), 4429)
        self.assertEqual(self.refusals("sockets_per_visitor") - before, 1)

    async def refused_upgrade(self, address, reason):
        before = self.server.metric("http_refused_total", reason=reason)
        with self.assertRaises(Exception) as refused:
            await self.socket_from(address)
        self.assertEqual(getattr(refused.exception, "status_code", None), 429)
        self.assertGreater(int(refused.exception.headers["Retry-After"]), 0)
        self.assertEqual(self.server.metric("http_refused_total", reason=reason) - before, 1)

    async def test_sockets_of_one_address(self):
        await self.limits(sockets_per_address=2)
        for _ in range(2):
            await self.visitor_from("10.3.3.1")
        await self.refused_upgrade("10.3.3.1", "address_limit")
        await self.visitor_from("10.3.3.2")

    async def test_sockets_of_the_site_and_a_place_that_becomes_free(self):
        await self.until(lambda: self.server.metric("sockets") == 0)
        await self.limits(sockets_per_site=2)
        first, _ = [await self.visitor_from(f"10.3.4.{n}") for n in range(2)]
        await self.refused_upgrade("10.3.4.9", "site_limit")
        await first.leave()
        await self.until(lambda: self.server.metric("sockets") == 1)
        await self.visitor_from("10.3.4.9")

    async def test_requests_of_one_socket(self):
        await self.limits()
        visitor = await self.visitor_from("10.3.5.1")
        before = self.refusals("requests_per_socket")
        pending = [await visitor.start_request("page") for _ in range(300)]
        replies = [await visitor.reply_of(future) for future in pending]
        refused = [reply for reply in replies if reply["type"] == "error"]
        self.check_refusal(refused[0], 1000)
        self.assertEqual(self.refusals("requests_per_socket") - before, len(refused))


class Connections(DeskCase):
    """Without a proxy, for its connections are everybody's."""

    site = {"limits": {"connections_per_address": 4}}

    def site_page(self):
        return self.http.get("/api/v1/site", checked=False)

    def idle(self):
        host, port = self.http.host.split(":")
        connection = socket.create_connection((host, int(port)), timeout=30)
        self.addCleanup(connection.close)
        return connection

    async def test_http_connections_of_one_address_and_sockets_are_not_among_them(self):
        visitors = [await self.visitor() for _ in range(6)]
        await self.until(lambda: self.server.metric("http_connections") == 0)
        refused = self.server.metric("http_refused_total", reason="connection_limit")
        held = [self.idle() for _ in range(4)]
        await self.until(lambda: self.server.metric("http_connections") == 4)
        answer = await asyncio.to_thread(self.idle().recv, 4096)  # before it has asked for anything
        self.assertTrue(answer.startswith(b"HTTP/1.1 429 "), answer)
        self.assertIn(b"\r\nretry-after: 10\r\n", answer.lower())
        answer = self.site_page()
        self.assertEqual((answer.status, answer.code), (429, "slow_down"))
        self.assertEqual(self.server.metric("http_refused_total", reason="connection_limit") - refused, 2)
        for visitor in visitors:
            await visitor.ok("page")
        held[0].close()
        await self.until(lambda: self.site_page().status == 200)

    async def test_far_beyond_the_limit_they_are_just_closed(self):
        held = [self.idle() for _ in range(4)]
        await self.until(lambda: self.server.metric("http_connections") >= 4)
        crowd = [self.idle() for _ in range(200)]
        before = self.server.metric("open_fds")
        answers = await asyncio.to_thread(lambda: [self.last_words(connection) for connection in crowd])
        self.assertEqual({answer[:13] for answer in answers}, {b"HTTP/1.1 429 ", b""})
        self.assertLess(before, 200, "descriptors")
        for connection in (*held, *crowd):
            connection.close()
        await self.until(lambda: self.site_page().status == 200)

    @staticmethod
    def last_words(connection):
        try:
            return connection.recv(4096)
        except OSError:
            return b""


class SignIns(LimitsCase):
    async def test_sign_ins_of_one_account_and_of_one_address(self):
        def sign_in(username, address="10.4.0.1"):
            return self.http.post("/api/v1/sessions", {"username": username, "password": "wrong"},
                                  headers={"X-Forwarded-For": address})

        answers = [sign_in("ana") for _ in range(11)]
        self.assertEqual([answer.status for answer in answers], [401] * 10 + [429])
        self.assertEqual(answers[-1].json()["detail"], "Va muy rápido. Espere 15 minutos e inténtelo de nuevo.")
        self.assertEqual(answers[-1].headers["retry-after"], "900")
        self.assertEqual(self.refusals("sign_ins_per_account"), 1)
        for n in range(40):
            self.assertEqual(sign_in(f"nobody-{n}").status, 401)
        self.assertEqual(sign_in("nobody-40").status, 429)
        self.assertEqual(self.refusals("sign_ins_per_address"), 1)
        self.assertEqual(sign_in("ana", "10.4.0.2").status, 401)


class Tickets(LimitsCase):
    def post(self, _):
        body = {"email": "ana@example.mx", "rfc": "GODE561231GR8", "department": "pagos", "subject": "Prueba", "priority": "low",
                "captcha": {"id": "nothing", "answer": "1"}}
        return self.http.post("/api/v1/tickets", body, headers={"X-Forwarded-For": "10.5.0.1"})

    async def test_a_burst_of_wrong_answers_does_not_pass_together(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = await asyncio.to_thread(lambda: list(pool.map(self.post, range(320))))
        self.assertEqual(sorted(answer.status for answer in answers), [422] * 300 + [429] * 20)
        refused = next(answer for answer in answers if answer.status == 429)
        self.assertEqual(refused.headers["retry-after"], "600")
        self.assertEqual(self.refusals("tickets_per_address"), 20)

    async def test_a_form_that_is_to_be_corrected_does_not_count(self):
        def post():
            return self.http.post("/api/v1/tickets", {"email": "no"}, headers={"X-Forwarded-For": "10.5.0.2"})

        self.assertEqual({post().status for _ in range(310)}, {422})


class Documented(LimitsCase):
    async def test_every_limit_of_the_metrics_stands_in_the_operations_page(self):
        metrics = self.server.metrics_text()
        names = re.findall(r'^ventanilla_limit_refused_total\{limit="(\w+)"\}', metrics, re.M)
        self.assertGreaterEqual(len(names), 18)
        page = DOCS.read_text(encoding="utf-8")
        self.assertEqual([name for name in names if f'`{name}`' not in page], [])
