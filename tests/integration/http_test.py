"""HTTP: signing in and out, rights, past chats, health, origins and cookies."""
import asyncio
import json
import secrets

from harness import DeskCase, Http
from harness.server import PASSWORD

PROBLEM = "application/problem+json"


class Sessions(DeskCase):
    def sign_in(self, username, password=PASSWORD, **options):
        return self.http.post("/api/v1/sessions", {"username": username, "password": password}, **options)

    def test_a_token_and_a_cookie(self):
        answer = self.sign_in("ana")
        self.assertEqual(answer.status, 200)
        body = answer.json()
        self.server.secrets.add(body["token"])
        self.assertEqual((body["agent"]["username"], body["agent"]["departments"]), ("ana", ["soporte-tecnico"]))
        cookie = answer.headers["set-cookie"]
        self.assertTrue(cookie.startswith("ventanilla_session="))
        for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, cookie)
        self.assertNotIn("Secure", cookie)

    def test_the_same_words_whoever_it_was(self):
        answers = [self.sign_in("ana", "wrong"), self.sign_in("nobody-" + secrets.token_hex(4), "wrong")]
        self.assertEqual([answer.status for answer in answers], [401, 401])
        self.assertEqual(answers[0].body, answers[1].body)

    def test_wrong_fields_are_all_listed(self):
        answer = self.http.post("/api/v1/sessions", {"username": 5})
        self.assertEqual((answer.status, answer.headers["content-type"].split(";")[0]), (422, PROBLEM))
        self.assertEqual({(item["field"], item["code"]) for item in answer.json()["errors"]},
                         {("username", "wrong_type"), ("password", "required")})
        for body in ("no json", "[]", '{"a":'):
            answer = self.http.post("/api/v1/sessions", body, headers={"Content-Type": "application/json"})
            self.assertEqual((answer.status, answer.code), (400, "bad_json"))

    def test_signing_out_ends_the_session(self):
        token = self.server.sign_in("ben")
        self.assertEqual(self.http.get("/api/v1/chats", token=token).status, 200)
        self.assertEqual(self.http.request("DELETE", "/api/v1/sessions/current", token=token).status, 204)
        self.assertEqual(self.http.get("/api/v1/chats", token=token).status, 401)
        self.assertEqual(self.http.request("DELETE", "/api/v1/sessions/current", token=token).status, 401)

    async def test_signing_out_ends_the_sockets_of_that_session_only(self):
        agent = await self.agent("ana")
        elsewhere = await self.agent("ana", state=None)
        self.http.request("DELETE", "/api/v1/sessions/current", token=agent.token)
        self.assertEqual(await agent.closed(), 4401)
        await elsewhere.ok("state.set", state="away")

    def test_the_language_is_what_the_client_prefers(self):
        texts = {self.sign_in("ana", "wrong", headers={"Accept-Language": language}).json()["detail"]
                 for language in ("es", "en;q=0.9, fr", "fr")}
        self.assertEqual(len(texts), 2)


class Guessing(DeskCase):
    def test_429_after_ten_failures_the_right_password_too(self):
        answers = [self.http.post("/api/v1/sessions", {"username": "ana", "password": f"guess {n}"}) for n in range(10)]
        self.assertEqual({answer.status for answer in answers}, {401})
        answer = self.http.post("/api/v1/sessions", {"username": "ana", "password": PASSWORD})
        self.assertEqual((answer.status, answer.code), (429, "slow_down"))
        self.assertGreater(int(answer.headers["retry-after"]), 0)
        self.server.sign_in("ben")  # another account from this address


