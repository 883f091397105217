"""The checks find what they are there for, in histories made by hand."""
import unittest

from routing_checks import Stranded, holders, out_of_turn, over_capacity, stays, told

SERVES = {"a": ("ventas",), "b": ("ventas",), "c": ("pagos",)}


def log(*steps):
    """Steps are "at kind [who]": queued DEPARTMENT, assigned AGENT, message AGENT, transferred AGENT, closed."""
    entries = []
    for seq, step in enumerate(steps, 1):
        at, kind, *who = step.split()
        entry = {"seq": seq, "at": int(at), "kind": kind, "chat": "?"}
        if kind == "queued":
            entry["department"] = who[0] if who else "any"
        elif kind == "assigned":
            entry["agent"] = {"id": who[0]}
        elif kind == "message":
            entry["from"] = {"role": "agent", "id": who[0]}
        elif kind == "transferred":
            entry["to"] = {"agent": {"id": who[0]}} if who else {"department": "ventas"}
        entries.append(entry)
    return entries


class Holding(unittest.TestCase):
    def test_stays(self):
        found = stays("x", log("1 queued", "5 assigned a", "6 message a", "8 transferred b", "8 assigned b", "9 closed"))
        self.assertEqual([(stay.agent, stay.since, stay.until, stay.by_hand) for stay in found],
                         [(None, 1, 5, False), ("a", 5, 8, False), ("b", 8, 9, True)])

    def test_only_the_holder_writes(self):
        self.assertEqual(holders({"x": log("1 queued", "2 assigned a", "3 message a", "4 closed")}), [])
        self.assertIn("two agents: b wrote 3", holders({"x": log("1 queued", "2 assigned a", "3 message b")})[0])
        self.assertEqual(len(holders({"x": log("1 queued", "2 assigned a", "3 queued", "4 message a")})), 1)

    def test_what_an_agent_was_told_stands_in_the_log(self):
        logs = {"x": log("1 queued", "2 assigned a", "4 queued", "5 assigned b")}
        self.assertEqual(told(logs, [("a", "x"), ("b", "x")]), [])
        self.assertIn("c was told", told(logs, [("c", "x")])[0])


class Capacity(unittest.TestCase):
    def test_as_many_as_allowed(self):
        logs = {"x": log("1 queued", "2 assigned a", "5 closed"), "y": log("1 queued", "5 assigned a")}
        self.assertEqual(over_capacity(logs, {"a": 1}), [])

    def test_one_more(self):
        logs = {"x": log("1 queued", "2 assigned a", "6 closed"), "y": log("1 queued", "5 assigned a")}
        self.assertIn("over capacity: a has 2 at 5", over_capacity(logs, {"a": 1})[0])
        self.assertEqual(over_capacity(logs, {"a": 1}, moved={"y"}), [])


class Turns(unittest.TestCase):
    def test_who_came_first_is_first(self):
        logs = {"x": log("1 queued", "3 assigned a"), "y": log("2 queued", "3 assigned b")}
        self.assertEqual(out_of_turn(logs, SERVES), [])

    def test_who_came_later_was_first(self):
        logs = {"x": log("1 queued", "9 assigned a"), "y": log("2 queued", "3 assigned b")}
        self.assertIn("b got y at 3, x came 1 ms before", out_of_turn(logs, SERVES)[0])

    def test_who_still_waits(self):
        logs = {"x": log("1 queued"), "y": log("2 queued", "3 assigned b")}
        self.assertEqual(len(out_of_turn(logs, SERVES)), 1)
        self.assertEqual(out_of_turn(logs, SERVES, moved={"x"}), [])

    def test_another_department_does_not_count(self):
        logs = {"x": log("1 queued pagos", "9 assigned c"), "y": log("2 queued ventas", "3 assigned b")}
        self.assertEqual(out_of_turn(logs, SERVES), [])

    def test_who_comes_back_keeps_the_place(self):
        back = log("1 queued", "2 assigned a", "5 queued", "9 assigned b")
        self.assertEqual(len(out_of_turn({"x": back, "y": log("3 queued", "6 assigned b")}, SERVES)), 1)
        self.assertEqual(out_of_turn({"x": back, "y": log("3 queued", "6 assigned a")}, SERVES), [], "a had it already")

    def test_a_transfer_to_an_agent_overtakes_nobody(self):
        logs = {"x": log("1 queued", "9 assigned a"),
                "y": log("0 queued", "0 assigned a", "4 transferred b", "4 assigned b")}
        self.assertEqual(out_of_turn(logs, SERVES), [])


class Waiting(unittest.TestCase):
    def setUp(self):
        self.check = Stranded()

    def test_too_long(self):
        for now in (0, 3, 6):
            self.check.look(now, {"x": ("any", ())}, {"a": ("ventas",)})
        self.assertEqual(self.check.found, ["stranded: x waits while a is free for 6.0 s"])

    def test_nobody_who_may_take_it_is_free(self):
        for now in (0, 6):
            self.check.look(now, {"x": ("ventas", ())}, {"c": ("pagos",)})
            self.check.look(now, {"y": ("any", ("a",))}, {"a": ("ventas",)})
        self.assertEqual(self.check.found, [])

    def test_an_interruption_begins_anew(self):
        self.check.look(0, {"x": ("any", ())}, {"a": ("ventas",)})
        self.check.look(4, {}, {"a": ("ventas",)})
        self.check.look(6, {"x": ("any", ())}, {"a": ("ventas",)})
        self.assertEqual(self.check.found, [])
        self.check.forget()
        self.check.look(10, {"x": ("any", ())}, {"a": ("ventas",)})
        self.assertEqual(self.check.found, [])


if __name__ == "__main__":
    unittest.main()
