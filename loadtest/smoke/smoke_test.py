"""Every scenario of ventanilla-load for about a second against a real server: messages flow, no promise is broken."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2] / "tests" / "integration"))

from harness.server import LOAD_BINARY, PASSWORD, Server, binary  # noqa: E402

SITE = (HERE.parents[1] / "load.toml").read_text(encoding="utf-8")
AGENTS = 3
LIMIT_S = 120  # a machine may be slow; a run that hangs is a failure


class Smoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(SITE, people=())
        for number in range(1, AGENTS + 1):
            cls.server.add_agent(f"carga-{number}", role="agent", departments="carga")
        # `queue` needs agents who are full while others wait.
        cls.server.add_agent("justa-1", role="agent", departments="carga", capacity=2)
        cls.server.start()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def load(self, scenario, *more, good=True, server=None, **flags):
        """The run's JSON report."""
        report, page = self.server.home / "report.json", self.server.home / "report.html"
        flags = {"agents": AGENTS, "visitors": 20, "duration": 1, "warmup": 0.2, "json": report, "html": page, **flags}
        words = [word for name, value in flags.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        line = [binary(LOAD_BINARY), scenario, (server or self.server).address, *words, *more]
        # A disk that stalls for seconds makes the server refuse messages, which ends a run: that says nothing of either.
        for _ in range(10):
            done = self.run_once(line)
            found = json.loads(report.read_text(encoding="utf-8"))
            if "refused: unavailable" not in found["trouble"]:
                break
        self.assertEqual(done.returncode, 0 if good else 1, done.stdout + done.stderr)
        self.assertEqual(found["good"], good)
        self.assertEqual(sum(found["violations"].values()), 0, done.stdout)
        self.assertIn("<svg", page.read_text(encoding="utf-8"))
        return found

    @staticmethod
    def run_once(line):
        return subprocess.run(line, capture_output=True, text=True, timeout=LIMIT_S, check=False,
                              env={**os.environ, "VENTANILLA_LOAD_PASSWORD": PASSWORD})

    def messages(self, found):
        """How many were acknowledged and delivered, which must be all that were sent, and chats that were compared."""
        counts = [step["counts"] for step in found["steps"]]
        sent = sum(count["sent"] for count in counts)
        self.assertGreater(sent, 0)
        self.assertEqual(sum(count["acked"] for count in counts), sent)
        self.assertEqual(sum(count["delivered"] for count in counts), sent)
        self.assertGreater(found["chats_checked"], 0)

    def test_talk(self):
        found = self.load("talk", rate=200, agent_share=0.3)
        self.messages(found)
        step = found["steps"][0]
        self.assertGreater(step["server"]["cpu_s"], 0, "the server's process was not found")
        self.assertGreater(step["redis"]["pss_bytes"], 0, "its Redis was not found")
        self.assertGreaterEqual(step["times"]["ack"]["p99_ms"], step["times"]["ack"]["p50_ms"])

    def test_talk_as_fast_as_it_goes_from_two_processes(self):
        self.messages(self.load("talk", rate="max", workers=2))

    def test_max(self):
        found = self.load("max", duration=0.4, visitors=40)
        self.messages(found)
        self.assertGreater(len(found["steps"]), 5)

    def test_idle(self):
        found = self.load("idle", duration=0.2, agents=0)
        self.assertEqual([step["counts"]["connected"] for step in found["steps"]], [1, 5, 10, 15, 20])
        self.assertGreater(found["steps"][-1]["server"]["pss_bytes"], 0)

    def test_storm(self):
        found = self.load("storm", rate="max")
        counts = found["steps"][0]["counts"]
        self.assertEqual((counts["sockets"], counts["resumed"], counts["delivered"]), (20, 20, 20))

    def test_queue(self):
        found = self.load("queue", agent_prefix="justa-", agents=1)
        step = found["steps"][-1]
        self.assertGreater(step["times"]["wait"]["count"], 2)
        self.assertGreater(step["counts"]["started"], 0)

    def test_a_long_queue_of_people_who_have_left(self):
        server = Server(SITE, people=())  # those who wait at the end stay
        try:
            server.add_agent("justa-1", role="agent", departments="carga", capacity=1)
            server.start()
            found = self.load("queue", server=server, agent_prefix="justa-", agents=1, waiting=10, assignments=15)
        finally:
            server.close()
        self.assertEqual(found["steps"][0]["counts"]["started"], 11)
        # Half of those who wait, then as many come again.
        rounds = [step["times"]["next"]["count"] for step in found["steps"] if step["name"] == "close and assign"]
        self.assertEqual(rounds, [5, 5, 5])

    def test_idle_visitors_beside_those_who_talk(self):
        found = self.load("talk", rate=200, beside=15)
        self.messages(found)
        self.assertEqual(found["steps"][0]["counts"]["connected"], 20 + 15 + AGENTS)

    def test_a_peer_that_only_accepts(self):
        """The server, of which nothing is asked after the upgrade."""
        found = self.load("storm", agents=0, peer="bare", rate="max")
        self.assertEqual(found["steps"][0]["counts"]["sockets"], 20)

    @unittest.skipUnless(os.geteuid() == 0 and pathlib.Path("/sys/kernel/tracing/events").exists(), "the kernel counts for root")
    def test_system_calls_are_counted(self):
        found = self.load("talk", "--system-calls", rate=200)
        step = found["steps"][0]
        # At least what the message brings and its acknowledgement.
        self.assertGreater(step["server"]["system_calls"], 2 * step["counts"]["acked"] * 0.9)

    def test_slow(self):
        found = self.load("slow", rate=200, stuck=0.3)
        self.messages(found)

    def test_mixed(self):
        found = self.load("mixed", rate=20, haste=100)
        self.assertGreater(found["steps"][0]["counts"]["acked"], 0)
        self.assertGreater(found["steps"][0]["counts"]["closed"], 0)

    def test_limits_of_the_server_are_named(self):
        """With the default limits the server says slow_down, and so does the tester."""
        server = Server(SITE.split("[limits]")[0], people=())
        try:
            server.add_agent("carga-1", role="agent", departments="carga")
            server.start()
            found = self.load("talk", good=False, server=server, agents=1, rate=2000, visitors=2)
        finally:
            server.close()
        self.assertIn("slow_down", found["trouble"])
        self.assertIn("load.toml", found["trouble"])


if __name__ == "__main__":
    unittest.main()
