"""Signing in: the cookie under https, guessing over many accounts, and the address that counts behind a proxy."""
from harness import DeskCase, Server, site_toml
from harness.server import PASSWORD

HERE = "203.0.113.5"
ELSEWHERE = "198.51.100.7"


class SignIn(DeskCase):
    """`root` are keys of the configuration that stand before all tables."""

    root = ""

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.server = Server(cls.root + site_toml(**cls.site)).start()

    def sign_in(self, username, password=PASSWORD, forwarded=None):
        headers = {"X-Forwarded-For": forwarded} if forwarded else None
        answer = self.http.post("/api/v1/sessions", {"username": username, "password": password}, headers=headers)
        if answer.status == 200:
            self.server.secrets.add(answer.json()["token"])
        return answer

    def guess(self, times, forwarded=None):
        """Wrong passwords for one account; each must be a 401."""
        for n in range(times):
            self.assertEqual(self.sign_in("ana", f"intento {n}", forwarded).status, 401)

    def assert_locked_out(self, answer):
        self.assertEqual((answer.status, answer.code), (429, "slow_down"))
        self.assertGreater(int(answer.headers["retry-after"]), 0)


class UnderHttps(SignIn):
    root = 'public_url = "https://desk.example.mx"\n'

    def test_the_cookie_is_for_this_host_and_https_only(self):
        answer = self.sign_in("ana")
        self.assertEqual(answer.status, 200)
        pair, *attributes = answer.headers["set-cookie"].split("; ")
        self.assertEqual(pair, "__Host-ventanilla_session=" + answer.json()["token"])
        self.assertLessEqual({"Secure", "HttpOnly", "SameSite=Strict", "Path=/"}, set(attributes))
        self.assertFalse([item for item in attributes if item.startswith("Domain")])
        self.assertEqual(self.http.get("/api/v1/chats", cookie=pair).status, 200)
        unprefixed = pair.removeprefix("__Host-")
        self.assertEqual(self.http.get("/api/v1/chats", cookie=unprefixed).status, 401)

    def test_signing_out_takes_the_same_cookie_back(self):
        pair = self.sign_in("ben").headers["set-cookie"].split("; ")[0]
        answer = self.http.request("DELETE", "/api/v1/sessions/current", cookie=pair,
                                   headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status, 204)
        pair, *attributes = answer.headers["set-cookie"].split("; ")
        self.assertEqual(pair, "__Host-ventanilla_session=")
        self.assertLessEqual({"Secure", "Path=/", "Max-Age=0"}, set(attributes))


class ManyAccounts(SignIn):
    def test_fifty_failures_of_one_address_end_in_429_the_right_password_too(self):
        for n in range(50):
            self.assertEqual(self.sign_in(f"nadie-{n}", "intento").status, 401)
        self.assert_locked_out(self.sign_in("otra-mas", "intento"))
        self.assert_locked_out(self.sign_in("ana"))


class BehindProxies(SignIn):
    site = {"trusted_proxies": ["127.0.0.1", "10.0.0.0/8"]}

    def test_the_right_most_untrusted_address_counts(self):
        self.guess(10, HERE)
        self.assert_locked_out(self.sign_in("ana", forwarded=HERE))
        for chain in (f"{ELSEWHERE}, {HERE}", f"{HERE}, 10.1.2.3", f"{ELSEWHERE}, {HERE}, 10.1.2.3, 127.0.0.1"):
            with self.subTest(chain):
                self.assert_locked_out(self.sign_in("ana", forwarded=chain))
        for chain in (ELSEWHERE, f"{HERE}, {ELSEWHERE}", f"{HERE}, {ELSEWHERE}, 10.1.2.3"):
            with self.subTest(chain):
                self.assertEqual(self.sign_in("ana", forwarded=chain).status, 200)


class WithoutProxies(SignIn):
    def test_what_a_client_says_of_itself_does_not_count(self):
        self.guess(9, HERE)
        self.guess(1, ELSEWHERE)
        self.assert_locked_out(self.sign_in("ana", forwarded="192.0.2.77"))
