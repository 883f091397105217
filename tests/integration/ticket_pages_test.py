"""The ticket form and the requester's page, without JavaScript."""
import contextlib
import sqlite3
import urllib.parse

from harness.server import PASSWORD
from ticket_page_case import PNG, Page, PageCase


class Form(PageCase):
    def test_it_has_what_a_script_and_a_person_look_for(self):
        page = self.page("/ticket")
        self.assertEqual(page.status, 200)
        self.secret_headers(page.answer)
        form = page.ids["ticket-form"][1]
        self.assertEqual((form["method"], form["action"], form["data-captcha"]), ("post", "/ticket", "code"))
        for name in ("email", "rfc", "department", "priority", "subject", "comments"):
            self.assertIn(f"{name}-error", page.ids[name][1]["aria-describedby"])
            self.assertEqual(page.error(name), "")
            self.assertNotIn("aria-invalid", page.ids[name][1])
        self.assertTrue(page.ids["captcha-image"][1]["src"].startswith("data:image/png;base64,"))
        self.assertTrue(page.ids["captcha-audio"][1]["src"].startswith("data:audio/wav;base64,"))
        self.assertIn("controls", page.ids["captcha-audio"][1])
        self.assertEqual(page.options["department"][1:], ["soporte-tecnico", "soporte-contable", "ventas", "corta",
                                                          "prisa", "pagos"])
        self.assertEqual(page.options["priority"], ["low", "normal", "high", "urgent"])
        self.assertIn("Abra un ticket por cada problema.", page.text)

    def test_sent_it_is_a_ticket_and_a_page_that_says_so(self):
        where = self.opened()
        page = self.page(where)
        self.assertEqual(page.status, 200)
        self.secret_headers(page.answer)
        number = where.split("/")[2].split("?")[0]
        key = urllib.parse.parse_qs(where.split("?")[1])["key"][0]
        for text in (number, f"{self.server.address}/ticket/{number}?key={key}", "ana@example.mx", "No puedo timbrar",
                     "Primera respuesta:", "Solución:", "Desde ayer.\nPasos: 1, 2"):
            self.assertIn(text, page.text)
        self.assertNotIn("último carácter", page.text)
        self.assertIn(f"/ticket/{number}?key={key}", page.links)

    def test_the_warning_of_a_check_digit(self):
        page = self.page(self.opened(rfc="GODE561231GR9"))
        self.assertIn("El último carácter del RFC", page.text)

    def test_every_error_at_its_field_and_nothing_typed_is_lost(self):
        page = self.page("/ticket")
        typed = {"email": "ana", "rfc": "ABC", "department": "", "subject": "", "priority": "nada",
                 "comments": 'Con "comillas" & <b>signos</b>\nen dos renglones', "captcha_answer": ""}
        shown = Page(self.send("/ticket", self.filled(page, **typed)))
        self.assertEqual(shown.status, 422)
        for name in ("email", "rfc", "department", "subject", "priority"):
            self.assertNotEqual(shown.error(name), "", name)
            self.assertEqual(shown.ids[name][1]["aria-invalid"], "true")
            self.assertIn(f"#{name}", shown.links)
        self.assertNotEqual(shown.error("captcha"), "")
        self.assertIn("#captcha_answer", shown.links)
        self.assertEqual(shown.error("comments"), "")
        self.assertNotIn("hidden", shown.ids["error-summary"][1])
        for name in ("email", "rfc", "subject", "comments"):
            self.assertEqual(shown.fields[name].lstrip("\n"), typed[name])
        self.assertNotEqual(shown.fields["captcha_id"], page.fields["captcha_id"])
        self.assertEqual(shown.fields["captcha_answer"], "")
        # What is right is not asked again.
        again = self.filled(shown, comments=shown.fields["comments"])
        self.assertEqual(self.send("/ticket", again).status, 303)

    def test_the_summary_names_the_fields_in_the_language_of_the_page(self):
        wrong = {"email": "ana", "rfc": "ABC", "department": "", "subject": "", "priority": "nada", "captcha_answer": ""}
        named = {"": ["Correo electrónico", "RFC", "Departamento", "Prioridad", "Asunto", "Código de verificación"],
                 "?lang=en": ["E-mail address", "RFC (Mexican tax ID)", "Department", "Priority", "Subject",
                              "Verification code"]}
        for language, titles in named.items():
            page = self.page("/ticket" + language)
            shown = Page(self.send("/ticket" + language, self.filled(page, **wrong)))
            self.assertEqual(shown.status, 422)
            links = [text for anchor, text in shown.anchors if anchor.startswith("#") and ": " in text]
            self.assertEqual(sorted(text.split(": ")[0] for text in links), sorted(titles))
            for text in links:
                self.assertGreater(len(text.split(": ", 1)[1]), 5, text)

    def test_what_was_chosen_stays_chosen(self):
        shown = Page(self.send("/ticket", self.filled(self.page("/ticket"), email="", department="pagos")))
        self.assertEqual((shown.fields["department"], shown.fields["priority"]), ("pagos", "high"))

    def test_another_code_keeps_what_was_typed(self):
        page = self.page("/ticket")
        shown = Page(self.send("/ticket", self.filled(page, action="new_code", email="a medias", subject="")))
        self.assertEqual(shown.status, 200)
        self.assertEqual((shown.fields["email"], shown.error("email")), ("a medias", ""))
        self.assertNotEqual(shown.fields["captcha_id"], page.fields["captcha_id"])
        self.assertIn("autofocus", shown.ids["captcha_answer"][1])

    def test_the_same_form_sent_twice_is_one_ticket(self):
        fields = self.filled(self.page("/ticket"))
        first, second = self.send("/ticket", fields), self.send("/ticket", fields)
        self.assertEqual((first.status, second.status), (303, 303))
        self.assertEqual(first.headers["location"], second.headers["location"])
        changed = self.send("/ticket", {**fields, "subject": "Otro"})
        self.assertEqual(changed.status, 409)
        self.assertEqual(Page(changed).fields["subject"], "Otro")

    def test_sent_again_after_a_failure_it_is_one_ticket(self):
        fields = self.filled(self.page("/ticket"), subject="Una sola vez")
        # As a backup does that takes long. Whether the ticket is written afterwards nobody who waits for it knows.
        with contextlib.closing(sqlite3.connect(self.server.data / "ventanilla.db", timeout=30)) as database:
            database.isolation_level = None
            database.execute("BEGIN IMMEDIATE")
            shown = Page(self.send("/ticket", fields))
            database.execute("ROLLBACK")
        self.assertEqual(shown.status, 503)
        self.assertEqual(shown.fields["once"], fields["once"])
        self.assertNotEqual(shown.fields["captcha_id"], fields["captcha_id"])
        for _ in range(2):
            again = self.filled(shown, subject="Una sola vez")
            self.assertEqual(self.send("/ticket", again).status, 303)
        with contextlib.closing(sqlite3.connect(self.server.data / "ventanilla.db", timeout=30)) as database:
            count, = database.execute("SELECT count(*) FROM ticket WHERE subject = 'Una sola vez'").fetchone()
        self.assertEqual(count, 1)

    def test_pages_of_others_may_not_send_it(self):
        for origin in ("https://evil.example", "https://www.fel.mx"):
            answer = self.send("/ticket", {}, headers={"Origin": origin}, checked=False)
            self.assertEqual(answer.status, 403, origin)
        own = {"Origin": self.server.address}
        self.assertEqual(self.send("/ticket", self.filled(self.page("/ticket")), headers=own).status, 303)

    def test_browsers_send_it_without_saying_from_where(self):
        # What they do from a page with `Referrer-Policy: no-referrer`.
        answer = self.send("/ticket", self.filled(self.page("/ticket")), headers={"Origin": "null"})
        self.assertEqual(answer.status, 303)
        where = answer.headers["location"].replace("&sent=1", "")
        fields = {**self.page(where).fields, "text": "Sigue igual.", "action": "send"}
        self.assertEqual(self.send(where, fields, headers={"Origin": "null"}).status, 303)
        self.assertIn("Sigue igual.", self.page(where).text)
        for path in ("/api/v1/tickets", "/api/v1/captcha", "/api/v1/files", "/api/v1/sessions"):
            self.assertEqual(self.http.post(path, {}, headers={"Origin": "null"}, checked=False).status, 403, path)

    def test_a_session_means_nothing_to_it(self):
        answer = self.http.post("/api/v1/sessions", {"username": "ana", "password": PASSWORD})
        self.server.secrets.add(answer.json()["token"])
        cookie = answer.headers["set-cookie"].split(";")[0]
        for headers in ({"Origin": "null"}, {"Origin": self.server.address}, {}):
            fields = self.filled(self.page("/ticket"), captcha_id="", captcha_answer="")
            shown = Page(self.send("/ticket", fields, headers=headers, cookie=cookie))
            self.assertEqual(shown.status, 422)
            self.assertNotEqual(shown.error("captcha"), "", "agents need none elsewhere")
            sent = self.send("/ticket", self.filled(self.page("/ticket")), headers=headers, cookie=cookie)
            path = sent.headers["location"].replace("&sent=1", "")
            self.send(path, {**self.page(path).fields, "text": "Soy yo.", "action": "send"}, headers=headers, cookie=cookie)
            said = self.page(path).answer.body.count(b"<strong>Usted</strong>")
            self.assertEqual(said, 2, "both by the requester")

    def test_what_is_no_form(self):
        self.assertEqual(self.http.post("/ticket", {"email": "x"}).status, 415)
        answer = self.http.post("/ticket", "%zz", headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 400)

    def test_languages(self):
        self.assertIn("Enviar ticket", self.page("/ticket").text)
        self.assertIn("Send ticket", self.page("/ticket?lang=en").text)
        shown = Page(self.send("/ticket?lang=en", {"action": "send"}))
        self.assertEqual(shown.error("rfc"), "Please enter the RFC. If you have none, use XAXX010101000.")
        self.assertEqual(shown.ids["ticket-form"][1]["action"], "/ticket?lang=en")


