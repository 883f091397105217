"""The standard load: visitors who start one chat after the other, agents who answer, hand on, go and come back."""
import asyncio
import time

from harness.talking import World
from harness.talking_agent import TalkingAgent
from harness.talking_visitor import TalkingVisitor
from routing_checks import Stranded
from stage import AGENT_GRACE_S, DEPARTMENTS, GUARD

CHAT_LENGTH = (2, 8)   # messages of a visitor
MESSAGES_PER_S = 0.5    # of each visitor, and as many answers
BACKOFF_S = (0.1, 1.5)
LOOK_S = 0.25          # how often it is looked who waits and who is free
HELD_UP_S = 2.0        # when this very program could not go on for so long
BROWSES, BROWSES_IN_CHAT = 0.3, 0.01
GREED = 30             # log requests at a time of one who reads nothing


class Habits:
    """What an agent does beside answering. Chances are per turn, of about half a second."""

    hand_on, go_away, sign_off, vanish = 0.02, 0.006, 0.003, 0.003
    pause_s = (0.5, 3.0)

    def __init__(self, colleagues):
        self.colleagues = colleagues
        self.back_at = {}

    async def follow(self, agent):
        dice, now = agent.random, time.monotonic()
        if agent.wanted != "online" and (now > self.back_at.get(agent, 0) or agent.world.settling):
            agent.wanted = "online"
        if agent.world.settling or agent.wanted != "online":
            return
        if agent.held and dice.random() < self.hand_on:
            await self.transfer(agent, dice.choice(sorted(agent.held)))
        elif dice.random() < self.go_away:
            self.leave(agent, "away")
        elif dice.random() < self.sign_off:
            self.leave(agent, "offline")
        elif dice.random() < self.vanish:
            asyncio.create_task(self.be_absent(agent))

    def leave(self, agent, state):
        agent.wanted = state
        self.back_at[agent] = time.monotonic() + agent.random.uniform(*self.pause_s)

    @staticmethod
    async def be_absent(agent):
        """The console is gone without a word: half of the time for longer than the grace period."""
        agent.absent = True
        if agent.socket is not None:
            agent.socket.transport.abort()
        await asyncio.sleep(agent.random.uniform(0.5, 2 * AGENT_GRACE_S))
        agent.absent = False

    async def transfer(self, agent, chat):
        if agent.random.random() < 0.5:
            to = {"department": agent.random.choice(DEPARTMENTS)}
        else:
            to = {"agent": agent.random.choice([other.id for other in self.colleagues if other is not agent])}

        async def done(reply):
            refusals = ("offline", "unavailable", "not_assigned", "not_found", "chat_closed", "slow_down")
            if reply["type"] == "error" and reply["code"] not in refusals:
                raise AssertionError(f"transfer refused: {reply}")
        if all(to.values()):  # a colleague who has never been here has no id yet
            await agent.send("chat.transfer", done, chat=chat, to=to)

    async def look_at(self, agent, queues):
        """Queues of departments where agents pick: there is none in this load."""


class Visitor(TalkingVisitor):
    """Goes to another page now and then: a new connection, perhaps to another server."""

    greedy = False

    def finish(self, chat):
        super().finish(chat)
        if self.random.random() < BROWSES:
            self.socket.transport.abort()

    async def step(self, chat):
        if self.random.random() < BROWSES_IN_CHAT:
            self.socket.transport.abort()
            return
        if self.greedy:
            for _ in range(GREED):
                await self.send("chat.sync", chat=chat.id, after=0)
        await super().step(chat)


def standard(stage, seed, visitors):
    """The standard load: agents of two departments, as many as were hired, and so many visitors."""
    world = World(seed, stage.places, BACKOFF_S)
    world.messages_per_s, world.chat_length = MESSAGES_PER_S, CHAT_LENGTH
    agents = []
    habits = Habits(agents)
    agents += [TalkingAgent(world, name, stage.tokens[name], habits) for name in stage.agents]
    guard = TalkingAgent(world, GUARD, stage.tokens[GUARD])
    crowd = Crowd(stage, world, agents, [Visitor(world, f"visitante{n}", departments=("any", "any", *DEPARTMENTS))
                                         for n in range(visitors)], Stranded(), [guard])
    stage.visitors = crowd.visitors
    return crowd


class Crowd:
    """Clients that run at the same time. `stranded` is fed all the time but while something is broken on purpose."""

    def __init__(self, stage, world, agents, visitors, stranded, others=()):
        self.stage, self.world, self.stranded = stage, world, stranded
        self.agents, self.visitors, self.others = agents, visitors, list(others)
        self.broken = 0      # how many faults are on
        self.tasks, self.watcher = [], None
        self.held_up_s = 0.0  # longest time that this very program could not go on: what it measures is worth no more

    @property
    def peers(self):
        return [*self.agents, *self.others, *self.visitors]

    @property
    def worlds(self):
        return {peer.world for peer in self.peers}

    def start(self):
        self.tasks = [asyncio.create_task(peer.run()) for peer in self.peers]
        self.watcher = asyncio.create_task(self.watch())

    async def watch(self):
        while True:
            before = time.monotonic()
            await asyncio.sleep(LOOK_S)
            held_up_s = time.monotonic() - before - LOOK_S
            self.held_up_s = max(self.held_up_s, held_up_s)
            if self.broken or held_up_s > HELD_UP_S:  # it has not seen who was served meanwhile
                self.stranded.forget()
                continue
            waiting = {visitor.now.id: (visitor.now.department, visitor.now.had) for visitor in self.visitors
                       if visitor.welcomed and visitor.now and visitor.now.id and visitor.now.queued_at is not None}
            free = {agent.id: agent.departments for agent in self.agents if agent.is_free}
            self.stranded.look(time.monotonic(), waiting, free)

    def conversations(self):
        return [chat for visitor in self.visitors for chat in visitor.conversations]

    def late(self):
        """Who still waits for anything."""
        return [peer for peer in self.visitors + self.agents if not peer.settled]

    async def drain(self, within_s):
        """Nobody starts anew; everybody gets an answer to everything. Who did not within the time."""
        for world in self.worlds:
            world.settling = True
        give_up = time.monotonic() + within_s
        while self.late() and time.monotonic() < give_up:
            await asyncio.sleep(0.1)
        return self.late()

    async def leave(self):
        for world in self.worlds:
            world.over = True
        self.watcher.cancel()
        for peer in self.peers:
            if peer.socket is not None:
                peer.socket.transport.abort()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, self.watcher, return_exceptions=True)
