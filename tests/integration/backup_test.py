"""ventanilla backup and restore: what was acknowledged before a backup began is there after its restore, however busy the
server was meanwhile; what is damaged, newer or in the way is refused.

Environment: VENTANILLA_SEED (random, printed).
"""
import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

import crash_test
from files_case import BOUNDARY, form, part
from harness import Redis, Server, Visitor
from harness import talking
from harness.histories import faults
from harness.talking_agent import TalkingAgent
from harness.talking_visitor import TalkingVisitor
from stubborn import GONE, Stubborn

SEED = os.environ.get("VENTANILLA_SEED") or str(random.SystemRandom().randrange(10**9))
CROWD, AGENTS = 16, 4
WARM_UP = 150        # acknowledgements before the backup
FILED = 5            # and chats that came to their end
PATIENCE_S = 120
SITE = crash_test.SITE


class World(talking.World):
    def __init__(self, server):
        super().__init__(SEED, [server])
        self.server = server
        self.messages_per_s = 4.0
        self.filed = {}      # chat -> History of the visitor who ended it
        self.tickets = []    # numbers


def copy_of(histories):
    """What of each chat is acknowledged now: {chat: {client_id: (seq, text)}}."""
    return {chat: {name: (seq, history.sent[name]) for name, seq in history.acknowledged.items()}
            for chat, history in histories.items()}


