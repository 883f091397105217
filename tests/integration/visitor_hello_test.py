"""The first frame of a visitor, and what a socket may do before and around it."""
import asyncio
import json
import secrets

from harness import DeskCase

LIMITS = {"frame_bytes": 65536, "text": 4000, "name": 80, "email": 254, "comments": 8000, "nesting": 16, "sockets": 5,
          "messages_per_s": 10, "message_burst": 20}


class VisitorHello(DeskCase):
    async def test_a_first_hello_makes_a_visitor(self):
        visitor = await self.visitor(locale="es-MX", page={"url": "https://www.fel.mx/", "title": "Inicio"})
        welcome = visitor.welcome
        self.assertEqual(welcome["limits"], LIMITS)
        self.assertIsNone(welcome["chat"])
        self.assertEqual(welcome["channel"]["id"], "soporte")
        self.assertEqual(welcome["channel"]["state"], "closed", "nobody is online")
        self.assertEqual([item["id"] for item in welcome["channel"]["departments"]],
                         ["soporte-tecnico", "soporte-contable"])
        self.assertEqual(welcome["channel"]["ask"], ["message", "name", "email", "department"])

    async def test_many_at_once_are_all_told_that_somebody_has_come(self):
        # Each comes while the board is read for another one; none may be told what it said before.
        await self.visitor()
        ana = await self.agent("ana")
        for state in ("away", "online", "offline", "online"):
            await ana.ok("state.set", state=state)
            visitors = await asyncio.gather(*(self.visitor() for _ in range(20)))
            told = {visitor.welcome["channel"]["state"] for visitor in visitors}
            self.assertEqual(told, {"open" if state == "online" else "closed"}, state)

    async def test_the_token_brings_the_same_visitor_back(self):
        first = await self.visitor()
        second = await self.visitor(token=first.token)
        self.assertEqual((second.id, second.token), (first.id, first.token))
        other = await self.visitor()
        self.assertNotEqual(other.id, first.id)
        self.assertNotEqual(other.token, first.token)

    async def test_a_broken_hello_is_refused_and_closed_with_4400(self):
        broken = [({}, "channel"), ({"channel": 5}, "channel"), ({"channel": "no-such"}, "channel"),
                  ({"channel": "soporte", "token": 5}, "token"), ({"channel": "soporte", "page": []}, "page"),
                  ({"channel": "soporte", "resume": {"chat": "c_x"}}, "resume.after")]
        for fields, field in broken:
            with self.subTest(fields=fields):
                visitor = await self.raw_visitor()
                await visitor.refused("hello", "bad_field", field, **fields)
                self.assertEqual(await visitor.closed(), 4400)

    async def test_a_bad_token_is_refused_and_closed_with_4401(self):
        visitor = await self.raw_visitor()
        await visitor.refused("hello", "unauthenticated", channel="soporte", token=secrets.token_urlsafe(32))
        self.assertEqual(await visitor.closed(), 4401)

    async def test_before_hello_requests_are_unauthenticated_and_the_socket_stays(self):
        visitor = await self.raw_visitor()
        await visitor.refused("page", "unauthenticated", url="https://www.fel.mx/")
        await visitor.refused("chat.sync", "unauthenticated", chat="c_x", after=0)
        await visitor.hello()

    async def test_a_second_hello_is_an_error_and_the_socket_stays(self):
        visitor = await self.visitor()
        await visitor.refused("hello", "bad_field", "type", channel="soporte")
        await visitor.ok("page", url="https://www.fel.mx/")

    async def test_no_hello_within_ten_seconds_is_4400(self):
        visitor = await self.raw_visitor()
        self.assertEqual(await visitor.closed(), 4400)

    async def test_tabs_share_a_token_and_the_sixth_is_closed_with_4429(self):
        tabs = [await self.visitor()]
        for _ in range(4):
            tabs.append(await self.visitor(token=tabs[0].token))
        sixth = await self.raw_visitor()
        reply = await sixth.refused("hello", "slow_down", channel="soporte", token=tabs[0].token)
        self.assertGreater(reply["retry_after_ms"], 0)
        self.assertEqual(await sixth.closed(), 4429)
        for tab in tabs:
            await tab.ok("page", url="https://www.fel.mx/")
        await tabs[0].leave()
        # The place is free once the server knows that the tab has gone.
        await self.until_ok(lambda: self.visitor(token=tabs[1].token))

    @staticmethod
    async def until_ok(attempt):
        for _ in range(100):
            try:
                return await attempt()
            except Exception:
                await asyncio.sleep(0.05)
        raise AssertionError("never succeeded")

    async def test_ids_must_rise_and_replies_come_in_order(self):
        visitor = await self.visitor()
        pending = [await visitor.start_request("page", url=f"https://www.fel.mx/{n}") for n in range(50)]
        for future in pending:  # the harness compares each `re`
            self.assertEqual((await visitor.reply_of(future))["type"], "ok")
        reply = await visitor.reply_of(await visitor.send_text(json.dumps({"type": "page", "id": 3})))
        self.assertEqual((reply["code"], reply["field"], reply["re"]), ("bad_field", "id", 0))
        await visitor.ok("page")

    async def test_messages_for_people_are_in_the_locale_of_the_hello(self):
        texts = set()
        for locale in ("es-MX", "en"):
            visitor = await self.visitor(locale=locale)
            texts.add((await visitor.refused("chat.close", "not_found", chat="c_nothing"))["message"])
        self.assertEqual(len(texts), 2)

    async def test_an_identity_without_signature_is_unverified_and_a_wrong_one_refused(self):
        visitor = await self.visitor(identity={"name": "Ana", "email": "ana@example.mx"})
        self.assertIsNotNone(visitor.id)
        forged = await self.raw_visitor()
        await forged.refused("hello", "bad_field", "identity.signature", channel="soporte", identity={
            "name": "Ana", "email": "ana@example.mx", "expires_at": 4102444800000, "signature": "00" * 32})
        self.assertEqual(await forged.closed(), 4400)


