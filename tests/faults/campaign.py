"""One fault after the other under the load: break, hold, heal, wait until everything works, and again."""
import asyncio
import random
import time

import probe
from nemesis import Dice
from tally import ENOUGH_S, Tally

STEADY_S = (6.0, 8.0)      # of undisturbed load between two faults: long enough to see somebody stranded
QUICK_STEADY_S = (0.2, 0.5)
LEAST_ACKNOWLEDGED = 20  # while a fault is on and until all works again; fewer, and nothing was tested
SERVED_S = 30            # how long a slow machine is given for that


class Campaign:
    def __init__(self, stage, crowd, seed, quick, say):
        self.stage, self.crowd, self.quick, self.say = stage, crowd, quick, say
        self.seed = seed
        self.tallies = {}
        self.moved_spans = []
        self.found = []

    async def run(self, faults, rounds=None, seconds=float("inf")):
        """Rounds in which each fault comes once, in another order each: so many, or until the time is over. In a number of
        rounds a fault that has been on for long enough does not come again."""
        dice = random.Random(f"{self.seed} order")
        give_up = time.monotonic() + seconds
        self.tallies = {fault.name: Tally() for fault in faults}
        while rounds is None or rounds > 0:
            order = list(faults)
            dice.shuffle(order)
            for fault in order:
                if rounds is not None and self.tallies[fault.name].seconds >= ENOUGH_S:
                    continue
                await self.inject(fault)
                if time.monotonic() >= give_up:
                    return
            rounds = rounds and rounds - 1

    async def inject(self, fault):
        tally, world = self.tallies[fault.name], self.crowd.world
        source = random.Random(f"{self.seed} {fault.name} {tally.count}")
        await asyncio.sleep(source.uniform(*(QUICK_STEADY_S if self.quick else STEADY_S)))
        began, sent, connecting, acknowledged = time.monotonic(), world.sent, world.connecting, world.acknowledged
        self.crowd.broken += 1
        steps = fault.make(self.stage, Dice(source, self.quick))
        await asyncio.sleep(await anext(steps))
        tally.sent += world.sent - sent
        tally.tried += world.sent - sent + world.connecting - connecting
        goes_on = await anext(steps, None) is not None
        healed = time.monotonic()
        self.crowd.broken -= 1  # from here on nobody may be stranded
        tally.count += 1
        tally.seconds += healed - began
        acks_s, routes_s = await self.recovery(fault, healed)
        if goes_on:
            back_s = await anext(steps)
            acks_s, routes_s = max(acks_s, back_s), max(routes_s, back_s)
        if await anext(steps, None) is not None:
            raise RuntimeError(f"{fault.name} has too many yields")
        await self.enough(acknowledged)
        tally.acknowledged += world.acknowledged - acknowledged
        tally.acknowledging_s = max(tally.acknowledging_s, acks_s)
        tally.routable_s = max(tally.routable_s, routes_s)
        if "clock" in fault.name:
            self.moved_spans.append((began, time.monotonic()))
        self.say(f"{fault.name}: {healed - began:.1f} s; acknowledging after {acks_s:.2f} s, "
                 f"routable after {routes_s:.2f} s; {world.acknowledged} acknowledged in all")

    async def enough(self, before):
        """Waits until the load has been served again; a machine that cannot do it fails the run (LEAST_ACKNOWLEDGED)."""
        give_up = time.monotonic() + SERVED_S
        while self.crowd.world.acknowledged < before + LEAST_ACKNOWLEDGED and time.monotonic() < give_up:
            await asyncio.sleep(0.05)

    def empty(self):
        """A run in which nothing was tested fails."""
        found = []
        for name, tally in self.tallies.items():
            if tally.count and not tally.tried:
                found.append(f"no overlap: nobody did anything while {name} was on")
            if tally.count and tally.acknowledged < tally.count * LEAST_ACKNOWLEDGED:
                found.append(f"too little: {tally.acknowledged} acknowledged around {name}")
        return found

    async def recovery(self, fault, healed):
        try:
            return await probe.back(self.stage.places, healed)
        except probe.NotBack as late:
            self.found.append(f"not back: {fault.name}: {late}")
            return probe.GIVE_UP_S, probe.GIVE_UP_S
