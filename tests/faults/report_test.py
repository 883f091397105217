"""Figures of several runs are put together as those of one."""
import contextlib
import io
import tempfile
import unittest

import report
from tally import Tally


class Merging(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_of(self, seed, found, **tallies):
        path = f"{self.folder.name}/{seed}.json"
        report.write(path, tallies, found, seed, 60)
        return path

    def test_counts_are_added_and_of_times_the_longest_is_kept(self):
        paths = [self.run_of(7, [], cut=Tally(15, 20.0, 100, 120, 90, 1.5, 2.5), full=Tally(1, 599.0)),
                 self.run_of(8, ["lost: c_1"], cut=Tally(5, 10.0, 50, 60, 40, 4.5, 2.0), full=Tally(1, 1.0),
                             dead=Tally(19, 599.0, acknowledged=7))]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            report.main(paths)
        text = out.getvalue()
        self.assertIn("seeds 7, 8; visitors 60\n", text)
        self.assertIn("| cut | 20 | 30 | 150 | 130 | 4.50 | 2.50 |", text)
        self.assertIn("| dead | 19 | 599 | 0 | 7 | 0.00 | 0.00 |", text)
        self.assertIn("lost 1, doubled 0,", text)
        self.assertIn("FOUND lost: c_1 (seed 8)", text)
        self.assertIn("not yet 20 times or 600 s: dead\n", text)
