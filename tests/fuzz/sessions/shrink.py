"""A shorter script that still shows a finding: parts of it are left out, as long as it does."""
import time


async def shrink(steps, shows, seconds):
    """`shows(steps)` tells whether they show it. After so many seconds the shortest so far is it."""
    give_up = time.monotonic() + seconds
    size = max(1, len(steps) // 2)
    while size >= 1 and time.monotonic() < give_up:
        place = len(steps) - size  # from the end: what came after the finding goes first
        while place > -size and time.monotonic() < give_up:
            part = steps[:max(0, place)] + steps[place + size:]
            if len(part) < len(steps) and await shows(part):
                steps = part
            place -= size
        size //= 2
    return steps
