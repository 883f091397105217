"""What is sent in one episode: a list of steps, made from a seed alone. Ids that only the server gives are names that begin with
`$`, resolved when a step is played (player.py), so that a script can be played again, whole or in part.

A step is a list: ["open", connection, role, person], ["send", connection, frame], ["mangle", connection, frame, seed],
["await", connection], ["leave", connection, how], ["pause", seconds]."""
import random

VISITORS = {"v0": "soporte", "v1": "soporte", "v2": "prisa", "v3": "corta"}
AGENTS = ("ana", "ben", "carla", "vera", "pia", "paz", "sofia", "raul")
SUPERVISORS = ("sofia", "raul")
# Who sees what of whom: most talk is between those who can meet.
PARTNERS = {"ana": ("v0", "v1"), "ben": ("v0", "v1"), "carla": ("v0", "v1"), "vera": ("v3",), "pia": ("v2",), "paz": ("v2",),
            "sofia": ("v0", "v1"), "raul": tuple(VISITORS)}
DEPARTMENTS = ("any", "soporte-tecnico", "soporte-contable", "prisa", "corta", "ventas", "pagos", "no-existe")
OPEN_AT_ONCE = 9
NOTE_MARK = "nota-reservada"  # stands in notes and nowhere else
UNKNOWN_CHAT = "c_" + "x" * 22
LEAVES = ("clean", "clean", "abort", "abort", "half", "binary", "utf8", "big", "broken")
STRANGE = (None, True, 0, -1, 1.5, "", " ", "x" * 70, "x" * 4001, "\0", "\ud800", [], {}, 2 ** 53, "nul\0o", "🙂", ["a"], {"a": 1},
           9007199254740991, "null")


