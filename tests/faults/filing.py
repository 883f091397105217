"""Waiting until the record has caught up with the chats that are closed."""
import asyncio
import time

STANDS_STILL_S = 60   # without one chat more in the record: nothing records any more
MOST_S = 600          # however many there still are
LOOK_S = 1.0


async def caught_up(missing, now=time.monotonic, pause=asyncio.sleep):
    """Calls `await missing()`, the closed chats that are not whole in the record, until there are none or it is no use to
    wait. What it gave last, and why no longer: in words, None if nothing is missing."""
    began = fell = now()
    fewest = None
    while left := await missing():
        if fewest is None or len(left) < fewest:
            fewest, fell = len(left), now()
        if now() - fell >= STANDS_STILL_S:
            return left, f"{len(left)} closed chats are not in the record, and none came in for {now() - fell:.0f} s"
        if now() - began >= MOST_S:
            return left, f"{len(left)} closed chats are not in the record after {now() - began:.0f} s"
        await pause(LOOK_S)
    return [], None
