"""A chat that ended between the copies of the two stores: in Redis it is still open, in SQL it has ended. SQL is right."""
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from harness import DeskCase, Server, Visitor, site_toml


def seal(folder):
    """Makes the sums fit what is there, as if one backup had copied it."""
    manifest = json.loads((folder / "manifest.json").read_text())
    lines = {}
    for part in manifest["parts"]:
        root = folder / part["name"]
        files = sorted(root.rglob("*") if root.is_dir() else [root])
        names = [(file, file.relative_to(folder).as_posix()) for file in files if file.is_file()]
        lines[part["name"]] = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}\n" for file, name in names]
        part["files"], part["bytes"] = len(names), sum(file.stat().st_size for file, _ in names)
        part["sha256"] = hashlib.sha256("".join(lines[part["name"]]).encode()).hexdigest()
    (folder / "SHA256SUMS").write_text("".join(sum(lines.values(), [])))
    (folder / "manifest.json").write_text(json.dumps(manifest))


class EndedBetweenTheCopies(DeskCase):
    def backup(self, name):
        done = self.server.command("backup", self.folder / name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.folder / name

    async def test_it_is_restored_as_ended(self):
        self.folder = Path(tempfile.mkdtemp(prefix="ventanilla-backup-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        visitor, agent, chat = await self.conversation()
        await visitor.say(chat, "¿Sigue ahí?")
        before = self.backup("before")
        await agent.say(chat, "Sí. Hasta luego.")
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await self.until(lambda: any(item["id"] == chat for item in
                                     self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))
        log = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()["entries"]
        visitor.chat = None
        copy = self.backup("after")
        shutil.rmtree(copy / "redis")
        shutil.copytree(before / "redis", copy / "redis")
        seal(copy)
        target = Server(site_toml(), people=())
        self.addCleanup(target.close)
        done = target.command("restore", copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        target.start()
        seen = target.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertEqual((seen["chat"]["status"], seen["entries"]), ("closed", log))
        past = target.http.get("/api/v1/chats", token=agent.token).json()["chats"]
        self.assertEqual([item["id"] for item in past], [chat])
        back = Visitor(target, token=visitor.token)
        await back.open()
        await back.hello()
        self.assertIsNone(back.chat, "the chat is open again")
        await back.leave()
