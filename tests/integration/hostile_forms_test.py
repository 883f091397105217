"""Forms and uploads: multipart bodies that lie, files that are something else (protocol.md 3.2, 3.3 and 3.7)."""
import dataclasses
import io
import zipfile

from files_case import BOUNDARY, PNG, form, part
from hostile import Exchange, HostileCase

MULTIPART = f"multipart/form-data; boundary={BOUNDARY}".encode()
URLENCODED = b"application/x-www-form-urlencoded"
FILE = part("file", b"hola", "nota.txt", "text/plain")


def send(body, target=b"/api/v1/files", media_type=MULTIPART, more=b"Authorization: Bearer @TOKEN@\r\n"):
    return (b"POST " + target + b" HTTP/1.1\r\nHost: desk.test\r\nContent-Type: " + media_type + b"\r\n" + more
            + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def plain(body, media_type=URLENCODED):
    return send(body, b"/ticket", media_type, b"")


def raw(head, content=b"hola"):
    """A part with this head."""
    return b"--" + BOUNDARY.encode() + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def upload(name, content, status=422):
    """A file that is not what it says; taken, or refused as `bad_field` `file`."""
    wrong = {"code": "bad_field", "field": "file"} if status == 422 else {}
    return Exchange(f"upload: {name}", send(form(part("file", content, "foto.png", "image/png"))), status, **wrong)


def disposition(value):
    return raw(b"Content-Disposition: " + value)


def bomb():
    """A zip of ten kilobytes that would be ten megabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 10_000_000)
    return packed.getvalue()


BROKEN = [
    Exchange("nothing", send(b""), 400),
    Exchange("no boundary in it", send(b"hola"), 400),
    Exchange("no end", send(FILE), 400),
    Exchange("an end without parts", send(form()), 422, code="bad_field", field="file"),
    Exchange("cut within the head of a part", send(FILE[:60]), 400),
    Exchange("cut within the boundary", send(form(FILE)[:-8]), 400),
    Exchange("text behind a boundary", send(form(FILE).replace(BOUNDARY.encode() + b"\r\n", BOUNDARY.encode() + b"x\r\n")), 400),
    Exchange("bare line feeds", send(form(FILE).replace(b"\r\n", b"\n")), 400),
    Exchange("a preamble without end", send(b"x" * 100_000 + form(FILE)), 400),
    Exchange("a boundary that begins like another", send(form(part("file", b"\r\n--" + BOUNDARY.encode()[:-1] + b"\r\n" * 50, "a.txt"))), 201),
    Exchange("an epilogue means nothing", send(form(FILE) + b"--" + BOUNDARY.encode() + b"\r\nevil"), 201),
    Exchange("no boundary said", send(form(FILE), media_type=b"multipart/form-data"), 400),
    Exchange("an empty boundary", send(form(FILE), media_type=b'multipart/form-data; boundary=""'), 400),
    Exchange("a boundary of 71", send(form(FILE), media_type=b"multipart/form-data; boundary=" + b"a" * 71), 400),
    Exchange("a boundary with a line end", send(form(FILE), media_type=b'multipart/form-data; boundary="a\\\r\\\nb"'), 400),
    Exchange("a boundary with brackets", send(form(FILE), media_type=b'multipart/form-data; boundary="<a>"'), 400),
    Exchange("another boundary than in the body", send(form(FILE), media_type=b"multipart/form-data; boundary=other"), 400),
    Exchange("multipart/mixed", send(form(FILE), media_type=b"multipart/mixed; boundary=" + BOUNDARY.encode()), 415),
    Exchange("JSON where a form belongs", send(b'{"file":"x"}', media_type=b"application/json"), 415),
    Exchange("a head of a part of 100 KB", send(form(raw(b"Content-Disposition: form-data; name=file; filename=a\r\nX: " + b"h" * 100_000))),
             400),
    Exchange("a part without a head", send(form(raw(b""))), 400),
    Exchange("a part without a name", send(form(disposition(b"form-data; filename=a"))), 400),
    Exchange("a part with an empty name", send(form(disposition(b'form-data; name=""; filename=a'))), 400),
    Exchange("a part of an attachment", send(form(disposition(b"attachment; name=file; filename=a"))), 400),
    Exchange("two dispositions", send(form(raw(b"Content-Disposition: form-data; name=file; filename=a\r\nContent-Disposition: "
                                               b"form-data; name=other"))), 400),
    Exchange("two names in one", send(form(disposition(b'form-data; name=other; name=file; filename=a'))), 400),
    Exchange("a name with a line end", send(form(disposition(b'form-data; name="fi\r\nle"; filename=a'))), 400),
    Exchange("an open quote", send(form(disposition(b'form-data; name="file; filename=a'))), 400),
    Exchange("an encoded part", send(form(raw(b"Content-Disposition: form-data; name=file; filename=a\r\nContent-Transfer-Encoding: base64",
                                              b"aG9sYQ=="))), 400),
    Exchange("a filename* that is broken", send(form(disposition(b"form-data; name=file; filename*=UTF-8''%zz"))), 400),
    Exchange("a filename* in a charset of its own", send(form(disposition(b"form-data; name=file; filename*=EVIL''a"))), 400),
    Exchange("a name of %22 and line ends is another field", send(form(disposition(b'form-data; name="file%22%0d%0a"; filename=a'))), 422,
             code="bad_field", field="file"),
    Exchange("two files", send(form(FILE, FILE)), 422, code="bad_field", field="file"),
    Exchange("a file without a name", send(form(part("file", b"hola"))), 422, code="bad_field", field="file"),
    Exchange("thousands of parts", send(form(*[part("x", b"y")] * 3000, FILE)), 400),
    Exchange("a file of more than 10 MiB", send(b"", more=b"Authorization: Bearer @TOKEN@\r\n").replace(
        b"Content-Length: 0", b"Content-Length: 99000000"), 413),
    Exchange("nobody's upload", send(form(FILE), more=b""), 401),
    Exchange("an upload with a made-up token", send(form(FILE), more=b"Authorization: Bearer secreto-9910\r\n"), 401),
    Exchange("an upload with a made-up challenge", send(form(FILE), more=b"X-Captcha: secreto-9910\r\n"), 401),
    Exchange("an upload with a made-up key", send(form(FILE), b"/api/v1/files?ticket=T-000001&key=secreto-9910", more=b""), 404),
    Exchange("a cookie without the header", send(form(FILE), more=b"Cookie: ventanilla_session=@AGENT@\r\n"), 415),
]

LIES = [
    upload("an empty file", b""),
    upload("HTML", b"<!doctype html><script>alert(1)</script>"),
    upload("HTML behind blanks", b" \n\t<html><script>"),
    upload("HTML behind a byte order mark", b"\xef\xbb\xbf<html>"),
    upload("HTML behind a comment", b"<!-- x --><html><script>"),
    upload("SVG with a script", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    upload("SVG behind a declaration", b"<?xml version='1.0'?><!-- x --><svg onload='alert(1)'/>"),
    upload("XHTML", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script/></html>"),
    upload("a program of Windows", b"MZ\x90\0" + b"\0" * 60),
    upload("a program of Linux", b"\x7fELF\x02\x01\x01" + b"\0" * 60),
    upload("a class of Java", b"\xca\xfe\xba\xbe\0\0\0\x34"),
    upload("zero bytes", b"a\0b"),
    upload("colours of a terminal", b"\x1b[31mred"),
    upload("a film", b"\0\0\0\x18ftypmp42"),
    upload("a text that calls itself an image", b"hola", 201),
    upload("a picture that is a page behind", PNG + b"<html><script>alert(1)</script>", 201),
    upload("a zip bomb", bomb(), 201),
]

NAMED = [Exchange(f"file name {name!r}", send(form(part("file", b"hola", name))), 201) for name in (
    b"../../etc/passwd", b"a%22%0d%0aSet-Cookie: x=y", b"a" * 4000, b"CON", b"..", "\u202egnp.exe".encode())]

FORMS = [
    Exchange("plain: nothing", plain(b""), 422),
    Exchange("plain: bytes that are no text", plain(b"email=%ff%fe&subject=a"), 400),
    Exchange("plain: raw bytes that are no text", plain(b"email=\xff\xfe"), 400),
    Exchange("plain: a broken escape", plain(b"email=%zz"), 400),
    Exchange("plain: a zero byte", plain(b"email=a%00b"), 400),
    Exchange("plain: thousands of fields", plain(b"&".join(b"f%d=x" % n for n in range(20_000))), 422),
    Exchange("plain: one field many times", plain(b"&".join([b"email=a@b.mx"] * 5000)), 422),
    Exchange("plain: only signs", plain(b"&&==&=&;;&%26"), 422),
    Exchange("plain: JSON", plain(b"{}", b"application/json"), 415),
    Exchange("plain: a text", plain(b"email=a", b"text/plain"), 415),
    Exchange("plain: multipart without an end", plain(part("email", b"a@b.mx"), MULTIPART), 400),
    Exchange("plain: multipart of nothing", plain(form(), MULTIPART), 422),
    Exchange("plain: multipart that is no text", plain(form(part("email", b"\xff\xfe")), MULTIPART), 400),
    Exchange("plain: multipart with a name that is no text", plain(form(part(b"\xff", b"x")), MULTIPART), 400),
    Exchange("plain: multipart of thousands of fields", plain(form(*[part("x", b"y")] * 3000), MULTIPART), 422),
    Exchange("plain: a ticket that is not there", send(b"text=x", b"/ticket/T-999999?key=secreto-9910", URLENCODED, b""), 404),
    Exchange("plain: a ticket without a key", send(b"text=x", b"/ticket/T-999999", URLENCODED, b""), 404),
    Exchange("plain: a foreign page", send(b"email=a", b"/ticket", URLENCODED, b"Origin: https://evil.test\r\n"), 403),
]


class HostileForms(HostileCase):
    async def test_every_row_has_its_answer(self):
        self.server.secrets.add("secreto-9910")
        rows = [*BROKEN, *LIES, *NAMED, *FORMS]
        # Whether the connection goes on depends on how much of the body the server wanted to see.
        await self.all("forms", [dataclasses.replace(row, stays=None) for row in rows], at_least=75)
