"""The kinds of rows. Each has a name and `run(desk)`, which fails unless the answer is the expected one; `desk` tells where
the server is and who may speak to it (case.Desk). One that `waits` is a client that does next to nothing, for long."""
import base64
import dataclasses
import json
import re
import secrets
import struct
import subprocess
import time

from harness import contract
from harness.server import binary

from .wire import masked

# What would tell a stranger how the server is built, or where it lies.
INTERNALS = re.compile(rb"json\.exception|nlohmann|boost|sqlite|SELECT |std::|\.[ch]pp|/tmp/|/home/|/build/|what\(\)|hiredis|toml\+\+")
LAST_ID = 2**52


def check_body(body):
    found = INTERNALS.search(body)
    assert not found, f"internals in the answer: {found.group()!r} in {body[:300]!r}"


@dataclasses.dataclass(frozen=True)
class Exchange:
    """Bytes on a fresh connection, and the status that answers; several for several requests, () for a connection that
    ends without a word. A refusal is a problem, and ends the connection unless it `stays` (None: either way); what follows it is not looked at."""
    name: str
    send: bytes
    expect: object
    code: str = None
    field: str = None
    fields: tuple = None        # all that are wrong, in the order of the alphabet
    stays: object = False
    half: bool = False          # this side stops sending after that
    headers: tuple = ()         # (name, value) that the last answer must have; None: must not
    waits = False

    def run(self, desk):
        with desk.wire() as wire:
            wire.send(desk.filled(self.send))
            if self.half:
                wire.stop_sending()
            self.check(wire)

    def check(self, wire):
        wanted = self.expect if isinstance(self.expect, tuple) else (self.expect,)
        answer = None
        for status in wanted:
            answer = wire.answer(to_head=self.send.startswith(b"HEAD "))
            assert answer is not None, f"no answer, expected {status}"
            assert answer.status == status, f"{answer.status} {answer.body[:200]!r}, expected {status}"
            self.check_answer(answer)
        for name, value in self.headers:
            assert answer.headers.get(name) == value, f"{name}: {answer.headers.get(name)!r}, expected {value!r}"
        if self.stays is not False or (answer is not None and answer.status < 400 and not self.half):
            wire.send(b"GET /livez HTTP/1.1\r\nHost: desk.test\r\n\r\n")
            again = wire.answer()
            ended = again is None
            assert (self.stays is None and ended) or (not ended and again.status == 200), "the connection should have gone on"
        else:
            assert wire.at_end(), "something follows the refusal"

    def check_answer(self, answer):
        check_body(answer.body)
        assert answer.status == 101 or answer.headers.get("x-content-type-options") == "nosniff"
        if answer.status >= 400 and self.send[:5] != b"HEAD " and not answer.headers["content-type"].startswith("text/html"):
            answer.json = lambda: json.loads(answer.body)
            contract.check_http("-", "-", answer)  # no operation's: any problem
            if self.code is not None:
                problem = answer.json()
                assert (problem["code"], problem.get("field")) == (self.code, self.field), problem
                named = tuple(sorted(error["field"] for error in problem.get("errors", ())))
                assert self.fields in (None, named), named


@dataclasses.dataclass(frozen=True)
class Slow:
    """`begin`, then `drop` again and again, until the server has had enough and answers with the status."""
    name: str
    begin: bytes
    drop: bytes
    expect: int
    every_s: float = 0.3
    waits = True

    def run(self, desk):
        with desk.wire() as wire:
            began = time.monotonic()
            wire.send(self.begin)
            wire.socket.settimeout(self.every_s)
            while True:
                try:
                    answer = wire.answer()
                    break
                except TimeoutError:
                    assert time.monotonic() - began < 60, "never given up"
                    wire.send(self.drop)
            wire.socket.settimeout(60)
            assert answer is not None and answer.status == self.expect, answer and answer.status
            assert wire.at_end(), "something follows the refusal"


def handshake(path="/ws/visitor", without=(), more=b"", **changed):
    """The head of a good upgrade request with some fields left out or changed (`sec_websocket_key=b"…"`)."""
    fields = {"host": b"desk.test", "connection": b"Upgrade", "upgrade": b"websocket", "sec_websocket_version": b"13",
              "sec_websocket_key": base64.b64encode(b"0123456789abcdef"), "sec_websocket_protocol": b"ventanilla.v1", **changed}
    lines = [name.replace("_", "-").encode() + b": " + value for name, value in fields.items() if name not in without]
    return b"GET " + path.encode() + b" HTTP/1.1\r\n" + b"\r\n".join(lines) + b"\r\n" + more + b"\r\n"


