"""The oracle finds what it is there for, in histories made by hand: each is a good one with one thing wrong."""
import copy
import json
import unittest

from harness.site import DEPARTMENTS
from record import Record
from verdict import verdict

CHAT, VISITOR, AGENT, OTHER = "c_" + "1" * 22, "v_" + "1" * 22, "a_" + "1" * 22, "a_" + "2" * 22
SYSTEM = {"role": "system", "id": "", "name": ""}
V = {"role": "visitor", "id": VISITOR, "name": "Ana Torres"}
A = {"role": "agent", "id": AGENT, "name": "Ana"}
LIMITS = {"frame_bytes": 65536, "text": 4000, "name": 80, "email": 254, "comments": 8000, "nesting": 16, "sockets": 5,
          "messages_per_s": 10, "message_burst": 20}
NOTE = "nota-reservada 1"


def entry(seq, kind, **members):
    return {"type": "entry", "chat": CHAT, "seq": seq, "at": 1000 + seq, "kind": kind, "from": SYSTEM, **members}


LOG = [entry(1, "message", **{"from": V}, text="hola", client_id="s1"), entry(2, "queued", department="prisa", reason="new"),
       entry(3, "assigned", agent={"id": AGENT, "name": "Ana"}),
       entry(4, "message", **{"from": V}, text="uno", client_id="m1"),
       entry(5, "message", **{"from": A}, text="dos", client_id="m2"),
       entry(6, "closed", **{"from": V}, by="visitor", outcome="left")]


def chat(status, last):
    return {"id": CHAT, "status": status, "department": "prisa", "priority": 0, "agent": {"id": AGENT, "name": "Ana"},
            "position": None, "wait_s": None, "last": last, "read": {"visitor": 0, "agent": 0}}


def good():
    """A visitor and an agent talk, a note is written, the chat ends: (record, what an admin reads)."""
    record = Record()
    visitor, agent = record.session("visitor", "v0"), record.session("agent", "ana")
    record.visitors[visitor.number] = VISITOR
    record.agents["ana"] = {"id": AGENT, "username": "ana", "name": "Ana", "role": "agent", "departments": ["prisa"], "capacity": 1}

    def ask(session, request, **reply):
        number = 1 + sum(line.what == "sent" and line.session is session for line in record.lines)
        record.add(session, "sent", json.dumps({"id": number, **request}))
        record.add(session, "got", {"type": "ok", "re": number, **reply})

    def told(session, *frames):
        for frame in frames:
            record.add(session, "got", copy.deepcopy(frame))

    record.add(visitor, "open")
    record.add(agent, "open")
    ask(agent, {"type": "hello", "device": "d"}, agent=record.agents["ana"], state="online", chats=[], queues=[], agents=[],
        now=1, limits=LIMITS)
    channel = {"id": "prisa", "title": "Con prisa", "greeting": "", "state": "open", "opens_at": None, "ask": ["message"],
               "departments": [], "phones": [], "ticket_url": "/ticket"}
    ask(visitor, {"type": "hello", "channel": "prisa"}, visitor=VISITOR, token="t" * 43, now=1, limits=LIMITS, channel=channel,
        chat=None)
    ask(visitor, {"type": "chat.start", "client_id": "s1", "message": "hola"}, chat=chat("assigned", 3))
    told(visitor, *LOG[:3])
    known = {"id": VISITOR, "name": "Ana Torres", "email": "", "verified": False, "connected": True,
             "page": {"url": "", "title": "", "referrer": ""}, "locale": "es-MX", "since_at": 1, "fields": {}, "chats_before": 0}
    told(agent, {"type": "chat.assigned", "chat": chat("assigned", 3), "visitor": known})
    ask(visitor, {"type": "message.send", "chat": CHAT, "client_id": "m1", "text": "uno"}, seq=4, at=1004)
    told(agent, LOG[3])
    ask(agent, {"type": "message.send", "chat": CHAT, "client_id": "m2", "text": "dos"}, seq=5, at=1005)
    told(visitor, LOG[4])
    ask(agent, {"type": "chat.note", "chat": CHAT, "text": NOTE}, note={"id": "n", "at": 1, "from": A, "text": NOTE})
    ask(visitor, {"type": "chat.close", "chat": CHAT}, seq=6)
    told(visitor, LOG[5])
    told(agent, LOG[5], {"type": "chat.revoked", "chat": CHAT, "reason": "closed"})
    body = {"chat": {**chat("closed", 6), "visitor": known}, "entries": copy.deepcopy(LOG), "notes": [{"text": NOTE}]}
    return record, {CHAT: body}


