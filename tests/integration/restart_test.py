"""What survives a restart, polite or not: everything that was acknowledged, tokens, sessions, states."""
import asyncio

from harness import DeskCase


class Restart(DeskCase):
    async def conversation_over(self, end):
        visitor, agent, chat = await self.conversation()
        ack = await visitor.say(chat, "antes", "m-1")
        unacknowledged = await visitor.start_request("message.send", chat=chat, client_id="m-2", text="durante")
        end()
        await visitor.closed()
        await agent.closed()
        unacknowledged.cancel()
        await asyncio.to_thread(self.server.start)
        visitor2 = await self.visitor(token=visitor.token, resume={"chat": chat, "after": ack["seq"]})
        self.assertEqual(visitor2.id, visitor.id)
        self.assertEqual((await visitor2.say(chat, "antes", "m-1"))["seq"], ack["seq"])
        again = await visitor2.say(chat, "durante", "m-2")
        agent2 = await self.agent("ana", device=agent.device, token=agent.token, state=None)
        self.assertEqual(agent2.welcome["state"], "online")
        self.assertEqual([item["id"] for item in agent2.welcome["chats"]], [chat])
        await agent2.say(chat, "después")
        await visitor2.entry(chat, "message", text="después")
        texts = [entry["text"] for entry in await visitor2.log(chat) if entry["kind"] == "message"]
        self.assertEqual(texts, ["No puedo timbrar.", "antes", "durante", "después"])
        self.assertEqual(again["seq"], ack["seq"] + 1)
        await visitor2.ok("chat.close", chat=chat)

    async def test_after_kill_9(self):
        await self.conversation_over(self.server.kill)

    async def test_after_sigterm(self):
        await self.conversation_over(self.server.stop)

    async def test_the_record_survives_too(self):
        visitor, agent, chat = await self.conversation()
        ack = await agent.say(chat, "hola", "a-1")
        await agent.ok("chat.close", chat=chat, outcome="solved")
        log = await visitor.log(chat)
        await asyncio.to_thread(self.server.restart)
        visitor = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 0})
        self.assertEqual(visitor.welcome["chat"]["status"], "closed")
        await visitor.entry(chat, "closed")
        self.assertEqual(visitor.seen("entry"), log)
        agent = await self.agent("ana", token=agent.token, state=None)
        self.assertEqual((await agent.say(chat, "hola", "a-1"))["seq"], ack["seq"])
        self.assertEqual((await visitor.ok("chat.close", chat=chat))["seq"], log[-1]["seq"])
        visitor.chat = None
