"""Servers of one release are exchanged for those of another, one by one, under people who talk: nobody notices.

Always run with two releases whose function libraries differ (`ventanilla_testing` with another salt). With
VENTANILLA_PREVIOUS, a server of an earlier commit is the old one: tests/upgrade/run.sh builds it.
"""
import asyncio
import os
import pathlib
import random
import subprocess
import unittest

import crash_test
from harness import TESTING_BINARY, Http, Redis, Server, Visitor, binary
from harness.histories import faults, moves
from harness.talking import World
from harness.talking_agent import TalkingAgent
from harness.talking_visitor import TalkingVisitor
from stubborn import Stubborn

PREVIOUS = os.environ.get("VENTANILLA_PREVIOUS")
SEED = os.environ.get("VENTANILLA_SEED") or str(random.SystemRandom().randrange(10**9))
CROWD = int(os.environ.get("VENTANILLA_CROWD", "30"))
AGENTS = 6
WORK = 60               # so many acknowledgements between two exchanges
FILED = 2               # and so many chats that came to their end
PATIENCE_S = 120
SITE = crash_test.SITE


class Fleet(World):
    """All servers; each connection takes one that serves."""

    def __init__(self):
        super().__init__(SEED, [])
        self.servers = []
        self.messages_per_s = 2.0
        self.filed = {}          # chat -> History of a visitor who ended it
        self.dice = random.Random(SEED)

    @property
    def server(self):
        return self.dice.choice([server for server in self.servers if server.running])


class RollingUpgrade(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.good = False
        self.redis = Redis().start()
        self.fleet = Fleet()
        self.old = {"program": pathlib.Path(PREVIOUS)} if PREVIOUS else self.release("old")
        self.new = {"program": binary()} if PREVIOUS else self.release("new")
        first = Server(SITE, people=(), options=("--redis", self.redis.url), **self.old)
        self.agents = [f"agente{n}" for n in range(AGENTS)]
        for number, username in enumerate(self.agents):
            first.add_agent(username, departments=("soporte-tecnico", "soporte-contable")[number % 2])
        first.add_agent("raul", "admin", "soporte-tecnico")
        self.fleet.servers = [first.start(),
                              Server(SITE, options=first.options, beside=first, **self.old).start()]
        self.fleet.places = self.fleet.servers

    @staticmethod
    def release(salt):
        return {"program": binary(TESTING_BINARY), "environment": {"VENTANILLA_LIBRARY_SALT": salt}}

    def tearDown(self):
        try:
            for server in reversed(self.fleet.servers):
                server.close(failed=not self.good)
        finally:
            self.redis.close()

    def libraries(self):
        told = subprocess.run(["redis-cli", "-s", str(self.redis.path), "FUNCTION", "LIST"], capture_output=True,
                              text=True, check=True, timeout=30)
        return {word for word in told.stdout.split() if word.startswith("ventanilla_")}

    async def test_rolling_upgrade(self):
        print(f"seed {SEED}, {CROWD} visitors, {AGENTS} agents, from {PREVIOUS or 'another library'}", flush=True)
        fleet, first = self.fleet, self.fleet.servers[0]
        before = self.libraries()
        tokens = [await asyncio.to_thread(first.sign_in, username) for username in self.agents]
        admin = await asyncio.to_thread(first.sign_in, "raul")
        agents = [TalkingAgent(fleet, *pair) for pair in zip(self.agents, tokens)]
        visitors = [TalkingVisitor(fleet, f"visitante{n}") for n in range(CROWD)]
        tasks = [asyncio.create_task(peer.run()) for peer in agents + visitors]
        tasks.append(asyncio.create_task(self.start_and_end()))
        await self.work()
        for number, server in enumerate(list(fleet.servers)):
            await asyncio.to_thread(server.stop)
            await self.work()
            self.exchange(number)
            await asyncio.to_thread(server.start)
            await self.work()
        self.assertTrue(before.isdisjoint(self.libraries()), "the old release's functions are still there")
        await self.settle(agents + visitors)
        await asyncio.gather(*tasks)
        found = [fault for peer in agents + visitors for fault in peer.faults]
        judged = {visitor.now.id: visitor.now.history for visitor in visitors} | fleet.filed
        for chat, history in judged.items():
            found += await asyncio.to_thread(self.judge, chat, history, agents, admin)
        print(f"{fleet.acknowledged} acknowledged, {len(fleet.filed)} chats came to their end", flush=True)
        self.assertEqual(found[:20], [], f"{len(found)} faults; seed {SEED}")
        self.good = True

    def exchange(self, number):
        server = self.fleet.servers[number]
        server.program = self.new["program"]
        server.environment.update(self.new.get("environment", {}))

    async def work(self):
        """Until people have talked and ended chats on what there is now."""
        acknowledged, filed = self.fleet.acknowledged + WORK, len(self.fleet.filed) + FILED
        give_up = asyncio.get_running_loop().time() + PATIENCE_S
        while self.fleet.acknowledged < acknowledged or len(self.fleet.filed) < filed:
            self.assertLess(asyncio.get_running_loop().time(), give_up, f"nobody is served; seed {SEED}")
            await asyncio.sleep(0.05)

    async def start_and_end(self):
        """One visitor after the other starts a chat, talks and ends it."""
        fleet = self.fleet
        while not fleet.settling:
            async def make(before):
                client = Visitor(fleet.server, "soporte", before.token if before else None)
                await client.open()
                await client.hello()
                return client

            async def pause():
                await asyncio.sleep(0.05)
            guest = Stubborn(make, pause)
            guest.history.sent["start"] = "start"
            started = await guest.insist("chat.start", client_id="start", name="Eva", email="eva@example.mx",
                                         department="any", message="start")
            chat = started["chat"]["id"]
            for number in range(3):
                await guest.say(chat, f"e{number}")
            await guest.insist("chat.close", chat=chat)
            guest.history.who = guest.client.id
            fleet.filed[chat] = guest.history
            await guest.leave()

    async def settle(self, peers):
        self.fleet.settling = True
        give_up = asyncio.get_running_loop().time() + PATIENCE_S
        while not all(peer.settled for peer in peers):
            late = [peer.name for peer in peers if not peer.settled]
            self.assertLess(asyncio.get_running_loop().time(), give_up, f"not settled: {late[:10]}; seed {SEED}")
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)  # the last entries are on their way to those who do not send
        self.fleet.over = True
        for peer in peers:
            if peer.socket is not None:
                await peer.socket.close()

    def judge(self, chat, history, agents, admin):
        answer = Http(self.fleet.server.address).get(f"/api/v1/chats/{chat}", token=admin)
        self.assertEqual(answer.status, 200, chat)
        log = answer.json()["entries"]
        histories = [history] + [agent.histories[chat] for agent in agents if chat in agent.histories]
        found = faults(chat, log, histories) + moves(log)
        ends = [entry["kind"] for entry in log].count("closed")
        if ends != int(chat in self.fleet.filed):
            found.append(f"closed {ends} times")
        return [f"{chat}: {fault}" for fault in found]


if __name__ == "__main__":
    unittest.main()
