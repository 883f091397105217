"""From a chat to a ticket: by the agent, and by itself where nobody answered (protocol.md 3.5)."""
import json
import sqlite3

from harness import DeskCase
from harness.clients import client_id


class Records(DeskCase):
    def rows(self, query, *values):
        with sqlite3.connect(f"file:{self.server.data}/ventanilla.db?mode=ro", uri=True) as database:
            return database.execute(query, values).fetchall()

    def ticket(self, number):
        found = self.rows("SELECT state, channel, email, department, subject, started_at, first_responded_at, chat_id, "
                          "assignee_name FROM ticket WHERE number = ?", int(number[2:]))
        return dict(zip(("state", "channel", "email", "department", "subject", "started_at", "first_responded_at",
                         "chat", "assignee"), found[0]))


class ByTheAgent(Records):
    async def test_the_log_and_the_other_consoles_say_so(self):
        visitor, agent, chat = await self.conversation()
        supervisor = await self.agent("sofia", state=None)
        answer = await agent.say(chat, "Un momento")
        ticket = (await agent.ok("chat.ticket", chat=chat, client_id=client_id(), subject="No timbra", rfc="eku 900317-3c9",
                                 comments="Pide factura"))["ticket"]
        self.assertEqual(ticket["rfc"], "EKU9003173C9")
        for client in (visitor, agent):
            entry = await client.entry(chat, "ticket")
            self.assertEqual((entry["ticket"], entry["from"]["role"]), ({"number": ticket["number"]}, "system"))
        log = await visitor.log(chat)
        self.assertEqual([entry["kind"] for entry in log].count("ticket"), 1)
        for client in (agent, supervisor):
            event = await client.wait_for("ticket")
            self.assertEqual(event["ticket"]["number"], ticket["number"])
        kept = self.ticket(ticket["number"])
        self.assertEqual((kept["channel"], kept["chat"], kept["assignee"]), ("chat", chat, "Ana"))
        self.assertEqual(kept["started_at"], log[0]["at"])
        self.assertEqual(kept["first_responded_at"], answer["at"])
        self.assertEqual(ticket["first_responded_at"], answer["at"])

    async def test_an_answer_in_the_chat_counts_also_for_a_ticket_that_was_opened_before_it(self):
        visitor, agent, chat = await self.conversation()
        number = (await agent.ok("chat.ticket", chat=chat, client_id="t-1", subject="No timbra"))["ticket"]["number"]
        self.assertIsNone(self.ticket(number)["first_responded_at"])
        answer = await agent.say(chat, "Lo revisamos")
        await agent.ok("chat.close", chat=chat, outcome="ticket")
        await self.until(lambda: self.ticket(number)["first_responded_at"] == answer["at"])
        await agent.wait_for("ticket", lambda event: event["ticket"]["first_responded_at"] == answer["at"])

    async def test_a_chat_with_a_ticket_makes_none_by_itself_though_its_log_does_not_say_so_yet(self):
        visitor, agent, chat = await self.conversation()
        number = (await agent.ok("chat.ticket", chat=chat, client_id="t-1", subject="No timbra"))["ticket"]["number"]
        await visitor.say(chat, "¿Y entonces?")
        await visitor.ok("chat.close", chat=chat)
        await self.until(lambda: self.rows("SELECT 1 FROM chat WHERE id = ?", chat))
        self.assertEqual(self.rows("SELECT number FROM ticket WHERE chat_id = ?", chat), [(int(number[2:]),)])

    async def test_the_same_client_id_with_another_content_is_refused(self):
        visitor, agent, chat = await self.conversation()
        first = (await agent.ok("chat.ticket", chat=chat, client_id="t-1", subject="No timbra"))["ticket"]
        self.assertEqual((await agent.ok("chat.ticket", chat=chat, client_id="t-1", subject="No timbra"))["ticket"], first)
        await agent.refused("chat.ticket", "client_id_reuse", chat=chat, client_id="t-1", subject="Otra cosa")

    async def test_what_is_wrong_is_named(self):
        visitor, agent, chat = await self.conversation()
        for rfc in ("EKU900317", "EKU9013173C9", "nada"):
            await agent.refused("chat.ticket", "bad_field", "rfc", chat=chat, client_id="x", subject="x", rfc=rfc)
        await agent.refused("chat.ticket", "bad_field", "email", chat=chat, client_id="x", subject="x", email="ana@")

    async def test_after_the_chat_has_gone_to_the_record_the_log_there_says_so(self):
        visitor, agent, chat = await self.conversation()
        await agent.ok("chat.close", chat=chat, outcome="ticket")
        await self.until(lambda: self.rows("SELECT 1 FROM chat WHERE id = ?", chat))
        ticket = (await agent.ok("chat.ticket", chat=chat, client_id="t-1", subject="No timbra"))["ticket"]

        def logged():
            frames = self.rows("SELECT frame FROM entry WHERE chat_id = ? AND kind = 'ticket'", chat)
            return [json.loads(frame[0])["ticket"]["number"] for frame in frames] == [ticket["number"]]

        await self.until(logged)
        await self.until(lambda: not self.rows("SELECT 1 FROM outbox WHERE kind = 'log_ticket' AND done_at IS NULL"))
        seqs = [row[0] for row in self.rows("SELECT seq FROM entry WHERE chat_id = ? ORDER BY seq", chat)]
        self.assertEqual(seqs, list(range(1, len(seqs) + 1)))