class Session:
    """A WebSocket by hand. With `hello` it has been greeted."""

    def __init__(self, wire, desk, role="visitor", hello=True):
        self.wire, self.role = wire, role
        more = b"" if role == "visitor" else b"Authorization: Bearer " + desk.agent_token.encode() + b"\r\n"
        wire.send(handshake(f"/ws/{role}", more=more))
        answer = wire.answer()
        assert answer is not None and answer.status == 101, "no socket"
        if hello:
            frame = {"type": "hello", "id": 1, "channel": "soporte"} if role == "visitor" else {
                "type": "hello", "id": 1, "device": "consola-" + secrets.token_hex(8)}
            wire.send(masked(1, json.dumps(frame)))
            self.welcome = self.reply()
            assert self.welcome["type"] == "ok", self.welcome
            desk.secrets.add(self.welcome.get("token", desk.agent_token))

    def next(self):
        """The next text as JSON, or ("close", code), or None at the end. Pings are answered, pongs passed over."""
        while True:
            frame = self.wire.frame()
            if frame is None:
                return None
            opcode, payload = frame
            if opcode == 8:
                return "close", struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
            if opcode == 9:
                self.wire.send(masked(10, payload))
            elif opcode == 1:
                check_body(payload)
                return json.loads(payload)

    def reply(self):
        """The next reply; events are passed over."""
        while True:
            got = self.next()
            assert isinstance(got, dict), f"{got}, expected a reply"
            if got["type"] in ("ok", "error"):
                return got

    def refusal(self, code, field, re_=None):
        reply = self.reply()
        assert reply["type"] == "error", f"{reply}, expected {code}"
        contract.check_received(self.role, reply)
        assert (reply["code"], reply.get("field")) == (code, field), reply
        assert re_ in (None, reply["re"]), reply

    def check_open(self):
        frame = {"type": "page", "id": LAST_ID} if self.role == "visitor" else {"type": "state.set", "id": LAST_ID, "state": "offline"}
        self.wire.send(masked(1, json.dumps(frame)))
        reply = self.reply()
        assert (reply["type"], reply["re"]) == ("ok", LAST_ID), reply

    def check_closed(self, code):
        got = self.next()
        while isinstance(got, dict):
            got = self.next()
        assert got == ("close", code), f"{got}, expected a close with {code}"
        self.wire.send(masked(8, struct.pack(">H", code if code != 1005 else 1000)))
        self.wire.at_end()


@dataclasses.dataclass(frozen=True)
class Frames:
    """Bytes after the hello, the refusals that answer them, and the close code; None: the socket stays; "cut": it ends without
    one."""
    name: str
    send: bytes
    close: object
    refusals: tuple = ()        # (code, field)
    hello: bool = True
    role: str = "visitor"
    half: bool = False
    waits = False

    def run(self, desk):
        with desk.wire() as wire:
            session = Session(wire, desk, self.role, self.hello)
            wire.send(desk.filled(self.send))
            if self.half:
                wire.stop_sending()
            for code, field in self.refusals:
                session.refusal(code, field)
            if self.close is None:
                session.check_open()
            elif self.close == "cut":
                wire.at_end()
            else:
                session.check_closed(self.close)


@dataclasses.dataclass(frozen=True)
class Json:
    """A text frame after the hello, and the error that answers it; the socket stays."""
    name: str
    text: str
    code: str
    field: str = None
    re: int = None
    role: str = "visitor"
    waits = False

    def run(self, desk):
        with desk.wire() as wire:
            session = Session(wire, desk, self.role)
            wire.send(masked(1, self.text.encode("utf-8", "surrogatepass") if isinstance(self.text, str) else self.text))
            session.refusal(self.code, self.field, self.re)
            session.check_open()


@dataclasses.dataclass(frozen=True)
class Command:
    """Words of a command line and its exit code; each text of `says` is on stderr. `@DIR@` is a directory of the row's own
    with the file `site.toml` if there is a `config`; `@SITE@` is a good configuration, `@DATA@` the
    data of the server that runs."""
    name: str
    words: tuple
    exit: int = 2
    says: tuple = ()
    config: bytes = None
    environment: dict = None
    stdin: bytes = b""
    waits = False

    def run(self, desk):
        home = desk.new_directory()
        if self.config is not None:
            (home / "site.toml").write_bytes(self.config)
        words = [self._filled(word, home, desk) for word in self.words]
        # Nobody waits for it, and the control chat needs the processor.
        done = subprocess.run(["nice", binary(), *words], input=self.stdin, capture_output=True, timeout=60, cwd=home,
                              env=desk.environment(self.environment))
        assert done.returncode == self.exit, f"exit {done.returncode}, expected {self.exit}: {done.stderr[-500:]!r}"
        for text in self.says:
            assert text.encode() in done.stderr, f"{text!r} is not in {done.stderr[-500:]!r}"
        if self.exit == 2:
            assert done.stderr and len(done.stderr) < 32768, f"{len(done.stderr)} bytes of errors"
            check_body(done.stderr.replace(str(home).encode(), b"").replace(str(desk.site).encode(), b""))
        assert not [secret for secret in desk.secrets if secret.encode() in done.stderr + done.stdout], "a secret is told"

    @staticmethod
    def _filled(word, home, desk):
        word = word if isinstance(word, bytes) else word.encode()
        for name, path in ((b"@DIR@", home), (b"@SITE@", desk.site), (b"@DATA@", desk.data)):
            word = word.replace(name, str(path).encode())
        return word