class Writer:
    """Writes one script. It knows roughly what the persons are up to, so that most of what they do makes sense."""

    def __init__(self, seed, length):
        self.dice = random.Random(seed)
        self.length = length
        self.steps = []
        self.open = {}        # connection -> (role, person)
        self.count = 0        # connections so far
        self.names = 0        # client ids so far
        self.said = {}        # person -> [(client_id, text, chat)]
        self.starts = {}      # person -> frames
        self.talking = set()  # visitors who have started a chat and not closed it

    def write(self):
        visitors = self.dice.sample(sorted(VISITORS), self.dice.randint(2, 3))
        serving = {self.dice.choice([agent for agent in AGENTS if visitor in PARTNERS[agent]]) for visitor in visitors}
        for person in sorted(serving | set(self.dice.sample(AGENTS, 2))):
            self.come("agent", person)
        for person in visitors:
            self.come("visitor", person)
        while len(self.steps) < self.length:
            self.step()
        return self.steps

    def chance(self, share):
        return self.dice.random() < share

    # ---- connections

    def step(self):
        if not self.open or (len(self.open) < OPEN_AT_ONCE and self.chance(0.06)):
            role = self.dice.choice(("visitor", "agent"))
            self.come(role, self.dice.choice(sorted(VISITORS) if role == "visitor" else AGENTS))
            return
        connection = self.dice.choice(sorted(self.open))
        if self.chance(0.03):
            self.leave(connection)
        elif self.chance(0.02):
            self.steps.append(["pause", round(self.dice.choice((0.02, 0.1, 0.4)), 2)])
        elif self.chance(0.06):
            for _ in range(self.dice.randint(3, 25)):
                self.act(connection)
            self.steps.append(["await", connection])
        else:
            self.act(connection)
            if self.chance(0.75):
                self.steps.append(["await", connection])

    def come(self, role, person):
        connection = self.count
        self.count += 1
        self.open[connection] = (role, person)
        self.steps.append(["open", connection, role, person])
        if self.chance(0.06):
            self.act(connection)  # before hello
        self.send(connection, self.hello(role, person))
        if self.chance(0.9):
            self.steps.append(["await", connection])
        if role == "agent" and self.chance(0.85):
            self.send(connection, {"type": "state.set", "state": "online"})
            self.steps.append(["await", connection])
        if role == "visitor" and self.chance(0.8):
            self.act(connection)
            self.steps.append(["await", connection])

    def leave(self, connection):
        del self.open[connection]
        self.steps.append(["leave", connection, self.dice.choice(LEAVES)])

    # ---- frames

    def send(self, connection, frame):
        if self.chance(0.02):
            frame = self.with_text_of_its_own({"id": "$next", **frame})
            self.steps.append(["mangle", connection, frame, self.dice.randrange(2 ** 32)])
            return
        if self.chance(0.05):
            frame = self.spoilt(frame)
        number = "$next" if self.chance(0.985) else self.dice.choice(["$same", "$next", 0, -1, 1, "7", None, 2 ** 53, 1.5, True])
        self.steps.append(["send", connection, {"id": number, **frame}])

    def spoilt(self, frame):
        frame = dict(frame)
        name = self.dice.choice(sorted(frame))
        if self.chance(0.3):
            del frame[name]
        else:
            frame[name] = self.dice.choice(STRANGE)
        return self.with_text_of_its_own(frame) if name in ("text", "message", "client_id") else frame

    def with_text_of_its_own(self, frame):
        """What the log holds is told apart by its text: nobody says the same under two names."""
        said = {name: f"{frame[name]} {self.name('x')}" for name in ("text", "message")
                if isinstance(frame.get(name), str) and frame[name].strip()}
        return {**frame, **said}

    def act(self, connection):
        role, person = self.open[connection]
        kinds = VISITOR_ACTS if role == "visitor" else AGENT_ACTS
        if person in SUPERVISORS and self.chance(0.2):
            kinds = SUPERVISOR_ACTS
        if self.chance(0.02):
            kinds = AGENT_ACTS if role == "visitor" else VISITOR_ACTS  # what only the others may
        kind = self.dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        if role == "visitor" and person not in self.talking and self.chance(0.7):
            kind = "chat.start"
        if kind == "chat.start":
            self.talking.add(person)
        elif kind == "chat.close":
            self.talking.discard(person)
        maker = getattr(self, kind.replace(".", "_"))
        self.send(connection, {"type": kind, **maker(role, person)})

    def chat(self, role, person):
        """A chat that this person may have, or one that is none of theirs."""
        if self.chance(0.1):
            return self.dice.choice((UNKNOWN_CHAT, "c_", *("$chat:" + visitor for visitor in sorted(VISITORS))))
        if role == "visitor":
            return f"$chat:{person}" if self.chance(0.93) else f"$old:{person}"
        if self.chance(0.7):
            return f"$held:{person}:{self.dice.choice((0, 0, 1))}"
        return "$chat:" + self.dice.choice(PARTNERS[person])  # one that waits, or that a colleague has

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    # ---- requests, by their type

    def hello(self, role, person):
        if role == "agent":
            # The number of consoles of one agent is small, so that some displace others.
            return {"type": "hello", "device": f"$device:{person}:{self.dice.choice((0, 0, 0, 1))}"}
        frame = {"type": "hello", "channel": VISITORS[person] if self.chance(0.9) else self.dice.choice(
            ("soporte", "prisa", "corta", "ventas", "no-existe"))}
        if self.chance(0.92):
            frame["token"] = f"$token:{person}"
        elif self.chance(0.2):
            frame["token"] = "x" * 43
        if self.chance(0.4):
            chat = self.dice.choice([f"$chat:{person}"] * 5 + [f"$old:{person}", "$chat:v1", UNKNOWN_CHAT])
            frame["resume"] = {"chat": chat, "after": self.dice.choice((0, 0, 1, 2, 3, 5, 1000))}
        if self.chance(0.2):
            frame["page"] = {"url": "https://www.fel.mx/" + "p" * self.dice.choice((1, 3000)), "title": "Inicio"}
        if self.chance(0.1):
            frame["locale"] = self.dice.choice(("en", "es-MX", "xx"))
        if self.chance(0.05):
            frame["identity"] = self.dice.choice(({"name": "Ana", "email": "ana@example.mx"}, {"name": " "}, {
                "email": "ana@example.mx", "expires_at": 4102444800000, "signature": "00" * 32}))
        return frame

    def chat_start(self, _, person):
        if self.starts.get(person) and self.chance(0.15):
            frame = dict(self.dice.choice(self.starts[person]))
            if self.chance(0.3):
                frame["name"] = "Otra"
            return frame
        number = self.name("s")
        frame = {"client_id": number, "message": f"{person} empieza {number}", "name": "Ana Torres", "email": "ana@example.mx",
                 "department": "any" if self.chance(0.7) else self.dice.choice(DEPARTMENTS)}
        if VISITORS.get(person) != "soporte" and self.chance(0.9):
            del frame["department"]
        if self.chance(0.05):
            frame["fields"] = {"plan": "x" * self.dice.choice((5, 501)), "": "y"}
        self.starts.setdefault(person, []).append(frame)
        return frame

    def message_send(self, role, person):
        before = self.said.setdefault(person, [])
        if before and self.chance(0.12):
            number, text, chat = self.dice.choice(before[-6:])
            return {"chat": chat, "client_id": number, "text": text if self.chance(0.6) else text + " (otra)"}
        number, chat = self.name("m"), self.chat(role, person)
        text = f"{person} dice {number}" + self.dice.choice(("", "", "", " <b>\u202e", " 🙂" * 300))
        if self.chance(0.02):
            return {"chat": chat, "client_id": number, "file": "f_no-hay"}
        before.append((number, text, chat))
        return {"chat": chat, "client_id": number, "text": text}

    def typing(self, role, person):
        return {"chat": self.chat(role, person), "on": self.chance(0.5), **({"draft": "borrador"} if self.chance(0.3) else {})}

    def read(self, role, person):
        return {"chat": self.chat(role, person), "seq": self.dice.choice((1, 2, 3, 5, 9, 0, 10 ** 6, 2 ** 53 - 1))}

    def chat_sync(self, role, person):
        page = {"chat": self.chat(role, person), "after": self.dice.choice((0, 0, 0, 1, 3, 10, 10 ** 6))}
        return {**page, "limit": self.dice.choice((1, 2, 50, 200, 201, 0))} if self.chance(0.4) else page

    def chat_close(self, role, person):
        return {"chat": self.chat(role, person), **({"outcome": self.dice.choice(
            ("solved", "ticket", "left", "solved", "missed"))} if role == "agent" else {})}

    def chat_rate(self, role, person):
        return {"chat": self.chat(role, person), "score": self.dice.choice((5, 5, 1, 3, 0, 6)),
                **({"comment": self.dice.choice(("Bien", "", "x" * 1001))} if self.chance(0.4) else {})}

    def chat_transcript(self, role, person):
        return {"chat": self.chat(role, person)}

    def page(self, *_):
        return {"url": "https://www.fel.mx/" + self.name("p"), "title": "Página"}

    def state_set(self, *_):
        return {"state": self.dice.choice(("online",) * 6 + ("away", "offline"))}

    def chat_take(self, role, person):
        if self.chance(0.3):
            return {"department": self.dice.choice(DEPARTMENTS)}
        return {"chat": "$chat:" + self.dice.choice(PARTNERS.get(person, tuple(VISITORS))) if self.chance(0.8)
                else self.chat(role, person)}

    def chat_note(self, role, person):
        return {"chat": self.chat(role, person), "text": f"{NOTE_MARK} {self.name('n')}"}

    def chat_transfer(self, role, person):
        to = {"agent": "$agent:" + self.dice.choice(AGENTS)} if self.chance(0.6) else {"department": self.dice.choice(DEPARTMENTS)}
        return {"chat": self.chat(role, person), "to": to, **(
            {"note": f"{NOTE_MARK} {self.name('n')}"} if self.chance(0.3) else {})}

    def chat_ticket(self, role, person):
        return {"chat": self.chat(role, person), "client_id": self.name("t") if self.chance(0.8) else "t0", "subject": "Seguimiento",
                **({"email": "ana@example.mx"} if self.chance(0.5) else {}),
                **({"rfc": self.dice.choice(("GODE561231GR8", "no"))} if self.chance(0.3) else {})}

    def chat_watch(self, role, person):
        return {"chat": "$chat:" + self.dice.choice(PARTNERS.get(person, tuple(VISITORS))) if self.chance(0.8)
                else self.chat(role, person)}

    def chat_unwatch(self, role, person):
        return {"chat": f"$watched:{person}" if self.chance(0.8) else self.chat(role, person)}

    def chat_priority(self, role, person):
        return {"chat": self.chat(role, person), "priority": self.dice.choice((-1, 0, 1, 2))}

    def ticket_view(self, *_):
        return {"number": self.dice.choice(("T-000001", "T-999999"))} if self.chance(0.7) else {}


