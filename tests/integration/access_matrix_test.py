"""Who may do what: every operation of openapi.yaml, as every kind of caller, on what is theirs and on what is foreign.
An operation that has no row here, and a row without an operation, fails the test."""
import functools
import unittest

from harness import TicketCase, contract

ROLES = ("none", "visitor", "key", "agent", "other agent", "supervisor", "admin")
METHODS = ("get", "post", "put", "patch", "delete")


def everybody(status):
    return {role: (status, status) for role in ROLES}


def agents(own, *, without=401, hidden=404):
    """For agents of its department, its supervisors and admins. A key means nothing here, nor does a visitor's token."""
    return {"none": (without, without), "visitor": (without, without), "key": (without, without), "agent": (own, hidden),
            "other agent": (hidden, hidden), "supervisor": (own, hidden), "admin": (own, own)}


def signed_in(status):
    """Nothing that belongs to a department."""
    row = everybody(401)
    row.update({role: (status, status) for role in ("agent", "other agent", "supervisor", "admin")})
    return row


def with_key(own, **options):
    """The same as agents, and the requester with the key of this very ticket."""
    return {**agents(own, **options), "key": (own, 404)}


# operationId: status on what is one's own, status on what is foreign. What only needs the right to be tried is tried with
# a request that is refused afterwards: 422 says that the caller was let in.
MATRIX = {
    "contactPage": everybody(200),
    "widget": everybody(200),
    "console": everybody(200),
    "ticketForm": everybody(200),
    "sendTicketForm": everybody(422),
    "ticketPage": {**everybody(404), "key": (200, 404)},
    "answerTicketForm": {**everybody(404), "key": (422, 404)},
    "site": everybody(200),
    "captcha": everybody(200),
    "signIn": everybody(401),
    "signOut": signed_in(204),
    "chats": signed_in(200),
    "chat": agents(200),
    "why": agents(200),
    "tickets": agents(200),
    # Without a session the captcha is missing, also with a visitor's token.
    "createTicket": everybody(422),
    "changeTickets": agents(200),
    "ticket": with_key(200),
    "changeTicket": agents(200),
    "answerTicket": with_key(201),
    "mergeTicket": agents(422),
    "due": agents(200),
    "replies": signed_in(200),
    "createReply": agents(201, hidden=403),
    "changeReply": agents(200),
    "deleteReply": agents(204),
    "livez": everybody(200),
    "readyz": everybody(200),
    "metrics": everybody(404),
    "openapi": everybody(200),
    "asyncapi": everybody(200),
}
# Rows of files are in files_test.py, where files are.
ELSEWHERE = {"upload", "download"}


@functools.cache
def operations():
    """operationId: method and path."""
    document, _ = contract._openapi()
    return {operation["operationId"]: (method.upper(), path) for path, item in document["paths"].items()
            for method, operation in item.items() if method in METHODS}


class Matrix(TicketCase):
    def test_every_operation_has_a_row(self):
        self.assertEqual(set(operations()), set(MATRIX) | ELSEWHERE)
        for name, row in MATRIX.items():
            self.assertEqual(tuple(row), ROLES, name)

    async def test_every_operation_as_every_caller(self):
        await self.prepare()
        for name in MATRIX:
            for role in ROLES:
                for index, whose in enumerate(("own", "foreign")):
                    with self.subTest(operation=name, role=role, whose=whose):
                        answer = self.call(name, role, whose)
                        self.assertEqual(answer.status, MATRIX[name][role][index], answer.body[:300])

    async def prepare(self):
        """A chat, a ticket and replies of a department of theirs, and of one that only admins see."""
        visitor, _, own_chat = await self.conversation("ana")
        self.visitor_token = visitor.token
        pia = await self.agent("pia")
        hurried = await self.visitor("prisa")
        foreign_chat = (await hurried.start())["id"]
        await pia.assigned(foreign_chat)
        self.chats = {"own": own_chat, "foreign": foreign_chat}
        self.tickets = {"own": self.open(), "foreign": self.open(department="pagos")}
        self.departments = {"own": "soporte-tecnico", "foreign": "pagos"}
        self.people = {"agent": "ana", "other agent": "carla", "supervisor": "sofia", "admin": "raul"}
        self.tokens = {role: self.server.sign_in(name) for role, name in self.people.items()}
        self.tokens["visitor"] = self.visitor_token

    def reply(self, whose):
        body = {"title": "Saludo", "text": "Buen día", "department": self.departments[whose]}
        return self.http.post("/api/v1/replies", body, token=self.tokens["admin"]).json()["reply"]["id"]

    def call(self, name, role, whose):
        method, path = operations()[name]
        token = self.tokens.get(role)
        if name == "signOut" and role in self.people:
            token = self.server.sign_in(self.people[role])
        if "{id}" in path:
            path = path.replace("{id}", self.reply(whose) if "replies" in path else self.chats[whose])
        path = path.replace("{number}", self.tickets[whose]["ticket"]["number"])
        if name == "tickets":
            path += "?department=" + self.departments[whose]
        if role == "key":
            path += ("&" if "?" in path else "?") + "key=" + self.key_of(self.tickets["own"])
        body, headers = self.request_of(name, role, whose)
        # Metrics have an address of their own; that they are not here is no answer of theirs.
        return self.http.request(method, path, body, token=token, headers=headers, checked=name != "metrics")

    def request_of(self, name, role, whose):
        number = self.tickets[whose]["ticket"]["number"]
        if name in ("sendTicketForm", "answerTicketForm"):
            return "action=send", {"Content-Type": "application/x-www-form-urlencoded"}
        bodies = {
            "captcha": {"kind": "pow"},
            "signIn": {"username": "nadie-" + role.replace(" ", "-"), "password": "no"},
            "createTicket": {},
            "changeTickets": {"numbers": [number], "priority": "high"},
            "changeTicket": {"priority": "high"},
            "answerTicket": {"kind": "answer", "text": "Hola"},
            "mergeTicket": {"into": number},
            "createReply": {"title": "a", "text": "b", "department": self.departments[whose]},
            "changeReply": {"title": "c"},
        }
        return bodies.get(name), None


if __name__ == "__main__":
    unittest.main()
