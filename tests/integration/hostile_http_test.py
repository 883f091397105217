"""HTTP as no honest client speaks it: requests smuggled into others, slow, oversized and malformed ones (contract.md 6)."""
from hostile import Exchange, HostileCase, Slow

HOST = b"Host: desk.test\r\n"
LIVE = b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n"
SIGN_IN = b'{"username":1,"password":"x"}'  # 422: whoever reads it says so


def get(target=b"/livez", more=b"", method=b"GET"):
    return method + b" " + target + b" HTTP/1.1\r\n" + HOST + more + b"\r\n"


def post(more=b"", body=b"", target=b"/api/v1/sessions", version=b"1.1"):
    return (b"POST " + target + b" HTTP/" + version + b"\r\n" + HOST + b"Content-Type: application/json\r\n" + more + b"\r\n"
            + body)


def sized(body, more=b"", **options):
    return post(b"Content-Length: %d\r\n" % len(body) + more, body, **options)


def chunked(chunks, more=b""):
    return post(b"Transfer-Encoding: chunked\r\n" + more, chunks)


SMUGGLED = [
    Exchange("length and chunked", chunked(b"0\r\n\r\n" + LIVE, b"Content-Length: 4\r\n"), 400),
    Exchange("chunked, length behind it", post(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("two lengths alike", post(b"Content-Length: 4\r\nContent-Length: 4\r\n", b"{}  " + LIVE), 400),
    Exchange("two lengths that differ", post(b"Content-Length: 2\r\nContent-Length: 40\r\n", b"{}" + LIVE), 400),
    Exchange("a list of lengths", post(b"Content-Length: 2, 2\r\n", b"{}" + LIVE), 400),
    Exchange("xchunked", post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("chunked twice", post(b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("gzip, chunked", post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("chunked, identity", post(b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("two fields of encodings", post(b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("a quoted encoding", post(b'Transfer-Encoding: "chunked"\r\n', b"0\r\n\r\n" + LIVE), 400),
    Exchange("an encoding with a parameter", post(b"Transfer-Encoding: chunked;q=1\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("a vertical tab before chunked", post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("a blank before the colon", post(b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("chunked on HTTP/1.0", post(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n" + LIVE, version=b"1.0"), 400),
    Exchange("an encoding on a folded line", post(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n" + LIVE), 400),
    Exchange("a length on a folded line", post(b"X: y\r\n Content-Length: 9\r\n", LIVE), 400),
    Exchange("a negative length", post(b"Content-Length: -4\r\n", b"{}  " + LIVE), 400),
    Exchange("a length with a plus", post(b"Content-Length: +2\r\n", b"{}" + LIVE), 400),
    Exchange("a length of 1e1", post(b"Content-Length: 1e1\r\n", b"{}" + LIVE), 400),
    Exchange("a length in hexadecimal", post(b"Content-Length: 0x2\r\n", b"{}" + LIVE), 400),
    Exchange("no digits in the length", post(b"Content-Length: \r\n", LIVE), 400),
    Exchange("a length beyond 64 bits", post(b"Content-Length: 18446744073709551617\r\n", b"{}" + LIVE), 400),
    Exchange("a length of 2^64-1", post(b"Content-Length: 18446744073709551615\r\n", b"{}" + LIVE), 413),
    Exchange("a body of a GET is no request", get(more=b"Content-Length: %d\r\n" % len(LIVE)) + LIVE, 200),
    Exchange("a request line in a header", get(more=b"X: GET /livez HTTP/1.1\r\n"), 200),
    Exchange("two Host", get(more=b"Host: evil.test\r\n"), 400),
    Exchange("no Host", b"GET /livez HTTP/1.1\r\nX: y\r\n\r\n", 400),
    Exchange("Host with a path", b"GET /livez HTTP/1.1\r\nHost: desk.test/evil\r\n\r\n", 400),
    Exchange("Host with a user", b"GET /livez HTTP/1.1\r\nHost: desk.test@evil.test\r\n\r\n", 400),
    Exchange("Host of two names", b"GET /livez HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n", 400),
    Exchange("Host with a port of letters", b"GET /livez HTTP/1.1\r\nHost: desk.test:http\r\n\r\n", 400),
    Exchange("absolute target of this host", get(b"http://desk.test/livez"), 200),
    Exchange("absolute target of another", get(b"http://evil.test/livez"), 400),
    Exchange("CONNECT", get(b"evil.test:443", method=b"CONNECT"), 400),
]

CHUNKS = [
    Exchange("a good body in chunks", chunked(b"10\r\n" + SIGN_IN[:16] + b"\r\nd\r\n" + SIGN_IN[16:] + b"\r\n0\r\n\r\n"), 422, stays=True),
    Exchange("chunk extensions mean nothing", chunked(b'1d;a="b";c\r\n' + SIGN_IN + b"\r\n0;x\r\nT: v\r\n\r\n"), 422, stays=True),
    Exchange("a negative chunk", chunked(b"-1\r\nx\r\n0\r\n\r\n"), 400),
    Exchange("a chunk with a plus", chunked(b"+1\r\nx\r\n0\r\n\r\n"), 400),
    Exchange("a chunk of 0x1", chunked(b"0x1\r\nx\r\n0\r\n\r\n"), 400),
    Exchange("a chunk beyond 64 bits", chunked(b"1" + b"0" * 16 + b"\r\nx\r\n0\r\n\r\n"), 400),
    Exchange("a chunk of 2^64-1", chunked(b"f" * 16 + b"\r\nx\r\n0\r\n\r\n"), 413),
    Exchange("a size without digits", chunked(b";a\r\nx\r\n0\r\n\r\n"), 400),
    Exchange("a chunk longer than it says", chunked(b"1\r\nxx\r\n0\r\n\r\n"), 400),
    Exchange("chunks with bare line feeds", chunked(b"1\nx\n0\n\n"), 400),
    Exchange("an extension without end", chunked(b"1;" + b"e" * 100_000), 400),
    Exchange("a trailer without end", chunked(b"0\r\nX: " + b"t" * 100_000), 400),
    Exchange("a trailer without a colon", chunked(b"0\r\nfoo\r\n\r\n"), 400),
    Exchange("a trailer that would frame", chunked(b"1d\r\n" + SIGN_IN + b"\r\n0\r\nContent-Length: 99\r\n\r\n"), 422, stays=True),
    Exchange("chunks beyond the limit", chunked((b"8000\r\n" + b" " * 0x8000 + b"\r\n") * 9), 413),
    Exchange("a stream of chunks of one byte", chunked(b"1\r\n \r\n" * 500 + b"1d\r\n" + SIGN_IN + b"\r\n0\r\n\r\n"), 422, stays=True),
]

HEADS = [
    Exchange("an obsolete fold", get(more=b"X: a\r\n b\r\n"), 400),
    Exchange("a fold with a tab", get(more=b"X: a\r\n\tb\r\n"), 400),
    Exchange("bare line feeds", LIVE.replace(b"\r\n", b"\n"), 400),
    Exchange("a bare line feed in the head", get(more=b"X: a\nY: b\r\n"), 400),
    Exchange("a carriage return in a field", get(more=b"X: a\rY: b\r\n"), 400),
    Exchange("a zero byte in a field", get(more=b"X: a\0b\r\n"), 400),
    Exchange("a control character in a field", get(more=b"X: a\x1bb\r\n"), 400),
    Exchange("a blank before a colon", get(more=b"X : a\r\n"), 400),
    Exchange("a field without a name", get(more=b": a\r\n"), 400),
    Exchange("a field without a colon", get(more=b"evil\r\n"), 400),
    Exchange("a name with a quote", get(more=b'X"Y: a\r\n'), 400),
    Exchange("an empty line first", b"\r\n" + LIVE, 400),
    Exchange("no version", b"GET /livez\r\n" + HOST + b"\r\n", 400),
    Exchange("version 3", LIVE.replace(b"HTTP/1.1", b"HTTP/3.0"), 505),
    Exchange("a version in small letters", LIVE.replace(b"HTTP/1.1", b"http/1.1"), 400),
    Exchange("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    Exchange("TLS", bytes.fromhex("160301020001fc0303") + b"\xaa" * 64, 400),
    Exchange("SOCKS", b"\x05\x01\x00", 400),
    Exchange("SSH", b"SSH-2.0-x\r\n\r\n", 400),
    Exchange("a redis command", b"*1\r\n$4\r\nPING\r\n\r\n", 400),
    Exchange("a head of 8 KiB and more", get(more=b"X: " + b"a" * 8192 + b"\r\n"), 431),
    Exchange("a request line of 8 KiB and more", get(b"/" + b"a" * 9000), 431),
    Exchange("a thousand fields", get(more=b"".join(b"A%d: bbbb\r\n" % n for n in range(1000))), 431),
    Exchange("a cookie of 8 KiB", get(more=b"Cookie: a=" + b"b" * 8192 + b"\r\n"), 431),
    Exchange("a head that just fits", get(more=b"X: " + b"a" * 8000 + b"\r\n"), 200),
    Exchange("an unknown expectation", sized(SIGN_IN, b"Expect: the-worst\r\n"), 417),
    Exchange("an expectation that is met", sized(SIGN_IN, b"Expect: 100-continue\r\n"), 422, stays=True),
    Exchange("a body that would be too big is not asked for",
             post(b"Expect: 100-continue\r\nContent-Length: 262145\r\n"), 413),
    Exchange("a body of 256 KiB and one byte", sized(b" " * 262_145), 413),
    Exchange("a body of 256 KiB", sized(SIGN_IN + b" " * (262_144 - len(SIGN_IN))), 422, stays=True),
    Exchange("an upgrade to h2c", get(more=b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"), 200),
    Exchange("half a head, then the end", LIVE[:20], (), half=True),
    Exchange("half a body, then the end", post(b"Content-Length: 100\r\n", SIGN_IN), 400, half=True),
    Exchange("nothing, then the end", b"", (), half=True),
]

TARGETS = [
    Exchange("dot segments", get(b"/../../etc/passwd"), 400),
    Exchange("dot segments behind a path", get(b"/api/v1/../../etc/passwd"), 400),
    Exchange("encoded dots", get(b"/%2e%2e/%2e%2e/etc/passwd"), 400),
    Exchange("half encoded dots", get(b"/.%2e/etc/passwd"), 400),
    Exchange("encoded slashes", get(b"/..%2f..%2fetc%2fpasswd"), 400),
    Exchange("a double-encoded slash is a name", get(b"/%252e%252e%252fetc"), 404, stays=True),
    Exchange("backslashes", get(b"/..\\..\\etc\\passwd"), 400),
    Exchange("encoded backslashes", get(b"/..%5c..%5cetc"), 400),
    Exchange("an encoded zero byte", get(b"/widget.js%00.png"), 400),
    Exchange("an encoded line end", get(b"/livez%0d%0aX-Evil:%201"), 400),
    Exchange("percent of nothing", get(b"/livez%"), 400),
    Exchange("percent of one digit", get(b"/livez%4"), 400),
    Exchange("percent of no digits", get(b"/livez%GG"), 400),
    Exchange("an overlong slash", get(b"/%c0%af"), 400),
    Exchange("an encoded surrogate", get(b"/%ed%a0%80"), 400),
    Exchange("bytes beyond ASCII", get("/ñ".encode()), 400),
    Exchange("a fragment", get(b"/livez#x"), 400),
    Exchange("a bad escape in the query", get(b"/livez?x=%zz"), 400),
    Exchange("a zero byte in the query", get(b"/livez?x=%00"), 400),
    Exchange("a query that is not UTF-8", get(b"/livez?x=%ff"), 400),
    Exchange("a query of thousands", get(b"/livez?" + b"a=b&" * 1800), 200),
    Exchange("a file of the server", get(b"/server.log"), 404, stays=True),
    Exchange("two slashes first", get(b"//evil.test/livez"), 404, stays=True),
    Exchange("a chat of a strange name", get(b"/api/v1/chats/%27%20OR%201=1--", b"Authorization: Bearer @AGENT@\r\n"), 404, stays=True),
    Exchange("a ticket number beyond 64 bits", get(b"/api/v1/tickets/T-99999999999999999999", b"Authorization: Bearer @AGENT@\r\n"),
             404, stays=True),
    Exchange("a search of quotes and stars", get(b"/api/v1/tickets?q=%22%27%2a%20NEAR%28", b"Authorization: Bearer @AGENT@\r\n"), 200),
    Exchange("a cursor that nobody gave", get(b"/api/v1/tickets?cursor=%27%3b--", b"Authorization: Bearer @AGENT@\r\n"), 422,
             code="bad_field", field="cursor", stays=True),
    Exchange("a limit of minus one", get(b"/api/v1/tickets?limit=-1", b"Authorization: Bearer @AGENT@\r\n"), 422,
             code="bad_field", field="limit", stays=True),
]

METHODS = [
    Exchange("PUT", get(method=b"PUT"), 405, stays=True),
    Exchange("DELETE of a page", get(b"/", method=b"DELETE"), 405, stays=True),
    Exchange("TRACE shows nothing", get(more=b"X-Secret: echo\r\n", method=b"TRACE"), 405, stays=True),
    Exchange("a method in small letters", get(method=b"get"), 405, stays=True),
    Exchange("a method that nobody knows", get(method=b"BREW"), 405, stays=True),
    Exchange("a method of 4 KiB", get(method=b"A" * 4096), 405, stays=True),
    Exchange("a method with a bracket", get(method=b"G[T"), 400),
    Exchange("OPTIONS of everything", get(b"*", method=b"OPTIONS"), 204),
    Exchange("HEAD has no body", get(method=b"HEAD"), 200),
    Exchange("a GET of a POST", get(b"/api/v1/captcha"), 405, stays=True),
    Exchange("ranges that overlap", get(b"/widget.js", b"Range: bytes=" + b",".join([b"0-"] * 500) + b"\r\n"), 200),
    Exchange("a range beyond the end", get(b"/widget.js", b"Range: bytes=99999999999999999999-\r\n"), 200),
    Exchange("a range from behind", get(b"/widget.js", b"Range: bytes=-0\r\nIf-Range: x\r\n"), 200),
    Exchange("an ETag of another", get(b"/widget.js", b'If-None-Match: "evil", W/"\r\n'), 200),
    Exchange("encodings that nobody has", get(b"/widget.js", b"Accept-Encoding: evil;q=9, ;;;,\r\n"), 200),
    Exchange("languages without sense", get(more=b"Accept-Language: " + b"-;q=nan," * 500 + b"\r\n"), 200),
    Exchange("ten at once", LIVE * 10, (200,) * 10),
    Exchange("a bad one among good ones", LIVE + get(more=b"X : y\r\n") + LIVE, (200, 400)),
    Exchange("a good one behind an end", get(more=b"Connection: close\r\n") + LIVE, 200, half=True),
]

ORIGINS = [
    *(Exchange(f"origin {name}", sized(b"{}", b"Origin: " + origin + b"\r\n", target=b"/api/v1/captcha"), 403, code="forbidden")
      for name, origin in (("of another", b"https://evil.test"), ("null", b"null"), ("empty", b""), ("of http", b"http://www.fel.mx"),
                           ("of another port", b"https://www.fel.mx:444"), ("with a longer name", b"https://www.fel.mx.evil.test"),
                           ("with a user", b"https://www.fel.mx@evil.test"), ("with a path", b"https://www.fel.mx/evil"),
                           ("of a list", b"https://www.fel.mx https://evil.test"), ("in capitals of another", b"HTTPS://EVIL.TEST"))),
    Exchange("two origins", sized(b"{}", b"Origin: https://www.fel.mx\r\nOrigin: https://evil.test\r\n", target=b"/api/v1/captcha"), 400),
    Exchange("a site's origin with a cookie",
             sized(b"{}", b"Origin: https://www.fel.mx\r\nCookie: ventanilla_session=@AGENT@\r\n", target=b"/api/v1/captcha"), 403,
             code="forbidden"),
    Exchange("a site's origin where it may not", sized(SIGN_IN, b"Origin: https://www.fel.mx\r\n"), 403, code="forbidden"),
    Exchange("a foreign preflight", get(b"/api/v1/captcha", b"Origin: https://evil.test\r\nAccess-Control-Request-Method: POST\r\n",
                                        method=b"OPTIONS"), 403, headers=(("access-control-allow-origin", None),)),
    Exchange("a foreign GET is not shared", get(b"/api/v1/site", b"Origin: https://evil.test\r\n"), 200,
             headers=(("access-control-allow-origin", None),)),
    Exchange("a cookie that is none", get(b"/api/v1/chats", b"Cookie: ventanilla_session=secreto-7731\r\n"), 401,
             code="unauthenticated", stays=True),
    Exchange("a cookie of the other name", get(b"/api/v1/chats", b"Cookie: __Host-ventanilla_session=@AGENT@\r\n"), 401,
             code="unauthenticated", stays=True),
    Exchange("cookies without sense", get(b"/api/v1/chats", b"Cookie: ;;=;a;=b; ventanilla_session=\r\n"), 401,
             code="unauthenticated", stays=True),
    Exchange("a token of 4 KiB", get(b"/api/v1/chats", b"Authorization: Bearer " + b"x" * 4096 + b"\r\n"), 401,
             code="unauthenticated", stays=True),
    Exchange("two tokens", get(b"/api/v1/chats", b"Authorization: Bearer @AGENT@\r\nAuthorization: Bearer x\r\n"), 400),
    Exchange("a token of a visitor", get(b"/api/v1/chats", b"Authorization: Bearer @TOKEN@\r\n"), 401, code="unauthenticated", stays=True),
    Exchange("a form with the cookie", sized(b"a=b", b"Cookie: ventanilla_session=@AGENT@\r\n", target=b"/api/v1/replies").replace(
        b"application/json", b"text/plain"), 415, stays=True),
    Exchange("an address in a forwarded header", get(more=b"X-Forwarded-For: 1.2.3.4, ::1, evil, " + b"9" * 500 + b"\r\n"), 200),
]

SLOW = [
    Slow("a head that drips", b"GET /livez HTTP/1.1\r\n", b"A: b\r\n", 408),
    Slow("a head of single bytes", b"", b"G", 408),
    Slow("a body that drips", post(b"Content-Length: 1000\r\n"), b" ", 408),
    Slow("chunks that drip", chunked(b""), b"1\r\n \r\n", 408),
    Slow("a body that never comes", post(b"Content-Length: 1000\r\n"), b"", 408),
]


class HostileHttp(HostileCase):
    at_once = 8  # the slow ones wait

    async def test_every_row_has_its_answer(self):
        self.server.secrets.add("secreto-7731")
        await self.all("http", [*SLOW, *SMUGGLED, *CHUNKS, *HEADS, *TARGETS, *METHODS, *ORIGINS], at_least=150)
