"""A primary with two replicas and three sentinels, on free ports of the loopback interface."""
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_S = 60
NAME = "prueba"
PASSWORD = "otra"
DURABLE = ["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", "",
           "--min-replicas-to-write", "1", "--repl-diskless-sync-delay", "0", "--bind", "127.0.0.1"]


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


class MasterSet:
    """With `password` its Redises want one, of everybody; the sentinels do not."""

    def __init__(self, password=None):
        self.password = password
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="ventanilla-sentinel-"))
        ports = free_ports(6)
        self.redises, self.sentinels = ports[:3], ports[3:]
        self.first = self.redises[0]
        self.processes = {}

    @property
    def sentinel_addresses(self):
        return [f"127.0.0.1:{port}" for port in self.sentinels]

    def start(self):
        for port in self.redises:
            self.start_redis(port, replicaof=None if port == self.first else self.first)
        self._until(lambda: self.ask(self.first, "INFO", "replication").count("state=online") == 2)
        for port in self.sentinels:
            self._start_sentinel(port)
        self._until(lambda: all(self._knows_everybody(port) for port in self.sentinels))
        return self

    def start_redis(self, port, replicaof=None):
        home = self.home / str(port)
        home.mkdir(exist_ok=True)
        words = ["redis-server", "--port", str(port), "--dir", home, "--logfile", "redis.log", *DURABLE]
        if self.password:
            words += ["--requirepass", self.password, "--masterauth", self.password]
        if replicaof:
            words += ["--replicaof", f"127.0.0.1 {replicaof}"]
        self.processes[port] = subprocess.Popen(words)
        self._until(lambda: self.ask(port, "PING") == "PONG")

    def _start_sentinel(self, port):
        file = self.home / f"sentinel-{port}.conf"
        file.write_text(f"""port {port}
bind 127.0.0.1
dir {self.home}
logfile sentinel-{port}.log
sentinel monitor {NAME} 127.0.0.1 {self.first} 2
sentinel down-after-milliseconds {NAME} 1500
sentinel failover-timeout {NAME} 6000
{f"sentinel auth-pass {NAME} {self.password}" if self.password else ""}
""", encoding="utf-8")
        self.processes[port] = subprocess.Popen(["redis-server", file, "--sentinel"])

    def _knows_everybody(self, port):
        words = self.ask(port, "SENTINEL", "MASTER", NAME).split("\n")
        known = dict(zip(words[::2], words[1::2]))
        return (known.get("num-slaves"), known.get("num-other-sentinels")) == ("2", "2")

    @staticmethod
    def _until(condition):
        give_up = time.monotonic() + START_S
        while not condition():
            assert time.monotonic() < give_up, "the master set did not come up"
            time.sleep(0.05)

    def ask(self, port, *words):
        """The reply as redis-cli prints it; empty if nobody answers."""
        login = ["--no-auth-warning", "-a", self.password] if self.password and port in self.redises else []
        done = subprocess.run(["redis-cli", "-p", str(port), *login, *words], capture_output=True, text=True,
                              timeout=START_S)
        return done.stdout.strip()

    def primary(self):
        """The port of the primary by what most sentinels say."""
        said = [self.ask(port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME).split("\n")[-1] for port in self.sentinels]
        return int(max(said, key=said.count))

    def role(self, port):
        return self.ask(port, "ROLE").split("\n")[0]

    def shut_out(self, port):
        """Parts this Redis from the others of the set and from the sentinels, not from whoever is connected otherwise: they
        come back and do not know its new password."""
        clients = [dict(pair.split("=", 1) for pair in line.split(" ") if "=" in pair)
                   for line in self.ask(port, "CLIENT", "LIST").split("\n")]
        others = [client["id"] for client in clients if "S" in client["flags"] or client["name"].startswith("sentinel")]
        # By one connection: the next one does not know it either.
        lines = [f"CONFIG SET requirepass {PASSWORD}", *[f"CLIENT KILL ID {number}" for number in others]]
        subprocess.run(["redis-cli", "-p", str(port)], input="\n".join(lines), text=True, check=True,
                       stdout=subprocess.DEVNULL, timeout=START_S)

    def let_in(self, port):
        self.ask(port, "--no-auth-warning", "-a", PASSWORD, "CONFIG", "SET", "requirepass", "")

    def signal(self, port, number):
        self.processes[port].send_signal(number)

    def kill(self, port):
        self.signal(port, signal.SIGKILL)
        self.processes.pop(port).wait()

    def close(self):
        for process in self.processes.values():
            process.kill()  # one that is stopped dies, too
            process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
