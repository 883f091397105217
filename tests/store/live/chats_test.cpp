// A chat's life: start, log, read marks, notes, rating, close, archive.

#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

using nlohmann::json;
using protocol::Code;
using testing::ElementsAre;

class LiveChats : public LiveTest {};

TEST_F(LiveChats, StartWritesMessageQueuedAssignedInThisOrder) {
    online("a1", {"tecnico"});
    const auto started = get(live.chat_start(start_of(visitor("v"), "tecnico")));
    EXPECT_FALSE(started.existing);
    EXPECT_EQ(kinds_of(started.events), "entry:message entry:queued entry:assigned assigned");
}

TEST_F(LiveChats, StartWaitsWhereNobodyIsFree) {
    online("a1", {"tecnico"});
    start("tecnico");
    const auto started = get(live.chat_start(start_of(visitor("v"), "tecnico")));
    EXPECT_EQ(started.meta.status, "queued");
    EXPECT_EQ(started.meta.position, 1);
    EXPECT_EQ(story(started.chat), "message queued:new");
}

TEST_F(LiveChats, StartIsRefusedWhereNobodyIs) {
    EXPECT_EQ(refusal(live.chat_start(start_of(visitor("v"), "tecnico"))), Code::offline);
    EXPECT_EQ(redis({"KEYS", redis_key("c:*")}), "") << "stores nothing";
    online("a1", {"tecnico"});
    set_state("a1", "away");
    EXPECT_EQ(refusal(live.chat_start(start_of("v_v", "tecnico"))), Code::offline) << "away is not online";
    set_state("a1", "online");
    auto closed = start_of("v_v", "tecnico");
    closed.open_departments = {"contable"};
    EXPECT_EQ(refusal(live.chat_start(closed)), Code::offline) << "outside its hours";
    EXPECT_EQ(refusal(live.chat_start(start_of("v_v", "contable"))), Code::offline) << "nobody of this department";
    EXPECT_EQ(refusal(live.chat_start(start_of("v_v", "any"))), std::nullopt);
}

TEST_F(LiveChats, StartIsRefusedWhereTheQueueIsFull) {
    routing["departments"]["tecnico"]["max_waiting"] = 2;
    configure();
    online("a1", {"tecnico"});
    for (int i = 0; i < 3; ++i) start("tecnico");
    EXPECT_EQ(refusal(live.chat_start(start_of(visitor("v"), "tecnico"))), Code::offline);
}

TEST_F(LiveChats, StartNamesAnUnknownDepartment) {
    online("a1", {"tecnico"});
    for (const auto* department : {"nada", "ventas", "quejas"}) {
        const auto result = wait(live.chat_start(start_of(visitor("v"), department)));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error(), (protocol::Error{Code::bad_field, "department"}));
    }
}

TEST_F(LiveChats, OneOpenChatPerVisitorAndChannel) {
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto first = get(live.chat_start(start_of(v, "tecnico", "s1")));
    const auto second = get(live.chat_start(start_of(v, "tecnico", "s2")));
    EXPECT_EQ(second.chat, first.chat);
    EXPECT_TRUE(second.existing);
    EXPECT_TRUE(second.events.empty());
    EXPECT_EQ(log(first.chat).size(), 3U);
}

TEST_F(LiveChats, SameClientIdGetsTheSameChatEvenClosed) {
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto first = get(live.chat_start(start_of(v, "tecnico")));
    close(first.chat);
    const auto again = get(live.chat_start(start_of(v, "tecnico")));
    EXPECT_EQ(again.chat, first.chat);
    EXPECT_FALSE(again.existing);
    EXPECT_EQ(again.meta.status, "closed");
    EXPECT_EQ(again.events.size(), 4U) << "the whole log, as after the first reply";

    EXPECT_TRUE(get(live.archived(first.chat, 4)));
    EXPECT_EQ(get(live.chat_start(start_of(v, "tecnico"))).meta.status, "closed") << "the record has it now";

    auto other = start_of(v, "tecnico");
    other.content_hash = "another";
    EXPECT_EQ(refusal(live.chat_start(other)), Code::client_id_reuse);
}

