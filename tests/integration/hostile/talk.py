"""The process of the control chat. Every message must be acknowledged, and both must have them all in order.

`python3 -m hostile.talk ADDRESS TOKEN` obeys lines on stdin (`begin`, `count`, `phase`, `end`) and answers each with a line of JSON."""
import asyncio
import json
import sys
import time
import types

from harness.clients import Agent, Refused, Visitor, client_id

PACE_S = 0.06
# A chat holds 5,000 entries, and on a slow machine the rows take minutes: whoever has said so many speaks more slowly.
SLOWER_EVERY = 500
# A disk that stands still for a second makes the store `unavailable`; clients send again then. Hostile clients must not do that:
# at most so many messages of a hundred may have to be sent again.
MOST_AGAIN = 0.01


class Talk:
    def __init__(self, visitor, agent):
        self.sides = (visitor, agent)
        self.said = {"visitor": [], "agent": []}
        self.latencies_ms = []
        self.sent_again = 0
        self.over = False

    async def speak(self, side):
        while not self.over:
            text = f"{side.role} {len(self.said[side.role]) + 1}"
            began = time.perf_counter()
            await self.say(side, text)
            self.latencies_ms.append((time.perf_counter() - began) * 1000)
            self.said[side.role].append(text)
            await asyncio.sleep(PACE_S * (1 + len(self.said[side.role]) // SLOWER_EVERY))

    async def say(self, side, text):
        number = client_id()
        while True:
            try:
                return await side.say(side.chat, text, number)
            except Refused as refusal:
                if refusal.reply["code"] != "unavailable":
                    raise
                self.sent_again += 1
                await asyncio.sleep(refusal.reply.get("retry_after_ms", 1000) / 1000)

    def begin(self):
        self.latencies_ms.clear()

    def count(self):
        return len(self.latencies_ms)

    def phase(self):
        measured = sorted(self.latencies_ms)
        part = {name: round(measured[len(measured) * percent // 100], 1)
                for name, percent in (("median_ms", 50), ("p90_ms", 90), ("p99_ms", 99))}
        return {"messages": len(measured), **part}

    async def check(self):
        """One log for both, with what each said in the order of saying; and each was told of all that the other said."""
        visitor, agent = self.sides
        said = sum(map(len, self.said.values()))
        assert self.sent_again <= max(2, said * MOST_AGAIN), f"{self.sent_again} of {said} messages had to be sent again"
        log = await visitor.log(visitor.chat)
        assert log == await agent.log(agent.chat), "two logs of one chat"
        for role, said in self.said.items():
            assert [entry["text"] for entry in log if entry["kind"] == "message" and entry["from"]["role"] == role
                    and entry["text"] != "hola"] == said, f"not what the {role} said"
        for hearer, speaker in ((visitor, "agent"), (agent, "visitor")):
            await hearer.entry(hearer.chat, text=self.said[speaker][-1])
            heard = [entry["text"] for entry in hearer.seen("entry", kind="message") if entry["from"]["role"] == speaker]
            assert [text for text in heard if text != "hola"] == self.said[speaker], f"not what the {hearer.role} heard"
            hearer.check()


async def main(address, token):
    server = types.SimpleNamespace(ws=address.replace("http://", "ws://"), secrets=set())
    agent = await Agent(server, "control").connect(token)
    await agent.online()
    visitor = await Visitor(server).open()
    await visitor.hello()
    agent.chat = (await visitor.start(message="hola"))["id"]
    await agent.assigned(agent.chat)
    talk = Talk(visitor, agent)
    answers = {"begin": talk.begin, "count": talk.count, "phase": talk.phase}
    speaking = asyncio.gather(*map(talk.speak, talk.sides))
    while (word := (await asyncio.to_thread(sys.stdin.readline)).strip()) != "end":
        if not word or speaking.done():
            break
        print(json.dumps(answers[word]()), flush=True)
    talk.over = True
    await speaking
    await talk.check()
    await visitor.ok("chat.close", chat=visitor.chat)
    await agent.ok("state.set", state="offline")
    await visitor.leave()
    await agent.leave()
    print(sum(map(len, talk.said.values())), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
