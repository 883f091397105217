"""Processes that die, stop and are restarted."""
import asyncio
import os
import resource
import signal

from nemesis import fault

LEASE_S = 10  # contract.md 4: what a killed server held lapses within it


async def start(place):
    await asyncio.to_thread(place.server.start)


@fault("server killed")
async def server_killed(stage, dice):
    place = dice.choice(stage.places)
    await asyncio.to_thread(place.server.kill)
    yield dice.seconds(0.5, 4)
    await start(place)


@fault("server killed until its lease lapses", quick=False)
async def server_killed_for_long(stage, dice):
    place = dice.choice(stage.places)
    await asyncio.to_thread(place.server.kill)
    yield dice.seconds(LEASE_S + 2, LEASE_S + 6)
    await start(place)


@fault("all servers killed")
async def all_killed(stage, dice):
    for place in stage.places:
        await asyncio.to_thread(place.server.kill)
    yield dice.seconds(0.2, 2)
    for place in stage.places:
        await start(place)


@fault("server stopped for a moment")
async def server_stopped(stage, dice):
    process = dice.choice(stage.places).server.process
    os.kill(process.pid, signal.SIGSTOP)
    yield dice.seconds(1.5, 6)
    os.kill(process.pid, signal.SIGCONT)


@fault("server stopped beyond its lease", quick=False)
async def server_stopped_for_long(stage, dice):
    process = dice.choice(stage.places).server.process
    os.kill(process.pid, signal.SIGSTOP)
    yield dice.seconds(LEASE_S + 3, LEASE_S + 10)
    os.kill(process.pid, signal.SIGCONT)


@fault("server stopped for 90 s", quick=False)
async def server_stopped_90(stage, dice):
    process = dice.choice(stage.places).server.process
    os.kill(process.pid, signal.SIGSTOP)
    yield 90
    os.kill(process.pid, signal.SIGCONT)


@fault("rolling restart with drain")
async def rolling_restart(stage, dice):
    for place in stage.places:
        await asyncio.to_thread(place.server.stop)  # fails unless it exits 0 within 30 s
        await start(place)
    yield 0


@fault("server ends while Redis is stopped", quick=False)
async def drain_without_redis(stage, dice):
    """It exits 0 within 30 s all the same, and another takes its place."""
    place = dice.choice(stage.places)
    os.kill(stage.redis.process.pid, signal.SIGSTOP)
    await asyncio.sleep(dice.source.uniform(0, 1.5))
    await asyncio.to_thread(place.server.stop)
    yield dice.seconds(0, 2)
    os.kill(stage.redis.process.pid, signal.SIGCONT)
    await start(place)


@fault("out of file descriptors")
async def out_of_descriptors(stage, dice):
    place = dice.choice(stage.places)
    process = place.server.process
    usual = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    in_use = len(os.listdir(f"/proc/{process.pid}/fd"))
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (in_use, usual[1]))
    await stage.relays.do(place.clients, "abort", share=0.5, seed=dice.seed())  # they come back all at once
    yield dice.seconds(1.5, 8)
    resource.prlimit(process.pid, resource.RLIMIT_NOFILE, usual)


@fault("Redis killed")
async def redis_killed(stage, dice):
    await asyncio.to_thread(stage.redis.kill)
    yield dice.seconds(0.3, 4)
    await asyncio.to_thread(stage.redis.start)


@fault("Redis and a server killed")
async def both_killed(stage, dice):
    place = dice.choice(stage.places)
    await asyncio.to_thread(stage.redis.kill)
    await asyncio.to_thread(place.server.kill)
    yield dice.seconds(0.3, 2)
    await asyncio.to_thread(stage.redis.start)
    await start(place)


@fault("Redis stopped")
async def redis_stopped(stage, dice):
    os.kill(stage.redis.process.pid, signal.SIGSTOP)
    yield dice.seconds(1.5, 9)
    os.kill(stage.redis.process.pid, signal.SIGCONT)


@fault("Redis stopped for 30 s", quick=False)
async def redis_stopped_30(stage, dice):
    os.kill(stage.redis.process.pid, signal.SIGSTOP)
    yield 30
    os.kill(stage.redis.process.pid, signal.SIGCONT)
