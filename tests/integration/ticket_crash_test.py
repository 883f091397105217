"""kill -9 while tickets are opened, answered and closed and chats become tickets: nothing is lost or doubled.

The private Redis dies with its server. Environment: VENTANILLA_CRASHES (25), VENTANILLA_SEED (random, printed).
"""
import asyncio
import collections
import contextlib
import http.client
import json
import os
import random
import sqlite3
import unittest

from harness import Agent, Closed, Refused, Server, Visitor, site_toml
from harness.talking import AWAY

CRASHES = int(os.environ.get("VENTANILLA_CRASHES", "25"))
SEED = os.environ.get("VENTANILLA_SEED") or str(random.SystemRandom().randrange(10**9))
WORKERS = 8
VISITORS = 6
LIFE_S = (0.02, 1.0)  # how long a server lives once somebody has been served again
PATIENCE_S = 60
GONE = (*AWAY, Closed, http.client.HTTPException)


class Clerk:
    """Opens tickets, answers them, marks them as solved, each with a key of its own, repeated until it is acknowledged."""

    def __init__(self, world, name, token):
        self.world, self.name, self.token = world, name, token
        self.opened, self.answered, self.solved = {}, {}, set()

    async def run(self):
        for number in range(1_000_000):
            if self.world.over:
                return
            subject = f"{self.name} {number}"
            ticket = await self.insist("POST", "/api/v1/tickets", {
                "channel": "phone", "email": f"{self.name}@example.mx", "rfc": "GODE561231GR8",
                "department": "soporte-tecnico", "subject": subject, "priority": "normal", "comments": subject}, subject)
            if ticket is None:
                return
            self.opened[subject] = ticket["ticket"]["number"]
            path = f"/api/v1/tickets/{ticket['ticket']['number']}"
            text = f"respuesta a {subject}"
            if await self.insist("POST", f"{path}/messages", {"kind": "answer", "text": text}, text) is None:
                return
            self.answered[text] = ticket["ticket"]["number"]
            if await self.insist("PATCH", path, {"state": "solved"}, None) is None:
                return
            self.solved.add(ticket["ticket"]["number"])

    async def insist(self, method, target, body, key):
        """The acknowledged answer; None once it is over."""
        headers = {"Idempotency-Key": key.replace(" ", "-")} if key else {}
        while not self.world.over:
            with contextlib.suppress(*GONE):
                answer = await asyncio.to_thread(self.world.server.http.request, method, target, body, token=self.token,
                                                 headers=headers)
                if answer.status in (200, 201):
                    self.world.acknowledged += 1
                    return answer.json()
                assert answer.status == 503, f"{method} {target}: {answer.status} {answer.body!r}"
            await asyncio.sleep(0.02)
        return None


class Leaver:
    """Starts a chat, says who it is, and leaves before anybody has answered: each such chat becomes one ticket."""

    def __init__(self, world, name):
        self.world, self.name, self.left = world, name, set()

    async def run(self):
        while not self.world.over:
            with contextlib.suppress(*GONE, Refused):
                visitor = Visitor(self.world.server, channel="ventas")
                try:
                    await visitor.open()
                    await visitor.hello()
                    reply = await visitor.request("chat.start", **visitor.start_fields())
                    if reply["type"] == "error":
                        await asyncio.sleep(0.05)  # nobody is there: the agent has yet to come back
                        continue
                    chat = reply["chat"]["id"]
                    await visitor.ok("message.send", chat=chat, client_id="m-1", text=f"{self.name} pregunta")
                    await visitor.ok("chat.close", chat=chat)
                    self.left.add(chat)
                finally:
                    await visitor.leave()
            await asyncio.sleep(0.02)


class World:
    def __init__(self, server):
        self.server, self.over, self.acknowledged = server, False, 0


