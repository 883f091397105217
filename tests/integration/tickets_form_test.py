"""POST /api/v1/tickets and /captcha: every wrong field, challenges, repeated requests, and what strangers may do."""
import concurrent.futures
import contextlib
import sqlite3
import unittest

from harness import Http, TicketCase


class Fields(TicketCase):
    REQUIRED = {"email": "required", "rfc": "required", "department": "required", "subject": "required",
                "priority": "required", "captcha": "required"}

    def test_a_good_form_is_a_ticket(self):
        created = self.open(email=" Ana@Example.mx ", rfc="gode-561231 gr8")
        ticket = created["ticket"]
        self.assertRegex(ticket["number"], r"^T-\d{6,}$")
        self.assertEqual((ticket["state"], ticket["channel"], ticket["email"], ticket["rfc"], ticket["chat"]),
                         ("open", "form", "Ana@Example.mx", "GODE561231GR8", None))
        self.assertNotIn("warnings", created)
        self.assertEqual(created["url"], self.server.address + self.path_of(created))
        self.assertEqual(ticket["first_response_due_at"] - ticket["created_at"], 24 * 3_600_000)
        self.assertEqual(ticket["resolution_due_at"] - ticket["created_at"], 48 * 3_600_000)

    def test_numbers_rise(self):
        numbers = [int(self.open()["ticket"]["number"][2:]) for _ in range(3)]
        self.assertEqual(numbers, sorted(set(numbers)))

    def test_nothing_is_all_that_is_required(self):
        self.assert_refused(self.http.post("/api/v1/tickets", {}), **self.REQUIRED)

    def test_every_field_wrong_at_once_and_the_challenge_is_not_spent(self):
        challenge = self.challenge()
        wrong = self.form(captcha=challenge, email="ana", rfc="ABC", department="nada", subject="dos\nrenglones",
                          priority="ya", comments=5, files="f")
        self.assert_refused(self.http.post("/api/v1/tickets", wrong), email="invalid", rfc="invalid",
                            department="unknown", subject="invalid", priority="unknown", comments="wrong_type",
                            files="wrong_type")
        self.open(captcha=challenge)

    def test_each_field_wrong_alone(self):
        cases = [("email", None, "required"), ("email", "", "required"), ("email", "a@b", "invalid"),
                 ("email", '"a"@b.mx', "invalid"), ("email", "a@b.mx,c@d.mx", "invalid"), ("email", 1, "wrong_type"),
                 ("rfc", "GODE560231GR8", "invalid"), ("rfc", "X" * 41, "too_long"), ("rfc", [], "wrong_type"),
                 ("department", "Pagos", "unknown"), ("subject", "  ", "required"), ("subject", "a\0b", "invalid"),
                 ("subject", "\ud800", "invalid"), ("subject", "ñ" * 201, "too_long"), ("subject", {}, "wrong_type"),
                 ("priority", "", "required"), ("priority", "Normal", "unknown"), ("priority", True, "wrong_type"),
                 ("comments", "ñ" * 8001, "too_long"), ("comments", "\0", "invalid"),
                 ("files", ["1"] * 6, "too_long"), ("files", [1], "wrong_type"), ("channel", "phone", "invalid"),
                 ("channel", "chat", "unknown")]
        challenge = self.challenge()
        for field, value, code in cases:
            with self.subTest(field=field, value=str(value)[:20]):
                answer = self.http.post("/api/v1/tickets", self.form(captcha=challenge, **{field: value}))
                self.assert_refused(answer, **{field: code})
        self.open(captcha=challenge)

    def test_the_longest_that_is_good(self):
        comments = "línea\n" + "ñ" * 7994
        created = self.open(subject="ñ" * 200, comments=comments)
        self.assertEqual(created["ticket"]["subject"], "ñ" * 200)
        seen = self.http.get(f"/api/v1/tickets/{created['ticket']['number']}?key={self.key_of(created)}").json()
        self.assertEqual(seen["messages"][0]["text"], comments)

    def test_a_wrong_check_digit_is_a_warning(self):
        created = self.open(rfc="GODE561231GR9")
        self.assertEqual([(item["field"], item["code"]) for item in created["warnings"]], [("rfc", "rfc_check_digit")])

    def test_a_file_that_is_not_there_is_named(self):
        self.assert_refused(self.http.post("/api/v1/tickets", self.form(files=["f_nothing"])), **{"files[0]": "unknown"})

    def test_words_come_in_the_language_that_is_asked_for(self):
        detail = {language: self.http.post("/api/v1/tickets", {}, headers={"Accept-Language": language}).json()
                  for language in ("es", "en", "fr")}
        self.assertEqual(detail["es"], detail["fr"])
        self.assertEqual([error["message"] for error in detail["en"]["errors"]][0],
                         "Please enter the e-mail address for our answer.")
        self.assertNotEqual(detail["es"]["errors"], detail["en"]["errors"])

    def test_bodies_that_are_none(self):
        for body, status, code in (("{", 400, "bad_json"), ("[]", 400, "bad_json"), ('"a"', 400, "bad_json"),
                                   ("[" * 40, 400, "bad_json")):
            answer = self.http.post("/api/v1/tickets", body, headers={"Content-Type": "application/json"})
            self.assert_problem(answer, status, code)
        answer = self.http.post("/api/v1/tickets", {"comments": "x" * (256 * 1024)})
        self.assertEqual(answer.status, 413)


