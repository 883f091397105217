"""Configuration files and command lines without sense: exit code 2 (wrong use, wrong configuration) or 1 (it failed), and what is
wrong, with file, line and key (protocol.md 4 and 5)."""
from hostile import Command, HostileCase

GOOD = """site = "prueba"
name = "Prueba"
[[channel]]
id = "soporte"
title = "Soporte"
ask = ["name"]
[[department]]
id = "uno"
name = "Uno"
channel = "soporte"
"""
ADD = ("agent", "add", "nadie", "--name", "Nadie", "--role", "agent", "--departments", "soporte-tecnico", "--password-stdin", "--config",
       "@SITE@", "--data", "@DIR@")
SERVE = ("serve", "--config", "@SITE@", "--data", "@DIR@")


def config(name, text, *says, line=None):
    """A file in which something is wrong; `line` is where."""
    text = text if isinstance(text, bytes) else text.encode()
    place = (f"site.toml:{line}:",) if line else ("site.toml",)
    return Command(f"file: {name}", ("check-config", "@DIR@/site.toml"), 2, (*place, *says), text)


def top(line, key, name=None):
    """A wrong first line."""
    return config(name or line[:60], line + "\n" + GOOD, key, line=1)


def more(lines, key, line, name=None):
    """Wrong lines behind a good file of ten; `line` counts from there."""
    return config(name or lines[:60], GOOD + lines + "\n", key, line=10 + line)


def add(name, *changes, without=(), stdin=b"clave-de-nadie-1\n", exit=2, says=()):
    words, at = [], 0
    while at < len(ADD):  # an option goes with its value
        step = 2 if ADD[at] in ("--name", "--role", "--departments", "--config", "--data") else 1
        if ADD[at] not in without:
            words += ADD[at:at + step]
        at += step
    return Command(f"agent add: {name}", (*words, *changes), exit, says, stdin=stdin)


def serve(name, *words, says=(), exit=2, **environment):
    return Command(f"serve: {name}", (*SERVE, *words), exit, says, environment=environment)


