"""What agents do: state, taking, passing on, notes, watching, priorities, tickets."""
import asyncio

from harness import DeskCase, client_id


class State(DeskCase):
    async def test_hello_tells_everything(self):
        agent = await self.agent("ana", state=None)
        self.assertEqual(agent.welcome["agent"], {"id": agent.id, "username": "ana", "name": "Ana", "role": "agent",
                                                  "departments": ["soporte-tecnico"], "capacity": 4})
        self.assertEqual((agent.welcome["state"], agent.welcome["chats"]), ("offline", []))
        self.assertIn(agent.id, [item["id"] for item in agent.welcome["agents"]])
        self.assertIn("soporte-tecnico", [item["department"] for item in agent.welcome["queues"]])

    async def test_is_the_agents_and_told_to_the_other_consoles_and_colleagues(self):
        agent = await self.agent("ana", state=None)
        console = await self.agent("ana", token=agent.token, state=None)
        colleague = await self.agent("ben", state=None)
        for state in ("online", "away", "offline"):
            self.assertEqual((await agent.ok("state.set", state=state))["state"], state)
            self.assertEqual((await console.wait_for("state"))["state"], state)
            await colleague.wait_for("agents", lambda event, state=state: {"id": agent.id, "state": state}.items() <= next(
                item for item in event["agents"] if item["id"] == agent.id).items())
        await agent.refused("state.set", "bad_field", "state", state="grace")
        self.assertFalse(agent.seen("state"))

    async def test_going_offline_gives_the_chats_back(self):
        visitor, agent, chat = await self.conversation()
        await agent.ok("state.set", state="offline")
        self.assertEqual((await visitor.entry(chat, "queued", reason="agent_lost"))["seq"], 4)
        self.assertEqual((await agent.wait_for("chat.revoked"))["reason"], "agent_lost")
        other = await self.agent("ben")
        await other.assigned(chat)
        await visitor.entry(chat, "assigned", agent={"id": other.id, "name": "Ben"})

    async def test_away_keeps_the_chats_and_gets_no_more(self):
        visitor, agent, chat = await self.conversation()
        await agent.ok("state.set", state="away")
        await agent.say(chat, "Un momento")
        second = await self.visitor()
        await second.refused("chat.start", "offline", **second.start_fields())

    async def test_a_newer_connection_of_the_device_displaces_the_older_with_4409(self):
        first = await self.agent("ana", device="la-misma")
        second = await self.agent("ana", device="la-misma", token=first.token, state=None)
        self.assertEqual(await first.closed(), 4409)
        self.assertEqual(second.welcome["state"], "online")
        await second.ok("state.set", state="online")