class Challenges(TicketCase):
    def refused(self, code, **captcha):
        self.assert_refused(self.http.post("/api/v1/tickets", self.form(captcha=captcha or None)), captcha=code)

    def test_a_code_and_a_proof_of_work_open_a_ticket(self):
        for kind in ("code", "pow"):
            self.open(captcha=self.challenge(kind))

    def test_blanks_between_the_digits_are_nothing(self):
        challenge = self.challenge()
        self.open(captcha={**challenge, "answer": " ".join(challenge["answer"]) + " "})

    def test_a_challenge_opens_one_ticket(self):
        for kind in ("code", "pow"):
            challenge = self.challenge(kind)
            self.open(captcha=challenge)
            self.refused("used", **challenge)

    def test_a_wrong_code_spends_its_challenge(self):
        challenge = self.challenge()
        wrong = f"{(int(challenge['answer']) + 1) % 1_000_000:06}"
        self.refused("wrong", id=challenge["id"], answer=wrong)
        self.refused("used", **challenge)

    def test_a_wrong_proof_may_be_done_again(self):
        challenge = self.challenge("pow")
        self.refused("wrong", id=challenge["id"], answer="bm9wZQ==")
        self.open(captcha=challenge)

    def test_ids_that_are_none_of_ours(self):
        for made_up in ("x", "A" * 55, "../../etc", "ñ" * 20):
            self.refused("wrong", id=made_up, answer="123456")
        challenge = self.challenge()
        flipped = challenge["id"][:-2] + ("A" if challenge["id"][-2] != "A" else "B") + challenge["id"][-1]
        self.refused("wrong", id=flipped, answer=challenge["answer"])

    def test_missing_parts(self):
        self.refused("required")
        for captcha in ({}, {"id": "x"}, {"answer": "1"}, {"id": "", "answer": ""}, {"id": None, "answer": "1"}):
            answer = self.http.post("/api/v1/tickets", self.form(captcha=captcha))
            self.assert_refused(answer, captcha="required")
        for captcha in ("123456", 5, {"id": "x", "answer": 123456}):
            answer = self.http.post("/api/v1/tickets", self.form(captcha=captcha))
            self.assert_refused(answer, captcha="wrong_type")

    def test_one_challenge_sent_many_times_at_once_opens_one_ticket(self):
        body = self.form()
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: self.http.post("/api/v1/tickets", body), range(12)))
        self.assertEqual(sorted(answer.status for answer in answers), [201] + [422] * 11)
        for answer in answers:
            if answer.status == 422:
                self.assert_refused(answer, captcha="used")

    def test_kinds(self):
        for body, kind in ((None, "code"), ({}, "code"), ({"kind": "pow"}, "pow")):
            self.assertEqual(self.http.post("/api/v1/captcha", body).json()["kind"], kind)
        self.assert_refused(self.http.post("/api/v1/captcha", {"kind": "word"}), kind="unknown")
        answer = self.http.post("/api/v1/captcha", {"kind": 5})
        self.assert_refused(answer, kind="wrong_type")


class OnlyWork(TicketCase):
    site = {"captcha": {"mode": "pow"}}

    def test_what_the_site_does_not_allow_is_not_made(self):
        self.assertEqual(self.http.post("/api/v1/captcha").json()["kind"], "pow")
        self.assert_refused(self.http.post("/api/v1/captcha", {"kind": "code"}), kind="unknown")
        self.open(captcha=self.challenge("pow"))


class Repeats(TicketCase):
    def post(self, body, key, **options):
        return self.http.post("/api/v1/tickets", body, headers={"Idempotency-Key": key}, **options)

    def test_the_same_again_is_the_same_answer_though_its_challenge_is_spent(self):
        body = self.form()
        first = self.post(body, "una-vez")
        self.assertEqual(first.status, 201)
        for _ in range(2):
            again = self.post(body, "una-vez")
            self.assertEqual((again.status, again.json()), (201, first.json()))
        self.assert_refused(self.post(body, "otra-vez"), captcha="used")

    def test_another_body_is_refused_and_leaves_its_challenge(self):
        self.post(self.form(), "dos-veces")
        other = self.form(subject="Otro asunto")
        self.assert_problem(self.post(other, "dos-veces"), 409, "client_id_reuse")
        self.open(captcha=other["captcha"])

    def test_a_refused_form_does_not_use_the_key(self):
        body = self.form(email="ana")
        self.assertEqual(self.post(body, "corregida").status, 422)
        self.assertEqual(self.post({**body, "email": "ana@example.mx"}, "corregida").status, 201)

    def test_sent_many_times_at_once_it_is_one_ticket(self):
        body = self.form()
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: self.post(body, "a-la-vez"), range(12)))
        self.assertEqual({answer.status for answer in answers}, {201})
        self.assertEqual(len({answer.json()["ticket"]["number"] for answer in answers}), 1)

    def test_it_holds_after_a_restart(self):
        body = self.form()
        first = self.post(body, "antes-y-despues")
        self.server.restart()
        self.assertEqual(self.post(body, "antes-y-despues").json(), first.json())

    def test_agents_have_keys_of_their_own(self):
        numbers = set()
        for username in ("ana", "ben"):
            body = self.form(captcha=None, channel="phone")
            answer = self.post(body, "de-cada-quien", token=self.server.sign_in(username))
            numbers.add(answer.json()["ticket"]["number"])
        self.assertEqual(len(numbers), 2)

    def test_a_key_that_is_none(self):
        for key in ("", "x" * 129):
            answer = self.post(self.form(), key)
            self.assertEqual((answer.status, answer.json()["field"]), (422, "Idempotency-Key"))


