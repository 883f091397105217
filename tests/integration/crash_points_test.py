"""kill -9 between any two steps of start, append, assign, transfer, close-and-record: once at every point.

`ventanilla_testing` tells which points a story passes; then the story is played once for each of them, killed there, and
played on by clients that send again what was not acknowledged. Its log must be what it is without a crash: nothing lost,
doubled or out of order, nobody stranded.
"""
import asyncio
import contextlib
import pathlib
import tempfile
import unittest

from harness import TESTING_BINARY, Agent, Redis, Server, Visitor, binary, site_toml
from harness.histories import faults
from stubborn import GONE, Stubborn

# Reads and what goes round by itself are no steps of a story.
STEPS = {"chat_start", "append", "take", "state_set", "transfer_to_agent", "transfer_to_department", "close",
         "archive_load", "archived", "commit"}
FEWEST_POINTS = {"held": 12, "picked": 22}
PATIENCE_S = 60
SITE = site_toml(chat={"agent_grace_s": 3600, "visitor_grace_s": 3600, "idle_close_s": 36000},
                 departments={"soporte-tecnico": {"answer_within_s": 3600, "capacity": 1000},
                              "ventas": {"answer_within_s": 3600, "capacity": 1000}},
                 limits={"messages_per_s": 1000, "message_burst": 1000})


class Story:
    """One chat from its start until the record has it, with people of its own but for the agents."""

    def __init__(self, world, number):
        self.world, self.number = world, number

    async def visitor(self, channel):
        async def make(before):
            client = Visitor(self.world.server, channel, before.token if before else None)
            await client.open()
            await client.hello()
            return client
        self.guest = Stubborn(make, self.world.after_loss)
        await self.guest.connected()

    async def start(self, **fields):
        self.guest.history.sent["start"] = "start"
        reply = await self.guest.insist("chat.start", client_id="start", name="Ana", email="ana@example.mx", **fields)
        return reply["chat"]["id"]

    async def held(self):
        """Given to an agent at the start, ended by the visitor."""
        ana = self.world.agents["ana"]
        await self.visitor("soporte")
        chat = await self.start(department="soporte-tecnico", message="start")
        await self.guest.say(chat, f"v1-{self.number}")
        await ana.say(chat, f"a1-{self.number}")
        await self.guest.insist("chat.close", chat=chat)
        return chat, ["message", "queued", "assigned", "message", "message", "closed"]

    async def picked(self):
        """Waits, is picked, goes to another agent, back to the department, is picked again, ended by the agent."""
        vera, vito = self.world.agents["vera"], self.world.agents["vito"]
        await self.visitor("ventas")
        chat = await self.start(department="ventas")
        await vera.insist("chat.take", vera.holds(chat), chat=chat)
        await self.guest.say(chat, f"v1-{self.number}")
        await vera.say(chat, f"a1-{self.number}")
        await vera.insist("chat.transfer", vera.lacks(chat), chat=chat, to={"agent": vito.client.id})
        await vito.say(chat, f"b1-{self.number}")
        await vito.insist("chat.transfer", vito.lacks(chat), chat=chat, to={"department": "ventas"})
        await vera.insist("chat.take", vera.holds(chat), chat=chat)
        await vera.insist("chat.close", vera.lacks(chat), chat=chat, outcome="solved")
        return chat, ["queued", "assigned", "message", "message", "transferred", "assigned", "message", "transferred",
                      "queued", "assigned", "closed"]


