"""How a chat ends, and what is left of it: close, rate, transcript, the record."""
import subprocess

from harness import DeskCase


class Close(DeskCase):
    async def test_by_the_visitor_and_a_second_close_has_the_same_seq(self):
        visitor, agent, chat = await self.conversation()
        await agent.say(chat, "Ya quedó")
        seq = (await visitor.ok("chat.close", chat=chat))["seq"]
        self.assertEqual(seq, 5)
        closed = await visitor.entry(chat, "closed")
        self.assertEqual((closed["by"], closed["outcome"], closed["from"]["role"]), ("visitor", "left", "visitor"))
        self.assertEqual(await agent.entry(chat, "closed"), closed)
        self.assertEqual(await agent.wait_for("chat.revoked"), {"type": "chat.revoked", "chat": chat, "reason": "closed"})
        self.assertEqual((await visitor.ok("chat.close", chat=chat))["seq"], seq)
        self.assertEqual((await agent.ok("chat.close", chat=chat, outcome="solved"))["seq"], seq)
        await self.archived(agent, chat)
        self.assertEqual((await visitor.ok("chat.close", chat=chat))["seq"], seq)
        self.assertEqual((await agent.ok("chat.close", chat=chat, outcome="solved"))["seq"], seq)
        self.assertEqual(len(await visitor.log(chat)), 5)

    async def test_by_the_agent_with_each_outcome(self):
        for outcome in ("solved", "ticket", "left"):
            with self.subTest(outcome=outcome):
                visitor, agent, chat = await self.conversation()
                await agent.refused("chat.close", "bad_field", "outcome", chat=chat, outcome="missed")
                await agent.ok("chat.close", chat=chat, outcome=outcome)
                closed = await visitor.entry(chat, "closed")
                self.assertEqual((closed["by"], closed["outcome"]), ("agent", outcome))
                await agent.ok("state.set", state="offline")

    async def test_before_any_agent_had_it_the_outcome_is_missed(self):
        await self.agent("vera")
        visitor = await self.visitor("corta")
        chat = await visitor.start()
        await visitor.ok("chat.close", chat=chat["id"])
        self.assertEqual((await visitor.entry(chat["id"], "closed"))["outcome"], "missed")

    async def test_a_closed_chat_takes_no_more(self):
        visitor, agent, chat = await self.conversation()
        await agent.ok("chat.close", chat=chat, outcome="solved")
        for client in (visitor, agent):
            await client.refused("message.send", "chat_closed", chat=chat, client_id="x", text="tarde")
            await client.refused("typing", "chat_closed", chat=chat, on=True)
        refusals = [await client.request("typing", chat=chat, on=False) for client in (visitor, agent)]
        self.assertEqual([reply["message"] for reply in refusals], ["La conversación ya terminó. Puede iniciar otra.",
                                                                   "La conversación ya terminó. Puede leerla en el historial."])
        await agent.refused("chat.take", "chat_closed", chat=chat)
        await agent.refused("chat.transfer", "chat_closed", chat=chat, to={"department": "soporte-contable"})
        fresh = await self.visitor(token=visitor.token)
        self.assertIsNone(fresh.welcome["chat"])

    async def archived(self, agent, chat):
        await self.until(lambda: any(item["id"] == chat for item in
                                     self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))


class ReadMarks(DeskCase):
    async def test_are_kept_with_the_chat(self):
        visitor, agent, chat = await self.conversation()
        await agent.say(chat, "Ya quedó")
        await agent.ok("read", chat=chat, seq=4)
        await visitor.ok("read", chat=chat, seq=3)
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await self.until(lambda: self.has_left_redis(chat))
        past = self.http.get("/api/v1/chats", token=agent.token).json()["chats"]
        one = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()["chat"]
        for seen in (one, *(item for item in past if item["id"] == chat)):
            self.assertEqual(seen["read"], {"visitor": 3, "agent": 4})
        self.assertIn(chat, [item["id"] for item in past])

    def has_left_redis(self, chat):
        line = ["redis-cli", "-s", self.server.data / "redis.sock", "EXISTS", f"v:{{prueba}}:c:{chat}"]
        return subprocess.run(line, capture_output=True, text=True, timeout=30, check=True).stdout == "0\n"


class Rate(DeskCase):
    async def answered(self):
        """A conversation in which nothing stands unanswered: it does not become a ticket at its end."""
        visitor, agent, chat = await self.conversation()
        await agent.say(chat, "Ya quedó")
        return visitor, agent, chat

    async def test_once_and_everybody_sees_it(self):
        visitor, agent, chat = await self.answered()
        supervisor = await self.agent("sofia", state=None)
        await supervisor.ok("chat.watch", chat=chat)
        for score in (0, 6, "5", 4.5):
            await visitor.refused("chat.rate", "bad_field", "score", chat=chat, score=score)
        await visitor.refused("chat.rate", "bad_field", "comment", chat=chat, score=5, comment="x" * 1001)
        await visitor.ok("chat.close", chat=chat)
        seq = (await visitor.ok("chat.rate", chat=chat, score=5, comment="Muy <b>amables</b>"))["seq"]
        self.assertEqual(seq, 6)
        rated = await visitor.entry(chat, "rated")
        self.assertEqual((rated["seq"], rated["score"], rated["comment"]), (6, 5, "Muy <b>amables</b>"))
        self.assertEqual((await visitor.log(chat))[-1], rated)

    async def test_a_second_rating_stores_nothing(self):
        visitor, agent, chat = await self.answered()
        await visitor.ok("chat.close", chat=chat)
        seq = (await visitor.ok("chat.rate", chat=chat, score=5))["seq"]
        again = await visitor.request("chat.rate", chat=chat, score=5)
        self.assertTrue(again["type"] == "error" or again["seq"] == seq)
        self.assertEqual([entry["kind"] for entry in await visitor.log(chat)].count("rated"), 1)

    async def test_after_the_chat_has_gone_to_the_record(self):
        visitor, agent, chat = await self.answered()
        await visitor.ok("chat.close", chat=chat)
        await self.until(lambda: any(item["id"] == chat for item in
                                     self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))
        seq = (await visitor.ok("chat.rate", chat=chat, score=2, comment="Tardó"))["seq"]
        self.assertEqual(seq, 6)
        self.assertEqual((await visitor.log(chat))[-1]["score"], 2)
        stranger = await self.visitor()
        await stranger.refused("chat.rate", "not_found", chat=chat, score=1)


class Transcript(DeskCase):
    async def test_is_promised_to_ones_own_address(self):
        visitor, _, chat = await self.conversation()
        await visitor.ok("chat.transcript", chat=chat)
        await visitor.ok("chat.transcript", chat=chat)
        stranger = await self.visitor()
        await stranger.refused("chat.transcript", "not_found", chat=chat)
        await self.agent("pia")
        nameless = await self.visitor("prisa")
        own = await nameless.start()
        await nameless.refused("chat.transcript", "bad_field", "email", chat=own["id"])
