"""The same as backup_test's busy server, with its record in PostgreSQL; and what a later release has left there."""
import subprocess
import unittest

import backup_test
from harness import Postgres, Server


class BackupOfPostgres(backup_test.BackupUnderLoad):
    def setUp(self):
        self.first, self.second = Postgres().start(), Postgres().start()
        super().setUp()

    def tearDown(self):
        try:
            super().tearDown()
        finally:
            self.first.close()
            self.second.close()

    def source_options(self):
        return ("--database", self.first.url)

    def target_options(self):
        return ("--database", self.second.url)


class LaterRelease(unittest.TestCase):
    def test_is_left_alone(self):
        postgres = Postgres().start()
        self.addCleanup(postgres.close)
        server = Server(people=(), options=("--database", postgres.url))
        self.addCleanup(server.close)
        server.start().stop()
        subprocess.run(["psql", "-q", postgres.url, "-c", "UPDATE meta SET schema_number = schema_number + 1"], check=True,
                       timeout=30)
        with self.assertRaisesRegex(AssertionError, "later release"):
            server.start()
        for words in (("agent", "list"), ("agent", "disable", "ana"), ("backup", server.home / "copy")):
            done = server.command(*words)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn("later release", done.stderr, words)


if __name__ == "__main__":
    unittest.main()