class BackupUnderLoad(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.good = False
        self.folder = Path(tempfile.mkdtemp(prefix="ventanilla-backup-"))
        self.server = Server(SITE, people=(), options=self.source_options())
        self.agents = [f"agente{n}" for n in range(AGENTS)]
        for number, username in enumerate(self.agents):
            self.server.add_agent(username, departments=("soporte-tecnico", "soporte-contable")[number % 2])
        self.server.add_agent("raul", "admin", "soporte-tecnico")
        self.server.start()
        self.restored = None

    def tearDown(self):
        try:
            for server in filter(None, (self.restored, self.server)):
                server.close(failed=not self.good)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def source_options(self):
        """For the server that is backed up."""
        return ()

    def target_options(self):
        """For the one that is restored."""
        return ()

    async def test_backed_up_while_serving(self):
        print(f"seed {SEED}, {CROWD} visitors, {AGENTS} agents", flush=True)
        self.world = World(self.server)
        tokens = [await asyncio.to_thread(self.server.sign_in, username) for username in self.agents]
        self.admin = await asyncio.to_thread(self.server.sign_in, "raul")
        agents = [TalkingAgent(self.world, *pair) for pair in zip(self.agents, tokens)]
        visitors = [TalkingVisitor(self.world, f"visitante{n}") for n in range(CROWD)]
        tasks = [asyncio.create_task(peer.run()) for peer in agents + visitors]
        tasks += [asyncio.create_task(self.start_and_end()), asyncio.create_task(self.open_tickets())]
        await self.until(lambda: self.world.acknowledged >= WARM_UP and len(self.world.filed) >= FILED
                         and len(self.world.tickets) >= FILED and all(visitor.now and visitor.now.id for visitor in visitors))
        talked = copy_of({visitor.now.id: visitor.now.history for visitor in visitors})
        ended = {chat: await asyncio.to_thread(self.chat, self.server, chat) for chat in list(self.world.filed)}
        tickets = {number: await asyncio.to_thread(self.ticket, self.server, number)
                   for number in list(self.world.tickets)}
        known, acknowledged = set(self.world.filed), self.world.acknowledged
        done = await asyncio.to_thread(self.server.command, "backup", self.folder / "copy")
        self.assertEqual(done.returncode, 0, done.stderr)
        meanwhile = set(self.world.filed) - known
        print(f"during the backup: {self.world.acknowledged - acknowledged} acknowledged, {len(meanwhile)} ended",
              flush=True)
        await self.until(lambda: len(self.world.filed) > len(known) + len(meanwhile) + 1)
        await asyncio.to_thread(self.server.kill)
        await self.stop(visitors, agents, tasks)
        await asyncio.to_thread(self.restore)
        await self.compare(talked, ended, tickets, set(self.world.filed))
        await self.go_on(visitors, talked)
        self.good = True

    # ---- load

    async def start_and_end(self):
        while not self.world.over:
            async def make(before):
                client = Visitor(self.world.server, "soporte", before.token if before else None)
                await client.open()
                await client.hello()
                return client

            async def lost():
                if self.world.over:
                    raise asyncio.CancelledError
                await asyncio.sleep(0.05)
            guest = Stubborn(make, lost)
            guest.history.sent["start"] = "start"
            started = await guest.insist("chat.start", client_id="start", name="Eva", email="eva@example.mx",
                                         department="any", message="start")
            chat = started["chat"]["id"]
            await guest.say(chat, "e1")
            await guest.insist("chat.close", chat=chat)
            guest.history.who = guest.client.id
            self.world.filed[chat] = guest.history
            await guest.leave()

    async def open_tickets(self):
        while not self.world.over:
            try:
                await asyncio.to_thread(self.open_ticket, self.server)
            except OSError:
                await asyncio.sleep(0.05)

    def open_ticket(self, server):
        http, number = server.http, len(self.world.tickets)
        content = f"archivo {number} ".encode() * 1000
        upload = http.post("/api/v1/files", form(part("file", content, "nota.txt", "text/plain")), token=self.admin,
                           headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
        made = http.post("/api/v1/tickets", {
            "channel": "phone", "email": "eva@example.mx", "rfc": "GODE561231GR8", "department": "soporte-tecnico",
            "subject": f"Ticket {number}", "priority": "normal", "comments": f"Lo del {number}.",
            "files": [upload.json()["file"]["id"]]}, token=self.admin)
        if made.status == 201:
            self.world.tickets.append(made.json()["ticket"]["number"])

    async def until(self, condition):
        give_up = asyncio.get_running_loop().time() + PATIENCE_S
        while not condition():
            self.assertLess(asyncio.get_running_loop().time(), give_up, f"never came to hold; seed {SEED}")
            await asyncio.sleep(0.02)

    async def stop(self, visitors, agents, tasks):
        self.world.over = self.world.settling = True
        for peer in visitors + agents:
            with contextlib.suppress(*GONE):  # of a server that was killed
                if peer.socket is not None:
                    await peer.socket.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.assertEqual([fault for peer in visitors + agents for fault in peer.faults], [])

    # ---- what there is

    def get(self, server, target):
        answer = server.http.get(target, token=self.admin)
        self.assertEqual(answer.status, 200, f"{target}: {answer.body!r}")
        return answer.json()

    def chat(self, server, chat):
        return self.get(server, f"/api/v1/chats/{chat}")["entries"]

    def ticket(self, server, number):
        """The ticket, its messages, and the bytes of its files."""
        told = self.get(server, f"/api/v1/tickets/{number}")
        ids = [file["id"] for message in told["messages"] for file in message["files"]]
        self.assertTrue(ids)
        return told, [server.http.get(f"/api/v1/files/{file}", token=self.admin).body for file in ids]

    def past(self, server):
        """The ids of the past chats, in all pages."""
        ids, cursor = [], ""
        while cursor is not None:
            page = self.get(server, f"/api/v1/chats?cursor={cursor}")
            ids += [item["id"] for item in page["chats"]]
            cursor = page["next"]
        return ids

    def restore(self):
        self.restored = Server(SITE, people=(), options=self.target_options())
        done = self.restored.command("restore", self.folder / "copy")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.restored.data / "site.toml").read_text(encoding="utf-8"), SITE)
        again = self.restored.command("restore", self.folder / "copy")
        self.assertEqual(again.returncode, 1)
        self.assertIn("not empty", again.stderr)
        self.restored.start()

    # ---- comparing

    async def compare(self, talked, ended, tickets, all_ended):
        server = self.restored
        for chat, entries in ended.items():
            # An ended chat may still have become a ticket.
            self.assertEqual((await asyncio.to_thread(self.chat, server, chat))[:len(entries)], entries, chat)
        for number, before in tickets.items():
            self.assertEqual(await asyncio.to_thread(self.ticket, server, number), before, number)
        for chat, acknowledged in talked.items():
            log = await asyncio.to_thread(self.chat, server, chat)
            own = {entry["client_id"]: (entry["seq"], entry["text"]) for entry in log if entry["kind"] == "message"}
            for name, expected in acknowledged.items():
                self.assertEqual(own.get(name), expected, f"{chat} {name}; seed {SEED}")
        await asyncio.to_thread(self.once_each, talked, all_ended)

    def once_each(self, talked, all_ended):
        """Every chat is open or past, never both, and its log is whole."""
        past = self.past(self.restored)
        self.assertEqual(len(past), len(set(past)), "a chat is in the list twice")
        here = [chat for chat in all_ended if self.restored.http.get(f"/api/v1/chats/{chat}", token=self.admin).status == 200]
        for chat in set(past) | set(talked) | set(here):
            told = self.get(self.restored, f"/api/v1/chats/{chat}")
            log = told["entries"]
            history = [self.world.filed[chat]] if chat in self.world.filed else []
            found = [fault for fault in faults(chat, log, []) if not fault.startswith("foreign")]
            self.assertEqual(found, [], chat)
            self.assertEqual(chat in past, told["chat"]["status"] == "closed", chat)
            self.assertEqual([entry["kind"] for entry in log].count("closed"), int(chat in past), chat)
            for known in history if chat in past else []:
                sent = {entry["client_id"]: entry["seq"] for entry in log if entry["kind"] == "message"}
                self.assertEqual({name: sent.get(name) for name in known.acknowledged}, known.acknowledged, chat)

    async def go_on(self, visitors, talked):
        """Open chats are resumed and talk on; who has seen more than there is now is told so."""
        resumed = ahead = 0
        for visitor in visitors:
            chat = visitor.now.id
            last = max((seq for seq, _ in talked[chat].values()), default=0)
            client = Visitor(self.restored, token=visitor.token)
            await client.open()
            await client.hello(resume={"chat": chat, "after": last})
            self.assertEqual(client.chat, chat)
            await client.say(chat, "sigo aquí")
            now = (await client.log(chat))[-1]["seq"]
            await client.leave()
            further = Visitor(self.restored, token=visitor.token)
            await further.open()
            await further.hello(resume={"chat": chat, "after": now + 50})
            ahead += further.chat is None
            resumed += 1
            await further.leave()
            for one in (client, further):
                one.check()
        self.assertEqual((resumed, ahead), (CROWD, CROWD))
        await asyncio.to_thread(self.numbers_go_on)

    def numbers_go_on(self):
        highest = max(int(number.split("-")[1]) for number in self.world.tickets)
        self.open_ticket(self.restored)
        self.assertGreater(int(self.world.tickets[-1].split("-")[1]), highest, "a number was given out twice")


