"""That the checks find something: a small load through proxies that lie to one client each, in every run. Each lie must
be found, by its name and at its client; an honest client beside them must be found blameless."""
import asyncio
import time

import verdict
from crowd import BACKOFF_S, Crowd
from harness.talking import World
from harness.talking_agent import TalkingAgent
from harness.talking_visitor import TalkingVisitor
from liar import AssignTwice, Double, Drop, Liar, Strand, Swap
from routing_checks import Stranded

TALKING, WAITING = "corta", "ventas"   # the channels of the proof; they have departments of their own
# username -> department, capacity. The second of WAITING is the one that the server takes for away.
CAST = {"prueba0": (TALKING, 9), "prueba1": (TALKING, 9), "prueba2": (WAITING, 1), "prueba3": (WAITING, 1)}
PATIENCE_S = 90


async def prove(stage, seed, say):
    """What was not found, or found where all was honest."""
    lies = [Drop(), Double(), Swap(), AssignTwice(), Strand()]
    liars = [await Liar(stage.places[0], lie).start() for lie in lies]
    crowd = cast(stage, seed, dict(zip((type(lie) for lie in lies), liars)))
    crowd.start()
    try:
        give_up = time.monotonic() + PATIENCE_S
        while not (all(lie.told for lie in lies) and crowd.stranded.found) and time.monotonic() < give_up:
            await asyncio.sleep(0.1)
        late = await crowd.drain(PATIENCE_S)
        found = await verdict.judge(stage, crowd)
    finally:
        await crowd.leave()
        for liar in liars:
            await liar.close()
    missed = [f"not proven: {peer.name} is not done" for peer in late] + missing(crowd, lies, found)
    say(f"proof: {len(found)} findings for {len(lies)} lies" + ("" if missed else "; each was found"))
    return missed


def cast(stage, seed, liars):
    """One client for each lie, named after it, and an honest one."""
    honest = World(f"{seed} proof", stage.places[:1], BACKOFF_S)
    honest.messages_per_s = 3.0

    def world(lie):
        other = World(honest.seed, [liars[lie]], BACKOFF_S)
        other.messages_per_s = honest.messages_per_s
        return other

    visitors = [TalkingVisitor(world(lie), lie.kind, TALKING, (TALKING,)) for lie in (Drop, Double, Swap)]
    visitors.append(TalkingVisitor(honest, "honesto", TALKING, (TALKING,)))
    visitors += [TalkingVisitor(honest, f"espera{n}", WAITING, (WAITING,)) for n in range(3)]
    worlds = {"prueba0": world(AssignTwice), "prueba1": world(AssignTwice), "prueba2": honest, "prueba3": world(Strand)}
    agents = [TalkingAgent(each, name, stage.tokens[name]) for name, each in worlds.items()]
    return Crowd(stage, honest, agents, visitors, Stranded())


def missing(crowd, lies, found):
    agent = {agent.name: agent.id for agent in crowd.agents}
    at = {Drop: "(lost ", Double: "(doubled ", Swap: "(reordered ", AssignTwice: "was told to have",
          Strand: agent["prueba3"]}
    missed = [f"not proven: {lie.kind}: " + ("nobody noticed" if lie.told else "the lie was not told")
              for lie in lies if not any(each.startswith(lie.kind) and at[type(lie)] in each for each in found)]
    return missed + [f"not proven: an honest client is blamed: {each}" for each in found if "(honesto " in each]
