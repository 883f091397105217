"""Redis Sentinel: what was acknowledged is on a replica, so it survives the primary."""
import asyncio
import signal
import time

from harness import DeskCase, MasterSet, Server, Visitor, site_toml

BACK_S = 20  # down-after, election and promotion take some 3 s; a busy machine is given its time


class MasterSetCase(DeskCase):
    password, name = None, "prueba"   # of the Redises; how --redis names them

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.set = MasterSet(cls.password).start()
        cls.addClassCleanup(cls.set.close)
        store = {"wait_replicas": 1, "sentinels": cls.set.sentinel_addresses}
        limits = {"messages_per_s": 1000, "message_burst": 1000}
        cls.server = Server(site_toml(store=store, limits=limits), options=("--redis", cls.name)).start()

    async def send(self, client, chat, number, text):
        """As a client does that keeps what is not acknowledged; the acknowledgement."""
        while True:
            reply = await client.request("message.send", chat=chat, client_id=number, text=text)
            if reply["type"] == "ok":
                return reply
            self.assertEqual(reply["code"], "unavailable")
            await asyncio.sleep(0.05)

    async def texts(self, client, chat):
        while True:  # one link after the other is back
            try:
                return [entry["text"] for entry in await client.log(chat) if entry["kind"] == "message"]
            except AssertionError:
                await asyncio.sleep(0.05)


class Failover(MasterSetCase):
    password = "clave-de-redis"
    name = f"default:{password}@prueba"

    async def test_of_the_primary_while_people_talk(self):
        visitor, agent, chat = await self.conversation()
        acknowledged, longest = [], 0.0
        killed_at = None

        async def talk(client, name):
            nonlocal longest
            n = 0
            while killed_at is None or n < said_before[name] + 20:
                text = f"{name} {n}"
                sent_at = time.monotonic()
                ack = await self.send(client, chat, f"{name}-{n}", text)
                longest = max(longest, time.monotonic() - sent_at)
                acknowledged.append((ack["seq"], text))
                n += 1
                said[name] = n

        said, said_before = {"visitante": 0, "agente": 0}, {}
        talking = [asyncio.create_task(talk(visitor, "visitante")), asyncio.create_task(talk(agent, "agente"))]
        await self.until(lambda: min(said.values()) >= 30 or any(task.done() for task in talking))
        old = self.set.primary()
        said_before.update(said)
        self.set.kill(old)
        killed_at = time.monotonic()
        await asyncio.gather(*talking)
        self.assertLess(longest, BACK_S)
        print(f"acknowledging again {longest:.1f} s after kill -9 of the primary", flush=True)
        new = self.set.primary()
        self.assertNotEqual(new, old)
        expected = ["No puedo timbrar.", *[text for _, text in sorted(acknowledged)]]
        self.assertEqual(await self.texts(agent, chat), expected)
        self.assertEqual(await self.texts(visitor, chat), expected)

        # The old one is back and believes that it is a primary, until a sentinel has told it. Nothing goes there.
        self.set.start_redis(old)
        for n in range(10):
            await self.send(visitor, chat, f"después-{n}", f"después {n}")
        await self.until(lambda: self.set.role(old) == "slave")
        self.assertEqual((self.set.primary(), self.set.role(new)), (new, "master"))
        self.assertEqual(await self.texts(agent, chat), [*expected, *[f"después {n}" for n in range(10)]])
        await self.until(lambda: self.http.get("/readyz").status == 200)


    async def test_backup_takes_the_primary_that_sentinel_names(self):
        visitor, agent, chat = await self.conversation()
        await self.send(visitor, chat, "b-1", "¿Se guarda?")
        folder = self.server.home / "copia"
        done = await asyncio.to_thread(self.server.command, "backup", str(folder))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        restored = Server(site_toml(), people=())
        self.addCleanup(restored.close)
        done = restored.command("restore", str(folder))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        await asyncio.to_thread(restored.start)
        again = Visitor(restored, token=visitor.token)
        await again.open()
        self.clients.append(again)
        self.assertEqual((await again.hello(token=visitor.token))["chat"]["id"], chat)
        self.assertEqual(await self.texts(again, chat), ["No puedo timbrar.", "¿Se guarda?"])


class CutOff(MasterSetCase):
    async def test_primary_that_its_replicas_and_the_sentinels_have_lost(self):
        """It goes on, and this server still reaches it; the others have made another one."""
        visitor, agent, chat = await self.conversation()
        old = self.set.primary()
        await self.send(visitor, chat, "antes", "antes")
        self.set.shut_out(old)
        acknowledged = []
        give_up = time.monotonic() + 2 * BACK_S
        while self.set.primary() == old or not acknowledged:
            self.assertLess(time.monotonic(), give_up)
            number = f"m-{len(acknowledged)}"
            reply = await visitor.request("message.send", chat=chat, client_id=number, text=number)
            if reply["type"] == "ok":
                acknowledged.append(number)
            else:
                self.assertEqual(reply["code"], "unavailable")
                await asyncio.sleep(0.05)
        expected = ["No puedo timbrar.", "antes", *acknowledged]
        self.assertEqual(await self.texts(agent, chat), expected)
        self.assertEqual(self.set.role(self.set.primary()), "master")

        # It is found again, and becomes a replica of the one that took its place: nothing of it is left over.
        self.set.let_in(old)
        await self.until(lambda: self.set.role(old) == "slave")
        await self.send(visitor, chat, "después", "después")
        self.assertEqual(await self.texts(agent, chat), [*expected, "después"])
        await self.until(lambda: self.http.get("/readyz").status == 200)


class TooFewReplicas(MasterSetCase):
    async def test_nothing_is_acknowledged_and_what_was_refused_is_found_again(self):
        visitor, agent, chat = await self.conversation()
        replicas = [port for port in self.set.redises if port != self.set.primary()]
        for port in replicas:
            self.set.signal(port, signal.SIGSTOP)
            self.addCleanup(self.set.signal, port, signal.SIGCONT)
        await visitor.refused("message.send", "unavailable", chat=chat, client_id="m-1", text="¿Está a salvo?")
        for port in replicas:
            self.set.signal(port, signal.SIGCONT)
        ack = await self.send(visitor, chat, "m-1", "¿Está a salvo?")
        self.assertEqual(await self.texts(agent, chat), ["No puedo timbrar.", "¿Está a salvo?"])
        self.assertEqual((await agent.entry(chat, "message", text="¿Está a salvo?"))["seq"], ack["seq"])


class NotEnough(MasterSetCase):
    def refused(self, says, **store):
        strict = Server(site_toml(store={"sentinels": self.set.sentinel_addresses, **store}), people=(),
                        options=("--redis", "prueba"))
        try:
            done = strict.command("serve", "--listen", "127.0.0.1:0")
        finally:
            strict.close()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(says, done.stderr)

    def test_failover_without_waiting_for_replicas_is_refused_at_start(self):
        self.refused("wait_replicas is 0")

    def test_so_are_fewer_replicas_before_a_write_than_are_waited_for(self):
        self.refused("min-replicas-to-write is 1, less than wait_replicas (2)", wait_replicas=2)
