"""Who is here: consoles and visitors that vanish and come back, answers that do not come, chats that fall asleep."""
from harness import DeskCase


class WithinGrace(DeskCase):
    site = {"chat": {"agent_grace_s": 30}}

    async def test_a_console_back_within_the_grace_period_finds_everything(self):
        visitor, agent, chat = await self.conversation()
        ack = await agent.say(chat, "Un momento")
        agent.cut()
        await agent.closed()
        await visitor.say(chat, "Aquí espero")
        again = await self.agent("ana", token=agent.token, state=None)
        self.assertEqual(again.welcome["state"], "online")
        held = {item["id"]: item for item in again.welcome["chats"]}
        self.assertEqual((held[chat]["last"], held[chat]["visitor"]["id"]), (5, visitor.id))
        page = await again.ok("chat.sync", chat=chat, after=ack["seq"])
        self.assertEqual([entry["text"] for entry in page["entries"]], ["Aquí espero"])
        await visitor.say(chat, "Hola")
        await again.entry(chat, "message", text="Hola")
        self.assertFalse(visitor.seen("entry", kind="queued", reason="agent_lost"))

    async def test_within_grace_counts_as_online_for_offline(self):
        agent = await self.agent("ana")
        await agent.leave()
        visitor = await self.visitor()
        chat = await visitor.start()
        self.assertEqual(chat["status"], "queued")
        again = await self.agent("ana", token=agent.token, state=None)
        await again.assigned(chat["id"])


class BeyondGrace(DeskCase):
    site = {"chat": {"agent_grace_s": 1, "visitor_grace_s": 1}}

    async def test_the_chats_go_back_and_to_another_agent(self):
        visitor, agent, chat = await self.conversation()
        agent.cut()
        await visitor.entry(chat, "queued", reason="agent_lost")
        other = await self.agent("ben")
        await other.assigned(chat)
        await visitor.entry(chat, "assigned", agent={"id": other.id, "name": "Ben"})
        again = await self.agent("ana", token=agent.token, state=None)
        self.assertEqual((again.welcome["state"], again.welcome["chats"]), ("offline", []))
        why = self.http.get(f"/api/v1/chats/{chat}/why", token=other.token).json()
        self.assertEqual(why["decisions"][-1]["chosen"]["id"], other.id)

    async def test_a_chat_that_comes_back_keeps_its_place(self):
        visitor, agent, chat = await self.conversation()
        ben = await self.agent("ben")
        started = [await (await self.visitor()).start() for _ in range(8)]
        self.assertEqual(started[-1]["status"], "queued", "seven filled both agents")
        agent.cut()
        await visitor.entry(chat, "queued", reason="agent_lost")
        of_ben = next(item["id"] for item in started if item["agent"] and item["agent"]["id"] == ben.id)
        await ben.ok("chat.close", chat=of_ben, outcome="solved")
        await ben.assigned(chat)

    async def test_a_visitor_who_left_the_queue_loses_the_place_after_the_grace_period(self):
        agent = await self.agent("vera")
        visitor = await self.visitor("ventas")
        chat = await visitor.start()
        await visitor.leave()
        await agent.wait_for("queues", lambda event: all(
            queue["waiting"] == 0 for queue in event["queues"] if queue["department"] == "ventas") and visitor.close_code)
        again = await self.visitor("ventas", visitor.token, resume={"chat": chat["id"], "after": 0})
        self.assertEqual(again.welcome["chat"]["status"], "closed")
        self.assertEqual((await again.entry(chat["id"], "closed"))["outcome"], "missed")

    async def test_a_visitor_back_in_time_keeps_the_place(self):
        await self.agent("vera")
        visitor = await self.visitor("ventas")
        chat = await visitor.start()
        await visitor.leave()
        again = await self.visitor("ventas", visitor.token)
        self.assertEqual((again.chat, again.welcome["chat"]["position"]), (chat["id"], 1))


class NoAnswer(DeskCase):
    async def test_to_another_agent_who_is_untried(self):
        pia, paz = await self.agent("pia"), await self.agent("paz")
        agents = {pia.id: pia, paz.id: paz}
        visitor = await self.visitor("prisa")
        chat = await visitor.start()
        first = agents.pop(chat["agent"]["id"])
        other = next(iter(agents.values()))
        self.assertEqual((await first.wait_for("chat.revoked"))["reason"], "no_answer")
        await visitor.entry(chat["id"], "queued", reason="no_answer")
        await other.assigned(chat["id"])
        await other.say(chat["id"], "Buenas tardes")
        await visitor.entry(chat["id"], "message", text="Buenas tardes")
        decisions = self.http.get(f"/api/v1/chats/{chat['id']}/why", token=other.token).json()["decisions"]
        verdicts = {item["agent"]["id"]: item["verdict"] for item in decisions[-1]["considered"]}
        self.assertEqual((verdicts[other.id], verdicts[first.id]), ("chosen", "tried"))

    async def test_an_answer_in_time_keeps_the_chat(self):
        pia, paz = await self.agent("pia"), await self.agent("paz")
        visitor = await self.visitor("prisa")
        chat = await visitor.start()
        holder = pia if chat["agent"]["id"] == pia.id else paz
        await holder.say(chat["id"], "Hola")
        # A second chat that is not answered: when it has moved, the first one's time is over too.
        second = await self.visitor("prisa")
        late = await second.start()
        await second.entry(late["id"], "queued", reason="no_answer")
        self.assertEqual(len(await visitor.log(chat["id"])), 4)

    async def test_with_nobody_else_it_stays(self):
        agent = await self.agent("pia")
        visitor = await self.visitor("prisa")
        chat = await visitor.start()
        await visitor.wait_for("tick", within=45)  # long after the time for an answer
        self.assertEqual([entry["kind"] for entry in await visitor.log(chat["id"])], ["message", "queued", "assigned"])
        await agent.say(chat["id"], "Aquí estoy")


class Idle(DeskCase):
    site = {"chat": {"idle_close_s": 2}}

    async def test_a_silent_chat_is_closed(self):
        visitor, agent, chat = await self.conversation()
        closed = await visitor.entry(chat, "closed")
        self.assertEqual((closed["by"], closed["outcome"]), ("timeout", "left"))
        self.assertEqual((await agent.wait_for("chat.revoked"))["reason"], "closed")


class Overflow(DeskCase):
    site = {"departments": {"soporte-tecnico": {"overflow_after_s": 1, "overflow_to": ["soporte-contable"]}}}

    async def test_after_a_while_the_other_department_may_have_it_too(self):
        await self.agent("ana")
        for _ in range(4):
            await (await self.visitor()).start()
        carla = await self.agent("carla")
        visitor = await self.visitor()
        chat = await visitor.start()
        self.assertEqual(chat["status"], "queued")
        await carla.assigned(chat["id"])
        await visitor.entry(chat["id"], "assigned", agent={"id": carla.id, "name": "Carla"})
