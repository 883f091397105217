"""Working on tickets: reading, answering, changing, merging, lists, due times, saved replies; and the requester's side."""
import unittest

from harness import WorkCase

DAY_MS = 24 * 3_600_000


class Reading(WorkCase):
    def test_what_the_form_said_is_the_first_message(self):
        number = self.open(comments="Primero.\nSegundo.")["ticket"]["number"]
        seen = self.ticket(number, "ana")
        first = seen["messages"][0]
        self.assertEqual((first["kind"], first["from"]["role"], first["text"]), ("comment", "requester", "Primero.\nSegundo."))
        self.assertEqual(len(seen["messages"]), 1)

    def test_what_is_foreign_looks_like_what_does_not_exist(self):
        number = self.open()["ticket"]["number"]
        foreign = self.get(f"/tickets/{number}", "carla")
        unknown = self.get("/tickets/T-999999", "carla")
        self.assert_problem(foreign, 404, "not_found")
        self.assertEqual(foreign.body, unknown.body)
        for text in ("T-x", "nada", "T-99999999999999999999", "-1"):
            self.assert_problem(self.get(f"/tickets/{text}"), 404, "not_found")

    def test_supervisors_see_their_departments_and_admins_all(self):
        number = self.open(department="pagos")["ticket"]["number"]
        self.assertEqual([self.get(f"/tickets/{number}", who).status for who in ("ana", "sofia", "raul")],
                         [404, 404, 200])
        number = self.open(department="soporte-contable")["ticket"]["number"]
        self.assertEqual([self.get(f"/tickets/{number}", who).status for who in ("ana", "carla", "sofia", "raul")],
                         [404, 200, 200, 200])

    def test_events_are_told_in_the_readers_language(self):
        number = self.open()["ticket"]["number"]
        self.change(number, state="pending")
        for language, text in (("es", "El estado pasó de abierto a en espera de respuesta."),
                               ("en", "The state went from open to waiting for an answer.")):
            seen = self.http.get(f"/api/v1/tickets/{number}", token=self.tokens["ana"],
                                 headers={"Accept-Language": language}).json()
            event = seen["messages"][-1]
            self.assertEqual((event["kind"], event["from"], event["text"]),
                             ("event", {"role": "agent", "name": "Ana"}, text))


class Requester(WorkCase):
    def ask(self, method, created, path="", body=None, key=None, **options):
        key = self.key_of(created) if key is None else key
        return self.http.request(method, f"/api/v1/tickets/{created['ticket']['number']}{path}?key={key}", body,
                                 **options)

    def test_notes_are_never_shown(self):
        created = self.open()
        number = created["ticket"]["number"]
        self.say(number, "esto es solo nuestro", "note")
        self.say(number, "Lo revisamos.")
        answer = self.ask("GET", created)
        self.assertEqual(answer.status, 200)
        self.assertNotIn("solo nuestro", answer.body.decode())
        self.assertEqual([item["kind"] for item in answer.json()["messages"]], ["comment", "answer"])
        page = self.http.get(self.path_of(created)).body.decode()
        self.assertIn("Lo revisamos.", page)
        self.assertNotIn("solo nuestro", page)

    def test_keys(self):
        created, other = self.open(), self.open()
        number = created["ticket"]["number"]
        for key in ("", "x", self.key_of(other), self.key_of(created)[:-1], self.key_of(created) + "A"):
            self.assert_problem(self.ask("GET", created, key=key), 404, "not_found")
            self.assert_problem(self.ask("POST", created, "/messages", {"text": "Hola"}, key=key), 404, "not_found")
        self.assert_problem(self.http.get(f"/api/v1/tickets/{number}"), 401, "unauthenticated")
        self.assert_problem(self.http.post(f"/api/v1/tickets/{number}/messages", {"text": "a"}), 401, "unauthenticated")
        # A key makes whoever sends it the requester, an agent too.
        seen = self.http.get(f"/api/v1/tickets/{number}?key={self.key_of(other)}", token=self.tokens["ana"])
        self.assert_problem(seen, 404, "not_found")

    def test_an_answer_reopens_and_solved_solves(self):
        created = self.open()
        number = created["ticket"]["number"]
        self.say(number, "¿Qué versión usa?", state="pending")
        written = self.ask("POST", created, "/messages", {"text": "La 4.0"})
        self.assertEqual(written.status, 201)
        body = written.json()
        self.assertEqual((body["ticket"]["state"], body["message"]["kind"], body["message"]["from"]["role"]),
                         ("open", "comment", "requester"))
        solved = self.ask("POST", created, "/messages", {"text": "Ya quedó.", "state": "solved"}).json()
        self.assertEqual(solved["ticket"]["state"], "solved")

    def test_what_is_wrong_is_named(self):
        created = self.open()
        for body, errors in (({}, {"text": "required"}), ({"text": " "}, {"text": "required"}),
                             ({"text": "x" * 8001}, {"text": "too_long"}), ({"text": 1}, {"text": "wrong_type"}),
                             ({"text": "a", "state": "closed"}, {"state": "invalid"}),
                             ({"text": "", "files": "f", "state": "ya"},
                              {"text": "required", "files": "wrong_type", "state": "unknown"}),
                             ({"text": "a", "files": ["f_nothing"]}, {"files[0]": "unknown"})):
            with self.subTest(body=str(body)[:60]):
                self.assert_refused(self.ask("POST", created, "/messages", body), **errors)

    def test_the_same_key_writes_once(self):
        created = self.open()
        once = {"Idempotency-Key": "mensaje-1"}
        first = self.ask("POST", created, "/messages", {"text": "Una vez"}, headers=once)
        again = self.ask("POST", created, "/messages", {"text": "Una vez"}, headers=once)
        self.assertEqual((first.status, again.status, first.json()), (201, 201, again.json()))
        other = self.ask("POST", created, "/messages", {"text": "Otra cosa"}, headers=once)
        self.assert_problem(other, 409, "client_id_reuse")
        texts = [item["text"] for item in self.ask("GET", created).json()["messages"]]
        self.assertEqual(texts.count("Una vez"), 1)

    def test_a_key_of_another_day_swallows_nothing(self):
        created = self.open()
        once = {"Idempotency-Key": "cada-dia"}
        for _ in range(2):
            answer = self.ask("POST", created, "/messages", {"text": "Sigue igual"}, headers=once)
            self.assertEqual(answer.status, 201, answer.body)
            self.forget_answers()
        texts = [item["text"] for item in self.ask("GET", created).json()["messages"]]
        self.assertEqual(texts.count("Sigue igual"), 2)


