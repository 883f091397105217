"""JSON that is none, or says what it may not: in frames of both roles, and in bodies of HTTP (protocol.md 1, 2.1 and 3.1)."""
import json

from hostile import Exchange, HostileCase, Json

DEEP = '{"type":"page","id":2,"x":%s%s}'
AGENTS = b"Authorization: Bearer @AGENT@\r\n"


def page(member):
    """A good frame with one more member."""
    return '{"type":"page","id":2,%s}' % member


def body(text, target=b"/api/v1/sessions", method=b"POST", more=b""):
    text = text if isinstance(text, bytes) else text.encode()
    return (method + b" " + target + b" HTTP/1.1\r\nHost: desk.test\r\nContent-Type: application/json\r\n" + more
            + b"Content-Length: %d\r\n\r\n" % len(text) + text)


NO_JSON = {
    "nothing": "", "blanks": "  \n", "words": "hola", "an array": "[]", "a text": '"page"', "a number": "7", "null": "null", "true": "true",
    "cut short": '{"type":"pa', "cut in a number": '{"id":1', "cut in an escape": '{"type":"\\u00', "a comma too many": '{"id":2,}',
    "a comma too few": '{"id":2 "type":"page"}', "no quotes": "{type:1}", "single quotes": "{'id':2}", "a comment": '{"id":2}/**/',
    "two objects": '{"id":2}{"id":3}', "text behind": '{"id":2} x', "a closing bracket": "]", "NaN": '{"id":NaN}',
    "Infinity": '{"id":2,"x":-Infinity}', "a plus": '{"id":+2}', "a leading zero": '{"id":02}', "a hexadecimal": '{"id":0x2}',
    "a lonely point": '{"id":2.}', "an exponent of nothing": '{"id":2e}', "a number beyond a double": '{"id":2,"x":1e999}',
    "a byte order mark": "\ufeff{}", "a raw line end in a text": '{"type":"a\nb"}', "a raw tab in a text": '{"type":"a\tb"}',
    "an escape of nothing": '{"type":"\\x41"}', "an escape not in hexadecimal": '{"type":"\\u00zz"}', "a zero byte": '{"type":"a\0"}',
    "a zero byte behind": '{"id":2}\0',
}

TEXT, NUMBER, OBJECT, TRUTH = (5, True, [], {}, None), ("5", 1.5, True, [], None), ("x", 5, [], None), (1, "true", [], None)
CHAT = "c_Zm9vYmFyYmF6cXV4MTIzNA"
# A good request, and what its fields are.
VISITORS = (
    ({"type": "message.send", "chat": CHAT, "client_id": "m-1", "text": "hola"}, {"chat": TEXT, "client_id": TEXT, "text": TEXT}),
    ({"type": "chat.sync", "chat": CHAT, "after": 0, "limit": 5}, {"after": NUMBER, "limit": NUMBER}),
    ({"type": "typing", "chat": CHAT, "on": True, "draft": "x"}, {"on": TRUTH, "draft": TEXT}),
    ({"type": "read", "chat": CHAT, "seq": 1}, {"seq": NUMBER}),
    ({"type": "chat.rate", "chat": CHAT, "score": 5, "comment": "x"}, {"score": (*NUMBER, 0, 6), "comment": TEXT}),
    ({"type": "chat.start", "client_id": "m-1", "department": "soporte-tecnico", "name": "Ana", "email": "a@b.mx", "message": "x",
      "fields": {}}, {"name": TEXT, "email": TEXT, "message": TEXT, "fields": OBJECT}),
)
AGENTS_OWN = (
    ({"type": "state.set", "state": "away"}, {"state": (*TEXT, "asleep", "")}),
    ({"type": "chat.note", "chat": CHAT, "text": "x"}, {"chat": TEXT, "text": TEXT}),
    ({"type": "chat.transfer", "chat": CHAT, "to": {"department": "ventas"}}, {"to": OBJECT}),
    ({"type": "chat.priority", "chat": CHAT, "priority": 1}, {"priority": (*NUMBER, 2, -2)}),
)


