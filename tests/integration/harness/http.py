"""HTTP as a client sees it: one connection a request, every answer checked against openapi.yaml."""
import http.client
import json
import time
import urllib.parse

from . import contract

SIGN_IN_ATTEMPTS = 5


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The `code` of a problem."""
        return self.json().get("code")


class Http:
    """`address` is http://HOST:PORT. A token goes as Bearer, a cookie as Cookie."""

    def __init__(self, address):
        self.host = urllib.parse.urlsplit(address).netloc

    def request(self, method, target, body=None, *, token=None, cookie=None, headers=None, checked=True):
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if cookie is not None:
            sent["Cookie"] = cookie
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, target, body.encode() if isinstance(body, str) else body, sent)
            got = connection.getresponse()
            answer = Response(got.status, {key.lower(): value for key, value in got.getheaders()}, got.read())
        finally:
            connection.close()
        if checked:
            contract.check_http(method, target.split("?")[0], answer)
        return answer

    def get(self, target, **options):
        return self.request("GET", target, **options)

    def post(self, target, body=None, **options):
        return self.request("POST", target, body, **options)

    def sign_in(self, username, password):
        """The token; fails unless it is a 200. `unavailable` is what it says, a reason to ask again."""
        for _ in range(SIGN_IN_ATTEMPTS):
            answer = self.post("/api/v1/sessions", {"username": username, "password": password})
            if answer.status != 503:
                break
            time.sleep(answer.json()["retry_after_ms"] / 1000)
        assert answer.status == 200, f"sign-in of {username}: {answer.status} {answer.body!r}"
        return answer.json()["token"]
