"""chat.start: who may begin a chat, what it stores, and where the chat goes."""
from harness import DeskCase, client_id


class ChatStart(DeskCase):
    async def test_entries_in_order_all_pushed_after_the_reply(self):
        agent = await self.agent("ana")
        visitor = await self.visitor()
        chat = await visitor.start(message="Hola, <b>no</b> puedo.")
        self.assertEqual((chat["status"], chat["department"], chat["last"]), ("assigned", "soporte-tecnico", 3))
        self.assertEqual(chat["agent"], {"id": agent.id, "name": "Ana"})
        await visitor.entry(chat["id"], "assigned")
        self.assertEqual([event["kind"] for event in visitor.seen("entry")], ["message", "queued", "assigned"])
        message, queued, assigned = visitor.seen("entry")
        self.assertEqual(message["text"], "Hola, <b>no</b> puedo.")
        self.assertEqual(message["from"], {"role": "visitor", "id": visitor.id, "name": "Ana Torres"})
        self.assertEqual((queued["department"], queued["reason"]), ("soporte-tecnico", "new"))
        self.assertEqual(assigned["agent"], {"id": agent.id, "name": "Ana"})
        event = await agent.assigned(chat["id"])
        self.assertEqual(event["visitor"]["email"], "ana@example.mx")
        self.assertTrue(event["visitor"]["connected"])
        self.assertEqual(await agent.log(chat["id"]), visitor.seen("entry"))

    async def test_a_second_start_returns_the_first_chat_and_stores_nothing(self):
        await self.agent("ana")
        visitor = await self.visitor()
        chat = await visitor.start()
        reply = await visitor.ok("chat.start", **visitor.start_fields(message="otra cosa"))
        self.assertTrue(reply["existing"])
        self.assertEqual((reply["chat"]["id"], reply["chat"]["last"]), (chat["id"], 3))
        other_tab = await self.visitor(token=visitor.token)
        reply = await other_tab.ok("chat.start", **other_tab.start_fields())
        self.assertEqual((reply["chat"]["id"], reply.get("existing")), (chat["id"], True))

    async def test_one_open_chat_in_each_channel(self):
        await self.agent("ana")
        await self.agent("vera")
        support = await self.visitor()
        first = await support.start()
        sales = await self.visitor("ventas", support.token)
        second = await sales.start()
        self.assertNotEqual(first["id"], second["id"])

    async def test_the_same_client_id_gets_the_same_chat_even_closed(self):
        await self.agent("ana")
        visitor = await self.visitor()
        fields = visitor.start_fields()
        chat = (await visitor.ok("chat.start", **fields))["chat"]
        again = await visitor.ok("chat.start", **fields)
        self.assertEqual(again["chat"]["id"], chat["id"])
        await visitor.refused("chat.start", "client_id_reuse", **{**fields, "message": "otra"})
        await visitor.ok("chat.close", chat=chat["id"])
        closed = await visitor.ok("chat.start", **fields)
        self.assertEqual((closed["chat"]["id"], closed["chat"]["status"]), (chat["id"], "closed"))
        fresh = await visitor.start()
        self.assertNotEqual(fresh["id"], chat["id"])

    async def test_a_start_whose_reply_was_lost(self):
        await self.agent("ana")
        visitor = await self.visitor()
        fields = visitor.start_fields()
        await visitor.start_request("chat.start", **fields)
        visitor.cut()
        again = await self.visitor(token=visitor.token)
        reply = await again.ok("chat.start", **fields)
        # A chat that hello has named already is fetched with chat.sync; else everything is pushed.
        if again.chat is None:
            await again.entry(reply["chat"]["id"], "assigned")
        again.chat = reply["chat"]["id"]
        self.assertEqual([entry["kind"] for entry in await again.log(again.chat)], ["message", "queued", "assigned"])

    async def test_other_tabs_learn_of_the_chat(self):
        await self.agent("ana")
        visitor = await self.visitor()
        tab = await self.visitor(token=visitor.token)
        chat = await visitor.start()
        await tab.entry(chat["id"], "assigned")
        self.assertEqual([event["seq"] for event in tab.seen("entry")], [1, 2, 3])

    async def test_offline_when_nobody_is_there_and_nothing_is_stored(self):
        visitor = await self.visitor()
        fields = visitor.start_fields()
        await visitor.refused("chat.start", "offline", **fields)
        again = await self.visitor(token=visitor.token)
        self.assertIsNone(again.welcome["chat"])
        await self.agent("ana", state="away")
        await visitor.refused("chat.start", "offline", **fields)
        await self.agent("carla")
        await visitor.refused("chat.start", "offline", **fields)  # of the other department
        reply = await visitor.ok("chat.start", **{**fields, "department": "any"})
        self.assertEqual(reply["chat"]["department"], "soporte-contable")
        visitor.chat = reply["chat"]["id"]

    async def test_the_widget_learns_when_a_department_opens_and_closes(self):
        visitor = await self.visitor()
        agent = await self.agent("ana")
        event = await visitor.wait_for("channel", lambda item: item["channel"]["state"] == "open")
        states = {item["id"]: item["state"] for item in event["channel"]["departments"]}
        self.assertEqual(states, {"soporte-tecnico": "open", "soporte-contable": "closed"})
        await agent.ok("state.set", state="offline")
        await visitor.wait_for("channel", lambda item: item["channel"]["state"] == "closed")

    async def test_a_full_queue_is_busy_and_offline(self):
        await self.agent("vera")
        first = await self.visitor("corta")
        chat = await first.start()
        self.assertEqual((chat["status"], chat["position"]), ("queued", 1))
        watching = await self.visitor("corta")
        if watching.welcome["channel"]["state"] != "busy":
            await watching.wait_for("channel", lambda item: item["channel"]["state"] == "busy")
        await watching.refused("chat.start", "offline", client_id=client_id())

    async def test_each_channel_wants_what_it_asks_for(self):
        await self.agent("ana")
        visitor = await self.visitor()
        fields = visitor.start_fields()
        for name in ("message", "name", "email", "department", "client_id"):
            without = {key: value for key, value in fields.items() if key != name}
            await visitor.refused("chat.start", "bad_field", name, **without)
        for name, value in (("department", "ventas"), ("department", "pagos"), ("department", "no-such"),
                            ("email", "nadie"), ("name", " "), ("message", "\n"), ("message", "x" * 4001),
                            ("name", "x" * 81)):
            await visitor.refused("chat.start", "bad_field", name, **{**fields, name: value})
        sales = await self.visitor("ventas")
        await sales.refused("chat.start", "bad_field", "email", client_id=client_id(), name="Ana")

    async def test_a_department_left_out_is_the_channels_only_one(self):
        agent = await self.agent("pia")
        visitor = await self.visitor("prisa")
        chat = await visitor.start()
        self.assertEqual((chat["department"], chat["agent"]["id"]), ("prisa", agent.id))

    async def test_any_is_served_in_one_order_with_the_departments(self):
        carla = await self.agent("carla")
        ana = await self.agent("ana")
        visitor = await self.visitor()
        chat = await visitor.start(department="any")
        # Both idle: the one who has been idle longest.
        self.assertEqual(chat["agent"]["id"], carla.id)
        self.assertEqual(chat["department"], "soporte-contable")
        queued = (await visitor.log(chat["id"]))[1]
        self.assertEqual(queued["department"], "any")
        other = await self.visitor()
        self.assertEqual((await other.start(department="any"))["agent"]["id"], ana.id)

    async def test_fields_and_hostile_text_come_back_verbatim(self):
        agent = await self.agent("ana")
        visitor = await self.visitor()
        hostile = '<img src=x onerror=alert(1)> {{7*7}} \' OR 1=1 -- ${jndi:ldap://x} \\ \u202e\u2028 \x01 \r\n 🙂'
        fields = {"plan": hostile, '"llave" <b>': "valor"}
        chat = await visitor.start(message=hostile, name="<script>alert('x')</script>", fields=fields)
        event = await agent.assigned(chat["id"])
        self.assertEqual(event["visitor"]["name"], "<script>alert('x')</script>")
        self.assertEqual(event["visitor"]["fields"], fields)
        entries = await agent.log(chat["id"])
        self.assertEqual(entries[0]["text"], hostile)
        self.assertEqual(entries[0]["from"]["name"], "<script>alert('x')</script>")
        await visitor.say(chat["id"], hostile)
        self.assertEqual((await agent.entry(chat["id"], "message"))["text"], hostile)
        answer = self.http.get(f"/api/v1/chats/{chat['id']}", token=agent.token).json()
        self.assertEqual(answer["entries"][3]["text"], hostile)


