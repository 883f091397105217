"""The page of ./dev bench, from runs that are made up: what is met, which run a figure is of, nothing from elsewhere."""
import html.parser
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import history  # noqa: E402
import report  # noqa: E402
from targets import TARGETS, summary  # noqa: E402


def run(commit, figures, curves=None):
    return {"at": "2026-11-30T12:00:00+00:00", "commit": commit, "cpu": "<one>", "cores": 2, "load_before": 0.1,
            "home": "default", "visitors": 2000, "agents": 100, "idle": 15000, "figures": figures, "curves": curves or {}}


class Page(html.parser.HTMLParser):
    """Which addresses the page loads by itself, and the cells of each row."""

    def __init__(self, text):
        super().__init__()
        self.loaded, self.rows, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.loaded += [value for name, value in attributes if name in ("src", "srcset") or (tag, name) == ("link", "href")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.open.pop()

    def handle_data(self, data):
        if self.open:
            self.rows[-1][-1] += data


class Report(unittest.TestCase):
    def row(self, lines, begin):
        return next(row for row in Page(report.page(lines)).rows if row and row[0].startswith(begin))

    def test_a_ratio_is_that_of_each_round(self):
        lines = [run("aaa", {"messages, ventanilla": [40, 60, 90], "messages, ws": [10, 10, 30]})]
        row = self.row(lines, "durable routed messages")
        self.assertEqual(row[3:6], ["4×", "3×–6× (3)", "met"])

    def test_what_is_to_be_small_is_missed_when_it_is_large(self):
        lines = [run("aaa", {"start s, ventanilla": [0.6], "idle MB, ventanilla": [14]})]
        self.assertEqual(self.row(lines, "start to ready")[5], "missed")
        self.assertEqual(self.row(lines, "resident memory")[5], "aim reached")

    def test_each_figure_is_of_the_newest_run_that_has_it(self):
        lines = [run("old", {"idle MB, ventanilla": [30], "start s, ventanilla": [0.1]}),
                 run("new", {"idle MB, ventanilla": [20]})]
        self.assertTrue(self.row(lines, "resident memory")[6].startswith("new"))
        self.assertTrue(self.row(lines, "start to ready")[6].startswith("old"))

    def test_both_halves_of_a_ratio_are_of_one_run(self):
        lines = [run("one", {"messages, ventanilla": [30], "messages, ws": [10]}), run("two", {"messages, ventanilla": [90]})]
        self.assertEqual(self.row(lines, "durable routed messages")[3], "3×")

    def test_a_run_of_other_sizes_is_known_by_them(self):
        lines = [{**run("aaa", {"idle MB, ventanilla": [20], "start s, ventanilla": [0.1]}), "idle": 4000}]
        self.assertIn("idle 4000", self.row(lines, "resident memory")[6])
        self.assertNotIn("visitors", self.row(lines, "resident memory")[6])

    def test_what_was_not_measured_is_said(self):
        self.assertEqual(self.row([run("aaa", {})], "assignments a second")[3], "not measured")

    def test_the_page_loads_nothing_and_escapes_what_it_shows(self):
        curve = [[100, 99, 1, 2, 3, 4], [200, 199, 1.5, 2.5, 5, 9]]
        lines = [run("aaa", {"messages, ventanilla": [30]}, {"latency, ventanilla": curve,
                                                              "memory, ws": [[1000, 1e7, 1e6], [15000, 9e7, 2e6]]})]
        page = report.page(lines)
        self.assertEqual(Page(page).loaded, [])
        self.assertNotIn("@import", page)
        self.assertNotIn("url(", page)
        self.assertIn("&lt;one&gt;", page)
        self.assertEqual(page.count("<svg"), 4)  # percentiles, the 99th of all, throughput, memory

    def test_the_runs_kept_in_the_tree_make_a_page(self):
        lines = history.read(history.HISTORY)
        self.assertEqual(len([row for row in Page(report.page(lines)).rows if row and len(row) == 7]) - 1, len(TARGETS))

    def test_every_target_is_in_the_right_order(self):
        for target in TARGETS:
            self.assertTrue(target.reached(target.aim, target.at_least), target.text)
            self.assertFalse(target.reached(target.at_least, target.aim), target.text)

    def test_summary(self):
        self.assertEqual(summary([3, 1, 2]), (2, 1, 3))


if __name__ == "__main__":
    unittest.main()