class BackupOfForeignRedis(BackupUnderLoad):
    """Both Redises are somebody else's: a snapshot is taken, and what is restored shares its Redis with another site."""

    def setUp(self):
        self.first, self.second = Redis().start(), Redis().start()
        super().setUp()
        subprocess.run(["redis-cli", "-s", str(self.second.path), "SET", "v:{otro}:meta", "1"], check=True,
                       capture_output=True, timeout=30)

    def tearDown(self):
        try:
            super().tearDown()
        finally:
            self.first.close()
            self.second.close()

    def source_options(self):
        return ("--redis", self.first.url)

    def target_options(self):
        return ("--redis", self.second.url)


class Refusals(unittest.TestCase):
    """Without a running server; one backup for all."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="ventanilla-backup-"))
        cls.server = Server(SITE)
        cls.server.start()
        cls.server.stop()
        cls.copy = cls.folder / "copy"
        done = cls.server.command("backup", cls.copy)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def restore(self, copy):
        target = Server(SITE, people=())
        self.addCleanup(target.close)
        return target, target.command("restore", copy)

    def refused(self, copy, words):
        target, done = self.restore(copy)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(words, done.stderr)
        self.assertEqual(list(target.data.iterdir()) if target.data.exists() else [], [])

    def changed(self, name, change):
        copy = self.folder / f"changed-{self.id()}-{name}"
        shutil.copytree(self.copy, copy)
        manifest = json.loads((copy / "manifest.json").read_text())
        change(copy, manifest)
        (copy / "manifest.json").write_text(json.dumps(manifest))
        return copy

    def test_the_sums_are_those_of_sha256sum(self):
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=self.copy, check=True, timeout=60)
        manifest = json.loads((self.copy / "manifest.json").read_text())
        self.assertEqual({item["name"] for item in manifest["parts"]}, {"redis", "record", "site.toml"})
        self.assertEqual(manifest["site"], "prueba")
        modes = {path.stat().st_mode & 0o077 for path in self.copy.rglob("*")}
        self.assertEqual(modes, {0}, "others may read secrets")

    def test_what_is_damaged_is_not_restored(self):
        def flip(copy, _):
            file = copy / "record" / "ventanilla.db"
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 1
            file.write_bytes(content)
        self.refused(self.changed("flip", flip), "checksum")
        self.refused(self.changed("gone", lambda copy, _: (copy / "record" / "ventanilla.db").unlink()), "missing")
        self.refused(self.changed("more", lambda copy, _: (copy / "redis" / "more").write_text("x")), "not what was")
        self.refused(self.folder, "no backup")

    def test_a_later_release_is_refused(self):
        def raised(part):
            def change(_, manifest):
                manifest["schema"][part] += 1
            return change
        self.refused(self.changed("record", raised("record")), "later release")
        self.refused(self.changed("live", raised("live")), "later release")
        self.refused(self.changed("format", lambda _, manifest: manifest.update(format=99)), "later release")

    def test_another_kind_of_database_is_refused(self):
        self.refused(self.changed("kind", lambda _, manifest: manifest.update(database="postgresql")), "postgresql")

    def test_a_backup_needs_a_folder_of_its_own(self):
        done = self.server.command("backup", self.copy)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not empty", done.stderr)
        empty = self.folder / "empty"
        empty.mkdir()
        self.assertEqual(self.server.command("backup", empty).returncode, 0)
        self.assertTrue((empty / "manifest.json").exists())

    def test_a_killed_backup_is_not_there_and_the_next_one_is(self):
        to = self.folder / "killed"
        process = subprocess.Popen([self.server.program, "backup", to, "--config", self.server.config, "--data",
                                    self.server.data], stdout=subprocess.DEVNULL)
        unfinished = to.with_name("killed.unfinished")
        while not unfinished.exists() and process.poll() is None:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertFalse(to.exists())
        self.refused(unfinished, "no backup")
        self.assertEqual(self.server.command("backup", to).returncode, 0)
        self.assertFalse(unfinished.exists())

    def test_an_unfinished_restore_serves_nobody(self):
        target, done = self.restore(self.copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        (target.data / "restoring").mkdir()
        with self.assertRaisesRegex(AssertionError, "did not come to its end"):
            target.start()
        listed = target.command("agent", "list")
        self.assertEqual(listed.returncode, 1)
        self.assertIn("did not come to its end", listed.stderr)

    def test_restored_agents_sign_in(self):
        target, done = self.restore(self.copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        target.start()
        target.sign_in("ana")
        target.stop()


if __name__ == "__main__":
    unittest.main()
