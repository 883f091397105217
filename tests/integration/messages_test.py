"""Sending, reading, typing: the acknowledgement, who gets what, replays and the pace."""
import json

from harness import DeskCase, client_id

SYNC_BYTES = 128 * 1024


class MessageSend(DeskCase):
    async def test_the_sender_has_the_ack_and_everybody_else_the_entry(self):
        visitor, agent, chat = await self.conversation()
        tab = await self.visitor(token=visitor.token)
        console = await self.agent("ana", token=agent.token, state=None)
        ack = await visitor.say(chat, "¿Siguen ahí?", "m-1")
        self.assertEqual(ack["seq"], 4)
        expected = {"type": "entry", "chat": chat, "seq": 4, "at": ack["at"], "kind": "message", "text": "¿Siguen ahí?",
                    "client_id": "m-1", "from": {"role": "visitor", "id": visitor.id, "name": "Ana Torres"}}
        for other in (tab, agent, console):
            self.assertEqual(await other.entry(chat, "message", seq=4), expected)
        answer = await agent.say(chat, "Sí.", "m-1")  # the client_id is the sender's own
        self.assertEqual(answer["seq"], 5)
        for other in (visitor, tab, console):
            self.assertEqual((await other.entry(chat, "message", seq=5))["from"],
                             {"role": "agent", "id": agent.id, "name": "Ana"})
        await visitor.ok("page")
        await agent.ok("state.set", state="online")
        self.assertFalse(visitor.seen("entry", seq=4))
        self.assertFalse(agent.seen("entry", seq=5))

    async def test_a_resend_has_the_old_answer_and_another_content_is_refused(self):
        visitor, agent, chat = await self.conversation()
        first = await visitor.say(chat, "uno", "m-1")
        second = await visitor.say(chat, "uno", "m-1")
        self.assertEqual((second["seq"], second["at"]), (first["seq"], first["at"]))
        await visitor.refused("message.send", "client_id_reuse", chat=chat, client_id="m-1", text="dos")
        tab = await self.visitor(token=visitor.token)
        self.assertEqual((await tab.say(chat, "uno", "m-1"))["seq"], first["seq"])
        await visitor.ok("chat.close", chat=chat)
        self.assertEqual((await tab.say(chat, "uno", "m-1"))["seq"], first["seq"])
        await tab.refused("message.send", "chat_closed", chat=chat, client_id="m-2", text="tarde")
        await agent.refused("message.send", "chat_closed", chat=chat, client_id="m-2", text="tarde")
        self.assertEqual(sum(entry["kind"] == "message" for entry in await agent.log(chat)), 2)

    async def test_an_agents_resend_after_the_chat_has_gone_to_the_record(self):
        visitor, agent, chat = await self.conversation()
        ack = await agent.say(chat, "hola", "a-1")
        own = await visitor.say(chat, "adiós", "v-1")
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await self.archived(agent, chat)
        self.assertEqual((await agent.say(chat, "hola", "a-1"))["seq"], ack["seq"])
        await agent.refused("message.send", "client_id_reuse", chat=chat, client_id="a-1", text="otra")
        self.assertEqual((await visitor.say(chat, "adiós", "v-1"))["seq"], own["seq"])
        await visitor.refused("message.send", "chat_closed", chat=chat, client_id="v-2", text="tarde")

    async def archived(self, agent, chat):
        await self.until(lambda: any(item["id"] == chat for item in
                                     self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))

    async def test_an_agents_resend_after_another_had_the_chat_and_it_has_gone_to_the_record(self):
        visitor, first, chat = await self.conversation()
        ack = await first.say(chat, "Un momento", "r-1")
        second = await self.agent("carla")  # of another department: there the first may not even read it
        await first.ok("chat.transfer", chat=chat, to={"department": "soporte-contable"})
        await second.assigned(chat)
        await second.ok("chat.close", chat=chat, outcome="solved")
        await self.archived(second, chat)
        self.assertEqual((await first.say(chat, "Un momento", "r-1"))["seq"], ack["seq"])
        await first.refused("message.send", "client_id_reuse", chat=chat, client_id="r-1", text="Otra cosa")
        await first.refused("message.send", "not_found", chat=chat, client_id="r-2", text="Algo nuevo")

    async def test_a_chat_of_others_is_not_found(self):
        visitor, agent, chat = await self.conversation()
        stranger = await self.visitor()
        other = await self.agent("carla")
        for client in (stranger, other):
            await client.refused("message.send", "not_found", chat=chat, client_id="x", text="hola")
            await client.refused("typing", "not_found", chat=chat, on=True)
            await client.refused("read", "not_found", chat=chat, seq=1)
            await client.refused("chat.sync", "not_found", chat=chat, after=0)
        await stranger.refused("chat.close", "not_found", chat=chat)
        await other.refused("chat.close", "not_found", chat=chat, outcome="solved")
        colleague = await self.agent("ben")
        await colleague.refused("message.send", "not_assigned", chat=chat, client_id="x", text="hola")
        await colleague.refused("typing", "not_assigned", chat=chat, on=True)
        await colleague.refused("read", "not_assigned", chat=chat, seq=1)
        await colleague.refused("chat.close", "not_assigned", chat=chat, outcome="solved")
        self.assertEqual(len(await colleague.log(chat)), 3)  # may read what is of the department
        self.assertFalse(stranger.seen("entry") + other.seen("entry") + colleague.seen("entry"))

    async def test_many_at_once_keep_their_order(self):
        visitor, agent, chat = await self.conversation()
        pending = [await visitor.start_request("message.send", chat=chat, client_id=f"v{n}", text=f"v{n}")
                   for n in range(15)]
        answers = [await agent.start_request("message.send", chat=chat, client_id=f"a{n}", text=f"a{n}")
                   for n in range(15)]
        for client, futures in ((visitor, pending), (agent, answers)):
            seqs = [(await client.reply_of(future))["seq"] for future in futures]
            self.assertEqual(seqs, sorted(seqs))
        log = await visitor.log(chat)
        for prefix in "va":
            own = [entry["text"] for entry in log if entry.get("client_id", "").startswith(prefix)]
            self.assertEqual(own, [f"{prefix}{n}" for n in range(15)])