class Files(PageCase):
    def test_files_come_with_the_form(self):
        fields = self.filled(self.page("/ticket"))
        answer = self.send_with_files("/ticket", fields, [("captura ñ.png", PNG), ("C:\\notas.txt", b"hola")])
        self.assertEqual(answer.status, 303, answer.body)
        path = answer.headers["location"].replace("&sent=1", "")
        page = self.page(path)
        for name, content in (("captura ñ.png", PNG), ("notas.txt", b"hola")):
            self.assertIn(name, page.text)
        links = [link for link in page.links if link.startswith("/api/v1/files/")]
        self.assertEqual([self.http.get(link).body for link in links], [PNG, b"hola"])

    def test_a_form_without_files(self):
        self.assertEqual(self.send_with_files("/ticket", self.filled(self.page("/ticket")), []).status, 303)

    def test_whatever_has_to_be_corrected_files_are_chosen_once(self):
        fields = self.filled(self.page("/ticket"), email="ana")
        shown = Page(self.send_with_files("/ticket", fields, [("captura.png", PNG), ("virus.exe", b"MZ\0\1")]))
        self.assertEqual(shown.status, 422)
        self.assertNotEqual(shown.error("email"), "")
        self.assertEqual(shown.error("files"), "virus.exe: no aceptamos este tipo de archivo.")
        self.assertEqual([name for name, _ in shown.boxes], ["file_id"])
        self.assertIn("captura.png", shown.text)
        again = self.filled(shown)
        answer = self.send_with_files("/ticket", again, [("otra.txt", b"otra")], shown.boxes)
        self.assertEqual(answer.status, 303, answer.body)
        page = self.page(answer.headers["location"].replace("&sent=1", ""))
        links = [link for link in page.links if link.startswith("/api/v1/files/")]
        self.assertEqual([self.http.get(link).body for link in links], [PNG, b"otra"])

    def test_what_is_not_taken(self):
        cases = (([("vacio.txt", b"")], "vacio.txt: está vacío."),
                 ([(f"{n}.txt", b"x") for n in range(6)], "Adjunte 5 archivos como máximo."),
                 ([("grande.txt", b"x" * (1024 * 1024 + 1))], "grande.txt: pesa más de 1 MB."))
        for files, words in cases:
            shown = Page(self.send_with_files("/ticket", self.filled(self.page("/ticket")), files))
            self.assertEqual((shown.status, shown.error("files")), (422, words))
        fields = self.filled(self.page("/ticket"), captcha_id="nada", captcha_answer="123456")
        shown = Page(self.send_with_files("/ticket", fields, [("a.txt", b"a")]))
        self.assertEqual(shown.error("files"), "Un archivo ya no está disponible. Adjúntelo de nuevo.")

    def test_files_of_others_are_nobodys(self):
        first = Page(self.send_with_files("/ticket", self.filled(self.page("/ticket"), email=""), [("a.txt", b"a")]))
        fields = self.filled(self.page("/ticket"))
        shown = Page(self.send_with_files("/ticket", fields, [], first.boxes))
        self.assertEqual((shown.status, shown.boxes), (422, []))

    def test_a_form_that_is_cut_or_too_long(self):
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        for body in (b"", b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nana', b"nada"):
            self.assertEqual(self.http.post("/ticket", body, headers=headers).status, 400)
        long = self.send("/ticket", {"comments": "x" * (256 * 1024)})
        self.assertEqual(long.status, 413)

    def parts_only(self, boundary, fields):
        return b"".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value +
                        b"\r\n" for name, value in fields) + f"--{boundary}--\r\n".encode()

    def test_bytes_that_are_no_text(self):
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        good = [(name, value.encode()) for name, value in self.filled(self.page("/ticket")).items()]
        for name, value in ((b"subject", b"\x80" * 200_000), (b"comments", b"caf\xe9"), (b"comments", b"a\0b")):
            fields = [*((field, was) for field, was in good if field != name.decode()), (name.decode(), value)]
            self.assertEqual(self.http.post("/ticket", self.parts_only("x", fields), headers=headers).status, 400)
        self.assertEqual(self.http.post("/ticket", self.parts_only("x", good), headers=headers).status, 303)
        path = self.opened().replace("&sent=1", "")
        answer = [("text", b"\x80" * 200_000), ("action", b"send")]
        self.assertEqual(self.http.post(path, self.parts_only("x", answer), headers=headers).status, 400)

    def on_disk(self):
        return sorted(path for path in (self.server.data / "files").rglob("*") if path.is_file())

    def spent(self, challenge):
        self.assertEqual(self.send("/ticket", self.filled(challenge)).status, 303)
        return challenge.fields["captcha_id"]

    def test_nothing_lies_on_disk_without_a_challenge_that_lives(self):
        before = self.on_disk()
        words = "Un archivo ya no está disponible. Adjúntelo de nuevo."
        for challenge in ("", "nada", self.spent(self.page("/ticket"))):
            fields = self.filled(self.page("/ticket"))
            fields.update(captcha_id=challenge, captcha_answer="123456")
            shown = Page(self.send_with_files("/ticket", fields, [("a.txt", b"a"), ("b.txt", b"b")]))
            self.assertEqual((shown.status, shown.error("files"), shown.boxes), (422, words, []))
            self.assertEqual(shown.fields["subject"], fields["subject"])
        self.assertEqual(self.on_disk(), before)

    def test_a_wrong_code_keeps_the_files_and_more_may_come(self):
        fields = self.filled(self.page("/ticket"), captcha_answer="no")
        shown = Page(self.send_with_files("/ticket", fields, [("a.txt", b"a")]))
        self.assertEqual((shown.status, len(shown.boxes)), (422, 1))
        answer = self.send_with_files("/ticket", self.filled(shown), [("b.txt", b"b")], shown.boxes)
        self.assertEqual(answer.status, 303, answer.body)

    def test_of_one_challenge_few_wait(self):
        page = self.page("/ticket")
        files = [(f"{n}.txt", b"x") for n in range(5)]
        before = self.on_disk()
        for expected in (5, 10, 10):
            shown = Page(self.send_with_files("/ticket", self.filled(page, action="new_code"), files))
            self.assertEqual(len(self.on_disk()) - len(before), expected)
        self.assertEqual(shown.error("files"), "Adjunte 5 archivos como máximo.")

    def test_what_cannot_be_read_to_its_end_is_shown_again(self):
        cases = (([(f"{n}.txt", b"x") for n in range(40)], 422, "Adjunte 5 archivos como máximo."),
                 ([("grande.txt", b"x" * (7 * 1024 * 1024))], 413,
                  "Los archivos pesan demasiado. Adjunte 5 como máximo, de 1 MB cada uno."))
        for path, name in (("/ticket", "comments"), (self.opened().replace("&sent=1", ""), "text")):
            for files, status, words in cases:
                fields = {**self.page(path).fields, name: "Línea 1\nLínea 2", "action": "send"}
                shown = Page(self.send_with_files(path, fields, files))
                self.assertEqual(shown.status, status)
                self.assertIn(words, shown.error("files"))
                self.assertEqual(shown.fields[name].lstrip("\n"), "Línea 1\nLínea 2")

    def test_files_of_notes_are_not_the_requesters(self):
        path = self.opened().replace("&sent=1", "")
        number = path.split("/")[2].split("?")[0]
        token = self.server.sign_in("ana")
        for kind, status in (("note", 404), ("answer", 200)):
            part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhola\r\n--x--\r\n'
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            file = self.http.post("/api/v1/files", part, token=token, headers=headers).json()["file"]["id"]
            body = {"kind": kind, "text": "entre nosotros", "files": [file]}
            said = self.http.post(f"/api/v1/tickets/{number}/messages", body, token=token)
            self.assertEqual(said.status, 201)
            query = path.split("?")[1]
            self.assertEqual(self.http.get(f"/api/v1/files/{file}?ticket={number}&{query}").status, status, kind)
            self.assertEqual(self.http.get(f"/api/v1/files/{file}", token=token).status, 200)

    def test_an_answer_with_a_file(self):
        path = self.opened().replace("&sent=1", "")
        fields = {**self.page(path).fields, "text": "", "action": "send"}
        answer = self.send_with_files(path, fields, [("respuesta.txt", b"aqui")])
        self.assertEqual(answer.status, 303, answer.body)
        page = self.page(path)
        self.assertIn("Adjunto archivos.", page.text)
        link = next(link for link in page.links if link.startswith("/api/v1/files/"))
        self.assertEqual(self.http.get(link).body, b"aqui")