TEST_F(LiveChats, AppendNumbersWithoutAGapAndReplays) {
    online("a1", {"tecnico"});
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico"))).chat;
    const auto first = get(live.append(message(c, "visitor", v, "m1")));
    EXPECT_EQ(first.seq, 4);
    const auto frame = json::parse(get(live.read_log(c, 3, 1)).frames.at(0));
    EXPECT_EQ(frame.at("type"), "entry");
    EXPECT_EQ(frame.at("chat"), c);
    EXPECT_EQ(frame.at("seq"), 4);
    EXPECT_EQ(frame.at("at"), first.at);
    EXPECT_EQ(frame.at("kind"), "message");
    EXPECT_EQ(get(live.append(message(c, "agent", "a1", "m1"))).seq, 5) << "client_id is per sender";

    const auto again = get(live.append(message(c, "visitor", v, "m1")));
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.seq, first.seq);
    EXPECT_EQ(again.at, first.at);
    EXPECT_EQ(refusal(live.append(message(c, "visitor", v, "m1", "otra"))), Code::client_id_reuse);
    EXPECT_EQ(refusal(live.append(message(c, "visitor", v, "s1", "otra"))), Code::client_id_reuse)
        << "the start's client_id is taken too";

    EXPECT_EQ(chat(c).closed_at, 0);
    close(c);
    EXPECT_EQ(chat(c).closed_at, log(c).back().at("at").get<std::int64_t>());
    EXPECT_EQ(get(live.append(message(c, "visitor", v, "m1"))).seq, first.seq) << "also after the end";
    EXPECT_EQ(refusal(live.append(message(c, "visitor", v, "m2"))), Code::chat_closed);
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a1", "m2"))), Code::chat_closed);
}

TEST_F(LiveChats, OnlyItsPeopleWriteIntoAChat) {
    online("a1", {"tecnico"});
    online("a2", {"contable"});
    const auto c = start("tecnico");
    EXPECT_EQ(refusal(live.append(message(c, "visitor", "v_other", "m1"))), Code::not_found);
    EXPECT_EQ(refusal(live.append(message("c_none", "visitor", "v_0", "m1"))), Code::not_found);
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a2", "m1"))), Code::not_assigned);
    EXPECT_EQ(refusal(live.typing(c, "agent", "a2", "{}")), Code::not_assigned);
    EXPECT_EQ(refusal(live.typing(c, "visitor", "v_other", "{}")), Code::not_found);
    EXPECT_EQ(refusal(live.read_mark(c, "agent", "a2", 1)), Code::not_assigned);
    EXPECT_EQ(refusal(live.read_mark(c, "visitor", "v_other", 1)), Code::not_found);
    EXPECT_EQ(refusal(live.close(c, "agent", "a2", "solved")), Code::not_assigned);
    EXPECT_EQ(refusal(live.close(c, "visitor", "v_other", "")), Code::not_found);
    EXPECT_EQ(refusal(live.rate(c, "v_other", "\"kind\":\"rated\"}")), Code::not_found);
    EXPECT_EQ(log(c).size(), 3U);
}

TEST_F(LiveChats, UnknownChatsAreNotFound) {
    EXPECT_EQ(refusal(live.chat("c_x")), Code::not_found);
    EXPECT_EQ(refusal(live.attach("c_x")), Code::not_found);
    EXPECT_EQ(refusal(live.read_log("c_x", 0, 10)), Code::not_found);
    EXPECT_EQ(refusal(live.decisions("c_x")), Code::not_found);
    EXPECT_EQ(refusal(live.notes("c_x")), Code::not_found);
    EXPECT_EQ(refusal(live.note("c_x", {})), Code::not_found);
    EXPECT_EQ(refusal(live.set_priority("c_x", 1)), Code::not_found);
    EXPECT_EQ(refusal(live.transfer_to_agent("c_x", "a1", "a2")), Code::not_found);
    EXPECT_EQ(refusal(live.transfer_to_department("c_x", "a1", "tecnico")), Code::not_found);
    EXPECT_EQ(refusal(live.archive_load("c_x")), Code::not_found);
    EXPECT_TRUE(get(live.archived("c_x", 3))) << "gone is gone";
    EXPECT_TRUE(get(live.chats({"c_x"})).empty());
    EXPECT_TRUE(get(live.lasts({"c_x"})).empty());
}

TEST_F(LiveChats, ALogIsReadFromAnyPoint) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    for (int i = 0; i < 5; ++i) get(live.append(message(c, "agent", "a1", std::to_string(i))));
    const auto page = get(live.read_log(c, 2, 3));
    std::vector<int> seqs;
    for (const auto& frame : page.frames) seqs.push_back(json::parse(frame).at("seq").get<int>());
    EXPECT_THAT(seqs, ElementsAre(3, 4, 5));
    EXPECT_EQ(page.meta.last, 8);
    EXPECT_EQ(page.meta.visitor, chat(c).visitor);
    EXPECT_TRUE(get(live.read_log(c, 8, 3)).frames.empty());
    EXPECT_THAT(get(live.lasts({c, "c_x"})), ElementsAre(std::pair(c, std::int64_t{8})));
}

