"""The verdict waits for the record as long as that is of use. Time is made by hand."""
import asyncio
import unittest
import unittest.mock

import filing
import verdict


class Record:
    """`missing_at(seconds)`: how many chats are not in the record by then."""

    def __init__(self, missing_at):
        self.missing_at, self.time = missing_at, 0.0

    async def missing(self):
        self.time += 0.3  # looking takes time too
        return range(self.missing_at(self.time))

    async def pause(self, seconds):
        self.time += seconds

    def wait(self):
        return asyncio.run(filing.caught_up(self.missing, lambda: self.time, self.pause))


class CaughtUp(unittest.TestCase):
    def test_nothing_is_missing(self):
        record = Record(lambda _: 0)
        self.assertEqual(record.wait(), ([], None))
        self.assertLess(record.time, 1)

    def test_waits_as_long_as_it_falls(self):
        record = Record(lambda at: max(0, 2862 - int(at * 8)))
        self.assertEqual(record.wait(), ([], None))
        self.assertGreater(record.time, 5 * filing.STANDS_STILL_S)

    def test_one_a_minute_is_enough(self):
        record = Record(lambda at: max(0, 5 - int(at / (filing.STANDS_STILL_S - 5))))
        self.assertEqual(record.wait(), ([], None))

    def test_says_how_many_when_it_stands_still(self):
        record = Record(lambda at: max(7, 200 - int(at * 10)))
        left, why = record.wait()
        self.assertEqual(len(left), 7)
        self.assertIn("7 closed chats are not in the record, and none came in for 6", why)
        self.assertLess(record.time, 20 + filing.STANDS_STILL_S + 3)

    def test_more_than_before_is_no_progress(self):
        record = Record(lambda at: 10 + int(at) % 3)
        left, why = record.wait()
        self.assertIn(f"{len(left)} closed chats", why)
        self.assertLess(record.time, filing.STANDS_STILL_S + 5)

    def test_does_not_wait_for_ever(self):
        record = Record(lambda at: 100_000 - int(at))
        left, why = record.wait()
        self.assertGreater(len(left), 99_000)
        self.assertIn(f"{len(left)} closed chats are not in the record after 60", why)
        self.assertLess(record.time, filing.MOST_S + 3)


class Stage:
    """A record with so many entries of each chat; `later`: chats that are in it when it is looked at again."""

    def __init__(self, entries, later=()):
        self.entries, self.later = entries, dict(later)

    def record(self, _query):
        rows = list(self.entries.items())
        self.entries.update(self.later)
        return rows


class Judged(unittest.TestCase):
    LOGS = {"c_whole": [{"kind": "message"}, {"kind": "closed"}], "c_open": [{"kind": "message"}],
            "c_late": [{"kind": "message"}, {"kind": "closed"}]}

    def judge(self, stage):
        return asyncio.run(verdict.all_filed(stage, self.LOGS))

    def test_waits_for_those_that_are_late(self):
        with unittest.mock.patch.object(filing, "LOOK_S", 0):
            self.assertEqual(self.judge(Stage({"c_whole": 2}, {"c_late": 2})), [])

    def test_names_those_that_never_came(self):
        with unittest.mock.patch.object(filing, "STANDS_STILL_S", 0):
            found = self.judge(Stage({"c_whole": 2, "c_late": 1}))
        self.assertIn("not caught up: 1 closed chats are not in the record", found[0])
        self.assertEqual(found[1:], ["lost: c_late is closed with 2 entries, the record has 1"])


if __name__ == "__main__":
    unittest.main()