def wrong_types():
    for role, requests in (("visitor", VISITORS), ("agent", AGENTS_OWN)):
        for request, fields in requests:
            for field, values in fields.items():
                for value in values:
                    frame = json.dumps({**request, "id": 2, field: value})
                    yield Json(f"{role}: {request['type']} {field} = {json.dumps(value)}", frame, "bad_field", field, 2, role)


FRAMES = [
    *(Json(f"frame: {name}", text, "bad_json", None, 0) for name, text in NO_JSON.items()),
    *wrong_types(),
    Json("17 levels", DEEP % ("[" * 16, "]" * 16), "bad_json", None, 0),
    Json("thousands of levels", DEEP % ("[" * 30_000, "]" * 30_000), "bad_json", None, 0),
    Json("thousands of levels that never end", '{"a":' * 10_000, "bad_json", None, 0),
    Json("of two types the last counts", '{"type":"page","id":2,"type":"nothing"}', "unknown_type", None, 2),
    Json("of two ids the last counts", '{"type":"nothing","id":9,"id":2}', "unknown_type", None, 2),
    Json("thousands of members", page(",".join(f'"m{n}":{n}' for n in range(4000)) + ',"url":5'), "bad_field", "url", 2),
    Json("a million digits", page('"x":' + "9" * 60_000), "bad_json", None, 0),
    Json("a zero of thousands of digits", page('"x":0.' + "0" * 50_000 + ',"url":5'), "bad_field", "url", 2),
    Json("an escaped zero", page('"url":"a\\u0000"'), "bad_field", "url", 2),
    Json("an escaped zero in a member unknown", page('"future":{"deep":["\\u0000"]}'), "bad_field", "future.deep", 2),
    Json("an escaped zero in a member without a name", page('"":{"deep":"\\u0000"}'), "bad_field", "\ufffd.deep", 2),
    Json("a lone high surrogate", page('"title":"\\ud83d"'), "bad_field", "title", 2),
    Json("a lone low surrogate", page('"title":"\\ude42x"'), "bad_field", "title", 2),
    Json("surrogates in the wrong order", page('"title":"\\ude42\\ud83d"'), "bad_field", "title", 2),
    Json("a lone surrogate in a name", page('"\\ud800":1'), "bad_field", "\ufffd", 2),
    *(Json(f"id {text}", '{"type":"page","id":%s}' % text, "bad_field", "id", 0) for text in (
        "0", "-2", "1.5", "9007199254740992", "99999999999999999999999", '"2"', "true", "[2]",
        "{}", "null", "1")),
    Json("no id", '{"type":"page"}', "bad_field", "id", 0),
    Json("no type", '{"id":2}', "bad_field", "type", 2),
    Json("a type of a number", '{"type":5,"id":2}', "bad_field", "type", 2),
    Json("an empty type", '{"type":"","id":2}', "unknown_type", None, 2),
    Json("a type of 60 KB", '{"type":"%s","id":2}' % ("x" * 60_000), "unknown_type", None, 2),
    Json("a type of Object", '{"type":"__proto__","id":2}', "unknown_type", None, 2),
    Json("an agent's request", '{"type":"chat.take","id":2,"chat":"x"}', "unknown_type", None, 2),
    Json("a visitor's request", '{"type":"chat.rate","id":2,"chat":"x","score":5}', "unknown_type", None, 2, "agent"),
    Json("a second hello", '{"type":"hello","id":2,"channel":"soporte"}', "bad_field", "type", 2),
    Json("another's chat", '{"type":"chat.sync","id":2,"chat":"%s","after":0}' % CHAT, "not_found", None, 2),
    Json("a chat named like a key", '{"type":"chat.sync","id":2,"chat":"v:{prueba}:meta","after":0}', "not_found", None, 2),
    Json("a chat with a line end", '{"type":"chat.close","id":2,"chat":"a\\r\\n*1\\r\\n"}', "not_found", None, 2),
    Json("a text of 4001", '{"type":"message.send","id":2,"chat":"%s","client_id":"a","text":"%s"}' % (CHAT, "x" * 4001), "bad_field",
         "text", 2),
    Json("a text of blanks", '{"type":"message.send","id":2,"chat":"%s","client_id":"a","text":" \\u00a0\\n"}' % CHAT, "bad_field", "text", 2),
    Json("21 fields", json.dumps({"type": "chat.start", "id": 2, "client_id": "a", "fields": {str(n): "x" for n in range(21)}}), "bad_field",
         "fields", 2),
]

