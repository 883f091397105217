"""A TCP connection on which anything may be sent, and what comes back is taken apart: answers of HTTP, then frames."""
import socket
import struct

PATIENCE_S = 60  # how long what must come may take on a busy machine


class Broken(AssertionError):
    """What came back is no HTTP, or no frame."""


class Answer:
    def __init__(self, status, headers, body=b""):
        self.status, self.headers, self.body = status, headers, body


class Wire:
    def __init__(self, host, source):
        """To `host` ("ADDRESS:PORT") from the address `source`."""
        address, port = host.rsplit(":", 1)
        self.socket = socket.create_connection((address, int(port)), timeout=PATIENCE_S, source_address=(source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False if the peer has gone meanwhile: it may refuse what it has not read to its end."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def stop_sending(self):
        """Half of the connection ends."""
        self.socket.shutdown(socket.SHUT_WR)

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self._waiting += data
        return bool(data)

    def _take(self, size):
        """The next bytes; None if the connection ends before."""
        while len(self._waiting) < size:
            if not self._more():
                return None
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    def at_end(self):
        """Waits until the peer ends the connection; True if nothing came before."""
        silent = not self._waiting
        while self._more():
            silent = False
        return silent

    # ---- HTTP

    def answer(self, to_head=False):
        """The next answer that is not 1xx (101 is); None if the connection ends without a word."""
        while True:
            head = self._head()
            if head is None:
                return None
            answer = self._parsed(head)
            if 100 <= answer.status < 200 and answer.status != 101:
                continue
            if not to_head and answer.status not in (101, 204, 304):
                answer.body = self._body(answer)
            return answer

    def _head(self):
        while b"\r\n\r\n" not in self._waiting:
            if not self._more():
                if self._waiting:
                    raise Broken(f"an answer cut short: {self._waiting[:200]!r}")
                return None
        head, self._waiting = self._waiting.split(b"\r\n\r\n", 1)
        return head

    @staticmethod
    def _parsed(head):
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ", 2)
        if words[0] not in ("HTTP/1.1", "HTTP/1.0") or not words[1].isdigit():
            raise Broken(f"no answer of HTTP: {first!r}")
        headers = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise Broken(f"a malformed field in an answer: {line!r}")
            headers[name.lower()] = value.strip()
        return Answer(int(words[1]), headers)

    def _body(self, answer):
        body = self._take(int(answer.headers.get("content-length", 0)))
        if body is None:
            raise Broken(f"a body cut short: {self._waiting[:200]!r}")
        return body

    # ---- frames

    def frame(self):
        """The next (opcode, payload); None at the end of the connection."""
        head = self._take(2)
        if head is None:
            return None
        size = head[1] & 0x7F
        if head[0] & 0x70 or head[1] & 0x80:
            raise Broken(f"a frame of a server with reserved bits or a mask: {head!r}")
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self._take(8))[0]
        return head[0] & 0x0F, self._take(size)


def masked(opcode, payload=b"", final=True, mask=b"\x11\x22\x33\x44", reserved=0, length=None):
    """One frame of a client. `mask` None: none; `length`: the bytes that say how long it is, instead of the right ones."""
    payload = payload.encode() if isinstance(payload, str) else payload
    first = (0x80 if final else 0) | reserved << 4 | opcode
    if length is None:
        size = len(payload)
        length = bytes([size]) if size < 126 else (
            b"\x7e" + struct.pack(">H", size) if size < 65536 else b"\x7f" + struct.pack(">Q", size))
    if mask is None:
        return bytes([first]) + length + payload
    covered = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes([first, length[0] | 0x80]) + length[1:] + mask + covered
