"""The faults by name. Each is an asynchronous generator over a stage and dice: what comes before `yield SECONDS` breaks
something, then it stays so for so long, what comes after heals it. One that brings clients of its own yields once more
(anything) when it is healed, and then, when they are done, after how many seconds all of them were back.
Seeded: the same dice do the same."""

FAULTS = {}  # name -> Fault


class Fault:
    def __init__(self, name, make, quick, needs_disk):
        self.name, self.make = name, make
        self.quick = quick            # cheap enough for the short run
        self.needs_disk = needs_disk  # the name of the disk that must be a small one


def fault(name, quick=True, needs_disk=None):
    """Enters the decorated generator under `name`."""
    def enter(make):
        FAULTS[name] = Fault(name, make, quick, needs_disk)
        return make
    return enter


class Dice:
    """A seeded random.Random that takes the short end of durations in a quick run."""

    def __init__(self, source, quick):
        self.source, self.quick = source, quick

    def seconds(self, least, most):
        return least if self.quick else self.source.uniform(least, most)

    def seed(self):
        return self.source.randrange(10**9)

    def choice(self, things):
        return self.source.choice(list(things))
