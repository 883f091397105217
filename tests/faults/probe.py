"""How long it takes until the desk works again, seen by clients."""
import asyncio
import time

from harness import Visitor
from harness.clients import Closed, Refused
from harness.talking import AWAY

GIVE_UP_S = 60
ONE_TRY_S = 3
PAUSE_S = 0.05


class NotBack(Exception):
    """It did not work again within GIVE_UP_S."""


async def back(places, since):
    """Seconds from `since` until a new visitor is acknowledged, and until one has an agent: on every server."""
    found = await asyncio.gather(*(_until_assigned(place, since) for place in places))
    return max(acknowledged for acknowledged, _ in found), max(assigned for _, assigned in found)


async def _until_assigned(place, since):
    why, acknowledged = None, None
    while time.monotonic() - since < GIVE_UP_S:
        visitor = Visitor(place, "prisa")
        try:
            chat = await asyncio.wait_for(_start(visitor), ONE_TRY_S)
            acknowledged = acknowledged or time.monotonic() - since
            await asyncio.wait_for(visitor.entry(chat, "assigned"), ONE_TRY_S)
            assigned = time.monotonic() - since
            await asyncio.wait_for(visitor.ok("chat.close", chat=chat), ONE_TRY_S)
            return acknowledged, assigned
        except (Closed, Refused, asyncio.TimeoutError, *AWAY) as fault:
            why = fault
        finally:
            if visitor.socket is not None:
                visitor.cut()
        await asyncio.sleep(PAUSE_S)
    raise NotBack(f"{place.name}, {GIVE_UP_S} s after it was healed: {repr(why)[:100]}")


async def _start(visitor):
    await visitor.open()
    await visitor.hello()
    return (await visitor.start())["id"]
