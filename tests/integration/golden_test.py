"""The golden frames of protocol/examples over a real socket: each refusal has its code, its field and its `re`."""
import json

from harness import Agent, DeskCase
from harness.contract import PROTOCOL


def cases(role):
    """What clients send, with the text that goes over the wire."""
    for file in sorted((PROTOCOL / "examples").glob("*.json")):
        for case in json.loads(file.read_text(encoding="utf-8")):
            if case["direction"] == "in" and case["role"] == role:
                text = case["raw"] if "raw" in case else json.dumps(case["frame"], ensure_ascii=False)
                if "\\u0000" in json.dumps(case.get("frame", "")):
                    text = json.dumps(case["frame"])
                yield file.name, case, text


def is_hello(case):
    return case.get("frame", {}).get("type") == "hello"


class Golden(DeskCase):
    async def exchange(self, client, case, text):
        """The reply to the frame. Before it, `last_id` is made what the case wants."""
        if case.get("last_id", 0) > client.last_id:
            filler = {"visitor": {"type": "page"}, "agent": {"type": "state.set", "state": "away"}}[client.role]
            frame = {**filler, "id": case["last_id"]}
            await client.reply_of(await client.send_text(json.dumps(frame), frame["type"], case["last_id"]))
        return await client.reply_of(await client.send_text(text, case.get("frame", {}).get("type") or self.type_of(text)))

    @staticmethod
    def type_of(text):
        try:
            return json.loads(text)["type"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    def compare(self, file, case, reply):
        got = {"code": reply.get("code"), "re": reply["re"]}
        if "field" in reply:
            got["field"] = reply["field"]
        self.assertEqual(got, case["expect"], f"{file}: {case['name']}")

    async def socket_for(self, role, text):
        """A socket after its hello; before it for a frame with the lowest id, which the hello would have used up."""
        try:
            first = json.loads(text)["id"] == 1
        except (ValueError, TypeError, KeyError, RecursionError):
            first = False
        if first:
            return await self.unopened(role)
        if role == "visitor":
            return await self.visitor()
        self.token = getattr(self, "token", None) or self.server.sign_in("ana")
        return await self.agent("ana", token=self.token, state=None)

    async def run_refusals(self, role):
        count = 0
        for file, case, text in cases(role):
            if case["expect"] == "ok" or is_hello(case):
                continue
            with self.subTest(file=file, name=case["name"]):
                client = await self.socket_for(role, text)
                self.compare(file, case, await self.exchange(client, case, text))
                self.assertIsNone(client.close_code, "the socket stays")
                await self.done(client)
            count += 1
        self.assertGreater(count, 50)

    async def run_hellos(self, role):
        for file, case, text in cases(role):
            if case["expect"] == "ok" or not is_hello(case):
                continue
            with self.subTest(file=file, name=case["name"]):
                client = await self.unopened(role)
                self.compare(file, case, await self.exchange(client, case, text))
                self.assertEqual(await client.closed(), 4400)
                await self.done(client)

    async def unopened(self, role):
        if role == "visitor":
            return await self.raw_visitor()
        self.token = getattr(self, "token", None) or self.server.sign_in("ana")
        client = Agent(self.server, "ana")
        await client.open({"Authorization": f"Bearer {self.token}"})
        self.clients.append(client)
        return client

    async def done(self, client):
        await client.leave()
        self.clients.remove(client)
        client.check()

    async def test_refused_frames_of_visitors(self):
        await self.run_refusals("visitor")

    async def test_refused_frames_of_agents(self):
        await self.run_refusals("agent")

    async def test_refused_hellos_of_visitors(self):
        await self.run_hellos("visitor")

    async def test_refused_hellos_of_agents(self):
        await self.run_hellos("agent")

    async def test_good_frames_are_never_called_bad(self):
        for role in ("visitor", "agent"):
            for file, case, text in cases(role):
                # What a channel asks for comes on top of a good start: chat_start_test.
                if case["expect"] != "ok" or is_hello(case) or self.type_of(text) == "chat.start":
                    continue
                with self.subTest(file=file, name=case["name"]):
                    client = await self.socket_for(role, text)
                    self.check_good(client, text, await self.exchange(client, case, text))
                    await self.done(client)

    def check_good(self, client, text, reply):
        if client.welcome is None:
            self.assertEqual(reply["code"], "unauthenticated", reply)
        elif self.type_of(text) in ("page", "state.set") or (self.type_of(text) == "ticket.view" and "number" not in text):
            self.assertEqual(reply["type"], "ok", reply)
        else:
            # What a frame cannot know: whether a chat, a department or an upload of that name exists.
            self.assertIn((reply.get("code"), reply.get("field")), (
                ("not_found", None), ("bad_field", "file"), ("bad_field", "department"), ("bad_field", "to.department")))
