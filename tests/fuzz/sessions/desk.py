"""The server that the sequences are played against, with small limits so that they are met."""
import json
import re
import time

from harness import Server, private_redis, site_toml
from hostile.case import EXPECTED_WARNINGS, Footprint
from script import AGENTS

BURST, PER_S, SOCKETS, CAPACITY = 12, 12, 3, 2
REFILLED_S = BURST / PER_S + 0.1  # after which everybody may send a whole burst again
SETTLE_S = 60
SITE = site_toml(
    departments={name: {"capacity": CAPACITY} for name in ("soporte-tecnico", "soporte-contable", "corta")},
    channels={"corta": {"ask": []}, "prisa": {"ask": ["message"]}},
    chat={"agent_grace_s": 1, "visitor_grace_s": 1},
    limits={"messages_per_s": PER_S, "message_burst": BURST, "sockets_per_visitor": SOCKETS})


class Desk:
    def __init__(self):
        self.server = Server(SITE).start()
        self.agent_ids = {}
        self.tokens = {name: self.server.sign_in(name) for name in AGENTS}
        self.redis = private_redis(self.server)
        self.checked_log = 0

    def chats(self, ids):
        """id -> what an admin reads of it now; {"lost": status} if nothing."""
        found = {}
        for chat in ids:
            answer = self.server.http.get(f"/api/v1/chats/{chat}", token=self.tokens["raul"])
            found[chat] = answer.json() if answer.status == 200 else {"lost": answer.status}
        return found

    def health(self):
        """What is wrong with the process and what it wrote since the last time."""
        found = []
        if not self.server.running:
            found.append(f"ended: the server ended by itself with {self.server.process.poll()}")
        elif private_redis(self.server) != self.redis:
            found.append("ended: its Redis is another one")
        lines = self.server.log_text().splitlines()
        for text in lines[self.checked_log:]:
            try:
                line = json.loads(text)
            except ValueError:
                found.append(f"log: {text}")
                continue
            if line["level"] in ("warning", "error", "critical") and not any(
                    re.search(pattern, line["message"]) for pattern in EXPECTED_WARNINGS):
                found.append(f"log: {text}")
        self.checked_log = len(lines)
        return found

    def footprint(self):
        return Footprint(self.server.process.pid)

    def until_left(self):
        """Waits until the server knows that everybody has gone; False if it never does."""
        give_up = time.monotonic() + SETTLE_S
        while self.server.metric("sockets") > 0:
            if time.monotonic() > give_up:
                return False
            time.sleep(0.05)
        return True

    def until_ended(self):
        """Waits until every chat has ended: its agent's grace is over, then its visitor's."""
        give_up = time.monotonic() + SETTLE_S
        while self.open_chats():
            if time.monotonic() > give_up:
                return False
            time.sleep(0.05)
        return True

    def running(self):
        return self.server.running

    def close(self, failed=False):
        self.server.close(failed)

    def open_chats(self):
        """Their ids; asked again while the store is away, as a disk that stands still makes it."""
        give_up = time.monotonic() + SETTLE_S
        while True:
            answer = self.server.http.get("/api/v1/chats?state=open", token=self.tokens["raul"])
            if answer.status != 503 or time.monotonic() > give_up:
                return [chat["id"] for chat in answer.json()["chats"]]
            time.sleep(0.2)