TEST_F(LiveChats, AtNeverFallsWithinAChat) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    const auto future = std::int64_t{99'000'000'000'000} / 10;
    redis({"HSET", redis_key("c:" + c), "at", std::to_string(future)});
    EXPECT_EQ(get(live.append(message(c, "agent", "a1", "m"))).at, future);
    close(c);
    EXPECT_EQ(log(c).back().at("at"), future);
}

TEST_F(LiveChats, ATooLongChatTakesNoMoreMessages) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    redis({"HSET", redis_key("c:" + c), "bytes", std::to_string(4 * 1024 * 1024)});
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a1", "m"))), Code::slow_down);
    ArchiveNote note;
    note.agent = "a1";
    EXPECT_EQ(refusal(live.note(c, {note, "{}"})), Code::slow_down);
    redis({"HSET", redis_key("c:" + c), "bytes", "0"});
    for (int i = 4; i <= 5000; ++i) get(live.append(message(c, "agent", "a1", std::to_string(i))));
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a1", "m"))), Code::slow_down);
    EXPECT_EQ(get(live.close(c, "agent", "a1", "solved")).seq, 5001) << "it can still end";
}

TEST_F(LiveChats, ReadMarksRiseAndStopAtTheEnd) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    const auto read = get(live.read_mark(c, "agent", "a1", 2));
    EXPECT_EQ(read.meta.read_agent, 2);
    ASSERT_EQ(kinds_of(read.events), "ephemeral");
    EXPECT_EQ(json::parse(read.events[0].frame),
              json::parse(R"({"type":"read","role":"agent","seq":2,"chat":")" + c + "\"}"));
    EXPECT_TRUE(get(live.read_mark(c, "agent", "a1", 1)).events.empty());
    EXPECT_EQ(get(live.read_mark(c, "visitor", chat(c).visitor, 99)).meta.read_visitor, 3);
    close(c);
    EXPECT_EQ(refusal(live.read_mark(c, "agent", "a1", 4)), Code::chat_closed);
}

TEST_F(LiveChats, RatedOnce) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    close(c);
    const std::string five = R"("kind":"rated","score":5})";
    const auto rated = get(live.rate(c, chat(c).visitor, five));
    EXPECT_EQ(rated.seq, 5);
    EXPECT_EQ(kinds_of(rated.events), "entry:rated");
    EXPECT_EQ(get(live.rate(c, chat(c).visitor, five)).seq, 5);
    EXPECT_EQ(refusal(live.rate(c, chat(c).visitor, R"("kind":"rated","score":1})")), Code::forbidden);
}

TEST_F(LiveChats, NotesAreKeptApartFromTheLog) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    const ArchiveNote note{"n1", "a1", "Ana", "ojo \"aquí\"", 5};
    get(live.note(c, {note, "{}"}));
    const auto notes = get(live.notes(c));
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].text, note.text);
    EXPECT_EQ(notes[0].at, 5);
    EXPECT_EQ(chat(c).last, 3);
    close(c);
    EXPECT_EQ(refusal(live.note(c, {note, "{}"})), Code::chat_closed);
}

TEST_F(LiveChats, ClosedOnceWhoeverAsks) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    const auto closed = get(live.close(c, "agent", "a1", "solved"));
    EXPECT_EQ(kinds_of(closed.events), "entry:closed revoked:closed");
    EXPECT_EQ(closed.meta.outcome, "solved");
    EXPECT_EQ(get(live.close(c, "visitor", chat(c).visitor, "")).seq, closed.seq);
    EXPECT_EQ(log(c).back().at("from").at("id"), "a1");
    EXPECT_EQ(get(live.agent("a1")).load, 0);
    EXPECT_EQ(refusal(live.typing(c, "agent", "a1", "{}")), Code::chat_closed);
    EXPECT_EQ(refusal(live.set_priority(c, 1)), Code::chat_closed);
    EXPECT_EQ(refusal(live.transfer_to_agent(c, "a1", "a2")), Code::chat_closed);
    EXPECT_EQ(refusal(live.transfer_to_department(c, "a1", "contable")), Code::chat_closed);
    EXPECT_EQ(refusal(live.take(c, "a1", false)), Code::chat_closed);
}

TEST_F(LiveChats, OutcomesByWhoEndedIt) {
    online("a1", {"tecnico"});
    const auto talked = start("tecnico");
    const auto waited = start("tecnico");
    EXPECT_EQ(get(live.close(waited, "visitor", chat(waited).visitor, "")).meta.outcome, "missed");
    EXPECT_EQ(get(live.close(talked, "visitor", chat(talked).visitor, "")).meta.outcome, "left");
    const auto ticket = start("tecnico");
    EXPECT_EQ(get(live.close(ticket, "agent", "a1", "ticket")).meta.outcome, "ticket");
}

