"""The commands that change agents as docs/operations.md prints them: without a configuration."""
import shutil
import subprocess
import unittest

from harness import DeskCase, Postgres, Redis, Server
from harness.server import PASSWORD

NEW_PASSWORD = "otra-clave-8830"


def command(server, *words, stdin=None):
    """With the data directory alone."""
    line = [server.program, *words, "--data", server.data]
    return subprocess.run(line, input=stdin, capture_output=True, text=True, timeout=60, cwd=server.home)


def add_without_configuration(server):
    return command(server, "agent", "add", "otra", "--name", "Otra", "--role", "agent", "--departments",
                   "soporte-tecnico", "--password-stdin", stdin=PASSWORD + "\n")


class WhileTheServerRuns(DeskCase):
    async def test_a_change_is_in_force_when_the_command_returns(self):
        agent = await self.agent("ben")
        done = command(self.server, "agent", "disable", "ben")
        self.assertEqual((done.returncode, done.stdout), (0, "ben disabled\n"), done.stderr)
        self.assertEqual(self.http.get("/api/v1/chats", token=agent.token).status, 401)
        self.assertEqual(await agent.closed(), 4401)
        done = command(self.server, "agent", "enable", "ben")
        self.assertEqual(done.returncode, 0, done.stderr)
        token = self.server.sign_in("ben")
        self.server.secrets.add(NEW_PASSWORD)
        done = command(self.server, "agent", "password", "ben", "--password-stdin", stdin=NEW_PASSWORD + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.http.get("/api/v1/chats", token=token).status, 401)
        self.server.sign_in("ben", NEW_PASSWORD)

    def test_add_says_that_it_needs_one(self):
        done = add_without_configuration(self.server)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--config: needed for the departments", done.stderr)


class WithoutAServer(unittest.TestCase):
    def test_a_change_is_there_at_the_next_start(self):
        server = Server()
        self.addCleanup(server.close)
        done = command(server, "agent", "disable", "ana")
        self.assertEqual((done.returncode, done.stdout), (0, "ana disabled\n"), done.stderr)
        body = {"username": "ana", "password": PASSWORD}
        self.assertEqual(server.start().http.post("/api/v1/sessions", body).status, 401)
        server.stop()
        self.assertEqual(command(server, "agent", "enable", "ana").returncode, 0)
        server.start().sign_in("ana")

    def test_a_redis_that_may_hold_several_sites_needs_one(self):
        redis = Redis().start()
        self.addCleanup(redis.close)
        server = Server()
        self.addCleanup(server.close)
        done = command(server, "agent", "disable", "ana", "--redis", redis.url)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--config: needed with --redis", done.stderr)


class WithoutData(unittest.TestCase):
    """A command that has nothing to work on says so, and makes nothing."""
    READING = (("agent", "list"), ("agent", "disable", "ana"), ("agent", "enable", "ana"),
               ("agent", "password", "ana", "--password-stdin"), ("person", "export", "ana@example.mx"))

    def setUp(self):
        self.server = Server(people=())
        self.addCleanup(self.server.close)
        self.writing = (("person", "erase", "ana@example.mx"), ("backup", self.server.home / "copy"))

    def refused(self, words, missing):
        done = self.server.command(*words, stdin=PASSWORD + "\n")
        self.assertEqual((done.returncode, done.stdout), (1, ""), words)
        self.assertIn(f"ventanilla: there is no data: {missing} does not exist", done.stderr, words)

    def test_no_directory(self):
        for words in self.READING + self.writing:
            self.refused(words, self.server.data / "ventanilla.db")
            self.assertFalse(self.server.data.exists(), words)

    def test_an_empty_directory(self):
        self.server.data.mkdir()
        for words in self.READING + self.writing:
            self.refused(words, self.server.data / "ventanilla.db")
            self.assertEqual(list(self.server.data.iterdir()), [], words)
        self.assertFalse((self.server.home / "copy").exists())

    def test_adding_an_agent_begins_them(self):
        self.server.add_agent("ana")
        done = command(self.server, "agent", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ana", done.stdout)

    def test_in_postgresql_agents_need_no_directory_but_files_do(self):
        postgres = Postgres().start()
        self.addCleanup(postgres.close)
        self.server.options = ("--database", postgres.url)
        self.server.add_agent("ana")
        shutil.rmtree(self.server.data)
        done = self.server.command("agent", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ana", done.stdout)
        for words in self.writing:
            self.refused(words, self.server.data)
        self.assertFalse(self.server.data.exists())


if __name__ == "__main__":
    unittest.main()