class Take(DeskCase):
    async def waiting(self, channel="ventas"):
        visitor = await self.visitor(channel)
        chat = await visitor.start()
        self.assertEqual(chat["status"], "queued")
        return visitor, chat["id"]

    async def test_one_takes_and_the_others_learn_that_another_was_faster(self):
        vera, vito = await self.agent("vera"), await self.agent("vito")
        visitor, chat = await self.waiting()
        await vera.wait_for("queues", lambda event: any(
            item["chat"] == chat for queue in event["queues"] for item in queue["chats"]))
        futures = [(client, await client.start_request("chat.take", chat=chat)) for client in (vera, vito)]
        replies = {client: await client.reply_of(future) for client, future in futures}
        winners = [client for client, reply in replies.items() if reply["type"] == "ok"]
        losers = [reply["code"] for reply in replies.values() if reply["type"] == "error"]
        self.assertEqual((len(winners), losers), (1, ["not_found"]))
        winner = winners[0]
        self.assertEqual(replies[winner]["chat"]["status"], "assigned")
        self.assertEqual(replies[winner]["visitor"]["id"], visitor.id)
        self.assertEqual((await visitor.entry(chat, "assigned"))["agent"]["id"], winner.id)
        await winner.say(chat, "Hola")
        await visitor.entry(chat, "message", text="Hola")
        self.assertFalse(winner.seen("chat.assigned"), "its reply said so")

    async def test_the_other_consoles_of_the_taker_are_told(self):
        vera = await self.agent("vera")
        console = await self.agent("vera", token=vera.token, state=None)
        visitor, chat = await self.waiting()
        await vera.ok("chat.take", chat=chat)
        self.assertEqual((await console.assigned(chat))["visitor"]["id"], visitor.id)
        await visitor.say(chat, "Buenas")
        await console.entry(chat, "message", text="Buenas")

    async def test_the_head_of_a_department(self):
        vera = await self.agent("vera")
        await vera.refused("chat.take", "not_found", department="ventas")
        await vera.refused("chat.take", "not_found", department="soporte-tecnico")
        await vera.refused("chat.take", "bad_field", "department", department="no-such")
        _, first = await self.waiting()
        _, second = await self.waiting()
        self.assertEqual((await vera.ok("chat.take", department="ventas"))["chat"]["id"], first)
        self.assertEqual((await vera.ok("chat.take", department="ventas"))["chat"]["id"], second)

    async def test_at_capacity_is_forbidden(self):
        vito = await self.agent("vito")
        chats = [(await self.waiting())[1] for _ in range(3)]
        for chat in chats[:2]:
            await vito.ok("chat.take", chat=chat)
        await vito.refused("chat.take", "forbidden", chat=chats[2])
        await vito.refused("chat.take", "forbidden", department="ventas")

    async def test_a_supervisor_takes_over(self):
        visitor, agent, chat = await self.conversation()
        colleague = await self.agent("ben")
        await colleague.refused("chat.take", "not_found", chat=chat)
        supervisor = await self.agent("sofia")
        taken = await supervisor.ok("chat.take", chat=chat)
        self.assertEqual(taken["chat"]["agent"]["id"], supervisor.id)
        self.assertEqual((await agent.wait_for("chat.revoked"))["reason"], "transferred")
        self.assertEqual((await visitor.entry(chat, "transferred"))["to"], {"agent": {"id": supervisor.id, "name": "Sofia"}})
        await visitor.entry(chat, "assigned", agent={"id": supervisor.id, "name": "Sofia"})
        await agent.refused("message.send", "not_assigned", chat=chat, client_id="x", text="¿y yo?")
        await supervisor.say(chat, "Le atiendo yo")

    async def test_twenty_at_once_and_exactly_one_each(self):
        vera, vito = await self.agent("vera"), await self.agent("vito")
        chats = [(await self.waiting())[1] for _ in range(4)]
        futures = [(client, await client.start_request("chat.take", chat=chat)) for chat in chats
                   for client in (vera, vito)]
        replies = [await client.reply_of(future) for client, future in futures]
        taken = [reply["chat"]["id"] for reply in replies if reply["type"] == "ok"]
        self.assertEqual(len(taken), len(set(taken)))


class PassingOn(DeskCase):
    async def test_to_an_agent(self):
        visitor, agent, chat = await self.conversation()
        other = await self.agent("carla", state="away")
        await agent.refused("chat.transfer", "offline", chat=chat, to={"agent": other.id})
        await agent.refused("chat.transfer", "not_found", chat=chat, to={"agent": "a_nadie"})
        await other.ok("state.set", state="online")
        await agent.ok("chat.transfer", chat=chat, to={"agent": other.id}, note="Es de facturación.")
        event = await other.assigned(chat)
        self.assertEqual(event["chat"]["agent"]["id"], other.id)
        self.assertEqual((await agent.wait_for("chat.revoked"))["reason"], "transferred")
        await visitor.entry(chat, "transferred", to={"agent": {"id": other.id, "name": "Carla"}})
        await visitor.entry(chat, "assigned", agent={"id": other.id, "name": "Carla"})
        notes = self.http.get(f"/api/v1/chats/{chat}", token=other.token).json()["notes"]
        self.assertEqual([note["text"] for note in notes], ["Es de facturación."])
        self.assertEqual((await other.wait_for("note"))["note"], notes[0])
        self.assertFalse(visitor.seen("note"))

    async def test_to_an_agent_who_is_full(self):
        visitor, agent, chat = await self.conversation()
        other = await self.agent("carla")
        for _ in range(4):
            await (await self.visitor()).start(department="soporte-contable")
        await agent.refused("chat.transfer", "offline", chat=chat, to={"agent": other.id})

    async def test_to_a_department(self):
        visitor, agent, chat = await self.conversation()
        await agent.refused("chat.transfer", "bad_field", "to.department", chat=chat, to={"department": "no-such"})
        await agent.refused("chat.transfer", "bad_field", "to.department", chat=chat, to={"department": "pagos"})
        await agent.refused("chat.transfer", "bad_field", "to", chat=chat, to={})
        other = await self.agent("carla")
        await agent.ok("chat.transfer", chat=chat, to={"department": "soporte-contable"})
        await other.assigned(chat)
        entries = await visitor.log(chat)
        self.assertEqual([entry["kind"] for entry in entries[3:]], ["transferred", "queued", "assigned"])
        self.assertEqual(entries[3]["to"], {"department": "soporte-contable"})
        self.assertEqual(entries[4]["reason"], "transfer")
        await agent.refused("chat.note", "not_found", chat=chat, text="ya no")


