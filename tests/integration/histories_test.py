"""The checker finds what it is there for: one entry dropped, doubled, swapped, changed, foreign."""
import copy
import unittest

from harness.histories import History, faults

CHAT = "c_1"


def entry(seq, who, client_id, text=None):
    return {"type": "entry", "chat": CHAT, "seq": seq, "at": seq, "kind": "message", "text": text or client_id,
            "client_id": client_id, "from": {"role": "visitor", "id": who, "name": ""}}


class Checker(unittest.TestCase):
    def setUp(self):
        names = ["m1", "m2", "m3", "m4", "m5"]
        self.log = [entry(1, "v", "m1"), entry(2, "a", "r1"), entry(3, "v", "m2"), entry(4, "v", "m3"),
                    entry(5, "v", "m4"), entry(6, "v", "m5")]
        self.visitor = History("v", {name: name for name in names}, {"m1": 1, "m2": 3, "m3": 4, "m4": 5, "m5": 6},
                               pushed=[[self.log[1]]], sees_all=True)
        self.agent = History("a", {"r1": "r1"}, {"r1": 2}, pushed=[[self.log[0]], self.log[2:]])

    def found(self, log=None):
        return " ".join(faults(CHAT, self.log if log is None else log, [self.visitor, self.agent]))

    def numbered(self, log):
        return [{**item, "seq": place} for place, item in enumerate(copy.deepcopy(log), 1)]

    def test_nothing_wrong(self):
        self.assertEqual(self.found(), "")

    def test_one_dropped(self):
        self.assertIn("gap", self.found(self.log[:3] + self.log[4:]))

    def test_one_dropped_and_the_rest_renumbered(self):
        found = self.found(self.numbered(self.log[:3] + self.log[4:]))
        self.assertIn("lost: m3", found)
        self.assertIn("moved", found)

    def test_the_last_dropped(self):
        self.assertIn("lost: m5", self.found(self.log[:-1]))

    def test_one_doubled(self):
        self.assertIn("doubled: m3", self.found(self.numbered(self.log + [self.log[3]])))

    def test_two_swapped(self):
        log = self.numbered([*self.log[:3], self.log[4], self.log[3], self.log[5]])
        self.assertIn("reordered", self.found(log))
        self.visitor.acknowledged.clear()  # found even where nothing was acknowledged
        self.assertIn("reordered", self.found(log))

    def test_one_doubled_under_another_client_id(self):
        again = {**self.log[3], "client_id": "m3-b"}
        self.assertIn("doubled: 'm3'", self.found(self.numbered(self.log + [again])))

    def test_what_was_put_off_may_stand_behind_what_was_under_way(self):
        # m2 was unavailable while m3 and m4 were under way, and came after them; m5 was sent when it had its answer.
        log = self.numbered([self.log[0], self.log[1], self.log[3], self.log[4], self.log[2], self.log[5]])
        self.visitor.acknowledged = {"m1": 1, "m3": 3, "m4": 4, "m2": 5, "m5": 6}
        self.visitor.late, self.visitor.pushed, self.agent.pushed = {"m2": 4}, [[log[1]]], []
        self.assertEqual(self.found(log), "")
        self.visitor.late = {}
        self.assertIn("reordered", self.found(log))

    def test_what_was_sent_after_its_answer_stands_behind_what_was_put_off(self):
        self.visitor.late = {"m3": 3}
        log = self.numbered([*self.log[:3], self.log[4], self.log[3], self.log[5]])
        self.visitor.acknowledged.clear()
        self.assertIn("reordered", self.found(log))

    def test_one_changed(self):
        self.log[3] = {**self.log[3], "text": "otra cosa"}
        self.assertIn("changed: 4", self.found())

    def test_one_of_another_chat_and_one_of_a_stranger(self):
        self.assertIn("foreign", self.found(self.log + [{**entry(7, "v", "m1"), "chat": "c_2"}]))
        self.assertIn("foreign", self.found(self.log + [entry(7, "x", "m9")]))

    def test_one_refused_and_stored(self):
        self.visitor.refused.add("m5")
        del self.visitor.acknowledged["m5"]
        self.assertIn("refused, yet stored: m5", self.found())

    def test_one_pushed_twice_and_one_never(self):
        self.agent.pushed = [[self.log[0], self.log[0]]]
        self.assertIn("pushed twice", self.found())
        self.visitor.pushed = []
        self.assertIn("never shown to v: [2]", self.found())

    def test_one_pushed_that_is_not_in_the_log(self):
        self.visitor.pushed = [[{**self.log[1], "text": "?"}]]
        self.assertIn("not in the log: 2", self.found())


if __name__ == "__main__":
    unittest.main()
