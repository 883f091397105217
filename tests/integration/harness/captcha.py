"""Answers to challenges. A proof of work is done as any client does it. The digits of a code are not read from the picture:
they are made again with the secret that lies in the database of the test's own server."""
import base64
import hashlib
import hmac
import json
import sqlite3


def secret_of(server, name):
    """The secret of this name in the server's SQLite database."""
    with sqlite3.connect(f"file:{server.data}/ventanilla.db?mode=ro", uri=True) as database:
        return database.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()[0]


def code_answer(server, challenge_id):
    sealed = base64.urlsafe_b64decode(challenge_id + "=" * (-len(challenge_id) % 4))
    nonce = sealed[9:25]
    key = hmac.digest(secret_of(server, "captcha").encode(), b"captcha code", "sha256")
    number = int.from_bytes(hmac.digest(key, nonce, "sha256")[:8], "big")
    return f"{number % 1_000_000:06}"


def pow_answer(challenge):
    """ALTCHA's payload for a challenge as POST /captcha gives it."""
    parameters = challenge["parameters"]
    nonce, salt = bytes.fromhex(parameters["nonce"]), bytes.fromhex(parameters["salt"])
    for counter in range(1_000_000):
        key = hashlib.pbkdf2_hmac("sha256", nonce + counter.to_bytes(4, "big"), salt, parameters["cost"],
                                  parameters["keyLength"]).hex()
        if key.startswith(parameters["keyPrefix"]):
            break
    payload = {"challenge": {"parameters": parameters, "signature": challenge["signature"]},
               "solution": {"counter": counter, "derivedKey": key}}
    return base64.b64encode(json.dumps(payload).encode()).decode()