class Notes(DeskCase):
    async def test_go_to_agents_and_never_to_the_visitor(self):
        visitor, agent, chat = await self.conversation()
        console = await self.agent("ana", token=agent.token, state=None)
        supervisor = await self.agent("sofia", state=None)
        await supervisor.ok("chat.watch", chat=chat)
        note = (await agent.ok("chat.note", chat=chat, text="Llamó <i>ayer</i>."))["note"]
        self.assertEqual(note["from"], {"role": "agent", "id": agent.id, "name": "Ana"})
        for other in (console, supervisor):
            self.assertEqual((await other.wait_for("note"))["note"], note)
        second = (await supervisor.ok("chat.note", chat=chat, text="Visto."))["note"]
        self.assertEqual((await agent.wait_for("note"))["note"], second)
        colleague = await self.agent("ben", state=None)
        await colleague.refused("chat.note", "not_assigned", chat=chat, text="hola")
        await agent.say(chat, "Hola")
        await visitor.entry(chat, "message", text="Hola")
        self.assertNotIn("ayer", str(visitor.history))
        self.assertNotIn("ayer", str(await visitor.log(chat)))
        one = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertEqual(one["notes"], [note, second])


class Watching(DeskCase):
    async def test_is_for_supervisors(self):
        visitor, agent, chat = await self.conversation()
        colleague = await self.agent("ben", state=None)
        await colleague.refused("chat.watch", "forbidden", chat=chat)
        await colleague.refused("chat.priority", "forbidden", chat=chat, priority=1)
        stranger = await self.agent("carla", state=None)
        await stranger.refused("chat.watch", "not_found", chat=chat)
        supervisor = await self.agent("sofia", state=None)
        self.assertEqual((await supervisor.ok("chat.watch", chat=chat))["visitor"]["id"], visitor.id)
        await visitor.say(chat, "uno")
        await supervisor.entry(chat, "message", text="uno")
        await visitor.ok("typing", chat=chat, on=True, draft="dos")
        self.assertEqual((await supervisor.wait_for("typing"))["draft"], "dos")
        await supervisor.refused("message.send", "not_assigned", chat=chat, client_id="x", text="hola")
        await supervisor.ok("chat.unwatch", chat=chat)
        await visitor.say(chat, "tres")
        await agent.entry(chat, "message", text="tres")
        await supervisor.ok("chat.sync", chat=chat, after=0)
        self.assertFalse(supervisor.seen("entry", text="tres"))

    async def test_a_closed_chat_is_read_with_sync(self):
        visitor, agent, chat = await self.conversation()
        await agent.ok("chat.close", chat=chat, outcome="solved")
        supervisor = await self.agent("sofia", state=None)
        await supervisor.ok("chat.watch", chat=chat)
        self.assertEqual((await supervisor.log(chat))[-1]["kind"], "closed")

    async def test_the_visitors_coming_and_going_is_told(self):
        visitor, agent, chat = await self.conversation()
        await visitor.ok("page", url="https://www.fel.mx/precios", title="Precios")
        event = await agent.wait_for("visitor", lambda item: item["visitor"]["page"].get("title") == "Precios")
        self.assertEqual(event["visitor"]["page"]["url"], "https://www.fel.mx/precios")
        await visitor.leave()
        await agent.wait_for("visitor", lambda item: not item["visitor"]["connected"])
        again = await self.visitor(token=visitor.token)
        await agent.wait_for("visitor", lambda item: item["visitor"]["connected"])
        self.assertEqual(again.chat, chat)


