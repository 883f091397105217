"""Opening hours: departments open and close by themselves, and the widget hears of it."""
import datetime
import zoneinfo

from harness import DeskCase, Server, WallClock, site_toml

ZONE = zoneinfo.ZoneInfo("America/Mexico_City")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.clock = WallClock()
        cls.addClassCleanup(cls.clock.close)
        hours = {f"hours.oficina": {day: ["09:00-18:00"] for day in DAYS}}
        support = {name: {"hours": "oficina"} for name in ("soporte-tecnico", "soporte-contable")}
        site = site_toml(departments=support, **hours)
        cls.server = Server(site, environment=cls.clock.environment).start()

    def jump_to(self, hour, minute=0):
        """Forward to this local time of the site, of today or tomorrow."""
        now = datetime.datetime.fromtimestamp(self.clock.now_ms() / 1000, ZONE)
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then <= now:
            then = then.replace(tzinfo=None)
            then = (then + datetime.timedelta(days=1)).replace(tzinfo=ZONE)
        self.clock.jump(milliseconds=round(then.timestamp() * 1000) - self.clock.now_ms())

    @staticmethod
    def state(channel):
        return next(item["state"] for item in channel["departments"] if item["id"] == "soporte-tecnico")

    async def told(self, client, state):
        event = await client.wait_for("channel", lambda event: self.state(event["channel"]) == state)
        return event["channel"]

    async def test_a_department_opens_and_closes_by_itself(self):
        self.jump_to(10)
        agent = await self.agent("ana")
        visitor = await self.visitor()
        if self.state(visitor.welcome["channel"]) != "open":
            await self.told(visitor, "open")
        held = await visitor.start()
        await agent.assigned(held["id"])
        other = await self.visitor()
        self.jump_to(18, 1)
        closed = await self.told(other, "closed")
        self.assertEqual(closed["state"], "closed")
        opens = datetime.datetime.fromtimestamp(closed["opens_at"] / 1000, ZONE)
        self.assertEqual((opens.hour, opens.minute), (9, 0))
        await other.refused("chat.start", "offline", **other.start_fields())
        # A chat that is held goes on after hours.
        await visitor.say(held["id"], "¿Sigue ahí?")
        await agent.entry(held["id"], "message", text="¿Sigue ahí?")
        self.jump_to(9, 1)
        await self.told(other, "open")
        chat = (await other.start())["id"]
        await agent.assigned(chat)
