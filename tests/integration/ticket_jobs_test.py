"""What happens to tickets by itself, on real servers whose wall clock is put forward: nobody waits three days here."""
import asyncio
import sqlite3

from harness import DeskCase, Redis, Server, WallClock, client_id, site_toml

# Without hours every instant is open: business time is time.
SITE = {"retention": {"chats_days": 40, "tickets_days": 60}}
WARN_AND_MISS = ["warn_first_response", "miss_first_response", "warn_resolution", "miss_resolution"]


def number(ticket):
    return int(ticket["number"].removeprefix("T-"))


class Tickets(DeskCase):
    site = SITE

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.clock = WallClock()
        cls.server = Server(site_toml(**cls.site), environment=cls.clock.environment).start()

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.clock.close()

    async def ticket_of_chat(self, answered=False):
        """A chat that has ended, with a ticket. Its people have gone: the clock is about to outlive their sessions."""
        visitor, agent, chat = await self.conversation()
        if answered:
            await agent.say(chat, "Un momento")
        ticket = (await agent.ok("chat.ticket", chat=chat, client_id=client_id(), subject="No timbra",
                                 email="ana@example.mx"))["ticket"]
        await agent.ok("chat.close", chat=chat, outcome="ticket")
        await agent.ok("state.set", state="offline")
        await self.until(lambda: self.rows("SELECT 1 FROM chat WHERE id = ?", chat))
        visitor.chat = None
        for client in (visitor, agent):
            await client.leave()
            self.clients.remove(client)
        return {**ticket, "chat": chat}

    # ---- what the record holds

    def rows(self, query, *values):
        with sqlite3.connect(f"file:{self.server.data}/ventanilla.db?mode=ro", uri=True, timeout=30) as database:
            return database.execute(query, values).fetchall()

    def timed(self, ticket):
        """What happened to it by itself, oldest first."""
        return [row[0] for row in self.rows("SELECT to_value FROM ticket_history WHERE what = 'timed' AND ticket = ? "
                                            "ORDER BY n", number(ticket))]

    def state(self, ticket):
        found = self.rows("SELECT state FROM ticket WHERE number = ?", number(ticket))
        return found[0][0] if found else None

    async def state_comes(self, ticket, state):
        await self.until(lambda: self.state(ticket) == state)

    async def timed_comes(self, ticket, *kinds):
        await self.until(lambda: len(self.timed(ticket)) >= len(kinds))
        self.assertEqual(self.timed(ticket), list(kinds))


class OneServer(Tickets):
    async def test_warned_and_marked_as_the_clock_goes(self):
        ticket = await self.ticket_of_chat()
        answered = await self.ticket_of_chat(answered=True)
        self.assertEqual(self.timed(ticket), [])
        for hours, count in ((20, 1), (4, 2), (16, 3), (8, 4)):
            self.clock.jump(hours=hours, seconds=1)
            await self.timed_comes(ticket, *WARN_AND_MISS[:count])
        await self.timed_comes(answered, "warn_resolution", "miss_resolution")
        self.assertEqual(self.state(ticket), "open")

    async def test_what_fell_due_while_nobody_ran_is_done_at_the_start_and_once(self):
        ticket = await self.ticket_of_chat()
        for end, hours, count in ((self.server.kill, 25, 2), (self.server.stop, 24, 4)):
            end()
            self.clock.jump(hours=hours)
            await asyncio.to_thread(self.server.start)
            await self.timed_comes(ticket, *WARN_AND_MISS[:count])

    async def test_a_clock_that_is_put_back_does_no_harm(self):
        self.clock.jump(hours=-5)
        ticket = await self.ticket_of_chat()
        self.clock.jump(days=3)
        await self.timed_comes(ticket, *WARN_AND_MISS)

    async def test_a_chat_is_kept_as_long_as_its_ticket(self):
        ticket = await self.ticket_of_chat()
        visitor, agent, plain = await self.conversation()
        await agent.ok("chat.close", chat=plain, outcome="solved")
        await self.until(lambda: self.rows("SELECT 1 FROM chat WHERE id = ?", plain))
        visitor.chat = None
        for client in (visitor, agent):
            await client.leave()
            self.clients.remove(client)
        self.clock.jump(days=41)
        await self.until(lambda: not self.rows("SELECT 1 FROM chat WHERE id = ?", plain))
        self.assertEqual(self.rows("SELECT 1 FROM entry WHERE chat_id = ?", plain), [])
        self.assertTrue(self.rows("SELECT 1 FROM chat WHERE id = ?", ticket["chat"]))
        self.assertEqual(self.state(ticket), "open")


class TwoServers(Tickets):
    """`self.server` is A; both have one Redis, one record and one clock."""

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.clock = WallClock()
        cls.redis = Redis().start()
        options = ("--redis", cls.redis.url)
        cls.server = Server(site_toml(**cls.site), options=options, environment=cls.clock.environment).start()
        cls.other = Server(site_toml(**cls.site), options=options, beside=cls.server,
                           environment=cls.clock.environment).start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.other.close(cls.failed)
        finally:
            try:
                super().tearDownClass()
            finally:
                cls.redis.close()

    async def test_each_thing_happens_once(self):
        tickets = [await self.ticket_of_chat() for _ in range(12)]
        self.clock.jump(days=4)
        for ticket in tickets:
            await self.timed_comes(ticket, *WARN_AND_MISS)

    async def test_the_one_that_is_left_does_it(self):
        ticket = await self.ticket_of_chat()
        self.other.kill()
        self.clock.jump(days=3)
        await self.timed_comes(ticket, *WARN_AND_MISS)
        await asyncio.to_thread(self.other.start)