class Priority(DeskCase):
    async def test_goes_before_arrival(self):
        vera = await self.agent("vera")
        supervisor = await self.agent("sofia", state=None)
        visitors = [await self.visitor("ventas") for _ in range(3)]
        chats = [(await visitor.start())["id"] for visitor in visitors]
        changed = await supervisor.ok("chat.priority", chat=chats[2], priority=1)
        self.assertEqual((changed["chat"]["priority"], changed["chat"]["position"]), (1, 1))
        await visitors[2].wait_for("queue", lambda event: event["position"] == 1)
        await supervisor.ok("chat.priority", chat=chats[0], priority=-1)
        for priority in (2, -2, "1"):
            await supervisor.refused("chat.priority", "bad_field", "priority", chat=chats[0], priority=priority)
        order = [(await vera.ok("chat.take", department="ventas"))["chat"]["id"] for _ in range(3)]
        self.assertEqual(order, [chats[2], chats[1], chats[0]])


class Ticket(DeskCase):
    async def test_is_promised_once_for_a_client_id(self):
        visitor, agent, chat = await self.conversation()
        number = client_id()
        ticket = (await agent.ok("chat.ticket", chat=chat, client_id=number, subject="No timbra", priority="high"))["ticket"]
        self.assertEqual((ticket["chat"], ticket["email"], ticket["state"], ticket["priority"], ticket["department"]),
                         (chat, "ana@example.mx", "open", "high", "soporte-tecnico"))
        again = (await agent.ok("chat.ticket", chat=chat, client_id=number, subject="No timbra", priority="high"))["ticket"]
        self.assertEqual(again["number"], ticket["number"])
        other = (await agent.ok("chat.ticket", chat=chat, client_id=client_id(), subject="Otra cosa"))["ticket"]
        self.assertNotEqual(other["number"], ticket["number"])

    async def test_by_the_holder_and_also_after_the_end(self):
        visitor, agent, chat = await self.conversation()
        colleague = await self.agent("ben", state=None)
        await colleague.refused("chat.ticket", "not_assigned", chat=chat, client_id="x", subject="No timbra")
        await agent.refused("chat.ticket", "bad_field", "department", chat=chat, client_id="x", subject="x",
                            department="no-such")
        await agent.refused("chat.ticket", "bad_field", "subject", chat=chat, client_id="x", subject="dos\nlíneas")
        await agent.ok("chat.close", chat=chat, outcome="ticket")
        await agent.ok("chat.ticket", chat=chat, client_id="t-1", subject="No timbra")


class Rivals(DeskCase):
    async def test_starts_and_closes_at_once_never_exceed_the_capacity(self):
        agents = [await self.agent("ana"), await self.agent("ben")]
        visitors = [await self.visitor() for _ in range(12)]
        await asyncio.gather(*(visitor.start() for visitor in visitors))
        held = await asyncio.gather(*(self.agent(item.username, token=item.token, state=None) for item in agents))
        self.assertEqual([len(item.welcome["chats"]) for item in held], [4, 4])
        await asyncio.gather(*(visitor.ok("chat.close", chat=visitor.chat) for visitor in visitors[:8]))
        held = await asyncio.gather(*(self.agent(item.username, token=item.token, state=None) for item in agents))
        count = sum(len(item.welcome["chats"]) for item in held)
        self.assertEqual(count, 4)
