"""The rules of the site's time zone change under a server that runs: contract.md 8."""
import pathlib
import shutil
import signal
import sqlite3
import tempfile

from harness import Server, WallClock, site_toml
from harness.tickets import WorkCase
from harness.tzif import tzif

ZONE = "Test/Office"
HOUR_MS = 3_600_000
WEEK = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
NOON = {day: ["10:00-14:00"] for day in WEEK}
SITE = {"captcha": {"mode": "both"}, "hours.oficina": WEEK, "hours.noon": NOON, "sla": {"calendar": "oficina"}}
PHONE = '[[phone]]\nlabel = "Soporte"\nnumber = "800 087 3391"\nhours = "noon"\n'


class TimeZone(WorkCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.zones = pathlib.Path(tempfile.mkdtemp(prefix="ventanilla-zones-"))
        (cls.zones / "Test").mkdir()
        cls.clock = WallClock()
        cls.write("AAA6")
        cls.in_force = "AAA6"
        site = f'timezone = "{ZONE}"\n' + site_toml(**SITE) + PHONE
        cls.server = Server(site, environment={**cls.clock.environment, "TZDIR": str(cls.zones)}).start()
        cls.tokens = {name: cls.server.sign_in(name) for name in ("ana", "raul")}

    @classmethod
    def tearDownClass(cls):
        cls.server.close(cls.failed)
        cls.clock.close()
        shutil.rmtree(cls.zones)

    async def asyncSetUp(self):
        await self.take("AAA6")

    @classmethod
    def write(cls, rule):
        """As an update of tzdata does: another file takes the place of the one before."""
        new = cls.zones / "new"
        new.write_bytes(tzif(rule))
        new.rename(cls.zones / ZONE)

    async def wait_for_log(self, text, since):
        await self.until(lambda: text in self.server.log_text()[since:])

    def mark(self):
        return len(self.server.log_text())

    def hangup(self):
        self.server.process.send_signal(signal.SIGHUP)

    def offset_h(self):
        """Which rules new tickets are counted with: the hour, in UTC, at which a due time may lie is the office's."""
        ticket = self.open()["ticket"]
        used = self.due(ticket)["first_response"]["used"]
        # Twenty-four hours are more than a day has: the second interval begins when the office opens.
        return 9 - used[1]["from_at"] // HOUR_MS % 24

    def due(self, ticket):
        answer = self.get(f"/tickets/{ticket['number']}/due", "raul")
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    async def take(self, rule):
        """The zone follows this rule, and the server knows."""
        since = self.mark()
        self.write(rule)
        if rule == self.in_force:
            return
        self.hangup()
        await self.wait_for_log(f"time zone {ZONE} has other rules now", since)
        type(self).in_force = rule

    def kept(self):
        with sqlite3.connect(f"file:{self.server.data}/ventanilla.db?mode=ro", uri=True, timeout=30) as database:
            return database.execute("SELECT count(*) FROM zone_data").fetchone()[0]

    async def test_new_tickets_go_by_the_new_rules_and_old_ones_keep_what_they_were_promised(self):
        ticket = self.open()["ticket"]
        before = self.due(ticket)
        await self.take("BBB1")
        now = self.ticket(ticket["number"])["ticket"]
        self.assertEqual([now[clock] for clock in ("first_response_due_at", "resolution_due_at")],
                         [ticket[clock] for clock in ("first_response_due_at", "resolution_due_at")])
        self.assertEqual(self.due(ticket), before)
        # A word that leaves the state as it is moves nothing either.
        self.say(ticket["number"], "Lo vemos")
        self.assertEqual(self.due(ticket), before)
        # After a pause the resolution is counted anew, and explained with what it was counted with.
        self.change(ticket["number"], state="pending")
        again = self.change(ticket["number"], state="open")
        explained = self.due(ticket)
        self.assertEqual(explained["first_response"], before["first_response"])
        self.assertEqual(explained["resolution"]["due_at"], again["resolution_due_at"])
        # The hours of its openings: where it was opened and went on, no hour is full.
        mornings = {span["from_at"] // HOUR_MS % 24 for span in explained["resolution"]["used"]
                    if span["from_at"] % HOUR_MS == 0}
        self.assertEqual(mornings, {10})

    async def test_after_a_start_old_tickets_are_explained_with_the_rules_that_are_on_the_disk_no_longer(self):
        ticket = self.open()["ticket"]
        before = self.due(ticket)
        self.write("BBB1")
        self.server.restart()
        type(self).in_force = "BBB1"
        self.assertEqual(self.offset_h(), -1)
        self.assertEqual(self.due(ticket), before)
        self.assertGreaterEqual(self.kept(), 2)

    async def test_a_broken_or_missing_file_changes_nothing_and_is_said(self):
        since = self.mark()
        (self.zones / ZONE).write_bytes(tzif("BBB1")[:50])
        self.hangup()
        await self.wait_for_log(f"the rules of time zone {ZONE} stay as they are", since)
        self.assertEqual(self.offset_h(), -6)
        since = self.mark()
        (self.zones / ZONE).unlink()
        self.hangup()
        await self.wait_for_log(f"the rules of time zone {ZONE} stay as they are", since)
        self.assertEqual(self.offset_h(), -6)
        await self.take("BBB1")

    async def test_they_are_read_again_every_day(self):
        since = self.mark()
        self.write("BBB2")
        self.clock.jump(days=1)
        await self.wait_for_log(f"time zone {ZONE} has other rules now", since)
        type(self).in_force = "BBB2"
        type(self).tokens = {name: self.server.sign_in(name) for name in ("ana", "raul")}
        self.assertEqual(self.offset_h(), -2)

    async def test_opening_hours_follow(self):
        hour = self.clock.now_ms() // HOUR_MS % 24
        type(self).in_force = None

        def is_open():
            return self.http.get("/api/v1/site").json()["phones"][0]["open"]

        for west, expected in ((hour - 12, True), (hour - 12 + 6, False), (hour - 12, True)):
            self.write(f"NOON{west}")  # it is noon there, and then six in the morning
            self.hangup()
            await self.until(lambda expected=expected: is_open() == expected)
