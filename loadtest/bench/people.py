"""Agents by the thousand, who have signed in: a data directory that each run copies."""
import ctypes
import ctypes.util
import os
import secrets
import shutil
import sqlite3
import subprocess

from contenders import BIN, LOAD, PASSWORD, Process, SERVER_CORE, SITE, free_port, serve_line, start_redis

ARGON2ID13 = 2
LEAST_OPERATIONS, LEAST_BYTES = 1, 8192


def cheap_hash(password):
    """As the server's own, with the least cost that there is: to sign in is not what is measured, and a tenth of a second
    for each of 10,000 agents would be a quarter of an hour."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
    if sodium.sodium_init() < 0:
        raise RuntimeError("libsodium does not start")
    found = ctypes.create_string_buffer(128)
    secret = password.encode()
    if sodium.crypto_pwhash_str_alg(found, secret, ctypes.c_ulonglong(len(secret)), ctypes.c_ulonglong(LEAST_OPERATIONS),
                                    ctypes.c_size_t(LEAST_BYTES), ARGON2ID13) != 0:
        raise RuntimeError("libsodium makes no hash")
    return found.value.decode()


def add_agents(home, agents, capacity):
    """The first by the server's own command, which makes the database; the others are copies of its row."""
    stores = ["--config", home / "load.toml", "--data", home / "data"]
    subprocess.run([BIN / "ventanilla", "agent", "add", "carga-1", "--name", "Carga 1", "--role", "agent", "--departments",
                    "carga", *(["--capacity", str(capacity)] if capacity else []), "--password-stdin", *stores],
                   input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)
    database = sqlite3.connect(home / "data" / "ventanilla.db")
    with database:
        database.execute("UPDATE agent SET password_hash = ?", [cheap_hash(PASSWORD)])
        columns = [row[1] for row in database.execute("PRAGMA table_info(agent)")]
        first = dict(zip(columns, database.execute("SELECT * FROM agent").fetchone()))
        for number in range(2, agents + 1):
            row = {**first, "id": "a_" + secrets.token_urlsafe(16), "username": f"carga-{number}", "name": f"Carga {number}"}
            database.execute(f"INSERT INTO agent ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                             list(row.values()))
    database.close()


def prepare(home, agents, capacity=None):
    """Makes `home` with so many agents and the file of their tokens. `capacity`: chats that each may have."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    # Nothing of this is measured, so it need not wait for the disk.
    (home / "load.toml").write_text(SITE.read_text(encoding="utf-8") + "\n[store]\nallow_lossy_redis = true\n",
                                    encoding="utf-8")
    redis, path = start_redis(home / "redis", "everysec")
    try:
        add_agents(home, agents, capacity)
        port = free_port()
        server = Process(SERVER_CORE, serve_line(home, path, port), home / "prepare.log")
        try:
            server.ready()
            sign_in(home, port, agents)
        finally:
            server.stop()
    finally:
        redis.stop()
    (home / "redis" / "redis.sock").unlink(missing_ok=True)


def sign_in(home, port, agents):
    line = [LOAD, "idle", f"http://127.0.0.1:{port}", "--agents", str(agents), "--visitors", "1", "--duration", "0.1",
            "--warmup", "0", "--tokens", home / "tokens", "--quiet"]
    for _ in range(3):  # a disk that stalls ends a run; who has signed in by then has
        done = subprocess.run(line, check=False, capture_output=True, text=True,
                              env={**os.environ, "VENTANILLA_LOAD_PASSWORD": PASSWORD})
        if done.returncode == 0:
            return
    raise RuntimeError(f"the agents could not be signed in: {done.stdout}{done.stderr}")
