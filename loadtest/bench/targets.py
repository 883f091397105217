"""What the server is to reach: each line of the table, and how it comes out of the figures of a run."""
import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Target:
    text: str
    at_least: float
    aim: float
    of: str  # "what, name" of the figure
    against: str = ""  # divided by that of the same round
    unit: str = ""
    more_is_better: bool = True
    scale: float = 1

    def values(self, figures):
        """Of every round; [] where a part of it was not measured."""
        own = figures.get(self.of, [])
        if self.against:
            return [value / other for value, other in zip(own, figures.get(self.against, [])) if other]
        return [value * self.scale for value in own]

    def reached(self, value, wanted):
        return value >= wanted if self.more_is_better else value <= wanted

    def verdict(self, value):
        if self.reached(value, self.aim):
            return "aim reached"
        return "met" if self.reached(value, self.at_least) else "missed"

    def shown(self, value):
        text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        return f"{text}{'×' if self.against else ''}{self.unit and ' ' + self.unit}"


def ratio(text, at_least, aim, of, against, more_is_better=True):
    return Target(text, at_least, aim, of, against, more_is_better=more_is_better)


def less(text, at_least, aim, of, unit="", scale=1.0):
    return Target(text, at_least, aim, of, unit=unit, more_is_better=False, scale=scale)


TARGETS = (
    ratio("durable routed messages per second of the server's CPU, against ws + ioredis", 3, 5, "messages, ventanilla",
          "messages, ws"),
    ratio("the same against Socket.IO + Redis adapter", 7, 11, "messages, ventanilla", "messages, socketio"),
    less("system calls for each routed and acknowledged message, at saturation", 3.2, 2.6,
         "system calls/message, ventanilla"),
    less("p99 of the acknowledgement at 80 % of the own maximum, in own p50", 5, 3, "p99 / p50 at 80 %, ventanilla", "×"),
    less("memory (Pss) of an idle visitor with a session, slope 1,000 → 15,000", 6, 4.5, "bytes/visitor, ventanilla", "KB",
         1e-3),
    less("CPU of an idle connection in a second", 5, 1, "idle us/visitor/s, ventanilla", "µs"),
    Target("assignments a second, 10,000 agents and 100,000 who wait", 20000, 50000, "assignments/s, many"),
    ratio("CPU of an assignment there, against 100 agents and 1,000 who wait", 2, 1.2, "us/assignment, many",
          "us/assignment, few", more_is_better=False),
    ratio("Redis's CPU of an assignment there, against 100 and 1,000", 2, 1.2, "redis us/assignment, many",
          "redis us/assignment, few", more_is_better=False),
    ratio("15,000 come back (hello, resume, what was said meanwhile) per second of the server's CPU, against ws that "
          "accepts and no more", 2, 4, "returns, ventanilla", "returns, accept"),
    ratio("CPU of a message among 15,000 connections, against 1,000", 1.5, 1.15, "us/message, crowded", "us/message, quiet",
          more_is_better=False),
    ratio("throughput with appendfsync always, against everysec", 0.7, 0.9, "messages/s, appendfsync, always",
          "messages/s, appendfsync, everysec"),
    less("start to ready with the Redis that it starts itself", 0.5, 0.15, "start s, ventanilla", "s"),
    less("the same on a new data directory, which is set up first", 0.5, 0.15, "first start s, ventanilla", "s"),
    less("resident memory when idle, the server alone", 40, 15, "idle MB, ventanilla", "MB"),
)


def summary(values):
    """Median, least and most."""
    return statistics.median(values), min(values), max(values)