class TicketCrash(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.good = False
        # Agents pick in `ventas`: nobody does, so who leaves was never served.
        self.server = Server(site_toml(departments={"ventas": {"max_waiting": 10000}},
                                       limits={"messages_per_s": 1000, "message_burst": 5000}), people=())
        self.server.add_agent("ana", departments="soporte-tecnico")
        self.server.add_agent("vera", departments="ventas")
        self.server.start()

    def tearDown(self):
        self.server.close(failed=not self.good)

    async def keep_online(self, world, token):
        """`vera` is there, so that chats may wait; she comes back after each crash."""
        while not world.over:
            with contextlib.suppress(*GONE, Refused):
                vera = Agent(self.server, "vera", device="vera-1")
                try:
                    await vera.connect(token)
                    await vera.ok("state.set", state="online")
                    await vera.closed()
                finally:
                    await vera.leave()
            await asyncio.sleep(0.02)

    async def test_nothing_is_lost_or_doubled(self):
        print(f"seed {SEED}, {CRASHES} crashes", flush=True)
        world, dice = World(self.server), random.Random(SEED)
        token, vera = [await asyncio.to_thread(self.server.sign_in, name) for name in ("ana", "vera")]
        clerks = [Clerk(world, f"persona{n}", token) for n in range(WORKERS)]
        leavers = [Leaver(world, f"visita{n}") for n in range(VISITORS)]
        tasks = [asyncio.create_task(peer.run()) for peer in clerks + leavers]
        tasks.append(asyncio.create_task(self.keep_online(world, vera)))
        for _ in range(CRASHES):
            await self.until(lambda before=world.acknowledged: world.acknowledged > before, tasks)
            await asyncio.sleep(dice.uniform(*LIFE_S))
            await asyncio.to_thread(self.server.restart)
        await self.until(lambda before=world.acknowledged: world.acknowledged > before + WORKERS, tasks)
        world.over = True
        await asyncio.gather(*tasks)
        left = set().union(*(leaver.left for leaver in leavers))
        await self.until(lambda: left <= {row[0] for row in self.rows("SELECT id FROM chat")}, (),
                         "chats that were ended are not filed")
        await self.until(lambda: not self.rows("SELECT 1 FROM outbox WHERE kind = 'log_ticket' AND done_at IS NULL"), (),
                         "log entries of tickets are not delivered")
        opened = {key: value for clerk in clerks for key, value in clerk.opened.items()}
        print(f"{world.acknowledged} acknowledged: {len(opened)} tickets, {len(left)} chats left", flush=True)
        self.check_tickets(opened)
        self.check_answers(clerks)
        self.check_chats(left)
        self.assertGreater(len(opened), CRASHES, "hardly anything was opened: nothing was tested")
        self.assertGreater(len(left), CRASHES // 2, "hardly anybody left: nothing was tested")
        self.good = True

    async def until(self, condition, tasks, late="nobody is served"):
        async def wait():
            while not condition():
                for task in tasks:
                    if task.done() and task.exception():
                        raise task.exception()
                await asyncio.sleep(0.02)
        try:
            await asyncio.wait_for(wait(), PATIENCE_S)
        except asyncio.TimeoutError:
            self.fail(f"{late}; seed {SEED}")

    def rows(self, query):
        with contextlib.closing(sqlite3.connect(f"file:{self.server.data}/ventanilla.db?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def check_tickets(self, opened):
        """One ticket for each key, with the number that was told, and one mail that tells of it."""
        kept = collections.defaultdict(list)
        for number, subject in self.rows("SELECT number, subject FROM ticket WHERE channel = 'phone'"):
            kept[subject].append(f"T-{number:06}")
        for subject, number in opened.items():
            self.assertEqual(kept[subject], [number], subject)
        self.assertEqual([subject for subject, numbers in kept.items() if len(numbers) != 1], [])
        created = self.rows("SELECT key FROM outbox WHERE kind = 'mail' AND key LIKE 'ticket_created:%'")
        tickets = self.rows("SELECT number FROM ticket")
        self.assertEqual(sorted(int(key.split(":")[1]) for key, in created), sorted(number for number, in tickets))
        firsts = self.rows("SELECT ticket, count(*) FROM ticket_history WHERE what = 'created' GROUP BY ticket")
        self.assertEqual([row for row in firsts if row[1] != 1], [])
        self.assertEqual(len(firsts), len(tickets))

    def check_answers(self, clerks):
        """Each answer once, each with one mail; what was acknowledged as solved is solved."""
        texts = collections.Counter(text for text, in self.rows("SELECT text FROM ticket_message WHERE kind = 'answer'"))
        self.assertEqual([text for text, count in texts.items() if count != 1], [])
        for clerk in clerks:
            self.assertEqual([text for text in clerk.answered if texts[text] != 1], [])
        mails = self.rows("SELECT payload FROM outbox WHERE kind = 'mail' AND key LIKE 'ticket_answered:%'")
        self.assertEqual(len(mails), len(texts))
        self.assertEqual(len({json.loads(payload)["message"]["id"] for payload, in mails}), len(mails))
        solved = {f"T-{number:06}" for number, in self.rows("SELECT number FROM ticket WHERE state = 'solved'")}
        for clerk in clerks:
            self.assertEqual(clerk.solved - solved, set())
        lines = self.rows("SELECT ticket, count(*) FROM ticket_history WHERE what = 'state' GROUP BY ticket")
        self.assertEqual([row for row in lines if row[1] != 1], [])

    def check_chats(self, left):
        """Each chat that was left has one ticket, and one entry in its log that says so."""
        tickets = collections.defaultdict(list)
        for chat, number in self.rows("SELECT chat_id, number FROM ticket WHERE chat_id IS NOT NULL"):
            tickets[chat].append(f"T-{number:06}")
        entries = collections.defaultdict(list)
        for chat, frame in self.rows("SELECT chat_id, frame FROM entry WHERE kind = 'ticket'"):
            entries[chat].append(json.loads(frame)["ticket"]["number"])
        for chat in left:
            self.assertEqual((len(tickets[chat]), entries[chat]), (1, tickets[chat]), chat)
        self.assertEqual([chat for chat, numbers in tickets.items() if len(numbers) != 1], [])


if __name__ == "__main__":
    unittest.main()