class Changing(WorkCase):
    def test_state_priority_and_assignee(self):
        number = self.open()["ticket"]["number"]
        ben = self.own_id("ben")
        ticket = self.change(number, state="pending", priority="urgent", assignee=ben)
        self.assertEqual((ticket["state"], ticket["priority"], ticket["assignee"]),
                         ("pending", "urgent", {"id": ben, "name": "Ben"}))
        self.assertIsNone(ticket["resolution_due_at"])
        ticket = self.change(number, assignee=None, state="open")
        self.assertIsNone(ticket["assignee"])
        self.assertIsNotNone(ticket["resolution_due_at"])
        events = [item for item in self.ticket(number)["messages"] if item["kind"] == "event"]
        self.assertEqual(len(events), 5)

    def test_whoever_hands_it_over_no_longer_sees_it(self):
        number = self.open()["ticket"]["number"]
        self.change(number, assignee=self.own_id("ana"))
        ticket = self.change(number, department="soporte-contable")
        self.assertEqual((ticket["department"], ticket["assignee"]), ("soporte-contable", None))
        self.assert_problem(self.get(f"/tickets/{number}", "ana"), 404, "not_found")
        self.ticket(number, "carla")

    def test_the_assignee_sees_it_wherever_it_is(self):
        number = self.open(department="soporte-contable")["ticket"]["number"]
        self.change(number, "carla", assignee=self.own_id("ana"))
        self.ticket(number, "ana")
        mine = self.get("/tickets?assignee=me").json()["tickets"]
        self.assertIn(number, [ticket["number"] for ticket in mine])

    def test_what_is_wrong_is_named(self):
        number = self.open()["ticket"]["number"]
        for body, errors in (({"state": "ya", "priority": 5, "department": "x", "assignee": 7},
                              {"state": "unknown", "priority": "wrong_type", "department": "unknown",
                               "assignee": "wrong_type"}),
                             ({"assignee": "a_nobody"}, {"assignee": "unknown"}),
                             ({"state": None}, {"state": "wrong_type"})):
            self.assert_refused(self.send("PATCH", f"/tickets/{number}", body), **errors)

    def test_many_at_once_all_or_none(self):
        numbers = [self.open()["ticket"]["number"] for _ in range(3)]
        answer = self.send("PATCH", "/tickets", {"numbers": numbers, "state": "solved"})
        self.assertEqual([ticket["number"] for ticket in answer.json()["tickets"]], numbers)
        self.assertEqual({ticket["state"] for ticket in answer.json()["tickets"]}, {"solved"})
        foreign = self.open(department="pagos")["ticket"]["number"]
        answer = self.send("PATCH", "/tickets", {"numbers": numbers + [foreign], "state": "open"})
        self.assert_problem(answer, 404, "not_found")
        self.assertEqual({self.ticket(number)["ticket"]["state"] for number in numbers}, {"solved"})
        for body, errors in (({}, {"numbers": "required"}), ({"numbers": []}, {"numbers": "required"}),
                             ({"numbers": ["T-1"] * 201}, {"numbers": "too_long"}),
                             ({"numbers": ["nada"]}, {"numbers": "invalid"}),
                             ({"numbers": numbers, "state": "ya"}, {"state": "unknown"})):
            self.assert_refused(self.send("PATCH", "/tickets", body), **errors)

    def test_answers_and_notes(self):
        number = self.open()["ticket"]["number"]
        note = self.say(number, "nota", "note")
        self.assertIsNone(note["ticket"]["first_responded_at"])
        answer = self.say(number, "respuesta", state="pending")
        self.assertEqual(answer["ticket"]["first_responded_at"], answer["message"]["at"])
        self.assertEqual(answer["ticket"]["closes_at"], answer["message"]["at"] + 3 * DAY_MS)
        self.assertEqual(answer["message"]["from"], {"role": "agent", "name": "Ana"})
        for body, errors in (({"text": "a"}, {"kind": "required"}), ({"text": "a", "kind": "comment"}, {"kind": "unknown"}),
                             ({"kind": "answer"}, {"text": "required"})):
            self.assert_refused(self.send("POST", f"/tickets/{number}/messages", body), **errors)
        self.assert_problem(self.send("POST", f"/tickets/{number}/messages", {"kind": "note", "text": "a"}, "carla"), 404,
                            "not_found")