class ByItself(Records):
    async def of_chat(self, chat):
        await self.until(lambda: self.rows("SELECT 1 FROM chat WHERE id = ?", chat))
        return self.rows("SELECT number, subject, department, email, channel FROM ticket WHERE chat_id = ?", chat)

    async def test_who_left_the_queue_having_typed_something_has_a_ticket(self):
        await self.agent("ana", state="online")
        keep = [await self.visitor() for _ in range(4)]
        for other in keep:
            await other.start()
        visitor = await self.visitor()
        chat = (await visitor.start(message="No timbra desde ayer", email="lucia@example.mx"))["id"]
        await visitor.say(chat, "Sigo aquí")
        await visitor.ok("chat.close", chat=chat)
        tickets = await self.of_chat(chat)
        self.assertEqual([row[1:] for row in tickets],
                         [("No timbra desde ayer", "soporte-tecnico", "lucia@example.mx", "chat")])
        number = f"T-{tickets[0][0]:06}"
        entry = await visitor.entry(chat, "ticket")
        self.assertEqual(entry["ticket"]["number"], number)
        texts = self.rows("SELECT text FROM ticket_message WHERE ticket = ?", tickets[0][0])
        self.assertEqual(texts, [("No timbra desde ayer\nSigo aquí",)])
        mails = self.rows("SELECT payload FROM outbox WHERE kind = 'mail' AND key = ?", f"ticket_created:{tickets[0][0]}")
        self.assertEqual(json.loads(mails[0][0])["to"], "lucia@example.mx")

    async def test_whose_last_message_stands_unanswered_has_one_too(self):
        visitor, agent, chat = await self.conversation()
        await agent.say(chat, "Buenas tardes")
        await visitor.say(chat, "¿Y mi factura?")
        await visitor.ok("chat.close", chat=chat)
        self.assertEqual([row[1] for row in await self.of_chat(chat)], ["¿Y mi factura?"])

    async def test_who_was_answered_has_none(self):
        visitor, agent, chat = await self.conversation()
        await agent.say(chat, "Buenas tardes")
        await visitor.ok("chat.close", chat=chat)
        self.assertEqual(await self.of_chat(chat), [])

    async def test_what_an_agent_ended_as_solved_stays_so(self):
        visitor, agent, chat = await self.conversation()
        await agent.say(chat, "Listo")
        await visitor.say(chat, "Gracias")
        await agent.ok("chat.close", chat=chat, outcome="solved")
        self.assertEqual(await self.of_chat(chat), [])


class Viewing(Records):
    async def test_who_else_has_it_open(self):
        visitor, agent, chat = await self.conversation()
        supervisor = await self.agent("sofia", state=None)
        number = (await agent.ok("chat.ticket", chat=chat, client_id="t-1", subject="No timbra"))["ticket"]["number"]
        await agent.ok("ticket.view", number=number)
        alone = await agent.wait_for("viewing")
        self.assertEqual((alone["number"], [item["name"] for item in alone["agents"]]), (number, ["Ana"]))
        await supervisor.ok("ticket.view", number=number)
        for client in (agent, supervisor):
            await client.wait_for("viewing", lambda event: [item["name"] for item in event["agents"]] == ["Ana", "Sofia"])
        await supervisor.leave()
        await agent.wait_for("viewing", lambda event: [item["name"] for item in event["agents"]] == ["Ana"])
        await agent.ok("ticket.view")
        stranger = await self.agent("vera", state=None)
        for unknown in (number, "T-999999", "nada"):
            await stranger.refused("ticket.view", "not_found", number=unknown)
