"""Who a visitor is by the word of the site: an identity that the site's server has signed."""
import hashlib
import hmac
import time

from harness import DeskCase

SECRET = "secreto-de-prueba-5520-de-la-pagina"
EMAIL = "julia@cliente.example.mx"
HOUR_MS = 3_600_000


def now_ms():
    return int(time.time() * 1000)


def signature(email, expires_at, secret=SECRET):
    return hmac.new(secret.encode(), f"{email}\n{expires_at}".encode(), hashlib.sha256).hexdigest()


def identity(expires_at=None, **changed):
    expires_at = expires_at or now_ms() + HOUR_MS
    return {"name": "Julia Ruiz", "email": EMAIL, "fields": {"plan": "anual"}, "expires_at": expires_at,
            "signature": signature(EMAIL, expires_at), **changed}


class Identity(DeskCase):
    site = {"widget": {"identity_secret": SECRET}}

    def setUp(self):
        super().setUp()
        self.server.secrets.add(SECRET)

    async def seen_by_the_agent(self, who, **start):
        """The VISITOR that the agent gets with the chat of a visitor who said hello with this identity."""
        agent = await self.agent("ana")
        visitor = await self.visitor(identity=who)
        chat = await visitor.start(**start)
        return (await agent.assigned(chat["id"]))["visitor"]

    async def test_a_signed_one_is_verified_and_taken(self):
        seen = await self.seen_by_the_agent(identity(), name="Julia Ruiz", email=EMAIL)
        self.assertEqual((seen["verified"], seen["name"], seen["email"], seen["fields"]),
                         (True, "Julia Ruiz", EMAIL, {"plan": "anual"}))

    async def test_what_is_typed_does_not_replace_what_was_signed(self):
        seen = await self.seen_by_the_agent(identity(), name="Otra Persona", email="otra@example.mx")
        self.assertEqual((seen["verified"], seen["name"], seen["email"]), (True, "Julia Ruiz", EMAIL))

    async def test_the_signature_may_be_in_capitals(self):
        who = identity()
        seen = await self.seen_by_the_agent({**who, "signature": who["signature"].upper()})
        self.assertTrue(seen["verified"])

    async def test_without_a_signature_it_is_unverified(self):
        who = {"name": "Julia Ruiz", "email": EMAIL, "fields": {"plan": "anual"}}
        seen = await self.seen_by_the_agent(who, name="Julia Ruiz", email=EMAIL)
        self.assertEqual((seen["verified"], seen["name"], seen["email"], seen["fields"]),
                         (False, "Julia Ruiz", EMAIL, {"plan": "anual"}))

    async def test_a_wrong_signature_is_refused_and_closed_with_4400(self):
        later = now_ms() + HOUR_MS
        wrong = {
            "of another secret": identity(later, signature=signature(EMAIL, later, "otro-secreto")),
            "of another address": identity(later, signature=signature("otra@example.mx", later)),
            "of another time": identity(later + 1, signature=signature(EMAIL, later)),
            "cut short": identity(later, signature=signature(EMAIL, later)[:-2]),
            "not hexadecimal": identity(later, signature="z" * 64),
        }
        for name, who in wrong.items():
            with self.subTest(name):
                visitor = await self.raw_visitor()
                await visitor.refused("hello", "bad_field", "identity.signature", channel="soporte", identity=who)
                self.assertEqual(await visitor.closed(), 4400)

    async def test_an_expired_one_is_refused_and_closed_with_4400(self):
        visitor = await self.raw_visitor()
        await visitor.refused("hello", "bad_field", "identity.expires_at", channel="soporte",
                              identity=identity(now_ms() - 1000))
        self.assertEqual(await visitor.closed(), 4400)