class Pace(DeskCase):
    async def test_slow_down_beyond_the_burst_and_replays_do_not_count(self):
        visitor, _, chat = await self.conversation()
        replies = [await visitor.start_request("message.send", chat=chat, client_id=f"m-{n}", text="x")
                   for n in range(60)]
        replies = [await visitor.reply_of(future) for future in replies]
        good = [reply for reply in replies if reply["type"] == "ok"]
        refused = [reply for reply in replies if reply["type"] == "error"]
        self.assertGreaterEqual(len(good), 20)
        self.assertGreater(len(refused), 0)
        for reply in refused:
            self.assertEqual(reply["code"], "slow_down")
            self.assertLessEqual(reply["retry_after_ms"], 1000)
        for _ in range(30):
            self.assertEqual((await visitor.say(chat, "x", "m-0"))["seq"], good[0]["seq"])

    async def test_two_hundred_refusals_are_4429(self):
        visitor, _, chat = await self.conversation()
        for n in range(2000):
            try:
                await visitor.start_request("message.send", chat=chat, client_id=f"m-{n}", text="x")
            except Exception:
                break
        self.assertEqual(await visitor.closed(), 4429)

    async def test_other_requests_have_a_pace_of_their_own(self):
        visitor = await self.visitor()
        pending = [await visitor.start_request("page") for _ in range(260)]
        codes = [(await visitor.reply_of(future)).get("code") for future in pending]
        self.assertIn("slow_down", codes)
        self.assertNotIn("slow_down", codes[:199])


class Following(DeskCase):
    async def test_typing_goes_to_the_others_and_drafts_to_agents_only(self):
        visitor, agent, chat = await self.conversation()
        await visitor.ok("typing", chat=chat, on=True, draft="No pue")
        event = await agent.wait_for("typing")
        self.assertEqual(event, {"type": "typing", "chat": chat, "on": True, "draft": "No pue",
                                 "from": {"role": "visitor", "id": visitor.id, "name": "Ana Torres"}})
        await agent.ok("typing", chat=chat, on=True)
        self.assertEqual(await visitor.wait_for("typing"), {"type": "typing", "chat": chat, "on": True,
                                                           "from": {"role": "agent", "id": agent.id, "name": "Ana"}})
        await agent.ok("typing", chat=chat, on=False)
        self.assertFalse((await visitor.wait_for("typing"))["on"])
        self.assertFalse(agent.seen("typing", **{"from": {"role": "agent", "id": agent.id, "name": "Ana"}}))

    async def test_read_marks_rise_and_are_told_to_the_others(self):
        visitor, agent, chat = await self.conversation()
        await agent.ok("read", chat=chat, seq=2)
        self.assertEqual(await visitor.wait_for("read"), {"type": "read", "chat": chat, "role": "agent", "seq": 2})
        await visitor.ok("read", chat=chat, seq=9007199254740991)
        self.assertEqual(await agent.wait_for("read"), {"type": "read", "chat": chat, "role": "visitor", "seq": 3})
        await agent.ok("read", chat=chat, seq=1)  # never falls
        tab = await self.visitor(token=visitor.token)
        self.assertEqual(tab.welcome["chat"]["read"], {"visitor": 3, "agent": 2})

    async def test_sync_has_limits(self):
        visitor, agent, chat = await self.conversation()
        for limit in (0, 201, -1, "5"):
            await visitor.refused("chat.sync", "bad_field", "limit", chat=chat, after=0, limit=limit)
        page = await visitor.ok("chat.sync", chat=chat, after=1, limit=1)
        self.assertEqual(([entry["seq"] for entry in page["entries"]], page["last"]), ([2], 3))
        page = await agent.ok("chat.sync", chat=chat, after=3)
        self.assertEqual((page["entries"], page["last"]), ([], 3))
        await visitor.refused("chat.sync", "not_found", chat="c_" + "x" * 22, after=0)

    async def test_the_event_tick_tells_the_last_entry(self):
        visitor, agent, chat = await self.conversation()
        for client in (visitor, agent):
            tick = await client.wait_for("tick", within=45)
            self.assertEqual(tick, {"type": "tick", "chat": chat, "last": 3})


class LongLogs(DeskCase):
    site = {"limits": {"messages_per_s": 100000, "message_burst": 100000}}

    async def test_a_sync_reply_is_at_most_128_kib(self):
        visitor, agent, chat = await self.conversation()
        text = "🙂" * 4000
        pending = [await agent.start_request("message.send", chat=chat, client_id=client_id(), text=text)
                   for _ in range(30)]
        for future in pending:
            await agent.reply_of(future)
        page = await visitor.ok("chat.sync", chat=chat, after=0)
        size = len(json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode())
        self.assertLess(size, SYNC_BYTES + 200)
        self.assertGreater(size, SYNC_BYTES - 20000)
        self.assertEqual(len(await visitor.log(chat)), 33)
