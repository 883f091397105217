"""Tickets that close by themselves and open again: silence, solved ones, two servers. The clock as in ticket_jobs_test."""
import asyncio
import urllib.parse

import ticket_jobs_test as jobs
from ticket_jobs_test import number

DAY_MS = 24 * 60 * 60 * 1000


class Closing(jobs.Tickets):
    tokens = {}

    # ---- what agents and requesters do

    def ask(self, method, path, body=None, status=200, agent="ana"):
        """As that agent, signed in anew where the clock has outlived the session."""
        token = self.token(agent) if agent else None
        answer = self.server.http.request(method, f"/api/v1/tickets{path}", body, token=token)
        if agent and answer.status == 401:
            self.tokens.clear()
            answer = self.server.http.request(method, f"/api/v1/tickets{path}", body, token=self.token(agent))
        self.assertEqual(answer.status, status, answer.body)
        return answer.json()

    def token(self, agent):
        key = (self.server.home, agent)
        if key not in self.tokens:
            self.tokens[key] = self.server.sign_in(agent)
        return self.tokens[key]

    def open_ticket(self, **members):
        """A ticket from a call: its TICKET, with the requester's key."""
        body = {"channel": "phone", "email": "ana@example.mx", "rfc": "GODE561231GR8", "department": "soporte-tecnico",
                "subject": "No puedo timbrar", "priority": "normal", "comments": "Desde ayer", **members}
        made = self.ask("POST", "", body, 201)
        key = urllib.parse.parse_qs(urllib.parse.urlsplit(made["url"]).query)["key"][0]
        self.server.secrets.add(key)
        return {**made["ticket"], "key": key}

    def answer(self, ticket, **members):
        body = {"kind": "answer", "text": "¿Qué mensaje ve?", **members}
        return self.ask("POST", f"/{ticket['number']}/messages", body, 201)["ticket"]

    def requester_says(self, ticket, text="Sigue igual"):
        path = f"/{ticket['number']}/messages?key={urllib.parse.quote(ticket['key'])}"
        return self.ask("POST", path, {"text": text}, 201, agent=None)["ticket"]

    def change(self, ticket, **changes):
        return self.ask("PATCH", f"/{ticket['number']}", changes)["ticket"]

    def now(self, ticket):
        return self.ask("GET", f"/{ticket['number']}")["ticket"]

    def waiting(self):
        """A ticket that waits for the customer, who is silent."""
        ticket = self.open_ticket()
        return {**self.answer(ticket, state="pending"), "key": ticket["key"]}


class OneServer(Closing):
    async def test_three_days_of_silence_close_with_one_mail(self):
        ticket = self.waiting()
        self.assertAlmostEqual(ticket["closes_at"], ticket["updated_at"] + 3 * DAY_MS, delta=1000)
        spoke_last = self.waiting()
        self.assertEqual(self.requester_says(spoke_last)["state"], "open")
        # Set back by an agent who has nothing to ask: the customer still spoke last.
        self.assertIsNone(self.change(spoke_last, state="pending")["closes_at"])
        mails = self.mails()
        self.clock.jump(days=3, minutes=-1)
        later = self.waiting()  # asked later, closed later
        self.clock.jump(minutes=2)
        await self.state_comes(ticket, "closed")
        self.assertEqual(self.timed(ticket), ["close_silent"])
        self.assertEqual(self.mails() - mails, 1 + self.mails_of_opening())
        self.clock.jump(days=3)
        await self.state_comes(later, "closed")
        self.assertEqual(self.state(spoke_last), "pending")
        self.assertNotIn("close_silent", self.timed(spoke_last))

    def mails(self):
        return self.rows("SELECT count(*) FROM outbox WHERE kind = 'mail'")[0][0]

    def mails_of_opening(self):
        """How many mails `waiting` causes."""
        before = self.mails()
        self.waiting()
        return self.mails() - before

    async def test_an_answer_opens_it_again_or_a_new_one_later(self):
        ticket = self.waiting()
        self.clock.jump(days=3, minutes=1)
        await self.state_comes(ticket, "closed")
        self.clock.jump(days=13)
        again = self.requester_says(ticket)
        self.assertEqual((again["number"], again["state"]), (ticket["number"], "open"))
        self.answer(ticket, state="pending")
        self.clock.jump(days=3, minutes=1)
        await self.state_comes(ticket, "closed")
        self.clock.jump(days=15)
        follower = self.requester_says(ticket)
        self.assertEqual((follower["follows"], follower["state"]), (ticket["number"], "open"))
        self.assertEqual(self.state(ticket), "closed")

    async def test_solved_closes_after_fourteen_days(self):
        ticket = self.open_ticket()
        self.answer(ticket, state="solved")
        other = self.open_ticket()
        self.answer(other, state="solved")
        self.clock.jump(days=13)
        self.assertEqual(self.requester_says({**other})["state"], "open")
        self.clock.jump(days=1, minutes=1)
        await self.state_comes(ticket, "closed")
        self.assertEqual(self.timed(ticket), ["close_solved"])
        self.assertEqual(self.state(other), "open")

    async def test_what_fell_due_while_nobody_ran_is_done_at_the_start(self):
        silent, fresh = self.waiting(), self.open_ticket()
        for end in (self.server.kill, self.server.stop):
            end()
            self.clock.jump(days=3, minutes=1)
            await asyncio.to_thread(self.server.start)
            await self.state_comes(silent, "closed")
            await self.until(lambda: "miss_resolution" in self.timed(fresh))
            for ticket in (silent, fresh):
                self.assertEqual(len(self.timed(ticket)), len(set(self.timed(ticket))))
            silent, fresh = self.waiting(), self.open_ticket()

    async def test_a_clock_that_is_put_back_does_no_harm(self):
        self.clock.jump(hours=-5)
        ticket = self.waiting()
        self.assertEqual(self.requester_says(ticket)["state"], "open")
        self.answer(ticket, state="pending")
        self.clock.jump(days=3, minutes=1)
        await self.state_comes(ticket, "closed")

    async def test_what_was_kept_long_enough_is_deleted(self):
        visitor, agent, chat = await self.conversation()
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await self.until(lambda: self.rows("SELECT 1 FROM chat WHERE id = ?", chat))
        closed, kept = self.open_ticket(), self.open_ticket()
        self.change(closed, state="closed")
        self.clock.jump(days=41)
        await self.until(lambda: not self.rows("SELECT 1 FROM chat WHERE id = ?", chat))
        self.assertEqual(self.rows("SELECT 1 FROM entry WHERE chat_id = ?", chat), [])
        self.assertEqual(self.state(closed), "closed")
        self.clock.jump(days=20)
        await self.until(lambda: self.state(closed) is None)
        self.assertEqual(self.state(kept), "open")
        for client in (visitor, agent):
            client.chat = None


class TwoServers(Closing):
    @classmethod
    def setUpClass(cls):
        jobs.TwoServers.setUpClass.__func__(cls)

    @classmethod
    def tearDownClass(cls):
        cls.other.close(cls.failed)
        super().tearDownClass()
        cls.redis.close()

    async def test_each_thing_happens_once(self):
        silent = [self.waiting() for _ in range(25)]
        self.clock.jump(days=4)
        for ticket in silent:
            await self.state_comes(ticket, "closed")
        for ticket in silent:
            self.assertEqual(self.timed(ticket), ["close_silent"])
            changes = self.rows("SELECT from_value, to_value FROM ticket_history WHERE what = 'state' AND ticket = ? "
                                "ORDER BY n", number(ticket))
            self.assertEqual(changes, [("open", "pending"), ("pending", "closed")])

