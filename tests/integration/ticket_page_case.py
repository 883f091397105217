"""The ticket form and the requester's page as plain HTML: read with a parser, filled in and sent as a browser without
JavaScript would."""
import html.parser
import urllib.parse

from harness import TicketCase
from harness.captcha import code_answer

VOID = {"input", "img", "br", "meta", "link"}
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


class Page(html.parser.HTMLParser):
    """The elements with an id, the fields of the form, and the text of a page."""

    def __init__(self, answer):
        super().__init__()
        self.answer, self.status = answer, answer.status
        self.ids, self.fields, self.forms, self.links, self.scripts, self.texts = {}, {}, [], [], [], {}
        self.options, self.boxes, self.open, self.text, self.anchors = {}, [], [], "", []
        self.feed(answer.body.decode())

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if "id" in found:
            assert found["id"] not in self.ids, f"two elements #{found['id']}"
            self.ids[found["id"]] = (tag, found)
            self.texts[found["id"]] = ""
        if tag not in VOID:
            self.open.append((tag, found))
        if tag == "form":
            self.forms.append(found)
        if tag == "a":
            self.links.append(found["href"])
            self.anchors.append([found["href"], ""])
        if tag == "script" and "src" in found:
            self.scripts.append(found["src"])
        if tag == "input" and found.get("type") == "checkbox":
            self.boxes.append((found["name"], found["value"]))
        elif tag == "input" and found.get("type") != "file":
            self.fields[found["name"]] = found.get("value", "")
        if tag in ("select", "textarea"):
            self.fields[found["name"]] = ""
        if tag == "option":
            select = next(item for name, item in reversed(self.open) if name == "select")["name"]
            self.options.setdefault(select, []).append(found["value"])
            if "selected" in found:
                self.fields[select] = found["value"]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.text += data
        for tag, found in self.open:
            if "id" in found:
                self.texts[found["id"]] += data
            if tag == "a":
                self.anchors[-1][1] += data
            if tag == "textarea":
                self.fields[found["name"]] += data

    def error(self, field):
        return self.texts[f"{field}-error"].strip()


class PageCase(TicketCase):
    site = {"captcha": {"mode": "code"}, "files": {"max_mib": 1}}

    def page(self, path, **options):
        return Page(self.http.get(path, **options))

    def send(self, path, fields, **options):
        headers = {"Content-Type": "application/x-www-form-urlencoded", **options.pop("headers", {})}
        return self.http.post(path, urllib.parse.urlencode(fields), headers=headers, **options)

    def send_with_files(self, path, fields, files, boxes=()):
        """As multipart, like a browser: `files` are names with their bytes."""
        boundary = "----prueba7MA4YWxkTrZu0gW"
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in [*fields.items(), *boxes]]
        for name, content in files or [("", b"")]:
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self.http.post(path, body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def filled(self, page, **changes):
        """What a browser sends of this form: what is in it, and what was typed."""
        fields = {**page.fields, "email": "ana@example.mx", "rfc": "GODE561231GR8", "department": "soporte-tecnico",
                  "subject": "No puedo timbrar", "priority": "high", "comments": "Desde ayer.\r\nPasos: 1, 2",
                  "action": "send"}
        fields["captcha_answer"] = code_answer(self.server, fields["captcha_id"])
        return {**fields, **changes}

    def secret_headers(self, answer):
        self.assertEqual(answer.headers["cache-control"], "no-store")
        self.assertEqual(answer.headers["referrer-policy"], "no-referrer")

    def opened(self, **changes):
        """A ticket by the plain form: the path of the page that says so."""
        answer = self.send("/ticket", self.filled(self.page("/ticket"), **changes))
        self.assertEqual(answer.status, 303, answer.body)
        return answer.headers["location"]