FILES = [
    config("empty", "", "site: ", "channel: ", "department: "),
    config("binary", bytes(range(256)) * 4, line=1),
    config("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", line=1),
    config("not UTF-8", b'name = "\xff"\n', line=1),
    config("UTF-16", GOOD.encode("utf-16")),
    config("a zero byte", b'name = "a\0b"\n', line=1),
    config("JSON", '{"site": "x"}', line=1),
    config("more than 1 MiB", "#" * 1_100_000, "at most 1048576 bytes"),
    config("a key of 100,000 dots", "a" + ".a" * 100_000 + " = 1", "at most 10000 dots"),
    config("arrays within arrays", "a = " + "[" * 100_000, line=1),
    config("tables within tables", "a = " + "{a=" * 20_000, line=1),
    config("a text without an end", 'site = "x', line=1),
    config("a text of many lines without an end", 'site = """x\n\n\n'),
    config("a bad escape", 'site = "\\q"', line=1),
    config("a surrogate", 'site = "\\ud800"', line=1),
    config("a number beyond 64 bits", "site = 99999999999999999999", line=1),
    config("a date that is none", "site = 2026-02-31", line=1),
    Command("file: a directory", ("check-config", "@DIR@"), 2, ("can be read",)),
    Command("file: none", ("check-config", "@DIR@/none.toml"), 2, ("none.toml", "can be read")),
    Command("file: a device", ("check-config", "/dev/zero"), 2, ("can be read",)),
    Command("file: a name with a zero width", ("check-config", "@DIR@/\u200b.toml"), 2, ("can be read",)),
    *(config(f"site = {value}", GOOD.replace('"prueba"', value), "site: ", line=1) for value in ("5", '""', '"a b"', "[]", '"ñ"')),
    config("a key twice", GOOD.replace('name = "Prueba"', 'site = "otra"'), line=2),
    more('[look]\n[look]', "", 2, "a table twice"), more('[[look]]', "look", 1), more('[channel]', "", 1, "a table of tables"),
    top('locale = "xx"', "locale"), top('timezone = "America/Nowhere"', "timezone"), top('timezone = "../../etc/passwd"', "timezone"),
    top('timezone = ""', "timezone"), top('origins = "x"', "origins"), top('origins = ["*"]', "origins"),
    top('origins = ["https://a.mx/path"]', "origins"), top('public_url = "javascript:alert(1)"', "public_url"),
    top('trusted_proxies = ["0.0.0.0/99"]', "trusted_proxies"), top('evil = true', "evil"), top('"a\\nb" = 1', "a?b", "a key with a line end"),
    more('[captcha]\nmode = "none"', "captcha.mode", 2), more("[captcha]\nmode = 1", "captcha.mode", 2),
    more('[look]\naccent = "red;}"', "look.accent", 2), more("[chat]\nagent_grace_s = -1", "chat.agent_grace_s", 2),
    more("[chat]\nagent_grace_s = 1.5", "chat.agent_grace_s", 2), more('[chat]\nagent_grace_s = "20"', "chat.agent_grace_s", 2),
    more("[chat]\nidle_close_s = 9223372036854775807", "chat.idle_close_s", 2), more("[chat]\nshow_drafts = 1", "chat.show_drafts", 2),
    more("[limits]\nmessages_per_s = 0", "limits.messages_per_s", 2), more("[limits]\nsockets_per_address = inf", "limits", 2),
    more('[files]\ntypes = ["text/html"]', "files.types", 2, "a type that a browser would run"),
    more("[files]\nmax_mib = 100000", "files.max_mib", 2), more('[files]\ntypes = ["image"]', "files.types", 2),
    more("[retention]\ntickets_days = 1", "retention.tickets_days", 2), more("[store]\nwait_replicas = nan", "store.wait_replicas", 2),
    more('[store]\nsentinels = ["here"]', "store.sentinels", 2), more('[mail]\nfrom = "a\\r\\nBcc: b@c.mx"', "mail.from", 2),
    more('[mail]\nsmtp = "http://x"', "mail.smtp", 2), more('[sla]\ncalendar = "none"', "sla.calendar", 2),
    more('[hours.o]\nmon = ["09:00-12:00", "11:00-13:00"]', "hours.o.mon", 2, "hours that overlap"),
    more('[hours.o]\nmon = ["22:00-06:00"]', "hours.o.mon", 2), more('[hours.o]\nmon = ["00:00-24:01"]', "hours.o.mon", 2),
    more('[hours.o]\nmon = ["9-18"]', "hours.o.mon", 2), more('[hours.o]\nmontag = []', "hours.o.montag", 2),
    more('[hours.o]\nholidays = ["2026-02-30"]', "hours.o.holidays", 2), more("[hours]\no = 5", "hours.o", 2),
    more('[[department]]\nid = "uno"\nname = "Otro"', "department.id", 2, "a department twice"),
    more('[[department]]\nid = "any"\nname = "Otro"', "department.id", 2, "a department named any"),
    more('[[department]]\nid = "dos"\nname = "Dos"\nchannel = "evil"', "department.channel", 4),
    more('overflow_to = ["uno"]', "department.overflow_to", 1, "an overflow into itself"),
    more('overflow_to = ["tres"]', "department.overflow_to", 1, "an overflow into nothing"),
    more('capacity = 0', "department.capacity", 1), more('assign = "random"', "department.assign", 1),
    more('[[channel]]\nid = "solo"\ntitle = "Solo"', "channel.id", 1, "a channel without departments"),
    more('[[phone]]\nlabel = "x"\nnumber = "javascript:"', "phone.number", 3),
    config("a carriage return in what the parser found", b"site=i\r\n", "saw 'i?'", line=1),
    config("many thousands of mistakes", "".join(f"k{n} = {n}\n" for n in range(40_000)) + GOOD, "k0: ", "and 39950 more"),
]

