"""Redis carries out what it was asked, and its answer comes after the command was given up: what it did is told all the same."""
import asyncio

from harness import RedisCase

TICK_S = 20       # the server compares everything so often; the next time is that far away when the test begins
PAUSE_S = 2.5     # longer than a command may take, shorter than a link is given to answer
TOLD_S = 10


class LateAnswers(RedisCase):
    async def test_a_start_that_was_answered_too_late_reaches_its_agent(self):
        visitor, agent, _ = await self.conversation()
        other = await self.visitor()
        await visitor.wait_for("tick", within=3 * TICK_S)
        self.redis.command("CLIENT", "PAUSE", str(round(PAUSE_S * 1000)), "ALL")
        start = other.start_fields()
        await other.refused("chat.start", "unavailable", **start)
        assigned = await agent.wait_for("chat.assigned", within=PAUSE_S + TOLD_S)
        # The same start again is that chat.
        while (reply := await other.request("chat.start", **start))["type"] == "error":
            self.assertEqual(reply["code"], "unavailable")
            await asyncio.sleep(0.1)
        self.assertEqual(reply["chat"]["id"], assigned["chat"]["id"])
        other.chat = reply["chat"]["id"]
