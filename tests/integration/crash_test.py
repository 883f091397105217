"""kill -9, again and again, under a talking crowd: what was acknowledged is there, once, in order.

The private Redis dies with its server. Environment: VENTANILLA_CRASHES (50), VENTANILLA_SEED (random, printed),
VENTANILLA_CROWD (200 visitors; a tenth as many agents).
"""
import asyncio
import os
import random
import time
import unittest

from harness import Http, Server, site_toml
from harness.histories import faults, moves
from harness.talking import World
from harness.talking_agent import TalkingAgent
from harness.talking_visitor import TalkingVisitor

CRASHES = int(os.environ.get("VENTANILLA_CRASHES", "50"))
CROWD = int(os.environ.get("VENTANILLA_CROWD", "200"))
SEED = os.environ.get("VENTANILLA_SEED") or str(random.SystemRandom().randrange(10**9))
LIFE_S = (0.1, 2.5)     # how long a server lives once it is ready
WORKING_S = 20          # how long a slow machine is given until somebody is served again
SETTLE_S = 120

SITE = site_toml(
    departments={"soporte-tecnico": {"capacity": 12, "answer_within_s": 3600},
                 "soporte-contable": {"capacity": 12, "answer_within_s": 3600}},
    limits={"messages_per_s": 1000, "message_burst": 5000, "sockets_per_address": 10000})


class Crash(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.good = False
        self.server = Server(SITE, people=())
        self.agents = [f"agente{n}" for n in range(max(2, CROWD // 10))]
        for number, username in enumerate(self.agents):
            self.server.add_agent(username, departments=("soporte-tecnico", "soporte-contable")[number % 2])
        self.server.add_agent("raul", "admin", "soporte-tecnico")
        self.server.start()

    def tearDown(self):
        self.server.close(failed=not self.good)

    async def test_acknowledged_is_there_once_and_in_order(self):
        print(f"seed {SEED}, {CRASHES} crashes, {CROWD} visitors, {len(self.agents)} agents", flush=True)
        world = World(SEED, [self.server])
        tokens = [await asyncio.to_thread(self.server.sign_in, username) for username in self.agents]
        admin = await asyncio.to_thread(self.server.sign_in, "raul")
        agents = [TalkingAgent(world, *pair) for pair in zip(self.agents, tokens)]
        visitors = [TalkingVisitor(world, f"visitante{n}") for n in range(CROWD)]
        tasks = [asyncio.create_task(peer.run()) for peer in agents + visitors]
        working = await self.crash_again_and_again(world)
        await self.settle(world, agents + visitors)
        found = await self.judge_all(visitors, agents, admin)
        world.over = True
        for peer in agents + visitors:
            if peer.socket is not None:
                await peer.socket.close()
        await asyncio.gather(*tasks)
        found += [fault for peer in agents + visitors for fault in peer.faults]
        print(f"{world.acknowledged} acknowledged, {working} of {CRASHES} servers had work", flush=True)
        self.assertEqual(found[:20], [], f"{len(found)} faults; seed {SEED}")
        self.assertGreater(working, CRASHES // 3, "the crowd was hardly ever served: nothing was tested")
        self.good = True

    async def crash_again_and_again(self, world):
        """How many of the servers acknowledged anything before they died."""
        dice, working = random.Random(SEED), 0
        for number in range(CRASHES):
            before, life = world.acknowledged, dice.uniform(*LIFE_S)
            if number % 2:  # half of them die at work, the others wherever they are: also while all come back at once
                await self.until_working(world, before)
            await asyncio.sleep(life)
            working += world.acknowledged > before
            began = time.monotonic()
            await asyncio.to_thread(self.server.restart)
            if number % 10 == 9:
                print(f"crash {number + 1}: ready again after {time.monotonic() - began:.1f} s, "
                      f"{world.acknowledged} acknowledged", flush=True)
        return working

    @staticmethod
    async def until_working(world, before):
        give_up = time.monotonic() + WORKING_S
        while world.acknowledged == before and time.monotonic() < give_up:
            await asyncio.sleep(0.02)

    async def settle(self, world, peers):
        """Until everybody has an answer to everything."""
        await asyncio.sleep(1)
        world.settling = True
        give_up = time.monotonic() + SETTLE_S
        while not all(peer.settled for peer in peers):
            if time.monotonic() > give_up:
                late = [f"{peer.name}: not settled" for peer in peers if not peer.settled]
                wrong = [fault for peer in peers for fault in peer.faults]
                self.fail(f"not settled: {late[:10]}; faults: {wrong[:10]}; seed {SEED}")
            await asyncio.sleep(0.1)

    async def judge_all(self, visitors, agents, admin):
        """What is wrong for good: the last entries may still be on their way to those who do not send."""
        give_up = time.monotonic() + SETTLE_S
        while True:
            found = []
            for visitor in visitors:
                found += await asyncio.to_thread(self.judge, visitor, agents, admin)
            if not found or time.monotonic() > give_up:
                return found
            await asyncio.sleep(0.5)

    def judge(self, visitor, agents, admin):
        answer = Http(self.server.address).get(f"/api/v1/chats/{visitor.now.id}", token=admin)
        self.assertEqual(answer.status, 200, visitor.now.id)
        log = answer.json()["entries"]
        histories = [visitor.now.history] + [agent.histories[visitor.now.id] for agent in agents
                                         if visitor.now.id in agent.histories]
        found = [f"{visitor.name} {visitor.now.id}: {fault}" for fault in faults(visitor.now.id, log, histories)]
        return found + [f"{visitor.name} {visitor.now.id}: {fault}" for fault in moves(log)]


if __name__ == "__main__":
    unittest.main()
