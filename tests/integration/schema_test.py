"""Data of a later release: the server and the commands leave them alone and say so."""
import contextlib
import sqlite3
import subprocess
import unittest

from harness import Redis, Server

COMMANDS = (("agent", "disable", "ana"), ("person", "erase", "nadie@example.mx"))
WORDS = "belongs to a later release"


class LaterRelease(unittest.TestCase):
    def refused(self, server, *more):
        with self.assertRaises(AssertionError):
            server.start()
        self.assertEqual(server.process.returncode, 1, server.log_text())
        self.assertIn(WORDS, server.log_text())
        for words in (*COMMANDS, ("backup", server.home / "copy"), *more):
            done = server.command(*words)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn(WORDS, done.stderr, words)
        self.assertFalse((server.home / "copy").exists())

    def test_record(self):
        server = Server()
        self.addCleanup(server.close)
        server.start().stop()
        with contextlib.closing(sqlite3.connect(server.data / "ventanilla.db")) as database:
            database.execute("UPDATE meta SET schema_number = schema_number + 1")
            database.commit()
        self.refused(server, ("agent", "list"))

    def test_live_store(self):
        redis = Redis().start()
        self.addCleanup(redis.close)
        server = Server(options=("--redis", redis.url))
        self.addCleanup(server.close)
        server.start().stop()
        changed = ["redis-cli", "-s", str(redis.path), "HINCRBY", "v:{prueba}:meta", "schema", "1"]
        subprocess.run(changed, check=True, capture_output=True, timeout=30)
        self.refused(server)


if __name__ == "__main__":
    unittest.main()