class Callers(TicketCase):
    def test_an_agent_opens_one_from_a_call(self):
        token = self.server.sign_in("ana")
        ticket = self.http.get(f"/api/v1/tickets/{self.open_as(token, rfc=None)}", token=token).json()["ticket"]
        self.assertEqual((ticket["channel"], ticket["rfc"]), ("phone", ""))

    def test_who_called_is_written_to_in_the_sites_language(self):
        token = self.server.sign_in("ana")
        english = {"Accept-Language": "en"}
        body = self.form(captcha=None, channel="phone", name="Ana Ibáñez")
        called = self.http.post("/api/v1/tickets", body, token=token, headers=english).json()
        typed = self.http.post("/api/v1/tickets", self.form(), headers=english).json()
        with contextlib.closing(sqlite3.connect(f"file:{self.server.data}/ventanilla.db?mode=ro", uri=True)) as database:
            kept = dict(database.execute("SELECT number, name || ' ' || locale FROM ticket"))
        self.assertEqual([kept[int(made["ticket"]["number"][2:])] for made in (called, typed)],
                         ["Ana Ibáñez es-MX", " en"])

    def test_a_session_that_is_none(self):
        body = self.form(captcha=None)
        self.assert_problem(self.http.post("/api/v1/tickets", body, token="x" * 43), 401, "unauthenticated")
        cookie = "ventanilla_session=" + "x" * 43
        self.assert_problem(self.http.post("/api/v1/tickets", body, cookie=cookie), 401, "unauthenticated")
        # A browser that still has the cookie of a session that ended sends the public form all the same.
        self.assertEqual(self.http.post("/api/v1/tickets", self.form(), cookie=cookie).status, 201)

    def test_pages_of_the_site_may_send_it_and_others_not(self):
        site = {"Origin": "https://www.fel.mx"}
        for path, body in (("/api/v1/captcha", {}), ("/api/v1/tickets", {})):
            answer = self.http.post(path, body, headers=site)
            self.assertEqual(answer.headers["access-control-allow-origin"], "https://www.fel.mx")
            self.assertNotIn("access-control-allow-credentials", answer.headers)
            self.assertEqual(self.http.post(path, body, headers={"Origin": "https://evil.example"}).status, 403)
            asked = {**site, "Access-Control-Request-Method": "POST"}
            self.assertEqual(self.http.request("OPTIONS", path, headers=asked, checked=False).status, 204)
        asked = {**site, "Access-Control-Request-Method": "PATCH"}
        answer = self.http.request("OPTIONS", "/api/v1/tickets", headers=asked, checked=False)
        self.assertNotIn("access-control-allow-origin", answer.headers)


class Limits(TicketCase):
    def test_challenges_of_one_address_end_in_429(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: self.http.post("/api/v1/captcha", {"kind": "pow"}), range(320)))
        statuses = {answer.status for answer in answers}
        self.assertEqual(statuses, {200, 429})
        self.assertEqual(sum(answer.status == 200 for answer in answers), 300, "also of many at once no more than may")
        refused = next(answer for answer in answers if answer.status == 429)
        self.assertEqual(refused.code, "slow_down")
        self.assertEqual(int(refused.headers["retry-after"]), 600)
        metrics = Http(self.server.metrics).get("/metrics", checked=False).body.decode()
        self.assertRegex(metrics, r'limit_refused_total\{limit="captcha_per_address"\} [1-9]')
        # The page still shows the form, with the reason.
        page = self.http.get("/ticket")
        self.assertEqual((page.status, page.headers["retry-after"]), (429, "600"))


class LimitsOfMessages(TicketCase):
    def test_of_one_address_there_are_so_many_but_no_repetition_counts(self):
        created = self.open()
        path = f"/api/v1/tickets/{created['ticket']['number']}/messages?key={self.key_of(created)}"
        key = {"Idempotency-Key": "la primera"}
        first = self.http.post(path, {"text": "Sigue igual."}, headers=key)
        self.assertEqual(first.status, 201)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda number: self.http.post(path, {"text": f"{number}"}).status, range(310)))
        self.assertEqual((answers.count(201), answers.count(429)), (299, 11))
        again = self.http.post(path, {"text": "Sigue igual."}, headers=key)
        self.assertEqual((again.status, again.body), (201, first.body))


if __name__ == "__main__":
    unittest.main()