class Lists(WorkCase):
    def numbers(self, query="", who="ana"):
        answer = self.get(f"/tickets?{query}", who)
        self.assertEqual(answer.status, 200, answer.body)
        return [ticket["number"] for ticket in answer.json()["tickets"]]

    def test_only_what_one_may_see(self):
        own = self.open()["ticket"]["number"]
        foreign = self.open(department="soporte-contable")["ticket"]["number"]
        self.assertIn(own, self.numbers())
        self.assertNotIn(foreign, self.numbers())
        self.assertNotIn(foreign, self.numbers(f"q={foreign}"))
        self.assertLessEqual({own, foreign}, set(self.numbers(who="sofia")))
        self.assertIn(foreign, self.numbers("department=soporte-contable", "sofia"))
        for department in ("soporte-contable", "nada"):
            self.assert_problem(self.get(f"/tickets?department={department}"), 404, "not_found")

    def test_filters_and_search(self):
        mark = "zafiro"
        first = self.open(subject=f"Uno {mark}", email="filtro@example.mx", priority="urgent")["ticket"]["number"]
        second = self.open(subject="Dos", comments=f"con {mark} adentro")["ticket"]["number"]
        self.change(second, state="pending")
        self.assertEqual(set(self.numbers(f"q={mark}")), {first, second})
        self.assertEqual(self.numbers(f"q={mark}+uno"), [first])
        self.assertEqual(self.numbers(f"q={mark}&state=open"), [first])
        self.assertEqual(self.numbers(f"q={mark}&state=pending,solved"), [second])
        self.assertEqual(set(self.numbers(f"q={mark}&state=open,pending")), {first, second})
        self.assertEqual(self.numbers(f"q={mark}&priority=urgent"), [first])
        self.assertEqual(self.numbers("email=filtro@example.mx"), [first])
        self.assertEqual(self.numbers(f"q={first}"), [first])
        self.assertEqual(set(self.numbers(f"q={mark}&assignee=none")), {first, second})
        ben = self.own_id("ben")
        self.change(first, assignee=ben)
        self.assertEqual(self.numbers(f"q={mark}&assignee={ben}"), [first])
        self.assertEqual(self.numbers(f"q={mark}&assignee=me", "ben"), [first])

    def test_by_due_time(self):
        number = self.open(subject="vencimiento opalo")["ticket"]
        due = number["first_response_due_at"]
        self.assertEqual(self.numbers(f"q=opalo&due_before={due + 1}"), [number["number"]])
        self.assertEqual(self.numbers(f"q=opalo&due_before={due - 1}"), [])
        self.say(number["number"], "Respondido.")
        resolution = number["resolution_due_at"]
        self.assertEqual(self.numbers(f"q=opalo&due_before={due + 1}"), [])
        self.assertEqual(self.numbers(f"q=opalo&due_before={resolution + 1}"), [number["number"]])

    def test_pages(self):
        opened = [self.open_as(self.tokens["ana"], subject=f"granate {n}") for n in range(7)]
        for sort in ("newest", "due", "updated"):
            seen, cursor = [], ""
            while True:
                page = self.get(f"/tickets?q=granate&limit=3&sort={sort}&cursor={cursor}").json()
                seen += [ticket["number"] for ticket in page["tickets"]]
                if page["next"] is None:
                    break
                self.assertEqual(len(page["tickets"]), 3)
                cursor = page["next"]
            self.assertEqual(sorted(seen), sorted(opened), sort)
            if sort == "newest":
                self.assertEqual(seen, opened[::-1])

    def test_what_is_wrong_is_named(self):
        for query, field in (("state=ya", "state"), ("state=open,ya", "state"), ("limit=0", "limit"), ("limit=201", "limit"),
                             ("limit=x", "limit"), ("due_before=x", "due_before"), ("due_before=-1", "due_before"),
                             ("sort=x", "sort"), ("priority=x", "priority"), ("cursor=nada", "cursor"),
                             ("q=" + "x" * 201, "q")):
            answer = self.get(f"/tickets?{query}")
            self.assertEqual((answer.status, answer.json().get("field")), (422, field), query)


