"""Two servers on one Redis and one data directory: who is connected to which makes no difference."""
import asyncio

from harness import Agent, DeskCase, Redis, RedisCase, Server, Visitor, site_toml


class TwoServers(RedisCase):
    """`self.server` is A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = Server(site_toml(**cls.site), options=cls.server.options, beside=cls.server).start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.other.close(cls.failed)
        finally:
            super().tearDownClass()

    async def agent_on(self, server, username="ana", device=None, token=None, state="online"):
        client = Agent(server, username, device)
        await client.connect(token)
        self.clients.append(client)
        if state:
            await client.ok("state.set", state=state)
        return client

    async def visitor_on(self, server, token=None, **hello):
        client = Visitor(server, token=token)
        await client.open()
        self.clients.append(client)
        await client.hello(**hello)
        return client

    async def across(self):
        """A conversation of a visitor on A with the agent on B."""
        agent = await self.agent_on(self.other)
        visitor = await self.visitor_on(self.server)
        chat = (await visitor.start())["id"]
        await agent.assigned(chat)
        await visitor.entry(chat, "assigned", agent={"id": agent.id, "name": "Ana"})
        return visitor, agent, chat

    async def test_a_visitor_on_one_talks_with_the_agent_on_the_other(self):
        visitor, agent, chat = await self.across()
        for n in range(5):
            await visitor.say(chat, f"pregunta {n}")
            await agent.entry(chat, "message", text=f"pregunta {n}")
            await agent.say(chat, f"respuesta {n}")
            await visitor.entry(chat, "message", text=f"respuesta {n}")
        await visitor.ok("typing", chat=chat, on=True, draft="Entonces")
        typing = await agent.wait_for("typing", lambda event: event["on"])
        self.assertEqual((typing["chat"], typing["draft"]), (chat, "Entonces"))
        await agent.ok("typing", chat=chat, on=True)
        self.assertNotIn("draft", await visitor.wait_for("typing", lambda event: event["on"]))
        await agent.ok("read", chat=chat, seq=4)
        self.assertEqual((await visitor.wait_for("read", lambda event: event["role"] == "agent"))["seq"], 4)
        await visitor.ok("read", chat=chat, seq=5)
        self.assertEqual((await agent.wait_for("read", lambda event: event["role"] == "visitor"))["seq"], 5)
        self.assertEqual(await visitor.log(chat), await agent.log(chat))
        await agent.ok("chat.close", chat=chat, outcome="solved")
        self.assertEqual((await visitor.entry(chat, "closed"))["outcome"], "solved")

    async def test_what_another_server_did_is_shown_to_who_asks_for_it_again(self):
        visitor, agent, chat = await self.across()
        tab = await self.visitor_on(self.other, visitor.token, resume={"chat": chat, "after": 0})
        await agent.ok("chat.close", chat=chat, outcome="solved")
        await tab.entry(chat, "closed")
        await self.until(lambda: any(item["id"] == chat for item in
                                     self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))
        seq = (await visitor.ok("chat.rate", chat=chat, score=4))["seq"]
        await visitor.entry(chat, "rated")
        # Once a chat is in the record its servers do not tell each other.
        self.assertEqual((await tab.ok("chat.rate", chat=chat, score=4))["seq"], seq)
        self.assertEqual((await tab.entry(chat, "rated"))["seq"], seq)

    async def test_tabs_on_both_see_the_same_log(self):
        visitor, agent, chat = await self.across()
        tab = await self.visitor_on(self.other, visitor.token, resume={"chat": chat, "after": 0})
        self.assertEqual((tab.id, tab.chat), (visitor.id, chat))
        of_first = await visitor.say(chat, "desde la primera")
        of_second = await tab.say(chat, "desde la segunda")
        await agent.say(chat, "a las dos")
        log = await agent.log(chat)
        for client, own in ((visitor, of_first), (tab, of_second)):
            await client.entry(chat, "message", text="a las dos")
            # What a tab has sent itself comes as its acknowledgement.
            self.assertEqual(client.seen("entry"), [entry for entry in log if entry["seq"] != own["seq"]])
            self.assertEqual(await client.log(chat), log)

    async def test_when_one_is_killed_the_visitor_goes_on_at_the_other(self):
        visitor, agent, chat = await self.across()
        ack = await visitor.say(chat, "antes", "m-1")
        self.server.kill()
        await visitor.closed()
        during = await agent.say(chat, "mientras no estaba")
        again = await self.visitor_on(self.other, visitor.token, resume={"chat": chat, "after": ack["seq"]})
        self.assertEqual((again.id, again.welcome["chat"]["status"]), (visitor.id, "assigned"))
        await again.entry(chat, "message", seq=during["seq"], text="mientras no estaba")
        self.assertEqual((await again.say(chat, "antes", "m-1"))["seq"], ack["seq"])
        await again.say(chat, "después")
        await agent.entry(chat, "message", text="después")
        texts = [entry["text"] for entry in await again.log(chat) if entry["kind"] == "message"]
        self.assertEqual(texts, ["No puedo timbrar.", "antes", "mientras no estaba", "después"])

    async def test_when_the_one_of_the_agent_is_killed_the_console_goes_on_at_the_other(self):
        agent = await self.agent_on(self.server)
        visitor = await self.visitor_on(self.other)
        chat = (await visitor.start())["id"]
        await agent.assigned(chat)
        self.server.kill()
        await agent.closed()
        again = await self.agent_on(self.other, device=agent.device, token=agent.token, state=None)
        self.assertEqual((again.welcome["state"], [item["id"] for item in again.welcome["chats"]]), ("online", [chat]))
        await again.say(chat, "Aquí sigo")
        await visitor.entry(chat, "message", text="Aquí sigo")
        self.assertFalse(visitor.seen("entry", kind="queued", reason="agent_lost"))

    async def test_a_console_is_displaced_by_the_same_device_on_the_other(self):
        first = await self.agent_on(self.server)
        second = await self.agent_on(self.other, device=first.device, token=first.token, state=None)
        self.assertEqual(await first.closed(), 4409)
        self.assertEqual(second.welcome["state"], "online")
        await second.ok("state.set", state="away")

    async def test_signing_out_at_one_ends_the_sockets_on_the_other(self):
        agent = await self.agent_on(self.other)
        elsewhere = await self.agent_on(self.other, state=None)
        answer = await asyncio.to_thread(self.server.http.request, "DELETE", "/api/v1/sessions/current",
                                         token=agent.token)
        self.assertEqual(answer.status, 204)
        self.assertEqual(await agent.closed(), 4401)
        self.assertEqual(self.other.http.get("/api/v1/chats", token=agent.token).status, 401)
        await elsewhere.ok("state.set", state="away")


class LossyRedis(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.redis = Redis(appendfsync="everysec").start()
        cls.server = Server(site_toml(store={"allow_lossy_redis": True}), options=("--redis", cls.redis.url)).start()

    @classmethod
    def tearDownClass(cls):
        try:
            super().tearDownClass()
        finally:
            cls.redis.close()

    def test_it_is_refused_at_start(self):
        strict = Server(people=(), options=self.server.options)
        try:
            done = strict.command("serve", "--listen", "127.0.0.1:0")
        finally:
            strict.close()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("appendfsync is everysec, not always", done.stderr)
        self.assertIn("allow_lossy_redis", done.stderr)

    def test_where_it_is_allowed_readyz_and_the_log_say_so(self):
        answer = self.http.get("/readyz")
        self.assertEqual((answer.status, answer.json()["status"]), (200, "ok"))
        self.assertEqual(answer.json()["warnings"], ["appendfsync is everysec, not always"])
        self.assertIn("appendfsync is everysec, not always", self.server.log_text())


class OtherRouting(RedisCase):
    """The newest start says how chats are routed; a server whose file differs says so."""

    async def test_a_server_whose_file_differs_says_so(self):
        third = Server(site_toml(departments={"ventas": {"capacity": 9}}), options=self.server.options,
                       beside=self.server).start()
        try:
            await self.until(lambda: self.http.get("/readyz").json().get("warnings"))
            answer = self.http.get("/readyz")
            self.assertEqual(answer.status, 200)
            self.assertIn("channels, departments or [chat]", answer.json()["warnings"][0])
            await self.until(lambda: "another server has set other channels" in self.server.log_text())
            self.assertNotIn("warnings", third.http.get("/readyz").json())
        finally:
            third.close()