VISITOR_ACTS = (("chat.start", 10), ("message.send", 30), ("typing", 5), ("read", 6), ("chat.sync", 6), ("chat.close", 4),
                ("chat.rate", 3), ("chat.transcript", 2), ("page", 2), ("hello", 1))
AGENT_ACTS = (("state.set", 4), ("chat.take", 8), ("message.send", 30), ("typing", 4), ("read", 5), ("chat.sync", 6),
              ("chat.note", 5), ("chat.transfer", 7), ("chat.close", 4), ("chat.ticket", 2), ("chat.watch", 3),
              ("chat.unwatch", 2), ("chat.priority", 2), ("ticket.view", 1), ("hello", 1))

SUPERVISOR_ACTS = (("chat.watch", 3), ("chat.unwatch", 3), ("chat.priority", 1), ("chat.take", 1))


def mangled(text, seed):
    """The text with something about it changed: cut, doubled, a letter exchanged, a member doubled, wrapped deep."""
    dice = random.Random(seed)
    place = dice.randrange(len(text))
    return dice.choice((
        lambda: text[:place],
        lambda: text[:place] + dice.choice("\"{}[],:\\0 ") + text[place + 1:],
        lambda: text + text,
        lambda: text[:-1] + ',"id":1}',
        lambda: text[:-1] + ',"x":' + "[" * 20 + "]" * 20 + "}",
        lambda: text[:-1] + ',"x":' + "[" * 14 + "]" * 14 + "}",
        lambda: "\ufeff" + text,
        lambda: text[:-1] + ',"x":1e999}',
        lambda: text[:-1] + ',"x":NaN}',
        lambda: "[" + text + "]",
        lambda: "",
    ))()


def write(seed, length):
    return Writer(seed, length).write()