class DueTimes(WorkCase):
    def test_every_stretch_is_told(self):
        ticket = self.open()["ticket"]
        answer = self.get(f"/tickets/{ticket['number']}/due")
        self.assertEqual(answer.status, 200)
        for clock, field, hours in (("first_response", "first_response_due_at", 24), ("resolution", "resolution_due_at", 48)):
            explained = answer.json()[clock]
            self.assertEqual(explained["due_at"], ticket[field])
            used = sum(span["to_at"] - span["from_at"] for span in explained["used"])
            self.assertEqual(used, hours * 3_600_000)
        self.assert_problem(self.get(f"/tickets/{ticket['number']}/due", "carla"), 404, "not_found")


class Replies(WorkCase):
    def create(self, who="ana", **fields):
        return self.send("POST", "/replies", {"title": "Saludo", "text": "Buen día", **fields}, who)

    def titles(self, who):
        return {reply["title"] for reply in self.get("/replies", who).json()["replies"]}

    def test_who_may_write_and_read(self):
        self.assertEqual(self.create(title="de técnico", department="soporte-tecnico").status, 201)
        self.assertEqual(self.create("carla", title="de contable", department="soporte-contable").status, 201)
        self.assertEqual(self.create("sofia", title="general", department=None).status, 201)
        self.assert_problem(self.create(title="general de agente"), 403, "forbidden")
        self.assert_problem(self.create(department="pagos"), 403, "forbidden")
        self.assertEqual(self.create("raul", title="de pagos", department="pagos").status, 201)
        self.assertLessEqual({"de técnico", "general"}, self.titles("ana"))
        self.assertFalse({"de contable", "de pagos"} & self.titles("ana"))
        self.assertLessEqual({"de técnico", "de contable", "general", "de pagos"}, self.titles("raul"))

    def test_changing_and_deleting(self):
        reply = self.create(department="soporte-tecnico").json()["reply"]
        path = f"/replies/{reply['id']}"
        changed = self.send("PATCH", path, {"title": "Otro"}).json()["reply"]
        self.assertEqual(changed, {**reply, "title": "Otro"})
        self.assert_problem(self.send("PATCH", path, {"title": "x"}, "carla"), 404, "not_found")
        self.assert_problem(self.send("PATCH", path, {"department": None}), 403, "forbidden")
        self.assert_problem(self.send("DELETE", path, None, "carla"), 404, "not_found")
        self.assertEqual(self.send("DELETE", path, None).status, 204)
        self.assert_problem(self.send("DELETE", path, None), 404, "not_found")
        general = self.create("sofia", title="de todos").json()["reply"]["id"]
        self.assert_problem(self.send("PATCH", f"/replies/{general}", {"title": "x"}), 403, "forbidden")

    def test_what_is_wrong_is_named(self):
        for body, errors in (({}, {"title": "required", "text": "required"}),
                             ({"title": "x" * 81, "text": 5, "department": "nada"},
                              {"title": "too_long", "text": "wrong_type", "department": "unknown"}),
                             ({"title": "a\nb", "text": "x" * 4001}, {"title": "invalid", "text": "too_long"})):
            self.assert_refused(self.send("POST", "/replies", body), **errors)

    def test_the_same_key_saves_one(self):
        for _ in range(2):
            answer = self.send("POST", "/replies", {"title": "única", "text": "x", "department": "soporte-tecnico"},
                               headers={"Idempotency-Key": "unica"})
            self.assertEqual(answer.status, 201)
        replies = self.get("/replies").json()["replies"]
        self.assertEqual([reply["title"] for reply in replies].count("única"), 1)

    def test_a_key_of_another_day_overwrites_nothing(self):
        once = {"Idempotency-Key": "cada-dia"}
        body = {"title": "de ayer", "text": "x", "department": "soporte-tecnico"}
        old = self.send("POST", "/replies", body, headers=once).json()["reply"]
        self.forget_answers()
        new = self.send("POST", "/replies", {**body, "title": "de hoy"}, headers=once)
        self.assertEqual(new.status, 201, new.body)
        self.assertNotEqual(new.json()["reply"]["id"], old["id"])
        self.assertLessEqual({"de ayer", "de hoy"}, self.titles("ana"))


if __name__ == "__main__":
    unittest.main()
