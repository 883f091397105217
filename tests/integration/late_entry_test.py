"""A message that Redis took only after the server had given up on it must reach the others with its acknowledgement."""
import asyncio
import os
import signal
import time

from harness import DeskCase, private_redis

BACK_S = 5


class LateReply(DeskCase):
    async def test_the_other_side_has_the_message_as_soon_as_it_is_acknowledged(self):
        visitor, agent, chat = await self.conversation()
        redis = private_redis(self.server)
        os.kill(redis, signal.SIGSTOP)
        try:
            await visitor.refused("message.send", "unavailable", chat=chat, client_id="m-1", text="¿Me leen?")
        finally:
            os.kill(redis, signal.SIGCONT)
        began = time.monotonic()
        while (await visitor.request("message.send", chat=chat, client_id="m-1", text="¿Me leen?"))["type"] != "ok":
            await asyncio.sleep(0.1)
        self.assertLess(time.monotonic() - began, BACK_S)
        await agent.entry(chat, "message", text="¿Me leen?")
        self.assertLess(time.monotonic() - began, BACK_S)
