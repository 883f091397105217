"""The program printed in docs/agent-client.md, as it stands there, against a real server."""
import asyncio
import os
import pathlib
import re
import subprocess
import sys

from harness import ROOT, DeskCase
from harness.server import PASSWORD

PAGE = ROOT / "docs" / "agent-client.md"


def program():
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"{len(blocks)} programs in {PAGE}"
    return blocks[0]


class AgentClientPage(DeskCase):
    def start_program(self, username):
        file = pathlib.Path(self.server.home) / "echo_agent.py"
        file.write_text(program(), encoding="utf-8")
        running = subprocess.Popen([sys.executable, file, self.server.address, username],
                                   env={**os.environ, "VENTANILLA_PASSWORD": PASSWORD}, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end_program, running)
        return running

    @staticmethod
    def end_program(running):
        running.kill()
        running.communicate()

    async def open_channel(self, channel):
        visitor = await self.visitor(channel)
        if visitor.welcome["channel"]["state"] != "open":
            await visitor.wait_for("channel", lambda event: event["channel"]["state"] == "open")
        return visitor

    async def test_it_answers_where_chats_come_by_themselves(self):
        running = self.start_program("ana")
        visitor = await self.open_channel("soporte")
        chat = (await visitor.start(message="Hola"))["id"]
        await visitor.entry(chat, "message", text="Usted dijo: Hola")
        await visitor.say(chat, "¿Siguen ahí?")
        await visitor.entry(chat, "message", text="Usted dijo: ¿Siguen ahí?")
        self.assertIsNone(running.poll())

    async def test_it_takes_where_agents_pick(self):
        self.start_program("vera")
        visitor = await self.open_channel("ventas")
        chat = (await visitor.start())["id"]
        await visitor.entry(chat, "assigned")
        await visitor.say(chat, "Un precio, por favor")
        await visitor.entry(chat, "message", text="Usted dijo: Un precio, por favor")

    async def test_it_comes_back_after_a_crash_and_answers_each_message_once(self):
        self.start_program("ana")
        visitor = await self.open_channel("soporte")
        chat = (await visitor.start(message="0"))["id"]
        for n in range(1, 4):
            await visitor.entry(chat, "message", text=f"Usted dijo: {n - 1}")
            await visitor.say(chat, str(n))
            await asyncio.to_thread(self.server.restart)
            visitor = await self.visitor(token=visitor.token, resume={"chat": chat, "after": 0})
        await visitor.entry(chat, "message", text="Usted dijo: 3")
        texts = [entry["text"] for entry in await visitor.log(chat) if entry["kind"] == "message"]
        self.assertEqual(sorted(texts), sorted([str(n) for n in range(4)] + [f"Usted dijo: {n}" for n in range(4)]))
