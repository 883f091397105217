"""The figures of a run."""
import collections
import dataclasses

ENOUGH_S = 600  # a fault that was on for so long needs not come twenty times


@dataclasses.dataclass
class Tally:
    """What happened to one fault."""
    count: int = 0
    seconds: float = 0.0
    sent: int = 0           # messages sent while it was on
    tried: int = 0          # the same and attempts to connect: the overlap of load and fault
    acknowledged: int = 0   # while it was on, and until everything worked again
    acknowledging_s: float = 0.0  # longest time until that was so
    routable_s: float = 0.0

    def add(self, other):
        """Counts together; of times to be back the longest."""
        for name in ("count", "seconds", "sent", "tried", "acknowledged"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.acknowledging_s = max(self.acknowledging_s, other.acknowledging_s)
        self.routable_s = max(self.routable_s, other.routable_s)


def kinds(found):
    """How many findings there are of each kind, which is their first word."""
    return collections.Counter(each.split(":")[0] for each in found)
