"""What the links of requesters open after a merge or an erasure, and how much may be read and written with them."""
import unittest

from harness import WorkCase


class Merging(WorkCase):
    def test_one_becomes_part_of_the_other(self):
        old, new = self.open(subject="Primero"), self.open(subject="Segundo", comments="Lo del segundo")
        first, second = old["ticket"]["number"], new["ticket"]["number"]
        answer = self.send("POST", f"/tickets/{second}/merge", {"into": first})
        self.assertEqual((answer.status, answer.json()["ticket"]["number"]), (200, first))
        self.assertIn("Lo del segundo", [item["text"] for item in self.ticket(first)["messages"]])
        self.assertEqual(self.ticket(second)["ticket"]["state"], "closed")
        # The first's link has ended, for both were only typed under one address; the new one goes by mail.
        self.assert_problem(self.http.get(f"/api/v1/tickets/{first}?key={self.key_of(old)}"), 404, "not_found")
        self.assertEqual(self.http.get(self.path_of(old)).status, 404)

    def test_the_links_of_a_merged_ticket_open_nothing_of_the_other(self):
        theirs = self.open(subject="De la clienta", comments="Mi contraseña es zorro")
        typed = self.open(subject="De quien tecleó su correo")
        first, second = theirs["ticket"]["number"], typed["ticket"]["number"]
        self.say(first, "Su saldo es de 700 pesos.")
        self.assertEqual(self.send("POST", f"/tickets/{second}/merge", {"into": first}).status, 200)
        key = self.key_of(typed)
        answer = self.http.get(f"/api/v1/tickets/{second}?key={key}")
        self.assertEqual(answer.status, 200)
        seen = answer.json()
        self.assertEqual((seen["ticket"]["number"], seen["ticket"]["state"]), (second, "closed"))
        self.assertEqual([item["kind"] for item in seen["messages"]], ["event"])
        self.assertNotIn(first, answer.body.decode())
        page = self.http.get(self.path_of(typed))
        self.assertEqual(page.status, 200)
        self.assertNotIn("answer-form", page.body.decode())
        for secret in (first, "zorro", "700", "De la clienta", self.key_of(theirs)):
            self.assertNotIn(secret, page.body.decode())
        for link in (f"{second}?key={key}", f"{first}?key={key}", f"{first}?key={self.key_of(theirs)}"):
            number, query = link.split("?")
            self.assert_problem(self.http.post(f"/api/v1/tickets/{number}/messages?{query}", {"text": "¿Qué hay?"}), 404,
                                "not_found")
        texts = [item["text"] for item in self.ticket(first)["messages"]]
        self.assertNotIn("¿Qué hay?", texts)

    def test_a_merged_ticket_leads_into_no_foreign_one(self):
        own, foreign = (self.open(subject=text)["ticket"]["number"] for text in ("Propio", "Ajeno"))
        self.change(foreign, department="pagos")
        self.assertEqual(self.send("POST", f"/tickets/{own}/merge", {"into": foreign}, "raul").status, 200)
        for answer in (self.send("PATCH", f"/tickets/{own}", {"priority": "urgent"}),
                       self.send("PATCH", "/tickets", {"numbers": [own], "priority": "urgent"}),
                       self.send("POST", f"/tickets/{own}/messages", {"kind": "answer", "text": "¿Se ve?"})):
            self.assert_problem(answer, 404, "not_found")
        seen = self.ticket(foreign)
        self.assertEqual(seen["ticket"]["priority"], "normal")
        self.assertNotIn("¿Se ve?", [item["text"] for item in seen["messages"]])

    def test_what_cannot_be_merged(self):
        mine = self.open()["ticket"]["number"]
        others = self.open(email="otra@example.mx")["ticket"]["number"]
        foreign = self.open(department="pagos")["ticket"]["number"]
        for into in (mine, others, foreign, "T-999999", "nada"):
            self.assert_refused(self.send("POST", f"/tickets/{mine}/merge", {"into": into}), into="invalid")
        self.assert_refused(self.send("POST", f"/tickets/{mine}/merge", {}), into="required")
        self.assert_problem(self.send("POST", f"/tickets/{foreign}/merge", {"into": mine}), 404, "not_found")


class Erased(WorkCase):
    def test_what_is_left_of_an_erased_person_is_nobodys(self):
        created = self.open(email="borrada@example.mx")
        number = created["ticket"]["number"]
        self.change(number, state="solved")
        erased = self.server.command("person", "erase", "borrada@example.mx")
        self.assertEqual(erased.returncode, 0, erased.stderr)
        self.assert_problem(self.http.get(self.api_of(created)), 404, "not_found")
        self.assert_problem(self.http.post(self.api_of(created, "/messages"), {"text": "Hola"}), 404, "not_found")
        self.assertEqual(self.http.get(self.path_of(created)).status, 404)
        self.assertEqual(self.ticket(number)["ticket"]["state"], "closed")


class Limits(WorkCase):
    def test_a_full_ticket_says_when_to_try_again(self):
        created = self.open()
        number, key = created["ticket"]["number"], self.key_of(created)
        text = "x" * 8000
        for _ in range(131):
            answer = self.http.post(f"/api/v1/tickets/{number}/messages?key={key}", {"text": text})
            self.assertEqual(answer.status, 201, answer.body)
        full = self.http.post(f"/api/v1/tickets/{number}/messages?key={key}", {"text": text})
        self.assert_problem(full, 429, "slow_down")
        self.assertGreater(full.json()["retry_after_ms"], 0)
        self.say(number, "Sigamos en otro ticket.")

    def test_reading_by_key_is_limited_for_an_address(self):
        created = self.open()
        path = f"/api/v1/tickets/{created['ticket']['number']}?key={self.key_of(created)}"
        for _ in range(300):
            last = self.http.get(path)
            if last.status != 200:
                break
        else:
            last = self.http.get(path)
        self.assert_problem(last, 429, "slow_down")
        self.assertGreater(last.json()["retry_after_ms"], 0)
        self.assertEqual(self.http.get(self.path_of(created)).status, 429)
        self.assertEqual(self.get(f"/tickets/{created['ticket']['number']}").status, 200)


if __name__ == "__main__":
    unittest.main()