class Accounts(DeskCase):
    async def test_disabling_ends_sessions_at_once(self):
        agent = await self.agent("ben")
        done = self.server.command("agent", "disable", "ben")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.http.get("/api/v1/chats", token=agent.token).status, 401)
        self.assertEqual(await agent.closed(), 4401)
        self.assertEqual(self.http.post("/api/v1/sessions", {"username": "ben", "password": PASSWORD}).status, 401)
        self.assertEqual(self.server.command("agent", "enable", "ben").returncode, 0)
        self.server.sign_in("ben")

    async def test_a_new_password_ends_sessions_too(self):
        agent = await self.agent("carla")
        self.server.secrets.add("otra-clave-4471")
        done = self.server.command("agent", "password", "carla", "--password-stdin", stdin="otra-clave-4471\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.http.get("/api/v1/chats", token=agent.token).status, 401)
        self.assertEqual(await agent.closed(), 4401)
        self.server.sign_in("carla", "otra-clave-4471")

    async def test_an_agent_added_while_the_server_runs_can_work(self):
        self.server.add_agent("nuria", departments="soporte-contable", capacity=1)
        agent = await self.agent("nuria")
        self.assertEqual(agent.welcome["agent"]["capacity"], 1)
        visitor = await self.visitor()
        chat = await visitor.start(department="soporte-contable")
        await agent.assigned(chat["id"])
        listing = self.server.command("agent", "list").stdout
        self.assertIn("nuria", listing)
        self.assertNotIn(PASSWORD, listing)

    def test_an_agent_that_is_there_already_or_of_no_department_is_refused(self):
        done = self.server.command("agent", "add", "ana", "--name", "Ana", "--role", "agent", "--departments",
                                   "soporte-tecnico", "--password-stdin", stdin=PASSWORD + "\n")
        self.assertEqual(done.returncode, 1)
        done = self.server.command("agent", "add", "otra", "--name", "Otra", "--role", "agent", "--departments",
                                   "no-such", "--password-stdin", stdin=PASSWORD + "\n")
        self.assertNotEqual(done.returncode, 0)


class Chats(DeskCase):
    async def test_past_chats_newest_first_with_pages_and_search(self):
        agent = await self.agent("ana")
        ids = []
        for n in range(3):
            visitor = await self.visitor()
            chat = await visitor.start(message=f"Mi certificado numero{n} caducó")
            await visitor.ok("chat.close", chat=chat["id"])
            ids.insert(0, chat["id"])

        def listed():
            return self.http.get("/api/v1/chats", token=agent.token).json()

        await self.until(lambda: {chat["id"] for chat in listed()["chats"]} >= set(ids))
        page = listed()
        self.assertEqual([chat["id"] for chat in page["chats"]][:3], ids)
        self.assertIsNone(page["next"])
        self.assertEqual(page["chats"][0]["outcome"], "left")
        log = self.http.get(f"/api/v1/chats/{ids[0]}", token=agent.token).json()
        closed = next(entry for entry in log["entries"] if entry["kind"] == "closed")
        self.assertEqual(page["chats"][0]["closed_at"], closed["at"])
        self.assertEqual(log["chat"]["closed_at"], closed["at"])
        ended = [chat["closed_at"] for chat in page["chats"]]
        self.assertEqual(ended, sorted(ended, reverse=True))
        found = self.http.get("/api/v1/chats?q=numero1+certificado", token=agent.token).json()["chats"]
        self.assertEqual([chat["id"] for chat in found], [ids[1]])
        stranger = self.server.sign_in("carla")
        self.assertEqual(self.http.get("/api/v1/chats", token=stranger).json()["chats"], [])
        self.assertEqual(self.http.get("/api/v1/chats?department=soporte-tecnico", token=stranger).status, 404)

    async def test_one_chat_open_and_past(self):
        visitor, agent, chat = await self.conversation()
        await visitor.say(chat, "uno")
        answer = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertEqual((answer["chat"]["status"], answer["chat"]["outcome"]), ("assigned", None))
        self.assertEqual(answer["entries"], await visitor.log(chat))
        await agent.ok("chat.close", chat=chat, outcome="solved")
        log = await visitor.log(chat)
        answer = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertEqual((answer["chat"]["status"], answer["chat"]["outcome"]), ("closed", "solved"))
        self.assertEqual(answer["entries"], log)
        await self.until(lambda: any(item["id"] == chat for item in
                                     self.http.get("/api/v1/chats", token=agent.token).json()["chats"]))
        answer = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertEqual((answer["chat"]["status"], answer["entries"]), ("closed", log))
        self.assertEqual(answer["chat"]["visitor"]["email"], "ana@example.mx")

    async def test_foreign_and_unknown_chats_look_alike(self):
        visitor, agent, chat = await self.conversation()
        stranger = self.server.sign_in("carla")
        unknown = "c_" + "x" * 22
        for tail in ("", "/why"):
            answers = [self.http.get(f"/api/v1/chats/{item}{tail}", token=stranger) for item in (chat, unknown)]
            self.assertEqual([answer.status for answer in answers], [404, 404])
            self.assertEqual(answers[0].body, answers[1].body)
        for username in ("ana", "ben", "sofia", "raul"):
            token = self.server.sign_in(username)
            self.assertEqual(self.http.get(f"/api/v1/chats/{chat}", token=token).status, 200)

    async def test_why_names_everybody_considered(self):
        ben = await self.agent("ben", state="away")
        visitor, agent, chat = await self.conversation()
        decisions = self.http.get(f"/api/v1/chats/{chat}/why", token=agent.token).json()["decisions"]
        self.assertEqual(len(decisions), 1)
        self.assertEqual(decisions[0]["chosen"]["id"], agent.id)
        verdicts = {item["agent"]["id"]: item["verdict"] for item in decisions[0]["considered"]}
        self.assertEqual((verdicts[agent.id], verdicts[ben.id]), ("chosen", "away"))
        self.assertGreater(decisions[0]["others"]["other_department"], 0)

    def test_all_of_it_is_for_agents(self):
        for path in ("/api/v1/chats", "/api/v1/chats/c_x", "/api/v1/chats/c_x/why"):
            answer = self.http.get(path)
            self.assertEqual((answer.status, answer.code), (401, "unauthenticated"))


class Operation(DeskCase):
    def test_health(self):
        self.assertEqual((self.http.get("/livez").status, self.http.get("/readyz").status), (200, 200))

    def test_metrics_are_on_their_own_address(self):

        answer = Http(self.server.metrics).get("/metrics", checked=False)
        self.assertEqual(answer.status, 200)
        self.assertIn(b"# TYPE ventanilla_", answer.body)
        self.assertEqual(self.http.get("/metrics", checked=False).status, 404)

    def test_the_documents(self):
        for path in ("/api/openapi.json", "/api/asyncapi.json"):
            answer = self.http.get(path, checked=False)
            self.assertEqual(answer.status, 200)
            json.loads(answer.body)

    def test_the_site(self):
        answer = self.http.get("/api/v1/site")
        self.assertEqual([item["id"] for item in answer.json()["channels"]], ["soporte", "ventas", "corta", "prisa"])

    def test_what_is_not_there(self):
        answer = self.http.get("/api/v1/nothing", checked=False)
        self.assertEqual((answer.status, answer.headers["content-type"].split(";")[0]), (404, PROBLEM))
        self.assertEqual(self.http.request("PUT", "/api/v1/site", {}, checked=False).status, 405)

    def test_too_big_is_413_and_a_long_head_431(self):
        body = {"username": "x" * 300000, "password": "x"}
        self.assertEqual(self.http.post("/api/v1/sessions", body).status, 413)
        self.assertEqual(self.http.get("/livez", headers={"X-Long": "x" * 9000}, checked=False).status, 431)

    async def test_sigterm_closes_sockets_with_1012_and_exits_0(self):
        visitor, agent, chat = await self.conversation()

        await asyncio.to_thread(self.server.stop)
        self.assertEqual((await visitor.closed(), await agent.closed()), (1012, 1012))


class Origins(DeskCase):
    def test_a_foreign_origin_is_403_on_everything_that_changes(self):
        token = self.server.sign_in("ana")
        for method, path in (("POST", "/api/v1/sessions"), ("DELETE", "/api/v1/sessions/current"),
                             ("POST", "/api/v1/captcha"), ("POST", "/api/v1/nothing")):
            for origin in ("https://evil.example", "null"):
                answer = self.http.request(method, path, {}, token=token, headers={"Origin": origin})
                self.assertEqual((answer.status, answer.code), (403, "forbidden"))
        self.assertEqual(self.http.get("/api/v1/chats", token=token).status, 200)

    def test_the_own_origin_is_good(self):
        body = {"username": "ana", "password": PASSWORD}
        answer = self.http.post("/api/v1/sessions", body, headers={"Origin": self.server.address})
        self.assertEqual(answer.status, 200)
        self.server.secrets.add(answer.json()["token"])

    def test_origins_of_the_widget_may_read_the_site_only(self):
        answer = self.http.get("/api/v1/site", headers={"Origin": "https://www.fel.mx"})
        self.assertEqual(answer.headers["access-control-allow-origin"], "https://www.fel.mx")
        self.assertNotIn("access-control-allow-credentials", answer.headers)
        self.assertIn("Origin", answer.headers["vary"])
        answer = self.http.get("/api/v1/site", headers={"Origin": "https://evil.example"})
        self.assertNotIn("access-control-allow-origin", answer.headers)
        answer = self.http.post("/api/v1/sessions", {"username": "ana", "password": PASSWORD},
                                headers={"Origin": "https://www.fel.mx"})
        self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_with_the_cookie_only_json_and_the_own_origin_change_anything(self):
        cookie = "ventanilla_session=" + self.server.sign_in("ana")
        out = ("DELETE", "/api/v1/sessions/current")
        self.assertEqual(self.http.get("/api/v1/chats", cookie=cookie).status, 200)
        for media_type in ("", "text/plain", "application/x-www-form-urlencoded"):
            answer = self.http.request(*out, body="{}", cookie=cookie, headers={"Content-Type": media_type})
            self.assertEqual(answer.status, 415, media_type)
        answer = self.http.request(*out, body="{}", cookie=cookie, headers={
            "Content-Type": "application/json", "Origin": "https://www.fel.mx"})
        self.assertEqual(answer.status, 403)
        answer = self.http.request(*out, body="{}", cookie=cookie, headers={
            "Content-Type": "application/json", "Origin": self.server.address})
        self.assertEqual(answer.status, 204)
        self.assertEqual(self.http.get("/api/v1/chats", cookie=cookie).status, 401)