TEST_F(LiveChats, AVisitorMayStartAgainAfterTheEnd) {
    online("a1", {"tecnico"});
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico", "s1"))).chat;
    close(c);
    const auto next = get(live.chat_start(start_of(v, "tecnico", "s2")));
    EXPECT_NE(next.chat, c);
    EXPECT_FALSE(next.existing);
}

TEST_F(LiveChats, ATicketStandsInTheLogOnceAlsoAfterTheEnd) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    const std::string rest = R"("kind":"ticket","ticket":{"number":"T-000007"}})";
    const auto first = get(live.log_ticket(c, "T-000007", rest));
    EXPECT_EQ(kinds_of(first.events), "entry:ticket");
    EXPECT_EQ(get(live.log_ticket(c, "T-000007", rest)).seq, first.seq);
    EXPECT_TRUE(get(live.log_ticket(c, "T-000007", rest)).events.empty());
    close(c);
    EXPECT_GT(get(live.log_ticket(c, "T-000008", rest)).seq, first.seq);
    EXPECT_EQ(refusal(live.log_ticket("c_x", "T-000007", rest)), Code::not_found);
    // The record finds the entry by this sender, client_id and hash, should its promise be kept there once more.
    const auto entries = get(live.archive_load(c)).entries;
    const auto& entry = entries[static_cast<std::size_t>(first.seq - 1)];
    EXPECT_EQ(entry.sender, "s");
    EXPECT_EQ(entry.client_id, "ticket-T-000007");
    EXPECT_EQ(entry.content_hash, "T-000007");
}

TEST_F(LiveChats, ArchivedOnlyUpToItsEnd) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    get(live.append(message(c, "agent", "a1", "m1", "qué tal")));
    EXPECT_FALSE(get(live.archived(c, 4))) << "still open";
    ArchiveNote note;
    note.text = "nota";
    get(live.note(c, {note, "{}"}));
    close(c);
    EXPECT_EQ(get(live.sweep()).closing, 1);
    EXPECT_THAT(get(live.closing(50)), ElementsAre(c));
    EXPECT_TRUE(get(live.closing(50)).empty()) << "offered to one at a time";
    EXPECT_EQ(pass(6).closing, 1);
    EXPECT_THAT(get(live.closing(50)), ElementsAre(c)) << "and again, should that one die";

    const auto archive = get(live.archive_load(c));
    EXPECT_EQ(archive.meta.status, "closed");
    EXPECT_EQ(archive.visitor.email, "v@example.mx");
    EXPECT_EQ(archive.closed_by, "system");
    EXPECT_GT(archive.assigned_at, 0);
    EXPECT_GE(archive.closed_at, archive.assigned_at);
    ASSERT_EQ(archive.entries.size(), 5U);
    EXPECT_EQ(archive.entries[0].kind, "message");
    EXPECT_EQ(archive.entries[0].sender, "v:" + archive.meta.visitor);
    EXPECT_EQ(archive.entries[1].sender, "s");
    EXPECT_EQ(archive.entries[3].sender, "a:a1");
    EXPECT_EQ(archive.entries[3].client_id, "m1");
    EXPECT_EQ(archive.entries[3].content_hash, "hash of qué tal");
    EXPECT_EQ(archive.entries[4].seq, 5);
    EXPECT_EQ(archive.entries[4].at, archive.closed_at);
    ASSERT_EQ(archive.notes.size(), 1U);
    EXPECT_EQ(archive.notes[0].text, "nota");
    EXPECT_EQ(json::parse(archive.decisions_json).size(), 1U);

    get(live.rate(c, archive.meta.visitor, R"("kind":"rated","score":5})"));
    EXPECT_FALSE(get(live.archived(c, 5))) << "rated since";
    EXPECT_TRUE(get(live.archived(c, 6)));
    EXPECT_TRUE(get(live.archived(c, 6)));
    EXPECT_EQ(refusal(live.chat(c)), Code::not_found);
    EXPECT_EQ(redis({"KEYS", redis_key("c:*")}), "");
    EXPECT_EQ(get(live.sweep()).closing, 0);
}

TEST_F(LiveChats, ClosedOnesAreHandedOutSomeAtATime) {
    online("a1", {"tecnico"}, 10);
    std::set<std::string> closed;
    for (int i = 0; i < 5; ++i) {
        closed.insert(start("tecnico"));
    }
    for (const auto& chat : closed) close(chat);
    std::set<std::string> offered;
    for (const std::size_t expected : {2U, 2U, 1U, 0U}) {
        const auto some = get(live.closing(2));
        EXPECT_EQ(some.size(), expected);
        offered.insert(some.begin(), some.end());
    }
    EXPECT_EQ(offered, closed);
    EXPECT_EQ(get(live.sweep()).closing, 5) << "the record has none of them yet";
}

}  // namespace
}  // namespace ventanilla::live
