"""Redis stands still for so long that its connections are given up: the server goes on serving what needs no Redis."""
import asyncio
import time

from harness import RedisCase

PAUSE_S = 30  # contract.md 4
BACK_S = 5
PROMPT_S = 2.5


class Paused(RedisCase):
    async def test_commands_time_out_and_the_loop_never_waits(self):
        visitor, agent, chat = await self.conversation()
        await visitor.say(chat, "antes", "m-0")
        self.redis.command("CLIENT", "PAUSE", str(PAUSE_S * 1000), "ALL")
        paused_at = time.monotonic()
        slowest = attempts = 0
        while time.monotonic() - paused_at < PAUSE_S - 1:
            asked_at = time.monotonic()
            reply = await visitor.request("message.send", chat=chat, client_id="m-1", text="¿Hola?")
            health = await asyncio.to_thread(self.http.get, "/livez")
            slowest = max(slowest, time.monotonic() - asked_at)
            attempts += 1
            self.assertEqual((reply.get("code"), health.status), ("unavailable", 200))
            await asyncio.sleep(0.1)
        self.assertLess(slowest, PROMPT_S)
        self.assertGreater(attempts, 4)
        self.assertEqual(self.http.get("/readyz").json()["broken"], ["redis"])
        over_at = paused_at + PAUSE_S
        while (await visitor.request("message.send", chat=chat, client_id="m-1", text="¿Hola?"))["type"] != "ok":
            self.assertLess(time.monotonic() - over_at, BACK_S)
            await asyncio.sleep(0.05)
        await agent.entry(chat, "message", text="¿Hola?")
        texts = [entry["text"] for entry in await agent.log(chat) if entry["kind"] == "message"]
        self.assertEqual(texts, ["No puedo timbrar.", "antes", "¿Hola?"])
        await self.until(lambda: self.http.get("/readyz").status == 200)
