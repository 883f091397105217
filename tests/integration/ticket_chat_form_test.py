"""The ticket form of a visitor who waits in a chat: one problem, one ticket, whichever comes first (protocol.md 3.5)."""
import asyncio
import contextlib
import json
import sqlite3

from harness.clients import client_id
from harness.http import Http
from harness.tickets import TicketCase

ORIGIN = "https://www.fel.mx"
DAY_MS = 24 * 3_600_000
RACES = 12
FILED_S = 1.2  # within this an ended chat is filed, on a machine with time


class ChatForm(TicketCase):
    site = {"captcha": {"mode": "both"}, "departments": {"ventas": {"max_waiting": 1000}}}

    def database(self):
        return contextlib.closing(sqlite3.connect(f"{self.server.data}/ventanilla.db", timeout=30))

    def rows(self, query, *values):
        with self.database() as database:
            return database.execute(query, values).fetchall()

    async def waiting(self, text="Tengo prisa", email="lucia@example.mx"):
        """A visitor in a queue where the only agent there picks, and does not."""
        if not self.clients:
            await self.agent("vera")
        visitor = await self.visitor("ventas")
        chat = (await visitor.start(email=email))["id"]
        await visitor.say(chat, text)
        return visitor, chat

    def send(self, visitor, chat, **changes):
        headers = changes.pop("headers", {})
        form = self.form(**{"email": "lucia@example.mx", "department": "pagos", "chat": chat, **changes})
        return self.http.post("/api/v1/tickets", form, token=visitor.token, headers=headers)

    def sent(self, visitor, chat, **changes):
        answer = self.send(visitor, chat, **changes)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json()

    async def left(self, visitor, chat):
        await visitor.ok("chat.close", chat=chat)
        await self.filed(chat)

    async def filed(self, chat):
        await self.until(lambda: self.rows("SELECT 1 FROM chat WHERE id = ?", chat))

    def nothing_is_being_filed(self):
        """Redis has let go of all chats that have ended."""
        text = Http(self.server.metrics).get("/metrics", checked=False).body.decode()
        return "ventanilla_archiving_chats 0\n" in text

    def numbers(self, chat):
        return [f"T-{row[0]:06}" for row in self.rows("SELECT number FROM ticket WHERE chat_id = ? ORDER BY number", chat)]

    async def test_sent_while_waiting_it_is_the_chats_ticket_and_the_end_makes_no_other(self):
        visitor, chat = await self.waiting()
        made = self.sent(visitor, chat, subject="Con prisa")
        ticket = made["ticket"]
        self.assertEqual((ticket["chat"], ticket["channel"], ticket["department"]), (chat, "form", "pagos"))
        entry = await visitor.entry(chat, "ticket")
        self.assertEqual(entry["ticket"], {"number": ticket["number"]})
        first = (await visitor.log(chat))[0]
        started = self.rows("SELECT started_at FROM ticket WHERE chat_id = ?", chat)
        self.assertEqual(started, [(first["at"],)])
        self.assertLessEqual(first["at"], ticket["created_at"])
        await self.left(visitor, chat)
        self.assertEqual(self.numbers(chat), [ticket["number"]])
        log = await visitor.log(chat)
        self.assertEqual([entry["kind"] for entry in log].count("ticket"), 1)

    async def test_sent_after_the_end_it_completes_the_ticket_that_the_end_has_made(self):
        visitor, chat = await self.waiting()
        await self.left(visitor, chat)
        [number] = self.numbers(chat)
        made = self.sent(visitor, chat, subject="Con prisa", priority="high", comments="Tengo  prisa\n\nCFDI40108")
        ticket = made["ticket"]
        self.assertEqual(self.numbers(chat), [number])
        self.assertEqual((ticket["number"], ticket["subject"], ticket["rfc"], ticket["priority"], ticket["department"]),
                         (number, "Con prisa", "GODE561231GR8", "high", "pagos"))
        # The link in the answer opens it: what was said in the chat, what the form adds, and what the form has changed.
        seen = self.http.get(self.api_of(made)).json()["messages"]
        self.assertEqual([line["text"] for line in seen if line["kind"] == "comment"],
                         ["Tengo prisa", "Tengo  prisa\n\nCFDI40108"])
        self.assertIn("Se completó con el formulario.", [line["text"] for line in seen if line["kind"] == "event"])
        # What was captured goes by mail, once more and for good.
        mails = [json.loads(row[0]) for row in self.rows("SELECT payload FROM outbox WHERE kind = 'mail' ORDER BY id")
                 if json.loads(row[0])["number"] == number]
        self.assertEqual([(mail["template"], mail["subject"], mail["rfc"]) for mail in mails],
                         [("ticket_created", "Tengo prisa", ""), ("ticket_created", "Con prisa", "GODE561231GR8")])
        self.assertEqual([entry["kind"] for entry in await visitor.log(chat)].count("ticket"), 1)

    async def test_what_the_chat_said_already_is_not_said_twice_and_a_second_form_is_another_problem(self):
        visitor, chat = await self.waiting()
        await visitor.say(chat, "CFDI40108")
        await self.left(visitor, chat)
        made = self.sent(visitor, chat, comments="Tengo prisa\n\nCFDI40108")
        seen = self.http.get(self.api_of(made)).json()["messages"]
        self.assertEqual([line["text"] for line in seen if line["kind"] == "comment"], ["Tengo prisa\nCFDI40108"])
        other = self.sent(visitor, chat, subject="Otro asunto")
        self.assertEqual(self.numbers(chat), [made["ticket"]["number"], other["ticket"]["number"]])

    async def test_another_address_ends_the_link_that_the_first_one_had(self):
        visitor, chat = await self.waiting(email="lucai@example.mx")
        await self.left(visitor, chat)
        [number] = self.numbers(chat)
        [link] = [json.loads(row[0])["link"] for row in self.rows(
            "SELECT payload FROM outbox WHERE key = ?", f"ticket_created:{int(number[2:])}")]
        key = link.split("key=")[1]
        self.assertEqual(self.http.get(f"/api/v1/tickets/{number}?key={key}").status, 200)
        made = self.sent(visitor, chat, email="lucia@example.mx")
        self.assertEqual((made["ticket"]["number"], made["ticket"]["email"]), (number, "lucia@example.mx"))
        self.assertEqual(self.http.get(f"/api/v1/tickets/{number}?key={key}").status, 404)
        self.assertEqual(self.http.get(self.api_of(made)).status, 200)

    async def test_what_an_agent_has_decided_stays(self):
        visitor, chat = await self.waiting()
        await self.left(visitor, chat)
        [number] = self.numbers(chat)
        admin = self.server.sign_in("raul")
        changes = {"priority": "urgent", "department": "soporte-tecnico", "state": "pending"}
        self.assertEqual(self.http.request("PATCH", f"/api/v1/tickets/{number}", changes, token=admin).status, 200)
        ticket = self.sent(visitor, chat, priority="low", subject="Con prisa")["ticket"]
        self.assertEqual((ticket["number"], ticket["priority"], ticket["department"], ticket["subject"], ticket["state"]),
                         (number, "urgent", "soporte-tecnico", "Con prisa", "open"))

    async def test_the_agents_first_message_is_its_first_answer(self):
        visitor, agent, chat = await self.conversation()
        answer = await agent.say(chat, "Un momento")
        self.assertEqual(self.sent(visitor, chat)["ticket"]["first_responded_at"], answer["at"])

    async def test_the_form_while_the_chat_ends_makes_one_ticket(self):
        for race in range(RACES):
            visitor, chat = await self.waiting()
            form = self.form(email="lucia@example.mx", department="pagos", chat=chat)
            closing = await visitor.start_request("chat.close", chat=chat)
            await asyncio.sleep(race * FILED_S / RACES)  # before, while and after it is filed
            answer = await asyncio.to_thread(self.http.post, "/api/v1/tickets", form, token=visitor.token)
            self.assertEqual(answer.status, 201, answer.body)
            await visitor.reply_of(closing)
            await self.filed(chat)
            self.assertEqual(self.numbers(chat), [answer.json()["ticket"]["number"]])
            await visitor.leave()

    async def test_the_same_again_is_the_same_answer(self):
        visitor, chat = await self.waiting()
        form = self.form(chat=chat)
        key = {"Idempotency-Key": client_id()}
        answers = [self.http.post("/api/v1/tickets", form, token=visitor.token, headers=key) for _ in range(2)]
        self.assertEqual([answer.status for answer in answers], [201, 201])
        self.assertEqual(answers[0].body, answers[1].body)
        self.assertEqual(len(self.numbers(chat)), 1)

    async def test_a_chat_that_is_not_the_tokens_own_is_refused_after_the_fields(self):
        visitor, chat = await self.waiting()
        stranger = await self.visitor("ventas")
        answer = self.send(stranger, chat, email="nada", subject=" ")
        self.assert_refused(answer, email="invalid", subject="required")
        self.assert_problem(self.send(stranger, chat), 404, "not_found")
        self.assert_problem(self.send(visitor, "c_nobodys"), 404, "not_found")
        for chat_is, code in ((7, "wrong_type"), ("", "required"), (None, None), ("c" * 129, "too_long")):
            if code:
                self.assert_refused(self.send(visitor, chat_is), chat=code)
        agent = self.server.sign_in("ana")
        self.assert_problem(self.http.post("/api/v1/tickets", self.form(chat=chat), token=agent), 404, "not_found")
        self.assert_problem(self.http.post("/api/v1/tickets", self.form(chat=chat)), 401, "unauthenticated")
        bad = self.http.post("/api/v1/tickets", self.form(chat=chat), token="x" * 43)
        self.assert_problem(bad, 401, "unauthenticated")
        self.assertEqual(self.numbers(chat), [])

    async def test_a_visitors_token_without_a_chat_changes_nothing(self):
        visitor, chat = await self.waiting()
        self.assertIsNone(self.sent(visitor, None)["ticket"]["chat"])
        self.assertEqual(self.numbers(chat), [])

    async def test_a_day_after_the_end_it_is_too_late(self):
        visitor, chat = await self.waiting()
        await self.left(visitor, chat)
        await self.until(self.nothing_is_being_filed)
        with self.database() as database:
            database.execute("UPDATE chat SET closed_at = closed_at - ? WHERE id = ?", (DAY_MS, chat))
            database.commit()
        self.assert_problem(self.send(visitor, chat), 409, "chat_closed")
        self.assertEqual(len(self.numbers(chat)), 1)

    async def test_pages_that_may_embed_the_widget_may_send_the_token_along(self):
        visitor, chat = await self.waiting()
        asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization, content-type, idempotency-key"}
        preflight = self.http.request("OPTIONS", "/api/v1/tickets", headers=asked, checked=False)
        self.assertEqual(preflight.status, 204)
        self.assertEqual(preflight.headers["access-control-allow-origin"], ORIGIN)
        allowed = {name.strip() for name in preflight.headers["access-control-allow-headers"].split(",")}
        self.assertLessEqual({"authorization", "content-type", "idempotency-key"}, allowed)
        answer = self.send(visitor, chat, headers={"Origin": ORIGIN})
        self.assertEqual((answer.status, answer.headers["access-control-allow-origin"]), (201, ORIGIN))
        self.assertNotIn("access-control-allow-credentials", answer.headers)
        self.assertEqual(self.send(visitor, chat, headers={"Origin": "https://evil.example"}).status, 403)
