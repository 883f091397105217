"""What the tests of tickets share: challenges that are answered, tickets that are opened, links that are followed."""
import contextlib
import sqlite3
import urllib.parse

from .captcha import code_answer, pow_answer
from .desk_case import DeskCase
from .server import PASSWORD


class TicketCase(DeskCase):
    site = {"captcha": {"mode": "both"}}

    def challenge(self, kind="code"):
        """A fresh challenge, as it is answered: {"id", "answer"}."""
        made = self.http.post("/api/v1/captcha", {"kind": kind})
        self.assertEqual(made.status, 200)
        body = made.json()
        answer = code_answer(self.server, body["id"]) if kind == "code" else pow_answer(body)
        return {"id": body["id"], "answer": answer}

    def form(self, **changes):
        """A good form; a change to None leaves the field out."""
        fields = {"email": "ana@example.mx", "rfc": "GODE561231GR8", "department": "soporte-tecnico",
                  "subject": "No puedo timbrar", "priority": "normal", "comments": "Desde ayer."}
        if "captcha" not in changes:
            fields["captcha"] = self.challenge()
        fields.update(changes)
        return {name: value for name, value in fields.items() if value is not None}

    def open(self, **changes):
        """A ticket by the form: the body of the 201."""
        answer = self.http.post("/api/v1/tickets", self.form(**changes))
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json()

    def open_as(self, token, **changes):
        """A ticket from a call: its number."""
        answer = self.http.post("/api/v1/tickets", self.form(captcha=None, channel="phone", **changes), token=token)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json()["ticket"]["number"]

    @staticmethod
    def key_of(created):
        return urllib.parse.parse_qs(urllib.parse.urlsplit(created["url"]).query)["key"][0]

    def path_of(self, created):
        """The page of the ticket, with its key."""
        return f"/ticket/{created['ticket']['number']}?key={self.key_of(created)}"

    def api_of(self, created, path=""):
        """The same in the API."""
        return f"/api/v1/tickets/{created['ticket']['number']}{path}?key={self.key_of(created)}"

    def assert_refused(self, answer, **expected):
        """A 422 that names exactly these fields, each with its code."""
        self.assertEqual((answer.status, answer.code), (422, "bad_field"), answer.body)
        errors = answer.json()["errors"]
        self.assertEqual({error["field"]: error["code"] for error in errors}, expected)
        self.assertEqual(len(errors), len(expected))
        self.assertEqual(answer.json()["field"], errors[0]["field"])

    def assert_problem(self, answer, status, code):
        self.assertEqual((answer.status, answer.code), (status, code), answer.body)


class WorkCase(TicketCase):
    """With the agents of the desk signed in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tokens = {name: cls.server.sign_in(name) for name in ("ana", "ben", "carla", "sofia", "raul")}

    def get(self, target, who="ana"):
        return self.http.get("/api/v1" + target, token=self.tokens[who])

    def send(self, method, target, body, who="ana", **options):
        return self.http.request(method, "/api/v1" + target, body, token=self.tokens[who], **options)

    def ticket(self, number, who="raul"):
        answer = self.get(f"/tickets/{number}", who)
        self.assertEqual(answer.status, 200)
        return answer.json()

    def change(self, number, who="ana", **changes):
        answer = self.send("PATCH", f"/tickets/{number}", changes, who)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()["ticket"]

    def say(self, number, text, kind="answer", who="ana", **fields):
        answer = self.send("POST", f"/tickets/{number}/messages", {"kind": kind, "text": text, **fields}, who)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json()

    def forget_answers(self):
        """As if a day had gone by since they were given."""
        with contextlib.closing(sqlite3.connect(f"{self.server.data}/ventanilla.db", timeout=30)) as database:
            database.execute("UPDATE answer SET kept_at = 0")
            database.commit()

    def own_id(self, who):
        body = self.http.post("/api/v1/sessions", {"username": who, "password": PASSWORD}).json()
        self.server.secrets.add(body["token"])
        return body["agent"]["id"]
