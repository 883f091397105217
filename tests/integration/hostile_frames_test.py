"""Handshakes and frames of WebSockets that break the rules (protocol.md 2): the status before the upgrade, the close code after."""
import json
import struct
import time

from hostile import Exchange, Frames, HostileCase, Session, handshake, masked

KEY = b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
PAGE = '{"type":"page","id":2,"title":"%s"}'
HALF = "ñ".encode()[:1], "ñ".encode()[1:]
BIG = "x" * 65537


def page(title="a"):
    return masked(1, PAGE % title)


def close(code, reason=b""):
    return masked(8, struct.pack(">H", code) + reason)


HANDSHAKES = [
    Exchange("a good one", handshake(), (101,), half=True, headers=(("sec-websocket-protocol", "ventanilla.v1"),
                                                                  ("sec-websocket-extensions", None))),
    Exchange("compression is not agreed on", handshake(more=b"Sec-WebSocket-Extensions: permessage-deflate\r\n"), (101,), half=True,
             headers=(("sec-websocket-extensions", None),)),
    Exchange("no key", handshake(without=["sec_websocket_key"]), 400),
    Exchange("two keys", handshake(more=KEY), 400),
    Exchange("an empty key", handshake(sec_websocket_key=b""), 400),
    Exchange("a key of 15 bytes", handshake(sec_websocket_key=b"MDEyMzQ1Njc4OWFiY2Rl"), 400),
    Exchange("a key of 17 bytes", handshake(sec_websocket_key=b"MDEyMzQ1Njc4OWFiY2RlZmc="), 400),
    Exchange("a key that is no base64", handshake(sec_websocket_key=b"!!!!!!!!!!!!!!!!!!!!!!=="), 400),
    Exchange("a key of 4 KiB", handshake(sec_websocket_key=b"A" * 4096), 400),
    Exchange("no subprotocol", handshake(without=["sec_websocket_protocol"]), 400),
    Exchange("another subprotocol", handshake(sec_websocket_protocol=b"chat, ventanilla.v2"), 400),
    Exchange("a subprotocol in capitals", handshake(sec_websocket_protocol=b"VENTANILLA.V1"), 400),
    Exchange("a subprotocol with brackets", handshake(sec_websocket_protocol=b"ventanilla.v1, (x)"), 400),
    Exchange("no upgrade", handshake(without=["upgrade", "connection"]), 400),
    Exchange("no Connection", handshake(without=["connection"]), 400),
    Exchange("an upgrade to something else", handshake(upgrade=b"h2c"), 400),
    Exchange("HTTP/1.0", handshake().replace(b"HTTP/1.1", b"HTTP/1.0"), 400),
    Exchange("two origins", handshake(more=b"Origin: https://www.fel.mx\r\nOrigin: https://www.fel.mx\r\n"), 400),
    Exchange("a body", handshake(more=b"Content-Length: 5\r\n") + b"GET /", 400),
    Exchange("a chunked body", handshake(more=b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n", 400),
    Exchange("version 8", handshake(sec_websocket_version=b"8"), 426, headers=(("sec-websocket-version", "13"),)),
    Exchange("version 0x0d", handshake(sec_websocket_version=b"0x0d"), 426, headers=(("sec-websocket-version", "13"),)),
    Exchange("no version", handshake(without=["sec_websocket_version"]), 426, headers=(("sec-websocket-version", "13"),)),
    Exchange("two versions", handshake(more=b"Sec-WebSocket-Version: 13\r\n"), 400),
    Exchange("POST", handshake().replace(b"GET", b"POST"), 405, stays=True),
    Exchange("a path beside", handshake("/ws/visitor/x"), 404, stays=True),
    Exchange("no session", handshake("/ws/agent"), 401),
    Exchange("a made-up session", handshake("/ws/agent", more=b"Authorization: Bearer secreto-5512\r\n"), 401),
    Exchange("a visitor's token", handshake("/ws/agent", more=b"Authorization: Bearer @TOKEN@\r\n"), 401),
    Exchange("the cookie without an origin", handshake("/ws/agent", more=b"Cookie: ventanilla_session=@AGENT@\r\n"), 403),
    Exchange("the cookie from elsewhere", handshake(
        "/ws/agent", more=b"Cookie: ventanilla_session=@AGENT@\r\nOrigin: https://www.fel.mx\r\n"), 403),
    *(Exchange(f"origin {origin.decode() or 'empty'}", handshake(more=b"Origin: " + origin + b"\r\n"), 403) for origin in (
        b"https://evil.test", b"null", b"", b"http://www.fel.mx", b"https://www.fel.mx:8443", b"https://www.fel.mx.evil.test",
        b"https://evil.test#https://www.fel.mx", b"file://")),
]

BROKEN = [
    Frames("no mask", masked(1, "{}", mask=None), 1002),
    Frames("reserved bit 1", masked(1, "{}", reserved=4), 1002),
    Frames("reserved bit 2", masked(1, "{}", reserved=2), 1002),
    Frames("reserved bit 3 on a ping", masked(9, "", reserved=1), 1002),
    *(Frames(f"opcode {opcode}", masked(opcode, "x"), 1002) for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
    Frames("a continuation of nothing", masked(0, "x"), 1002),
    Frames("a text inside of a text", masked(1, "{", final=False) + masked(1, "}"), 1002),
    Frames("a binary inside of a text", masked(1, "{", final=False) + masked(2, "}"), 1002),
    Frames("a ping in pieces", masked(9, "x", final=False), 1002),
    Frames("a close in pieces", masked(8, struct.pack(">H", 1000), final=False), 1002),
    Frames("a ping of 126 bytes", masked(9, "x" * 126), 1002),
    Frames("a pong of 64 KiB", masked(10, "x" * 65536), 1002),
    Frames("a close of 126 bytes", close(1000, b"x" * 124), 1002),
    Frames("a length that is not the shortest, of 16 bits", masked(1, "{}", length=b"\x7e\x00\x02"), 1002),
    Frames("a length that is not the shortest, of 64 bits", masked(1, "{}", length=b"\x7f" + struct.pack(">Q", 2)), 1002),
    Frames("a length of 2^63", masked(1, "", length=b"\x7f" + struct.pack(">Q", 2**63)), 1009),
    Frames("a length of 2^64-1", masked(1, "", length=b"\x7f" + b"\xff" * 8), 1009),
    Frames("a length of 2^40", masked(1, "", length=b"\x7f" + struct.pack(">Q", 2**40)), 1009),
    Frames("a length of 2^31-1", masked(1, "", length=b"\x7f" + struct.pack(">Q", 2**31 - 1)), 1009),
    Frames("one byte too many", masked(1, BIG), 1009),
    Frames("too big in pieces", masked(1, BIG[:40000], final=False) + masked(0, BIG[:40000]), 1009),
    Frames("too big in a thousand pieces", masked(1, "x" * 100, final=False) + masked(0, "x" * 100, final=False) * 700, 1009),
    Frames("binary", masked(2, "{}"), 1003),
    Frames("binary of nothing", masked(2), 1003),
    Frames("binary in pieces", masked(2, b"\0", final=False) + masked(0, b"\0"), 1003),
    Frames("a byte that is never UTF-8", masked(1, b'{"type":"\xff"}'), 1007),
    Frames("an overlong slash", masked(1, b'{"type":"\xc0\xaf"}'), 1007),
    Frames("a surrogate", masked(1, b'{"type":"\xed\xa0\x80"}'), 1007),
    Frames("beyond Unicode", masked(1, b'{"type":"\xf4\x90\x80\x80"}'), 1007),
    Frames("a character cut at the end", masked(1, b'{"type":"page"}' + HALF[0]), 1007),
    Frames("a character cut at the last piece", masked(1, HALF[0], final=False) + masked(0, b""), 1007),
    Frames("half a character, then another", masked(1, HALF[0], final=False) + masked(0, b"a"), 1007),
    Frames("bad UTF-8 is seen before the last piece", masked(1, b"\xff", final=False), 1007),
    Frames("a close of one byte", masked(8, b"\x03"), 1002),
    *(Frames(f"a close with {code}", close(code), 1002) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999)),
    Frames("a close whose reason is not UTF-8", close(1000, b"\xff"), 1002),
    Frames("HTTP behind the handshake", b"GET / HTTP/1.1\r\nHost: desk.test\r\n\r\n", 1002),
    Frames("broken before the hello", masked(3, "x"), 1002, hello=False),
    Frames("binary before the hello", masked(2, "x"), 1003, hello=False),
    Frames("broken at the agents' door", masked(1, "{}", reserved=4), 1002, role="agent"),
    Frames("binary at the agents' door", masked(2, "{}"), 1003, role="agent"),
]

ORDERLY = [
    Frames("a close", close(1000), 1000),
    Frames("a close without a code", masked(8), 1000),
    Frames("a close with 4999", close(4999), 4999),
    Frames("a close with 5000, which nobody has defined", close(5000), 5000),
    Frames("frames behind a close mean nothing", close(1000) + masked(3, "x") + page(), 1000),
    Frames("an empty text", masked(1), None, refusals=(("bad_json", None),)),
    Frames("a mask of zeros", masked(1, '{"type":"nothing","id":2}', mask=b"\0\0\0\0"), None, refusals=(("unknown_type", None),)),
    Frames("a ping between the pieces", masked(1, '{"type":"not', final=False) + masked(9, "p") + masked(0, 'hing","id":2}'), None,
           refusals=(("unknown_type", None),)),
    Frames("a character cut by pieces", masked(1, b'{"type":"' + HALF[0], final=False) + masked(0, HALF[1] + b'","id":2}'), None,
           refusals=(("unknown_type", None),)),
    Frames("a thousand empty pieces", masked(1, "", final=False) + masked(0, "", final=False) * 1000 + masked(0, "[]"), None,
           refusals=(("bad_json", None),)),
    Frames("a thousand pongs that nobody asked for", masked(10, "x" * 125) * 1000, None),
    Frames("half open after the hello", b"", "cut", half=True),
    Frames("half open before the hello", b"", "cut", hello=False, half=True),
    Frames("half open within a frame", masked(1, "x" * 1000)[:300], "cut", half=True),
    Frames("a hello of a channel that is not there", masked(1, '{"type":"hello","id":1,"channel":"x"}'), 4400, hello=False,
           refusals=(("bad_field", "channel"),)),
    Frames("a hello without a channel", masked(1, '{"type":"hello","id":1}'), 4400, hello=False, refusals=(("bad_field", "channel"),)),
    Frames("a hello with a made-up token", masked(1, '{"type":"hello","id":1,"channel":"soporte","token":"secreto-5512"}'), 4401,
           hello=False, refusals=(("unauthenticated", None),)),
    Frames("a hello of an agent without a device", masked(1, '{"type":"hello","id":1}'), 4400, hello=False, role="agent",
           refusals=(("bad_field", "device"),)),
    Frames("requests before the hello", masked(1, '{"type":"page","id":1}') + masked(1, '{"type":"page","id":2}'), "cut",
           hello=False, half=True, refusals=(("unauthenticated", None), ("unauthenticated", None))),
]


class Piecemeal:
    """A frame that comes byte by byte is one frame."""
    name = "a frame of single bytes"
    waits = False

    @staticmethod
    def run(desk):
        with desk.wire() as wire:
            session = Session(wire, desk)
            for byte in masked(1, '{"type":"nothing","id":2}'):
                wire.send(bytes([byte]))
                time.sleep(0.002)
            session.refusal("unknown_type", None, 2)
            session.check_open()


class NoHello:
    """Ten seconds, then 4400; pings do not make them longer."""
    name = "no hello"
    waits = True

    @staticmethod
    def run(desk):
        with desk.wire() as wire:
            session = Session(wire, desk, hello=False)
            wire.send(masked(9, "x") * 20)
            session.check_closed(4400)


class Flood:
    """Who goes on after `slow_down` is closed with 4429."""
    name = "a flood"
    waits = False

    @staticmethod
    def run(desk):
        with desk.wire() as wire:
            session = Session(wire, desk)
            for number in range(2, 900):
                wire.send(masked(1, json.dumps({"type": "nothing", "id": number})))
            session.check_closed(4429)


class HostileFrames(HostileCase):
    async def test_every_row_has_its_answer(self):
        self.server.secrets.add("secreto-5512")
        await self.all("frames", [NoHello, Flood, Piecemeal, *HANDSHAKES, *BROKEN, *ORDERLY], at_least=110)
