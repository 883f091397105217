"""GET /api/v1/chats?state=open: who waits and who is talked to, as far as the caller may see it."""
from harness import DeskCase


class OpenChats(DeskCase):
    def listed(self, who, query=""):
        answer = self.http.get("/api/v1/chats?state=open" + query, token=who.token)
        self.assertEqual(answer.status, 200, answer.body)
        page = answer.json()
        self.assertIsNone(page["next"])
        return page["chats"]

    def ids(self, who, query=""):
        return [chat["id"] for chat in self.listed(who, query)]

    async def waiting(self, channel="ventas", **start):
        visitor = await self.visitor(channel)
        return visitor, (await visitor.start(**start))["id"]

    async def test_holds_what_waits_and_what_is_held_newest_first(self):
        visitor, agent, held = await self.conversation()
        await self.agent("vera")
        _, waits = await self.waiting()
        supervisor = await self.agent("sofia", state=None)
        newest, oldest = self.listed(supervisor)
        self.assertEqual((newest["id"], newest["status"], newest["department"], newest["position"], newest["agent"]),
                         (waits, "queued", "ventas", 1, None))
        self.assertEqual((oldest["id"], oldest["status"], oldest["agent"]),
                         (held, "assigned", {"id": agent.id, "name": "Ana"}))
        self.assertEqual((oldest["visitor"]["id"], oldest["visitor"]["name"], oldest["visitor"]["connected"]),
                         (visitor.id, "Ana Torres", True))
        self.assertEqual((newest["outcome"], oldest["outcome"]), (None, None))

    async def test_follows_the_chats_as_they_go(self):
        visitor, agent, chat = await self.conversation()
        other = await self.agent("carla")
        supervisor = await self.agent("sofia", state=None)
        await agent.ok("chat.transfer", chat=chat, to={"agent": other.id})
        self.assertEqual([item["agent"]["id"] for item in self.listed(supervisor)], [other.id])
        self.assertEqual(self.ids(other), [chat], "held by her, though of a department that is not hers")
        await other.ok("state.set", state="offline")
        await agent.assigned(chat)
        self.assertEqual([item["agent"]["id"] for item in self.listed(supervisor)], [agent.id])
        await agent.ok("chat.close", chat=chat, outcome="solved")
        self.assertEqual(self.ids(supervisor), [])
        await self.until(lambda: chat in [
            item["id"] for item in self.http.get("/api/v1/chats?state=closed", token=supervisor.token).json()["chats"]])

    async def test_goes_by_arrival_whatever_the_priority(self):
        await self.agent("vera")
        supervisor = await self.agent("sofia", state=None)
        chats = [(await self.waiting())[1] for _ in range(4)]
        await supervisor.ok("chat.priority", chat=chats[0], priority=1)
        await supervisor.ok("chat.priority", chat=chats[2], priority=-1)
        self.assertEqual(self.ids(supervisor), chats[::-1])
        self.assertEqual(self.ids(supervisor, "&limit=2"), [chats[3], chats[2]])

    async def test_is_of_ones_own_departments(self):
        _, agent, technical = await self.conversation()
        accountant, seller, admin = await self.agent("carla"), await self.agent("vera"), await self.agent("raul", state=None)
        _, sale = await self.waiting()
        self.assertEqual(self.ids(agent), [technical])
        self.assertEqual(self.ids(accountant), [])
        self.assertEqual(self.ids(seller), [sale])
        self.assertEqual(self.ids(admin), [sale, technical])
        self.assertEqual(self.ids(admin, "&department=ventas"), [sale])
        self.assertEqual(self.ids(agent, "&department=soporte-tecnico"), [technical])
        for department in ("ventas", "no-such"):
            answer = self.http.get(f"/api/v1/chats?state=open&department={department}", token=agent.token)
            self.assertEqual((answer.status, answer.code), (404, "not_found"))

    async def test_any_department_is_seen_by_all_of_the_channel(self):
        agent = await self.agent("ana")
        for _ in range(4):
            await self.waiting("soporte")
        _, chat = await self.waiting("soporte", department="any")
        accountant, seller = await self.agent("carla", state=None), await self.agent("vera", state=None)
        self.assertEqual(self.listed(agent)[0]["department"], "any")
        self.assertEqual(self.ids(accountant), [chat])
        self.assertEqual(self.ids(accountant, "&department=any"), [chat])
        self.assertEqual(self.ids(agent, "&department=any"), [chat])
        self.assertEqual(self.ids(seller), [])
        self.assertEqual(self.ids(seller, "&department=any"), [])

    async def test_refusals(self):
        supervisor = await self.agent("sofia", state=None)
        for state in ("", "queued", "OPEN", "open%20"):
            answer = self.http.get(f"/api/v1/chats?state={state}", token=supervisor.token)
            self.assertEqual((answer.status, answer.code, answer.json()["field"]), (422, "bad_field", "state"), state)
        answer = self.http.get("/api/v1/chats?state=open&limit=201", token=supervisor.token)
        self.assertEqual((answer.status, answer.json()["field"]), (422, "limit"))
        self.assertEqual(self.http.get("/api/v1/chats?state=open").status, 401)
