"""Uploads and downloads: who may, what is taken, and files in chats."""
import concurrent.futures
import contextlib
import http.client
import secrets
import socket
import sqlite3
import time
import urllib.parse

from files_case import BOUNDARY, CFDI, MIB, PNG, SITE, FilesCase, form, part
from harness import Http, client_id
from harness.server import PASSWORD


class Uploading(FilesCase):
    async def test_a_visitor_and_agents_may(self):
        token = await self.token()
        file = self.file(token, PNG, "foto.png", "image/png")
        self.assertEqual((file["name"], file["size"], file["media_type"]), ("foto.png", len(PNG), "image/png"))
        self.assertTrue(file["id"].startswith("f_"))
        agent = self.server.sign_in("ana")
        self.file(agent)

    def cookie(self):
        answer = self.http.post("/api/v1/sessions", {"username": "ben", "password": PASSWORD})
        self.server.secrets.add(answer.json()["token"])
        return answer.headers["set-cookie"].split(";")[0]

    def test_a_cookie_needs_the_header_that_forms_of_others_cannot_send(self):
        cookie = self.cookie()
        self.assertEqual(self.upload(None, cookie=cookie).status, 415)
        answer = self.upload(None, cookie=cookie, headers={"X-Ventanilla": "1"})
        self.assertEqual(answer.status, 201)
        self.assertEqual(self.get(answer.json()["file"]["id"], cookie=cookie).status, 200)
        answer = self.upload(None, cookie=cookie, headers={"X-Ventanilla": "1", "Origin": SITE})
        self.assertEqual(answer.status, 403)

    def test_nobody_else_may(self):
        before = self.settled()
        for options, status in (({}, 401), ({"token": "x" * 43}, 401), ({"cookie": "ventanilla_session=x"}, 415),
                                ({"query": "?ticket=T-000001&key=x"}, 404), ({"query": "?key=x"}, 404),
                                ({"headers": {"X-Captcha": "x" * 60}}, 401)):
            answer = self.upload(options.pop("token", None), **options)
            self.assertEqual(answer.status, status, options)
        self.assertEqual(self.settled(), before)

    def ticket_query(self):
        """What leads a requester to a ticket of theirs: "?ticket=T-000001&key=…"."""
        answer = self.http.post("/api/v1/tickets", {
            "channel": "phone", "email": "lucia@example.mx", "department": "soporte-tecnico", "subject": "No timbra",
            "priority": "normal"}, token=self.server.sign_in("ana"))
        self.assertEqual(answer.status, 201, answer.body)
        key = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.json()["url"]).query)["key"][0]
        return f"?ticket={answer.json()['ticket']['number']}&key={key}"

    def test_a_requester_may_with_the_key_of_a_ticket(self):
        query, others = self.ticket_query(), self.ticket_query()
        cookie = self.cookie()
        for options in ({}, {"cookie": cookie}, {"headers": {"Origin": SITE}}):
            answer = self.upload(None, query=query, **options)
            self.assertEqual(answer.status, 201, options)
            file = answer.json()["file"]["id"]
            self.assertEqual(self.http.get(f"/api/v1/files/{file}{query}", **options).body, b"hola")
            self.assertEqual(self.get(file, cookie=cookie).status, 404, "it was the requester, not the agent")
            for other in (others, others[: others.index("&")] + query[query.index("&") :]):
                self.assertEqual(self.http.get(f"/api/v1/files/{file}{other}").status, 404)
        self.assertEqual(self.upload(None, query=query + "x").status, 404)

    async def test_the_content_says_the_type(self):
        token = await self.token()
        for content, media_type in ((PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a\1", "image/gif"),
                                    (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"), (b"%PDF-1.7\n\0", "application/pdf"),
                                    (b"PK\3\4\x14\0", "application/zip"), (CFDI, "text/xml"),
                                    ("Año".encode("latin-1"), "text/plain")):
            self.assertEqual(self.file(token, content, "x.exe", "application/x-msdownload")["media_type"], media_type)
        before = self.settled()
        for content in (b"<!doctype html><p>x", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90\0", b"a\0b", b"\x1b[0m"):
            answer = self.upload(token, content, "foto.png", "image/png")
            self.assertEqual((answer.status, answer.code, answer.json()["field"]), (422, "bad_field", "file"), content)
            self.assertEqual(answer.json()["errors"][0]["code"], "invalid")
        self.assertEqual(self.settled(), before, "nothing is left of what was refused")

    async def test_ten_mebibytes_and_not_one_byte_more(self):
        token = await self.token()
        self.assertEqual(self.file(token, b"a" * (10 * MIB))["size"], 10 * MIB)
        before = self.settled()
        self.assertEqual(self.upload(token, b"a" * (10 * MIB + 1)).status, 413)
        self.assertEqual(self.upload(token, b"a" * (20 * MIB)).status, 413)
        body = form(part("file", b"a" * (10 * MIB + 1), "x.txt"))
        pieces = iter([body[at:at + 100_000] for at in range(0, len(body), 100_000)])
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Authorization": f"Bearer {token}"}
        connection = http.client.HTTPConnection(self.http.host, timeout=30)
        connection.request("POST", "/api/v1/files", pieces, headers, encode_chunked=True)
        self.assertEqual(connection.getresponse().status, 413, "in chunks, without a length")
        connection.close()
        self.assertEqual(self.settled(), before)

    async def test_a_form_with_one_file_it_must_be(self):
        token = await self.token()
        before = self.settled()
        file = part("file", b"hola", "a.txt")
        for body, status in ((form(), 422), (form(part("file", b"hola")), 422), (form(part("other", b"x", "a.txt")), 422),
                             (form(part("file", b"", "a.txt")), 422), (form(file, file), 422), (file, 400),
                             (b"hola", 400), (b"", 400), (form(part("", b"x", "a.txt")), 400)):
            self.assertEqual(self.post(body, token).status, status, body[:200])
        for media_type in ("application/json", "text/plain", "multipart/mixed; boundary=a"):
            answer = self.post(form(file), token, headers={"Content-Type": media_type})
            self.assertEqual(answer.status, 415, media_type)
        self.assertEqual(self.post(form(file), token, headers={"Content-Type": "multipart/form-data"}).status, 400)
        self.assertEqual(self.settled(), before)
        self.assertEqual(self.post(form(part("note", b"x"), file, part("more", b"y")), token).status, 201)

    async def test_names_are_cleaned_and_never_become_headers(self):
        token = await self.token()
        for raw, shown in (("../../etc/passwd", "passwd"), ("C:\\dir\\foto.png", "foto.png"), ("a%22%0d%0ab.txt", 'a"b.txt'),
                           ("foto\u202egpj.exe", "fotogpj.exe"), ("n\u0303 ".strip() + "ñ" * 300 + ".pdf", None), ("..", "file"),
                           ("\x01\x7f", "file")):
            file = self.file(token, b"hola", raw)
            if shown is not None:
                self.assertEqual(file["name"], shown)
            self.assertLessEqual(len(file["name"]), 200)
            answer = self.get(file["id"], token)
            self.assertNotIn("b.txt", answer.headers)
            self.assertTrue(answer.headers["content-disposition"].startswith("attachment; filename=\""))
            self.assertIn("filename*=UTF-8''", answer.headers["content-disposition"])

    async def test_twenty_that_nothing_holds_and_no_more(self):
        token = await self.token()
        for _ in range(20):
            self.file(token)
        answer = self.upload(token)
        self.assertEqual((answer.status, answer.code), (429, "slow_down"))
        self.assertGreater(int(answer.headers["retry-after"]), 0)
        self.file(await self.token())

    async def test_a_repeated_request_is_one_upload(self):
        token = await self.token()
        key = {"Idempotency-Key": secrets.token_hex(16)}
        first = self.file(token, b"uno", headers=key)
        before = self.settled()
        self.assertEqual(self.file(token, b"uno", headers=key), first)
        self.assertEqual(self.settled(), before)
        answer = self.upload(token, b"dos", headers=key)
        self.assertEqual((answer.status, answer.code), (409, "client_id_reuse"))
        self.assertEqual(self.upload(token, b"uno", "otro.txt", headers=key).status, 409)
        self.assertNotEqual(self.file(await self.token(), b"uno", headers=key)["id"], first["id"])
        self.assertEqual(self.upload(token, headers={"Idempotency-Key": "k" * 300}).status, 422)

    async def test_an_answer_does_not_outlive_its_file(self):
        token = await self.token()
        key = {"Idempotency-Key": secrets.token_hex(16)}
        first = self.file(token, b"uno", headers=key)
        files = [first]
        for change in ("DELETE FROM file WHERE id = ?", "UPDATE file SET erased = 1 WHERE id = ?"):
            # As the purge after an hour does, and the erasure of a person.
            with contextlib.closing(sqlite3.connect(self.server.data / "ventanilla.db", timeout=30)) as database:
                database.execute(change, (files[-1]["id"],))
                database.commit()
            self.assertEqual(self.upload(token, b"dos", headers=key).status, 409)
            again = self.file(token, b"uno", headers=key)
            self.assertNotIn(again, files)
            self.assertEqual(self.get(again["id"], token).body, b"uno")
            self.assertEqual(self.file(token, b"uno", headers=key), again, "the new answer holds")
            files.append(again)

    async def test_one_address_has_few_places_and_agents_have_theirs(self):
        token = await self.token()
        before = self.settled()
        held = []
        try:
            for number in range(4):
                held.append(self.begun(token))
            answer = self.upload(token)
            self.assertEqual((answer.status, answer.code), (429, "slow_down"))
            self.file(self.server.sign_in("ana"))
        finally:
            for connection in held:
                connection.close()
        # A place is free again once the server has seen that its client is gone.
        for _ in range(600):
            if self.upload(token).status == 201:
                break
            time.sleep(0.05)
        else:
            self.fail("the places are still taken")
        self.assertEqual(len(self.settled()), len(before) + 2)

    def begun(self, token):
        """An upload whose bytes have begun to lie on disk, and that does not go on."""
        host, port = self.http.host.split(":")
        connection = socket.create_connection((host, int(port)), timeout=30)
        head = (f"POST /api/v1/files HTTP/1.1\r\nHost: {self.http.host}\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {2 * MIB}\r\n\r\n")
        had = len(self.on_disk())
        connection.sendall(head.encode() + form(part("file", b"a" * MIB, "x.txt"))[:MIB // 2])
        for _ in range(600):
            if len(self.on_disk()) > had:
                return connection
            time.sleep(0.05)
        self.fail("the upload does not begin")

    async def test_at_the_same_time_too(self):
        token = await self.token()
        key = {"Idempotency-Key": secrets.token_hex(16)}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            files = list(pool.map(lambda _: self.file(token, b"a" * MIB, headers=key), range(8)))
        self.assertEqual(len({file["id"] for file in files}), 1)
        self.assertEqual(self.get(files[0]["id"], token).body, b"a" * MIB)

    async def test_pages_of_the_site_may_with_a_token(self):
        token = await self.token()
        asked = self.http.request("OPTIONS", "/api/v1/files", checked=False, headers={
            "Origin": SITE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"})
        self.assertEqual((asked.status, asked.headers["access-control-allow-origin"]), (204, SITE))
        self.assertIn("authorization", asked.headers["access-control-allow-headers"])
        answer = self.upload(token, PNG, headers={"Origin": SITE})
        self.assertEqual((answer.status, answer.headers["access-control-allow-origin"]), (201, SITE))
        path = "/api/v1/files/" + answer.json()["file"]["id"]
        asked = self.http.request("OPTIONS", path, checked=False, headers={
            "Origin": SITE, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"})
        self.assertEqual((asked.status, asked.headers["access-control-allow-methods"]), (204, "GET"))
        shown = self.http.get(path, token=token, headers={"Origin": SITE})
        self.assertEqual((shown.status, shown.body), (200, PNG))
        self.assertEqual(shown.headers["access-control-allow-origin"], SITE)
        self.assertNotIn("access-control-allow-credentials", shown.headers)
        self.assertEqual(self.upload(token, headers={"Origin": "https://evil.example"}).status, 403)
        self.assertNotIn("access-control-allow-origin",
                         self.http.get(path, token=token, headers={"Origin": "https://evil.example"}).headers)

    async def test_it_is_counted(self):
        def read():
            text = Http(self.server.metrics).get("/metrics", checked=False).body.decode()
            return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line[0] != "#"}
        token = await self.token()
        before = read()
        self.get(self.file(token, b"12345")["id"], token)
        self.upload(token, b"a\0")
        self.upload(None)
        after = read()
        for name, grown in (("ventanilla_uploads_total", 1), ("ventanilla_upload_bytes_total", 5),
                            ("ventanilla_downloads_total", 1), ('ventanilla_uploads_refused_total{reason="type"}', 1),
                            ('ventanilla_uploads_refused_total{reason="access"}', 1)):
            self.assertEqual(after[name] - before[name], grown, name)
        self.assertEqual(after["ventanilla_uploads_open"], 0)


class Downloading(FilesCase):
    async def test_a_download_is_saved_never_shown(self):
        token = await self.token()
        text = "Mire: <script>alert(1)</script>".encode()
        file = self.file(token, text, "año 1%.html", "text/html")
        answer = self.get(file["id"], token)
        self.assertEqual((answer.status, answer.body), (200, text))
        expected = {"content-type": "text/plain", "content-security-policy": "sandbox; default-src 'none'",
                    "x-content-type-options": "nosniff", "cache-control": "private, no-store",
                    "content-length": str(len(text)),
                    "content-disposition": "attachment; filename=\"a_o 1_.html\"; filename*=UTF-8''a%C3%B1o%201%25.html"}
        self.assertEqual({name: answer.headers.get(name) for name in expected}, expected)
        head = self.http.request("HEAD", f"/api/v1/files/{file['id']}", token=token, checked=False)
        self.assertEqual((head.status, head.headers["content-length"], head.body), (200, str(len(text)), b""))

    async def test_while_nothing_holds_it_its_uploader_alone_reads_it(self):
        visitor, agent = await self.token(), self.server.sign_in("ana")
        of_visitor, of_agent = self.file(visitor)["id"], self.file(agent)["id"]
        self.assertEqual(self.get(of_visitor, visitor).status, 200)
        self.assertEqual(self.get(of_agent, agent).status, 200)
        for file, token in ((of_visitor, agent), (of_agent, visitor), (of_visitor, await self.token()), (of_visitor, None),
                            (of_agent, self.server.sign_in("raul")), (of_visitor, "x" * 43), ("f_unknown", visitor)):
            answer = self.get(file, token)
            self.assertEqual((answer.status, answer.code), (404, "not_found"))
        for query in ("?key=x", "?ticket=T-000001&key=x"):
            self.assertEqual(self.http.get(f"/api/v1/files/{of_visitor}{query}").status, 404)


class InChats(FilesCase):
    async def send(self, client, chat, file, number=None):
        return await client.ok("message.send", chat=chat, client_id=number or client_id(), file=file)

    async def test_both_sides_send_files(self):
        visitor, agent, chat = await self.conversation()
        photo = self.file(visitor.token, PNG, "foto.png")
        number = client_id()
        sent = await self.send(visitor, chat, photo["id"], number)
        entry = await agent.entry(chat, "message", seq=sent["seq"])
        self.assertEqual(entry["file"], photo)
        self.assertNotIn("text", entry)
        self.assertEqual((await self.send(visitor, chat, photo["id"], number))["seq"], sent["seq"])
        invoice = self.file(agent.token, CFDI, "factura.xml")
        await self.send(agent, chat, invoice["id"])
        self.assertEqual((await visitor.entry(chat, "message", file=invoice))["from"]["role"], "agent")
        for token in (visitor.token, agent.token, self.server.sign_in("ben"), self.server.sign_in("raul")):
            self.assertEqual(self.get(photo["id"], token).body, PNG)
            self.assertEqual(self.get(invoice["id"], token).body, CFDI)
        for token in (await self.token(), self.server.sign_in("vito"), None):
            self.assertEqual(self.get(photo["id"], token).status, 404)
        await visitor.refused("message.send", "client_id_reuse", chat=chat, client_id=number, text=photo["id"])

    async def test_a_past_chat_shows_them(self):
        visitor, agent, chat = await self.conversation()
        photo = self.file(visitor.token, PNG, "foto.png")
        number = client_id()
        sent = await self.send(visitor, chat, photo["id"], number)
        await agent.ok("chat.close", chat=chat, outcome="solved")
        late = self.file(visitor.token)
        await visitor.refused("message.send", "chat_closed", chat=chat, client_id=client_id(), file=late["id"])
        self.assertEqual((await self.send(visitor, chat, photo["id"], number))["seq"], sent["seq"])
        past = self.http.get(f"/api/v1/chats/{chat}", token=agent.token).json()
        self.assertEqual([entry["file"] for entry in past["entries"] if "file" in entry], [photo])
        await self.until(lambda: self.http.get("/api/v1/chats", token=agent.token).json()["chats"])
        for token in (visitor.token, agent.token):
            self.assertEqual(self.get(photo["id"], token).body, PNG)
        self.assertEqual(self.get(late["id"], agent.token).status, 404, "the chat did not get it")
        self.assertEqual((await self.send(visitor, chat, photo["id"], number))["seq"], sent["seq"], "from SQL too")

    async def test_only_ones_own_upload_and_into_one_chat(self):
        visitor, agent, chat = await self.conversation()
        other = await self.visitor()
        elsewhere = await other.start()
        await agent.assigned(elsewhere["id"])
        of_other, of_agent = self.file(other.token)["id"], self.file(agent.token)["id"]
        for file in (of_other, of_agent, "f_unknown", "../x"):
            await visitor.refused("message.send", "bad_field", "file", chat=chat, client_id=client_id(), file=file)
        await self.send(agent, chat, of_agent)
        await agent.refused("message.send", "bad_field", "file", chat=elsewhere["id"], client_id=client_id(), file=of_agent)
        await self.send(other, elsewhere["id"], of_other)
        # A chat of others takes no file, and the file stays free.
        mine = self.file(visitor.token)["id"]
        await visitor.refused("message.send", "not_found", chat=elsewhere["id"], client_id=client_id(), file=mine)
        await self.send(visitor, chat, mine)
        self.assertEqual(self.get(of_other, visitor.token).status, 404)
        self.assertEqual(self.get(mine, other.token).status, 404)

    async def test_an_agent_who_does_not_hold_the_chat_sends_none(self):
        visitor, agent, chat = await self.conversation()
        ben = await self.agent("ben", state=None)
        file = self.file(ben.token)["id"]
        await ben.refused("message.send", "not_assigned", chat=chat, client_id=client_id(), file=file)
        self.assertEqual(self.get(file, agent.token).status, 404)