class CrashPoints(unittest.IsolatedAsyncioTestCase):
    options = ()

    def setUp(self):
        self.good = False
        self.folder = tempfile.TemporaryDirectory(prefix="ventanilla-points-")
        self.file = pathlib.Path(self.folder.name) / "crash"
        self.server = Server(SITE, options=self.options, program=binary(TESTING_BINARY),
                             environment={"VENTANILLA_CRASH_FILE": str(self.file)}).start()
        self.deaths = 0

    def tearDown(self):
        self.server.close(failed=not self.good)
        self.folder.cleanup()

    def revive(self):
        """Starts the server again where it was killed."""
        if not self.server.running:
            self.deaths += 1
            self.file.unlink(missing_ok=True)
            self.server._ended_here = True  # the point killed it
            self.server.start()

    async def after_loss(self):
        """Whoever is without a server starts it again; the agents come back before anything is asked of them."""
        self.revive()
        for agent in self.agents.values():
            with contextlib.suppress(*GONE):
                await agent.connected()

    async def asyncSetUp(self):
        self.agents = {name: self.agent(name) for name in ("ana", "vera", "vito")}
        tokens = {name: await asyncio.to_thread(self.server.sign_in, name) for name in ("ana", "vera", "vito", "raul")}
        self.tokens = tokens
        for name, agent in self.agents.items():
            await agent.insist("state.set", state="online")
            agent.history.who = agent.client.id

    async def asyncTearDown(self):
        for agent in self.agents.values():
            await agent.leave()

    def agent(self, name):
        async def make(before):
            client = Agent(self.server, name, "consola-" + name)
            await client.connect(self.tokens[name])
            return client
        return Stubborn(make, self.after_loss)

    async def play(self, name, number):
        """Plays the story to its end and judges the log."""
        story = Story(self, number)
        for agent in self.agents.values():
            await self.back(agent)
            agent.history.sent, agent.history.acknowledged, agent.history.pushed = {}, {}, []
        chat, kinds = await getattr(story, name)()
        story.guest.history.who = story.guest.client.id
        log = await self.recorded(chat)
        found = faults(chat, log, [story.guest.history, *(agent.history for agent in self.agents.values())])
        self.assertEqual(found, [])
        self.assertEqual([entry["kind"] for entry in log], kinds)
        await story.guest.leave()

    async def back(self, agent):
        """Connected, also after the crash of the story before."""
        while True:
            try:
                await agent.connected()
                return
            except GONE:
                self.revive()

    async def recorded(self, chat):
        """The log once SQL has the chat; the record is reached by nobody's further doing."""
        give_up = asyncio.get_running_loop().time() + PATIENCE_S
        while asyncio.get_running_loop().time() < give_up:
            try:
                past = await asyncio.to_thread(self.server.http.get, "/api/v1/chats", token=self.tokens["raul"])
                if past.status == 200 and any(item["id"] == chat for item in past.json()["chats"]) \
                        and self.passed("after archived"):
                    seen = await asyncio.to_thread(self.server.http.get, f"/api/v1/chats/{chat}",
                                                   token=self.tokens["raul"])
                    return seen.json()["entries"]
            except (OSError, EOFError):
                self.revive()
            self.revive()
            await asyncio.sleep(0.02)
        raise AssertionError(f"{chat} never came into the record")

    def passed(self, point=None):
        """The points since the last `forget_points`, or whether this one is among them."""
        file = pathlib.Path(str(self.file) + ".passed")
        points = file.read_text().splitlines() if file.exists() else []
        points = [item for item in points if item.split()[1] in STEPS]
        return points if point is None else point in points

    def forget_points(self):
        pathlib.Path(str(self.file) + ".passed").unlink(missing_ok=True)

    async def points_of(self, name):
        """[(point, how often it was passed before)] of a story that nothing happens to."""
        self.forget_points()
        await self.play(name, 0)
        counted, points = {}, []
        for point in self.passed():
            counted[point] = counted.get(point, 0) + 1
            points.append((point, counted[point]))
        return points

    async def crash_at_every_point(self, name):
        points = await self.points_of(name)
        self.assertGreaterEqual(len(points), FEWEST_POINTS[name], points)
        for number, (point, times) in enumerate(points, 1):
            with self.subTest(point=point, times=times):
                before = self.deaths
                self.forget_points()
                self.file.write_text(f"{point} {times}")
                await self.play(name, number)
                # The last point of a story may be passed a moment after its end is seen.
                self.file.unlink(missing_ok=True)
                self.killed += self.deaths > before
        self.seen += len(points)

    async def test_killed_at_every_point(self):
        self.seen = self.killed = 0
        await self.crash_at_every_point("held")
        await self.crash_at_every_point("picked")
        print(f"{self.seen} points, killed at {self.killed}", flush=True)
        self.assertGreaterEqual(self.killed, self.seen - 4, "points that nobody died at test nothing")
        self.good = True


class CrashPointsOnForeignRedis(CrashPoints):
    """Here Redis outlives the server: what it did after the server's last word stands."""

    def setUp(self):
        self.redis = Redis().start()
        self.options = ("--redis", self.redis.url)
        super().setUp()

    def tearDown(self):
        try:
            super().tearDown()
        finally:
            self.redis.close()


if __name__ == "__main__":
    unittest.main()
