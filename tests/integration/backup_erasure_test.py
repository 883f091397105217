"""Who was erased after a backup was made does not come back with it."""
import json
import shutil
import tempfile
from pathlib import Path

from harness import DeskCase, Server, site_toml

SECRET = "Mi contrasena es xilofono"
HERS = "Zoraida@example.mx"


class ErasedSince(DeskCase):
    def setUp(self):
        super().setUp()
        self.folder = Path(tempfile.mkdtemp(prefix="ventanilla-backup-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_command(self, server, *words):
        done = server.command(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    async def two_chats(self):
        """Of hers one in the record and one that is open; and one open chat of somebody else."""
        visitor, agent, past = await self.conversation(message=SECRET, name="Zoraida", email=HERS)
        await agent.ok("chat.close", chat=past, outcome="solved")
        await self.until(lambda: any(item["id"] == past for item in
                                     self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))
        visitor.chat = None
        chats = [past]
        for name, email in (("Zoraida", HERS), ("Berta", "berta@example.mx")):
            client = await self.visitor()
            chats.append((await client.start(message=SECRET, name=name, email=email))["id"])
        self.token = agent.token
        return chats

    def restored(self, copy, erasures=None):
        target = Server(site_toml(), people=())
        self.addCleanup(target.close)
        if erasures:
            target.data.mkdir()
            shutil.copy(erasures, target.data)
        told = self.run_command(target, "restore", copy)
        target.start()
        return target, told

    def judge(self, target, chats):
        past, open_then, other = chats
        log = b"".join(file.read_bytes() for file in target.data.rglob("*")
                       if file.is_file() and ("aof" in file.name or "ventanilla.db" in file.name))
        for word in (b"Zoraida", b"zoraida@"):
            self.assertNotIn(word, log)
        for chat in (past, open_then):
            seen = target.http.get(f"/api/v1/chats/{chat}", token=self.token).json()
            self.assertEqual(seen["chat"]["status"], "closed")
            self.assertTrue(all(entry["erased"] for entry in seen["entries"]), seen)
            self.assertNotIn("xilofono", json.dumps(seen))
        seen = target.http.get(f"/api/v1/chats/{other}", token=self.token).json()
        self.assertNotEqual(seen["chat"]["status"], "closed")
        self.assertIn("xilofono", json.dumps(seen))

    async def test_the_backup_that_is_where_it_was_made_knows(self):
        chats = await self.two_chats()
        copy = self.folder / "copy"
        self.run_command(self.server, "backup", copy)
        self.run_command(self.server, "person", "erase", HERS)
        target, told = self.restored(copy)
        self.assertIn("erased again: 2", told)
        self.judge(target, chats)

    async def test_the_list_in_the_empty_directory_tells_of_a_moved_backup(self):
        chats = await self.two_chats()
        copy = self.folder / "copy"
        self.run_command(self.server, "backup", copy)
        moved = copy.rename(self.folder / "moved")
        self.run_command(self.server, "person", "erase", HERS)
        self.assertFalse((moved / "erasures.jsonl").exists())
        target, _ = self.restored(moved, self.server.data / "erasures.jsonl")
        self.judge(target, chats)
