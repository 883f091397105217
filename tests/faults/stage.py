"""What a run happens on: one Redis, servers that share it and one record, a relay in front of each part."""
import asyncio
import concurrent.futures
import shutil
import sqlite3
import tempfile

from disk import Disk
from harness import Redis, Server, WallClock, site_toml
from relays import Relays

CAPACITY = 6
AGENT_GRACE_S = 6
GUARD = "guardia"      # the agent of the probes
PROOF = ("corta", "ventas")  # departments and channels of the proof
THRONG = "multitud"    # channel and department of the thousands (faults_of_crowds.py)
DEPARTMENTS = ("soporte-tecnico", "soporte-contable")

SITE = site_toml(
    departments={**{name: {"capacity": CAPACITY, "answer_within_s": 3600, "max_waiting": 1000} for name in DEPARTMENTS},
                 "prisa": {"capacity": 50, "answer_within_s": 3600},
                 **{name: {"assign": "auto", "answer_within_s": 3600, "max_waiting": 1000} for name in PROOF},
                 THRONG: {"name": "Multitud", "channel": THRONG, "capacity": 5000, "answer_within_s": 3600,
                          "max_waiting": 10000}},
    channels={**{name: {"ask": ["message", "name", "email", "department"]} for name in PROOF},
              THRONG: {"title": "Multitud", "ask": ["message"]}},
    chat={"agent_grace_s": AGENT_GRACE_S},
    # What many clients do from one address is no abuse here.
    limits={"messages_per_s": 1_000_000, "message_burst": 1_000_000, "sockets_per_visitor": 40,
            **{f"{what}_per_{whose}": 1_000_000 for what in ("sockets", "starts", "messages", "visitors")
               for whose in ("address", "site")}, "connections_per_address": 1_000_000})


class Place:
    """A server as clients see it: by way of its relay. `number` counts from 0."""

    def __init__(self, number, server):
        self.number, self.server = number, server
        self.secrets = server.secrets
        self.ws = None

    @property
    def name(self):
        return f"server {self.number}"

    @property
    def clients(self):
        return f"clients.{self.number}"

    @property
    def redis(self):
        return f"redis.{self.number}"


class Stage:
    """`disk_mib`: size of the disks of Redis and of the record."""

    def __init__(self, servers=2, disk_mib=1024):
        self.count, self.disk_mib = servers, disk_mib
        self.clock, self.redis_clock = WallClock(), WallClock()  # of the servers, of Redis
        self.disks = {}
        self.redis = None
        self.relays = Relays()
        self.places = []
        self.tokens = {}
        self.visitors = []   # of the crowd, for faults that need some of them

    async def start(self, agents, others):
        """`agents`: how many of the departments; `others`: username -> department, capacity (none: the department's)."""
        self.disks = {name: Disk(name, self.disk_mib) for name in ("redis", "data")}
        self.redis = Redis(home=self.disks["redis"].home / "redis", environment=self.redis_clock.environment)
        self.redis.home.mkdir()
        await asyncio.to_thread(self.redis.start)
        await self.relays.start()
        for number in range(self.count):
            port = await self.relays.open(f"redis.{number}", self.redis.path)
            server = Server(SITE, people=(), options=("--redis", f"redis://127.0.0.1:{port}"),
                            environment=self.clock.environment, data=self.disks["data"].home / "data")
            self.places.append(Place(number, server))
        await asyncio.to_thread(self.hire, agents, others)
        for place in self.places:
            await asyncio.to_thread(place.server.start)
            port = await self.relays.open(place.clients, place.server.address.removeprefix("http://"))
            place.ws = f"ws://127.0.0.1:{port}"
        for username in [*self.agents, *others, GUARD, "raul"]:
            self.tokens[username] = await asyncio.to_thread(self.places[0].server.sign_in, username)
        return self

    def hire(self, count, others):
        self.agents = [f"agente{n}" for n in range(count)]
        people = [(name, "agent", DEPARTMENTS[n % len(DEPARTMENTS)]) for n, name in enumerate(self.agents)]
        people += [(name, "agent", *rest) for name, rest in others.items()]
        people += [(GUARD, "agent", "prisa"), ("raul", "admin", ",".join(DEPARTMENTS))]
        self.places[0].server.add_agent(*people.pop())  # makes the record
        with concurrent.futures.ThreadPoolExecutor(2) as pool:  # hashing passwords is slow by design
            list(pool.map(lambda person: self.places[0].server.add_agent(*person), people))

    # ---- looking at it

    @property
    def servers(self):
        return [place.server for place in self.places]

    def http(self):
        """Of a server that runs."""
        return next(server.http for server in self.servers if server.running)

    def admin(self, target, checked=True):
        return self.http().get("/api/v1" + target, token=self.tokens["raul"], checked=checked)

    def record(self, query, *values):
        """Rows of the record, as they are on the disk."""
        path = f"file:{self.servers[0].data}/ventanilla.db?mode=ro"
        with sqlite3.connect(path, uri=True, timeout=30) as database:
            return database.execute(query, values).fetchall()

    def keep_cores(self):
        """A core of a server that crashed is worth more than anything else of the run."""
        for core in [core for server in self.servers for core in server.home.glob("core*")]:
            print(f"core kept: {shutil.copy(core, tempfile.mkdtemp(prefix='ventanilla-core-'))}", flush=True)

    async def close(self, failed):
        self.keep_cores()
        try:
            for server in self.servers:
                server.close(failed)
        finally:
            await self.relays.close()
            if self.redis is not None:
                self.redis.close()
            for disk in self.disks.values():
                disk.close()
            self.clock.close()
            self.redis_clock.close()