class Busy(DeskCase):
    async def test_the_least_busy_agent_is_chosen_and_the_rest_wait_their_turn(self):
        ana, ben = await self.agent("ana"), await self.agent("ben")
        holders = []
        visitors = []
        for _ in range(8):
            visitors.append(await self.visitor())
            holders.append((await visitors[-1].start())["agent"]["id"])
        self.assertEqual(holders, [ana.id, ben.id] * 4)
        waiting = [await self.visitor() for _ in range(3)]
        for place, visitor in enumerate(waiting, 1):
            chat = await visitor.start()
            self.assertEqual((chat["status"], chat["position"]), ("queued", place))
        await visitors[0].ok("chat.close", chat=visitors[0].chat)
        await waiting[0].entry(waiting[0].chat, "assigned", agent={"id": ana.id, "name": "Ana"})
        for place, visitor in enumerate(waiting[1:], 1):
            await visitor.wait_for("queue", lambda event, place=place: event["position"] == place)
        why = self.http.get(f"/api/v1/chats/{waiting[0].chat}/why", token=ana.token).json()
        self.assertEqual(why["decisions"][-1]["chosen"]["id"], ana.id)
        first = {item["agent"]["id"]: item["verdict"] for item in why["decisions"][0]["considered"]}
        self.assertEqual((first[ana.id], first[ben.id]), ("full", "full"))