class Resume(DeskCase):
    site = {"limits": {"messages_per_s": 1000, "message_burst": 1000}}

    async def test_exactly_the_entries_after_the_one_named_then_live_ones(self):
        visitor, agent, chat = await self.conversation()
        for n in range(5):
            await agent.say(chat, f"mensaje {n}")
        await visitor.entry(chat, "message", text="mensaje 4")
        visitor.cut()
        await visitor.closed()
        await agent.say(chat, "mientras no estaba")
        again = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 5})
        self.assertEqual(again.welcome["chat"]["last"], 9)
        await agent.say(chat, "y ahora sí")
        await again.entry(chat, "message", text="y ahora sí")
        self.assertEqual([event["seq"] for event in again.seen("entry")], [6, 7, 8, 9, 10])

    async def test_without_resume_the_open_chat_is_there_and_nothing_is_pushed_again(self):
        visitor, agent, chat = await self.conversation()
        tab = await self.visitor(token=visitor.token)
        self.assertEqual(tab.welcome["chat"]["id"], chat)
        self.assertEqual(tab.welcome["chat"]["status"], "assigned")
        await agent.say(chat, "hola")
        await tab.entry(chat, "message", text="hola")
        self.assertEqual(len(tab.seen("entry")), 1)

    async def test_a_foreign_or_unknown_chat_or_one_not_so_long_answers_null(self):
        visitor, _, chat = await self.conversation()
        stranger = await self.visitor(resume={"chat": chat, "after": 0})
        self.assertIsNone(stranger.welcome["chat"])
        self.assertFalse(stranger.seen("entry"))
        unknown = await self.visitor(token=visitor.token, resume={"chat": "c_" + "x" * 22, "after": 0})
        self.assertIsNone(unknown.welcome["chat"])
        ahead = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 1000})
        self.assertIsNone(ahead.welcome["chat"])

    async def test_a_closed_chat_comes_with_its_last_entries(self):
        visitor, agent, chat = await self.conversation()
        await visitor.leave()
        await agent.say(chat, "hasta luego")
        await agent.ok("chat.close", chat=chat, outcome="solved")
        again = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 3})
        self.assertEqual(again.welcome["chat"]["status"], "closed")
        await again.entry(chat, "closed", by="agent", outcome="solved")
        self.assertEqual([event["kind"] for event in again.seen("entry")], ["message", "closed"])

    async def test_nothing_is_lost_or_doubled_between_the_log_and_the_live_entries(self):
        visitor, agent, chat = await self.conversation()
        for round_number in range(10):
            visitor.cut()
            pending = [await agent.start_request("message.send", chat=chat, client_id=f"r{round_number}-{n}",
                                                 text=f"{round_number}-{n}") for n in range(2)]
            visitor = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 3})
            for future in pending:
                reply = await agent.reply_of(future)
                self.assertEqual(reply["type"], "ok", reply)
            last = 3 + 2 * (round_number + 1)
            await visitor.entry(chat, "message", seq=last)
            self.assertEqual([event["seq"] for event in visitor.seen("entry")], list(range(4, last + 1)))