BODIES = [
    *(Exchange(f"body: {name}", body(text), 400, code="bad_json", stays=True) for name, text in NO_JSON.items()),
    Exchange("body: not UTF-8", body(b'{"username":"\xff"}'), 400, code="bad_json", stays=True),
    Exchange("body: an overlong character", body(b'{"username":"\xc0\x80"}'), 400, code="bad_json", stays=True),
    Exchange("body: UTF-16", body('{"username":"x"}'.encode("utf-16")), 400, code="bad_json", stays=True),
    Exchange("body: 17 levels", body('{"x":' * 17 + "1" + "}" * 17), 400, code="bad_json", stays=True),
    Exchange("body: a hundred thousand levels", body("[" * 100_000), 400, code="bad_json", stays=True),
    Exchange("body: the last of two counts", body('{"username":"x","username":5,"password":"x"}'), 422, code="bad_field",
             field="username", stays=True),
    Exchange("body: every wrong field is named", body('{"username":[],"password":{}}'), 422, code="bad_field", field="username",
             fields=("password", "username"), stays=True),
    Exchange("body: null is left out", body('{"username":null,"password":5}'), 422, code="bad_field", field="username", stays=True),
    Exchange("body: an escaped zero", body('{"username":"a\\u0000","password":"x"}'), 422, code="bad_field", field="username", stays=True),
    Exchange("body: a lone surrogate", body('{"username":"\\ud800","password":"x"}'), 422, code="bad_field", field="username", stays=True),
    Exchange("body: a name of 200 KB", body('{"username":"%s","password":"x"}' % ("x" * 200_000)), 422, code="bad_field", field="username",
             stays=True),
    Exchange("captcha: a kind of a number", body('{"kind":5}', b"/api/v1/captcha"), 422, code="bad_field", field="kind", stays=True),
    Exchange("captcha: a kind that nobody knows", body('{"kind":"easy"}', b"/api/v1/captcha"), 422, code="bad_field", field="kind",
             stays=True),
    Exchange("ticket: every field a number", body(json.dumps(dict.fromkeys(
        ("email", "rfc", "department", "subject", "priority", "comments", "files", "captcha"), 5)), b"/api/v1/tickets"), 422, code="bad_field",
        field="email", fields=("captcha", "comments", "department", "email", "files", "priority", "rfc", "subject"), stays=True),
    Exchange("ticket: nothing of it", body("{}", b"/api/v1/tickets"), 422, code="bad_field", field="email",
             fields=("captcha", "department", "email", "priority", "rfc", "subject"), stays=True),
    Exchange("ticket: a change of a number", body('{"state":5}', b"/api/v1/tickets/T-000001", b"PATCH", AGENTS), 422, code="bad_field",
             field="state", stays=True),
    Exchange("tickets: numbers that are none", body('{"numbers":[5,null]}', b"/api/v1/tickets", b"PATCH", AGENTS), 422, code="bad_field",
             field="numbers", stays=True),
    Exchange("reply: texts of other kinds", body('{"title":[],"text":5}', b"/api/v1/replies", more=AGENTS), 422, code="bad_field",
             field="title", stays=True),
]


class HostileJson(HostileCase):
    async def test_every_row_has_its_answer(self):
        await self.all("json", [*FRAMES, *BODIES], at_least=200)
