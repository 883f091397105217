"""The reply codes of protocol.md 2.1 that no other file's test names: each once from a visitor's socket and once from an
agent's, in words that people can read, and with the socket open afterwards."""
import json

from harness import DeskCase


class ReplyCodes(DeskCase):
    async def refused_text(self, client, text, code, field=None, re=0):
        """Sends `text` as it is; the refusal, whose words are for people."""
        return self.check(await client.reply_of(await client.send_text(text)), code, field, re)

    def check(self, reply, code, field=None, re=None):
        self.assertEqual((reply["type"], reply["code"], reply.get("field")), ("error", code, field))
        if re is not None:
            self.assertEqual(reply["re"], re)
        self.assertRegex(reply["message"], r"^[A-ZÁÉÍÓÚ¿].{10,}[.?]$")
        return reply

    async def both(self):
        """A visitor and an agent in one chat; what is sent to each of them leaves the socket open."""
        visitor, agent, chat = await self.conversation()
        return (visitor, agent), chat

    async def still_there(self, *clients):
        for client in clients:
            self.assertIsNone(client.close_code)
            await client.ok("chat.sync", chat=self.chat, after=0)

    async def test_bad_json(self):
        clients, self.chat = await self.both()
        for client in clients:
            for text in ("", "{", "[]", "7", '{"type":"page","id":NaN}', "[" * 40, '{"a":1}{"b":2}', "\ufeff{}"):
                await self.refused_text(client, text, "bad_json")
        await self.still_there(*clients)

    async def test_unknown_type(self):
        clients, self.chat = await self.both()
        of_others = {"visitor": "chat.take", "agent": "chat.rate"}
        for client in clients:
            for kind in ("nothing", of_others[client.role], "HELLO"):
                client.last_id += 1
                await self.refused_text(client, json.dumps({"type": kind, "id": client.last_id}), "unknown_type",
                                        re=client.last_id)
        await self.still_there(*clients)

    async def test_bad_field(self):
        clients, self.chat = await self.both()
        for client in clients:
            self.check(await client.refused("message.send", "bad_field", "text", chat=self.chat, client_id="x", text=" "),
                       "bad_field", "text")
            self.check(await client.refused("chat.sync", "bad_field", "after", chat=self.chat, after=-1), "bad_field", "after")
        await self.still_there(*clients)

    async def test_not_assigned(self):
        (_, agent), self.chat = await self.both()
        colleague = await self.agent("ben")
        self.check(await colleague.refused("chat.close", "not_assigned", chat=self.chat, outcome="solved"), "not_assigned")
        self.check(await colleague.refused("read", "not_assigned", chat=self.chat, seq=1), "not_assigned")
        await self.still_there(agent, colleague)

    async def test_chat_closed(self):
        clients, self.chat = await self.both()
        await clients[1].ok("chat.close", chat=self.chat, outcome="solved")
        for client in clients:
            self.check(await client.refused("message.send", "chat_closed", chat=self.chat, client_id="x", text="tarde"),
                       "chat_closed")
        await self.still_there(*clients)

    async def test_client_id_reuse(self):
        clients, self.chat = await self.both()
        for client in clients:
            await client.say(self.chat, "uno", "m-1")
            self.check(await client.refused("message.send", "client_id_reuse", chat=self.chat, client_id="m-1", text="dos"),
                       "client_id_reuse")
        await self.still_there(*clients)
