"""Stores that are full, locked, paused; clocks that jump."""
import asyncio
import contextlib
import sqlite3
import subprocess
import time

from nemesis import fault

ENDS_S = 30  # how long Redis has to end on a full disk, at most, with people talking


def write_until_it_ends(redis, disk):
    """What people say may fit into the file's last page for long, and a rewrite of the file that ends makes room again."""
    give_up = time.monotonic() + ENDS_S
    while redis.process.poll() is None:
        assert time.monotonic() < give_up, f"Redis goes on with {disk.free_bytes()} bytes free"
        disk.fill()
        with contextlib.suppress(subprocess.SubprocessError):
            redis.command("SET", "v:{prueba}:filler", "x" * 10_000)
        time.sleep(0.05)


@fault("Redis paused")
async def redis_paused(stage, dice):
    seconds = dice.seconds(1.5, 12)
    await asyncio.to_thread(stage.redis.command, "CLIENT", "PAUSE", round(seconds * 1000), "ALL")
    yield seconds


@fault("Redis paused for 30 s", quick=False)
async def redis_paused_30(stage, dice):
    await asyncio.to_thread(stage.redis.command, "CLIENT", "PAUSE", 30_000, "ALL")
    yield 30


@fault("Redis out of memory")
async def out_of_memory(stage, dice):
    await asyncio.to_thread(stage.redis.command, "CONFIG", "SET", "maxmemory", "1mb")
    yield dice.seconds(1.5, 10)
    await asyncio.to_thread(stage.redis.command, "CONFIG", "SET", "maxmemory", "0")


@fault("disk of Redis full", needs_disk="redis")
async def redis_disk_full(stage, dice):
    """Redis ends rather than acknowledge what it cannot keep; whoever runs it starts it again."""
    await asyncio.to_thread(write_until_it_ends, stage.redis, stage.disks["redis"])
    yield dice.seconds(0.5, 5)
    stage.disks["redis"].free()
    await asyncio.to_thread(stage.redis.start)


@fault("disk of the record full", needs_disk="data")
async def record_disk_full(stage, dice):
    await asyncio.to_thread(stage.disks["data"].fill)
    yield dice.seconds(1.5, 12)
    stage.disks["data"].free()


async def lock_record(stage):
    database = sqlite3.connect(f"{stage.servers[0].data}/ventanilla.db", timeout=30, check_same_thread=False,
                               isolation_level=None)
    await asyncio.to_thread(database.execute, "BEGIN EXCLUSIVE")
    return database


@fault("record locked")
async def record_locked(stage, dice):
    database = await lock_record(stage)
    yield dice.seconds(1.5, 20)
    database.close()


@fault("record locked for 20 s", quick=False)
async def record_locked_20(stage, dice):
    database = await lock_record(stage)
    yield 20
    database.close()


def a_jump(dice):
    """Seconds, forward or back; not so far that sessions end."""
    return dice.choice([-1, 1]) * dice.source.uniform(90, 6 * 3600)


@fault("all clocks jump")
async def all_clocks_jump(stage, dice):
    """Of the servers and of Redis alike."""
    by = a_jump(dice)
    for clock in (stage.clock, stage.redis_clock):
        clock.jump(seconds=by)
    yield dice.seconds(1.5, 10)
    for clock in (stage.clock, stage.redis_clock):
        clock.jump(seconds=-by)


@fault("clocks of the servers jump")
async def server_clocks_jump(stage, dice):
    """Away from that of Redis."""
    by = a_jump(dice)
    stage.clock.jump(seconds=by)
    yield dice.seconds(1.5, 10)
    stage.clock.jump(seconds=-by)


@fault("clock of Redis jumps")
async def redis_clock_jumps(stage, dice):
    by = a_jump(dice)
    stage.redis_clock.jump(seconds=by)
    yield dice.seconds(1.5, 10)
    stage.redis_clock.jump(seconds=-by)