class OnlyWork(PageCase):
    site = {"captcha": {"mode": "pow"}, "contact": {"email": "ayuda@example.mx"}}

    def test_it_says_that_a_script_is_needed_and_how_else(self):
        page = self.page("/ticket")
        self.assertNotIn("captcha-image", page.ids)
        self.assertEqual(page.ids["ticket-form"][1]["data-captcha"], "pow")
        self.assertIn("hace falta JavaScript", page.text)
        self.assertIn("mailto:ayuda@example.mx", page.links)


class Requester(PageCase):
    def setUp(self):
        super().setUp()
        self.where = self.opened().replace("&sent=1", "")
        self.number = self.where.split("/")[2].split("?")[0]
        self.token = self.server.sign_in("ana")

    def agent_says(self, text, kind="answer", **fields):
        body = {"kind": kind, "text": text, **fields}
        answer = self.http.post(f"/api/v1/tickets/{self.number}/messages", body, token=self.token)
        self.assertEqual(answer.status, 201)

    def test_it_shows_the_talk_without_notes(self):
        self.agent_says("<script>alert(1)</script> Lo revisamos.")
        self.agent_says("entre nosotros", "note")
        page = self.page(self.where)
        self.secret_headers(page.answer)
        self.assertIn("<script>alert(1)</script> Lo revisamos.", page.text)
        self.assertNotIn("entre nosotros", page.text)
        self.assertEqual(page.scripts, ["/pages/page.js"])  # the widget would tell the desk the address with the key

    def test_an_answer(self):
        page = self.page(self.where)
        fields = {**page.fields, "text": "Sigue igual.\r\nGracias", "action": "send"}
        for _ in range(2):  # the same form sent twice is one answer
            answer = self.send(self.where, fields)
            self.assertEqual(answer.status, 303)
            self.assertTrue(answer.headers["location"].startswith(self.where))
        self.assertEqual(self.page(self.where).text.count("Sigue igual.\nGracias"), 1)
        empty = Page(self.send(self.where, {**self.page(self.where).fields, "text": " ", "action": "send"}))
        self.assertEqual((empty.status, empty.error("text")), (422, "Escriba su respuesta."))

    def test_closing_as_solved(self):
        page = self.page(self.where)
        self.assertEqual(self.send(self.where, {**page.fields, "text": "", "action": "solve"}).status, 303)
        page = self.page(self.where)
        self.assertIn("Solucionado", page.text)
        self.assertNotIn("Quedó solucionado, cerrar", page.text)
        self.send(self.where, {**page.fields, "text": "No, sigue.", "action": "send"})
        self.assertIn("Abierto", self.page(self.where).text)

    def test_without_the_right_key_there_is_no_such_page(self):
        unknown = self.page("/ticket/T-999999?key=x")
        for path in (f"/ticket/{self.number}", f"/ticket/{self.number}?key=", f"/ticket/{self.number}?key=x",
                     self.where[:-1], "/ticket/nada?key=x"):
            page = self.page(path)
            self.assertEqual((page.status, page.answer.body), (404, unknown.answer.body))
            self.secret_headers(page.answer)
            answer = self.send(path, {"text": "hola", "action": "send"})
            self.assertEqual((answer.status, answer.body), (404, unknown.answer.body))

    def test_the_other_language_keeps_the_key(self):
        english = next(link for link in self.page(self.where).links if link.endswith("lang=en"))
        page = self.page(english)
        self.assertIn("Send answer", page.text)
        answer = self.send(page.ids["answer-form"][1]["action"], {**page.fields, "text": "Hi", "action": "send"})
        self.assertIn("lang=en", answer.headers["location"])
