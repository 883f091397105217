"""ventanilla person: what is held of somebody is handed out, or erased while the server runs."""
import json

from harness import DeskCase

SECRET = "Mi contrasena es xilofono"
MINE = "Zoraida@example.mx"


class Person(DeskCase):
    async def closed_chat(self, email):
        visitor, agent, chat = await self.conversation(message=SECRET, name="Zoraida", email=email)
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await self.until(lambda: self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()["chat"]["status"] == "closed"
                         and any(item["id"] == chat for item in
                                 self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))
        return agent, chat

    def person(self, verb, email):
        done = self.server.command("person", verb, email)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    async def test_export_then_erase(self):
        agent, chat = await self.closed_chat(MINE)
        exported = self.person("export", MINE.lower())
        self.assertEqual([item["id"] for item in exported["chats"]], [chat])
        self.assertIn(SECRET, json.dumps(exported))
        counts = self.person("erase", MINE.upper())
        self.assertEqual(counts, exported["counts"])
        seen = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertNotIn("xilofono", json.dumps(seen))
        self.assertNotIn("Zoraida", json.dumps(seen))
        self.assertEqual([entry["seq"] for entry in seen["entries"]], list(range(1, len(seen["entries"]) + 1)))
        self.assertTrue(all(entry["erased"] for entry in seen["entries"]))
        for q in ("xilofono", "zoraida"):
            self.assertEqual(self.http.get(f"/api/v1/chats?q={q}", token=agent.token).json()["chats"], [])
        self.assertEqual(set(self.person("erase", MINE).values()), {0})

    async def test_of_somebody_unknown_there_is_nothing(self):
        self.assertEqual(self.person("export", "nadie@example.mx")["chats"], [])
        self.assertEqual(set(self.person("erase", "nadie@example.mx").values()), {0})

    async def test_an_open_chat_is_closed_filed_and_erased(self):
        visitor, agent, chat = await self.conversation(message=SECRET, name="Zoraida", email="otra@example.mx")
        await agent.say(chat, "Un momento")
        counts = self.person("erase", "OTRA@example.mx")
        self.assertEqual(counts["chats"], 1)
        await visitor.entry(chat, "closed")
        visitor.chat = None
        seen = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertEqual(seen["chat"]["status"], "closed")
        self.assertTrue(all(entry["erased"] for entry in seen["entries"]))
        for word in ("xilofono", "Zoraida", "otra@"):
            self.assertNotIn(word, json.dumps(seen))
        # The visitor comes back: the store knows no name any more.
        await visitor.leave()
        back = await self.visitor(token=visitor.token)
        self.assertNotIn("Zoraida", json.dumps(back.welcome))
        self.assertNotIn("otra@", json.dumps(back.welcome))


class Stopped(DeskCase):
    async def test_what_the_live_store_holds_is_named_as_left(self):
        visitor, agent, _ = await self.conversation(message=SECRET, name="Zoraida", email=MINE)
        for client in (visitor, agent):
            await client.leave()
        self.clients.clear()
        self.server.stop()
        left = self.server.command("person", "erase", MINE)
        self.assertEqual(left.returncode, 1)
        self.assertIn("start the server first", left.stderr)
        self.assertEqual(json.loads(left.stdout)["chats"], 0)
        self.server.start()
        done = self.server.command("person", "erase", MINE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["chats"], 1)
