"""Memory over time: people come, talk and go, for an hour. `./dev churn [--minutes M]`; docs/reliability.md says what it shows."""
import argparse
import asyncio
import statistics
import sys
import time

from harness import Server, site_toml
from harness.clients import Agent, Refused, Visitor

AGENTS = 4
CAPACITY = 20
PAUSE_S = 1              # between two chats of a place at the window
AT_ONCE = 12             # visitors; fewer than there are places, so that nobody waits
AGENT_STAYS_CHATS = 300  # then an agent's console connects anew, as at the end of a shift
SAMPLES = 60             # over the whole run; a quarter of them is the warm-up
MOST_GROWTH_KIB = 1024

SITE = site_toml(departments={"soporte-tecnico": {"capacity": CAPACITY}},
                 limits={"sockets_per_address": 10000, "messages_per_s": 1000, "message_burst": 5000})


class Churn:
    def __init__(self, server, minutes):
        self.server, self.until = server, time.monotonic() + minutes * 60
        self.chats = 0
        self.tokens = {}
        self.open = asyncio.Event()  # somebody is there

    @property
    def over(self):
        return time.monotonic() >= self.until

    async def serve(self, number, username):
        """An agent who answers once and ends the chat; a new console every so many chats, one agent after the other."""
        served = number * AGENT_STAYS_CHATS // AGENTS
        while not self.over:
            agent = Agent(self.server, username)
            await agent.connect(self.tokens[username])
            await agent.online()
            self.open.set()
            while served < AGENT_STAYS_CHATS and not self.over:
                served += await self.serve_one(agent)
            await agent.ok("state.set", state="away")
            while await self.serve_one(agent, within=0.5):  # those that came last
                pass
            served = 0
            await agent.leave()

    async def serve_one(self, agent, within=5):
        """False if nobody came for a while."""
        try:
            event = await agent.wait_for("chat.assigned", within=within)
        except AssertionError:
            return False
        chat = event["chat"]["id"]
        await patiently(agent, "message.send", chat=chat, client_id=f"m-{chat}", text="Con gusto le ayudo.")
        await patiently(agent, "chat.close", chat=chat, outcome="solved")
        return True

    async def come_and_go(self):
        await self.open.wait()
        while not self.over:
            visitor = Visitor(self.server)
            try:
                await visitor.open()
                await visitor.hello()
                chat = await visitor.start()
                await visitor.request("message.send", chat=chat["id"], client_id="m-2", text="¿Sigue ahí?")
                await visitor.entry(chat["id"], "closed")
            except Refused as refused:
                # At the end the agents go home first; a machine that does other things may be too slow for a moment.
                if not self.over and refused.reply["code"] != "unavailable":
                    raise
            await visitor.leave()
            self.chats += 1
            await asyncio.sleep(PAUSE_S)

    async def watch(self, minutes):
        """Memory of the server, in KiB, at even times."""
        samples = []
        for number in range(SAMPLES):
            await asyncio.sleep(max(0.0, self.until - minutes * 60 * (1 - (number + 1) / SAMPLES) - time.monotonic()))
            samples.append(anonymous_kib(self.server.process.pid))
            print(f"{(number + 1) * minutes / SAMPLES:6.1f} min  {self.chats:7} chats  {samples[-1]:7} KiB", flush=True)
        return samples


async def patiently(agent, kind, **fields):
    """Asks until the answer is another one than that it was too much just now."""
    while (reply := await agent.request(kind, **fields))["type"] == "error":
        if reply["code"] != "unavailable":
            raise Refused({"type": kind, **fields}, reply)
        await asyncio.sleep(PAUSE_S)


def anonymous_kib(pid):
    """What the process holds itself, without files that it maps."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))


async def run(server, minutes):
    churn = Churn(server, minutes)
    agents = [f"agente{number}" for number in range(AGENTS)]
    for username in agents:
        churn.tokens[username] = await asyncio.to_thread(server.sign_in, username)
    people = [churn.serve(*one) for one in enumerate(agents)] + [churn.come_and_go() for _ in range(AT_ONCE)]
    samples, *_ = await asyncio.gather(churn.watch(minutes), *people)
    return churn.chats, samples


def main():
    parser = argparse.ArgumentParser(prog="./dev churn", description="People come, talk and go; memory must not grow.")
    parser.add_argument("--minutes", type=float, default=60)
    minutes = parser.parse_args().minutes
    server = Server(SITE, people=())
    for number in range(AGENTS):
        server.add_agent(f"agente{number}", departments="soporte-tecnico")
    server.start()
    good = False
    try:
        chats, samples = asyncio.run(run(server, minutes))
        warm = samples[SAMPLES // 4:]
        part = len(warm) // 5
        growth = statistics.median(warm[-part:]) - statistics.median(warm[:part])
        good = growth <= MOST_GROWTH_KIB
        print(f"{chats} chats; {samples[0]} KiB at first, {growth:+.0f} KiB from the end of the warm-up to the end "
              f"(at most {MOST_GROWTH_KIB})")
    finally:
        server.close(failed=not good)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