LINES = [
    Command("nothing", (), 2, ("usage:",)),
    Command("a command that is none", ("start",), 2, ("start",)),
    Command("a flag that is none", ("serve", "--evil"), 2, ("evil",)),
    Command("a word too many", ("version", "x"), 2, ("x",)),
    Command("bytes that are no text", ("serve", b"--con\xff\xfe"), 2),
    Command("a command that is no text", (b"\xff\xfe",), 2),
    Command("a flag of 100 KB", ("serve", "--" + "a" * 10_000), 2),
    Command("a format of printf", ("%s%n%s%n",), 2),
    Command("colours of a terminal", ("\x1b[31mred",), 2),
    Command("no file to check", ("check-config",), 2, ("FILE",)),
    Command("a backup to nowhere", ("backup",), 2, ("DIR",)),
    Command("a person who is no address", ("person", "erase", "nadie"), 2, ("EMAIL",)),
    Command("a person of two lines", ("person", "export", "a@b.mx\nc@d.mx"), 2, ("EMAIL",)),
    Command("an agent's command that is none", ("agent", "promote", "ana"), 2, ("promote",)),
    Command("an agent without a name to disable", ("agent", "disable"), 2, ("USERNAME",)),
    Command("an agent who is not there", ("agent", "disable", "nadie", "--config", "@SITE@", "--data", "@DATA@"), 1, ("nadie",)),
    Command("a password on the command line", ("agent", "password", "ana", "--password", "secreto-3345"), 2),
    Command("a password without --password-stdin", ("agent", "password", "ana"), 2, ("--password-stdin",)),
    Command("data that are not there", ("agent", "list", "--data", "@DIR@/none"), 1, ("none/ventanilla.db does not exist", "--data")),
    Command("data that cannot be", ("agent", "list", "--data", "/dev/null/x"), 1),
    Command("a database that is none", ("agent", "list", "--data", "@DIR@", "--database", "mysql://u:secreto-3345@h"), 2, ("--database",)),
    add("no name", without=["--name"], says=("--name",)), add("no role", without=["--role"], says=("--role",)),
    add("no departments", without=["--departments"], says=("--departments",)),
    add("no --password-stdin", without=["--password-stdin"], says=("--password-stdin",)),
    add("no configuration", without=["--config"]),
    add("a role twice", "--role", "admin", says=("--role",)),
    add("a capacity of 0", "--capacity", "0", says=("--capacity",)), add("a capacity of -1", "--capacity", "-1", says=("--capacity",)),
    add("a capacity of 1e9", "--capacity", "1e9", says=("--capacity",)),
    add("a capacity beyond 64 bits", "--capacity", "99999999999999999999", says=("--capacity",)),
    add("no password", stdin=b""), add("an empty password", stdin=b"\n"),
    add("a password that is no text", stdin=b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\n"),
    add("a password of 1 MiB", stdin=b"x" * 1_048_576),
    add("a department that is none", "--departments", "evil", without=["--departments"]),
    add("departments of commas", "--departments", ",,,", without=["--departments"], says=("--departments",)),
    add("a name of 81", "--name", "ñ" * 81, without=["--name"], says=("--name",)),
    add("a name of two lines", "--name", "a\nb", without=["--name"], says=("--name",)),
    add("a name that is no text", "--name", b"\xff", without=["--name"], says=("--name",)),
    add("a role that is none", "--role", "root", without=["--role"], says=("--role",)),
    Command("agent add: a user name of quotes", ("agent", "add", "a';--", *ADD[3:]), 2, ("USERNAME",), stdin=b"x\n"),
    Command("agent add: a user name that is no text", ("agent", "add", b"\xff\xfe", *ADD[3:]), 2, ("USERNAME",), stdin=b"x\n"),
    Command("agent add: a user name of 65", ("agent", "add", "a" * 65, *ADD[3:]), 2, ("USERNAME",), stdin=b"x\n"),
    Command("serve: no configuration", ("serve",), 2, ("--config",)),
    Command("serve: a configuration that is not there", ("serve", "--config", "@DIR@/x"), 2, ("x",)),
    serve("no value", "--listen", says=("--listen",)), serve("a port alone", "--listen", "8080", says=("--listen",)),
    serve("a port of 65536", "--listen", "127.0.0.1:65536", says=("--listen",)),
    serve("a port of -1", "--listen", "127.0.0.1:-1", says=("--listen",)),
    serve("a port of letters", "--listen", "127.0.0.1:http", says=("--listen",)),
    serve("an address without a bracket", "--listen", "[::1:80", says=("--listen",)),
    serve("an address that is no text", "--listen", b"\xff:80", says=("--listen",)),
    serve("an address of another machine", "--listen", "192.0.2.1:0", exit=1),
    serve("metrics at a URL", "--metrics", "http://127.0.0.1:80/", says=("--metrics",)),
    serve("a redis of http", "--redis", "http://:secreto-3345@h", says=("--redis",)),
    serve("a redis of nothing", "--redis", "://", says=("--redis",)),
    serve("a database of a file", "--database", "/etc/passwd", says=("--database",)),
    serve("a database of javascript", "--database", "javascript:secreto-3345", says=("--database",)),
    serve("an empty directory", "--data", "", says=("--data",)),
    serve("two configurations", "--config", "x", says=("--config",)),
    serve("two secrets", says=("VENTANILLA_DATABASE",), VENTANILLA_DATABASE="postgresql://secreto-3345@h", VENTANILLA_DATABASE_FILE="x"),
    serve("a file of a secret that is not there", says=("VENTANILLA_REDIS_FILE",), VENTANILLA_REDIS_FILE="/none"),
    serve("a file of a secret that never ends", says=("VENTANILLA_REDIS_FILE",), VENTANILLA_REDIS_FILE="/dev/zero"),
    serve("an address in the environment", says=("--listen",), VENTANILLA_LISTEN="evil"),
]


class HostileWords(HostileCase):
    at_once = 2

    async def test_every_row_has_its_answer(self):
        self.server.secrets.add("secreto-3345")
        await self.all("words", [*FILES, *LINES], at_least=120)