class Doctored(unittest.TestCase):
    def setUp(self):
        self.record, self.chats = good()
        self.visitor, self.agent = self.record.sessions

    def found(self):
        return " | ".join(verdict(self.record, self.chats, 12, 3))

    def place(self, session, what, **members):
        """Where the line of this session with these members stands."""
        return next(place for place, line in enumerate(self.record.lines) if line.session is session and line.what == what and all(
            line.data.get(name) == value for name, value in members.items()))

    def line(self, session, **members):
        return self.record.lines[self.place(session, "got", **members)]

    def ask(self, session, request, reply=None):
        self.record.add(session, "sent", request.replace("CHAT", CHAT))
        if reply:
            self.record.add(session, "got", reply)

    def error(self, number, code, **members):
        return {"type": "error", "re": number, "code": code, "message": "No.", **members}

    def test_nothing_wrong(self):
        self.assertEqual(self.found(), "")

    # ---- replies

    def test_a_doubled_reply(self):
        self.record.add(self.visitor, "got", {"type": "ok", "re": 4, "seq": 6})
        self.assertIn("unasked: v0#0", self.found())

    def test_a_missing_reply(self):
        self.ask(self.visitor, '{"id":5,"type":"page"}')
        self.assertIn("unanswered: v0#0", self.found())

    def test_two_replies_that_changed_places(self):
        self.ask(self.visitor, '{"id":5,"type":"page"}')
        self.ask(self.visitor, '{"id":6,"type":"page"}', {"type": "ok", "re": 6})
        self.record.add(self.visitor, "got", {"type": "ok", "re": 5})
        self.assertIn("wrong re: expected 5", self.found())

    def test_a_code_that_the_request_does_not_have(self):
        self.ask(self.visitor, '{"id":5,"type":"page"}', self.error(5, "unavailable"))
        self.assertIn("wrong code: unavailable", self.found())

    def test_a_good_answer_to_a_broken_request(self):
        self.ask(self.agent, '{"id":4,"type":"chat.sync","chat":"CHAT"}', {"type": "ok", "re": 4, "entries": [], "last": 0})
        self.assertIn("wrong code: ok instead of ['bad_field']", self.found())

    def test_a_request_before_hello_is_answered(self):
        fresh = self.record.session("visitor", "v9")
        self.record.add(fresh, "open")
        self.ask(fresh, '{"id":1,"type":"page"}', {"type": "ok", "re": 1})
        self.assertIn("wrong code: ok instead of ['unauthenticated']", self.found())

    def test_a_field_that_is_good(self):
        self.ask(self.agent, '{"id":4,"type":"chat.take","department":"prisa"}', self.error(4, "bad_field", field="chat"))
        self.assertIn("wrong field: chat", self.found())

    def test_too_many_where_there_were_few(self):
        self.ask(self.visitor, '{"id":5,"type":"page"}', self.error(5, "slow_down", retry_after_ms=5))
        self.assertIn("wrong code: slow_down", self.found())

    def test_a_close_that_nobody_deserves(self):
        for code in (4500, 1011, 4429, 4409, 1006):
            self.record.lines = [line for line in self.record.lines if line.what != "closed"]
            self.record.add(self.agent, "closed", code)
            self.assertIn(f"closed: ana#1 with {code}", self.found())

    def test_a_frame_that_the_contract_does_not_know(self):
        self.record.add(self.visitor, "got", {"type": "queues", "queues": []})
        self.assertIn("misfit: to v0#0", self.found())

    # ---- logs

    def test_a_gap(self):
        del self.chats[CHAT]["entries"][3]
        self.assertIn("gap: entry 5 stands at 4", self.found())

    def test_an_acknowledged_message_that_is_not_there(self):
        self.chats[CHAT]["entries"][3]["client_id"] = "m7"
        self.assertIn("lost: m1", self.found())

    def test_a_message_stored_twice(self):
        log = self.chats[CHAT]["entries"]
        log.insert(5, {**log[4], "seq": 6})
        log[6]["seq"] = 7
        self.assertIn("doubled: m2", self.found())

    def test_another_seq_than_acknowledged(self):
        self.line(self.agent, re=2).data["seq"] = 4
        self.assertIn("moved: m2", self.found())

    def test_a_message_after_the_end(self):
        self.chats[CHAT]["entries"].append(entry(7, "message", **{"from": A}, text="tarde", client_id="m3"))
        self.assertIn("after the end: ['message']", self.found())

    def test_two_agents_in_a_row(self):
        self.chats[CHAT]["entries"][4] = entry(5, "assigned", agent={"id": OTHER, "name": "Ben"})
        self.assertIn("assigned twice in a row", self.found())

    def test_one_more_than_the_capacity(self):
        second = copy.deepcopy(self.chats[CHAT])
        second["chat"]["id"] = "c_2"
        second["entries"] = [{**each, "chat": "c_2"} for each in LOG[1:3]]
        for seq, each in enumerate(second["entries"], 1):
            each["seq"] = seq
        self.chats["c_2"] = second
        self.assertIn(f"over capacity: {AGENT} has 2", self.found())

    def test_an_agent_was_told_to_have_what_another_has(self):
        self.chats[CHAT]["entries"][2]["agent"]["id"] = OTHER
        self.assertIn("two agents", self.found())

    def test_a_page_that_leaves_one_out(self):
        page = {"type": "ok", "re": 4, "entries": [LOG[0], LOG[2]], "last": 6}
        self.ask(self.agent, '{"id":4,"type":"chat.sync","chat":"CHAT","after":0}', page)
        self.assertIn("gap: a page that is not what the log has there", self.found())

    def test_a_note_that_is_lost(self):
        self.chats[CHAT]["notes"] = []
        self.assertIn("lost: a note", self.found())

    # ---- who sees and may do what

    def test_a_note_to_a_visitor(self):
        self.line(self.visitor, type="entry", seq=5).data["text"] = NOTE
        self.assertIn("note to a visitor: v0", self.found())

    def test_a_blank_note_is_not_seen_in_every_frame(self):
        self.ask(self.agent, '{"id":6,"type":"chat.transfer","chat":"CHAT","to":{"department":"prisa"},"note":" "}',
                 self.error(6, "not_assigned"))
        self.chats[CHAT]["notes"].append({"text": " "})
        self.assertNotIn("note to a visitor", self.found())

    def test_an_entry_of_somebody_elses_chat(self):
        self.chats[CHAT]["chat"]["visitor"]["id"] = "v_2"
        self.assertIn("foreign: v0 got", self.found())

    def test_an_agent_hears_of_a_chat_that_it_does_not_have(self):
        self.record.add(self.agent, "got", copy.deepcopy(LOG[4]) | {"seq": 7})
        self.assertIn("foreign: ana#1 neither holds nor watches", self.found())

    def test_a_hole(self):
        del self.record.lines[self.place(self.visitor, "got", type="entry", seq=5)]
        self.assertIn("hole: v0#0", self.found())

    def test_an_entry_that_is_not_in_the_log(self):
        self.line(self.visitor, type="entry", seq=5).data["text"] = "otra"
        self.assertIn("changed: v0#0", self.found())

    def test_one_pushed_twice(self):
        self.record.add(self.visitor, "got", copy.deepcopy(LOG[5]))
        self.assertIn("pushed twice: v0#0 got 6", self.found())

    def test_the_sender_has_its_ack_and_the_entry(self):
        self.record.lines.insert(self.place(self.visitor, "got", type="entry", seq=5),
                                 copy.deepcopy(self.line(self.agent, type="entry", seq=4)))
        self.record.lines[self.place(self.visitor, "got", type="entry", seq=5) - 1].session = self.visitor
        self.assertIn("told twice: v0#0", self.found())

    def test_a_chat_of_ones_own_is_not_found(self):
        self.ask(self.visitor, '{"id":5,"type":"chat.close","chat":"CHAT"}', self.error(5, "not_found"))
        self.assertIn("wrong code: not_found of one's own", self.found())

    def test_a_chat_of_others_is_told_of(self):
        stranger = self.record.session("agent", "pia")
        self.record.agents["pia"] = {"id": OTHER, "role": "agent", "departments": ["ventas"], "capacity": 1}
        self.assertIn("ventas", DEPARTMENTS)
        hello = [line for line in self.record.lines if line.session is self.agent][:3]
        for line in hello:
            self.record.add(stranger, line.what, line.data.replace('"d"', '"e"') if line.what == "sent" else line.data)
        self.ask(stranger, '{"id":2,"type":"read","chat":"CHAT","seq":1}', self.error(2, "not_assigned"))
        self.assertIn("foreign: told of a chat that is not theirs: pia#2", self.found())

    def test_an_open_chat_is_said_to_be_closed(self):
        del self.chats[CHAT]["entries"][5]
        self.ask(self.visitor, '{"id":5,"type":"typing","chat":"CHAT","on":true}', self.error(5, "chat_closed"))
        self.assertIn("wrong code: chat_closed of an open chat", self.found())

    def test_something_is_done_with_a_chat_that_is_over(self):
        self.ask(self.visitor, '{"id":5,"type":"typing","chat":"CHAT","on":true}', {"type": "ok", "re": 5})
        self.assertIn("after the end: ok", self.found())

    def test_what_is_for_supervisors(self):
        self.ask(self.agent, '{"id":4,"type":"chat.unwatch","chat":"CHAT"}', {"type": "ok", "re": 4, "chat": chat("closed", 6)})
        self.assertIn("wrong code: ok for one who does not supervise", self.found())

    def test_a_supervisor_is_forbidden_what_is_for_supervisors(self):
        self.record.agents["ana"]["role"] = "supervisor"
        self.ask(self.agent, '{"id":4,"type":"chat.watch","chat":"CHAT"}', self.error(4, "forbidden"))
        self.assertIn("wrong code: forbidden to one who supervises", self.found())

    def test_a_first_rating_is_forbidden(self):
        self.ask(self.visitor, '{"id":5,"type":"chat.rate","chat":"CHAT","score":5}', self.error(5, "forbidden"))
        self.assertIn("wrong code: forbidden, though nobody has rated", self.found())

    def test_the_one_who_has_it_is_told_that_it_is_not_assigned(self):
        del self.chats[CHAT]["entries"][5:]
        self.record.lines = [line for line in self.record.lines if "closed" not in str(line.data) and "chat.close" not in str(line.data)
                             and not (line.session is self.visitor and line.what == "got" and line.data.get("re") == 4)]
        self.assertEqual(self.found(), "")
        self.ask(self.agent, '{"id":4,"type":"read","chat":"CHAT","seq":1}', self.error(4, "not_assigned"))
        self.assertIn("wrong code: not_assigned to the one who has it", self.found())

    def test_the_answer_to_a_repeated_message_is_anothers(self):
        reply = {"type": "ok", "re": 5, "seq": 5, "at": 1005}
        self.ask(self.visitor, '{"id":5,"type":"message.send","chat":"CHAT","client_id":"m1","text":"uno"}', reply)
        self.assertIn("moved: acknowledged as", self.found())


if __name__ == "__main__":
    unittest.main()
