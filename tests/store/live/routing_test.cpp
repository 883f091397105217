// Who gets which chat, and when it goes back.

#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

using protocol::Code;

class LiveRouting : public LiveTest {};

TEST_F(LiveRouting, LowestShareFirstThenLongestIdle) {
    online("big", {"tecnico"}, 4);
    online("small", {"tecnico"}, 2);
    EXPECT_EQ(chat(start("tecnico")).agent, "big") << "both empty, idle longer";
    EXPECT_EQ(chat(start("tecnico")).agent, "small") << "0 of 2 is less than 1 of 4";
    EXPECT_EQ(chat(start("tecnico")).agent, "big") << "1 of 4 is less than 1 of 2";
    EXPECT_EQ(chat(start("tecnico")).agent, "big") << "equal shares, and idle longer";
}

TEST_F(LiveRouting, IdleCountsFromTheEndOfTheLastChat) {
    online("a1", {"tecnico"});
    online("a2", {"tecnico"});
    const auto first = start("tecnico");
    const auto second = start("tecnico");
    close(second);
    close(first);
    EXPECT_EQ(chat(start("tecnico")).agent, "a2");
}

TEST_F(LiveRouting, WhoGetsFreeTakesTheBestOverAllItsQueues) {
    online("a1", {"tecnico", "contable"});
    online("m1", {"manual"});
    const auto held = start("tecnico");
    const auto any = start("any");
    const auto contable = start("contable");
    const auto urgent = start("tecnico");
    const auto manual = start("manual");
    get(live.set_priority(urgent, 1));
    EXPECT_EQ(chat(urgent).position, 1);
    EXPECT_EQ(chat(any).position, 2);
    EXPECT_EQ(chat(contable).position, 2) << "behind the any chat; tecnico's are of no concern to it";
    EXPECT_EQ(chat(manual).position, 2) << "any chats may be taken by agents of manual too";
    close(held);
    EXPECT_EQ(chat(urgent).agent, "a1");
    close(urgent);
    EXPECT_EQ(chat(any).agent, "a1");
    EXPECT_EQ(chat(any).department, "tecnico") << "the first of the agent's, in the order of the configuration";
    close(any);
    EXPECT_EQ(chat(contable).agent, "a1");
    close(contable);
    EXPECT_EQ(chat(manual).status, "queued") << "picked by hand only";
}

TEST_F(LiveRouting, ComingOnlineTakesUpToTheCapacity) {
    online("a1", {"tecnico"});
    const auto held = start("tecnico");
    const auto one = start("tecnico");
    const auto two = start("any");
    const auto three = start("tecnico");
    const auto events = online("a2", {"tecnico"}, 2);
    EXPECT_EQ(kinds_of(events), "agent:online entry:assigned assigned entry:assigned assigned");
    EXPECT_EQ(chat(held).agent, "a1");
    EXPECT_EQ(chat(one).agent, "a2");
    EXPECT_EQ(chat(two).agent, "a2");
    EXPECT_EQ(chat(three).position, 1);
}

TEST_F(LiveRouting, MoreCapacityTakesMore) {
    online("a1", {"tecnico"});
    start("tecnico");
    const auto waiting = start("tecnico");
    get(live.agent_put(agent("a1", {"tecnico"}, 2)));
    EXPECT_EQ(chat(waiting).agent, "a1");
    get(live.agent_put(agent("a1", {"tecnico"}, 1)));
    EXPECT_EQ(get(live.agent("a1")).load, 2) << "held chats stay";
}

TEST_F(LiveRouting, TakeLetsAgentsPick) {
    online("m1", {"manual"});
    online("m2", {"manual"}, 2);
    online("a1", {"tecnico"});
    const auto c = start("manual");
    EXPECT_EQ(chat(c).status, "queued");
    EXPECT_EQ(refusal(live.take("c_none", "m1", false)), Code::not_found);
    EXPECT_EQ(refusal(live.take(c, "a_none", false)), Code::not_found);
    EXPECT_EQ(refusal(live.take(c, "a1", false)), Code::not_found) << "not its department";
    const auto taken = get(live.take(c, "m1", false));
    EXPECT_EQ(taken.meta.agent, "m1");
    EXPECT_EQ(kinds_of(taken.events), "entry:assigned assigned");
    EXPECT_TRUE(get(live.take(c, "m1", false)).events.empty()) << "again by the same";
    EXPECT_EQ(refusal(live.take(c, "m2", false)), Code::not_found) << "another was faster";
    const auto next = start("manual");
    EXPECT_EQ(refusal(live.take(next, "m1", false)), Code::forbidden) << "at capacity";
    EXPECT_EQ(refusal(live.take_head("manual", "m1")), Code::forbidden);
    EXPECT_EQ(get(live.take_head("manual", "m2")).meta.id, next);
    EXPECT_EQ(refusal(live.take_head("manual", "m2")), Code::not_found) << "nobody waits";
    EXPECT_EQ(refusal(live.take_head("manual", "a1")), Code::not_found) << "not its department";
    const auto last = start("manual");
    set_state("m2", "offline");
    EXPECT_EQ(refusal(live.take(last, "m2", false)), Code::forbidden);
}

TEST_F(LiveRouting, ASupervisorTakesOver) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    const auto next = start("tecnico");
    online("s1", {"contable"});
    EXPECT_EQ(refusal(live.take(c, "s1", false)), Code::not_found);
    const auto taken = get(live.take(c, "s1", true));
    EXPECT_EQ(kinds_of(taken.events),
              "entry:transferred revoked:transferred entry:assigned assigned entry:assigned assigned");
    EXPECT_EQ(taken.meta.agent, "s1");
    EXPECT_EQ(chat(next).agent, "a1") << "who got free has the next";
    EXPECT_EQ(refusal(live.take(next, "s1", true)), Code::forbidden) << "at capacity";
    EXPECT_EQ(story(c), "message queued:new assigned:a1 transferred assigned:s1");
}

TEST_F(LiveRouting, TransferToAnAgent) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    online("a2", {"contable"});
    EXPECT_EQ(refusal(live.transfer_to_agent(c, "a2", "a1")), Code::not_assigned);
    EXPECT_EQ(refusal(live.transfer_to_agent(c, "a1", "a_none")), Code::not_found);
    EXPECT_EQ(refusal(live.transfer_to_agent(c, "a1", "a1")), Code::bad_field);
    set_state("a2", "away");
    EXPECT_EQ(refusal(live.transfer_to_agent(c, "a1", "a2")), Code::offline);
    set_state("a2", "online");
    const auto moved = get(live.transfer_to_agent(c, "a1", "a2"));
    EXPECT_EQ(moved.meta.agent, "a2");
    EXPECT_EQ(kinds_of(moved.events), "entry:transferred revoked:transferred entry:assigned assigned");
    EXPECT_EQ(log(c)[3].at("to").at("agent").at("id"), "a2");
    EXPECT_EQ(log(c)[3].at("from").at("id"), "a1");
    const auto other = start("tecnico");
    EXPECT_EQ(refusal(live.transfer_to_agent(other, "a1", "a2")), Code::offline) << "full";
}

TEST_F(LiveRouting, ATransferKeepsItsNoteInTheSameStep) {
    online("a1", {"tecnico"});
    online("a2", {"contable"}, 2);
    const auto c = start("tecnico");
    const NoteToKeep note{{"n_1", "a1", "Ana", "Es de facturación", 1}, R"({"type":"note"})"};
    EXPECT_EQ(refusal(live.transfer_to_agent(c, "a1", "a_none", note)), Code::not_found);
    EXPECT_TRUE(get(live.notes(c)).empty()) << "what was refused left nothing behind";
    const auto moved = get(live.transfer_to_agent(c, "a1", "a2", note));
    EXPECT_EQ(kinds_of(moved.events), "ephemeral:agents entry:transferred revoked:transferred entry:assigned assigned");
    const NoteToKeep second{{"n_2", "a2", "Bea", "No lo es", 2}, R"({"type":"note"})"};
    get(live.transfer_to_department(c, "a2", "tecnico", second));
    const auto notes = get(live.notes(c));
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_EQ(notes[0].text, "Es de facturación");
    EXPECT_EQ(notes[1].id, "n_2");
    redis({"HSET", redis_key("c:" + c), "bytes", std::to_string(4 * 1024 * 1024)});
    EXPECT_EQ(refusal(live.transfer_to_agent(c, "a1", "a2", note)), Code::slow_down);
    EXPECT_EQ(chat(c).agent, "a1");
}

TEST_F(LiveRouting, TransferToADepartmentKeepsThePlaceOfTheFirstArrival) {
    online("a1", {"tecnico"});
    online("a2", {"contable"});
    const auto old = start("tecnico");
    const auto busy = start("contable");
    const auto waiting = start("contable");
    const auto moved = get(live.transfer_to_department(old, "a1", "contable"));
    EXPECT_EQ(kinds_of(moved.events), "entry:transferred entry:queued revoked:transferred");
    EXPECT_EQ(moved.meta.position, 1) << "it came first";
    EXPECT_EQ(moved.meta.department, "contable");
    close(busy);
    EXPECT_EQ(chat(old).agent, "a2");
    EXPECT_EQ(chat(waiting).position, 1);
    EXPECT_EQ(story(old), "message queued:new assigned:a1 transferred queued:transfer assigned:a2");
    const auto result = wait(live.transfer_to_department(old, "a2", "nada"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), (protocol::Error{Code::bad_field, "to.department"}));
    EXPECT_EQ(refusal(live.transfer_to_department(old, "a1", "tecnico")), Code::not_assigned);
}

TEST_F(LiveRouting, OfflineGivesTheChatsBackAtOnce) {
    online("a1", {"tecnico"}, 2);
    const auto one = start("any");
    const auto two = start("tecnico");
    online("a2", {"tecnico"});
    const auto events = set_state("a1", "offline");
    EXPECT_EQ(get(live.agent("a1")).load, 0);
    EXPECT_EQ(get(live.agent("a2")).load, 1);
    const auto waits = chat(one).status == "queued" ? one : two;
    EXPECT_EQ(chat(one).department, waits == one ? "any" : "tecnico");
    EXPECT_EQ(story(waits), "message queued:new assigned:a1 queued:agent_lost");
    EXPECT_EQ(refusal(live.state_set("a1", "asleep")), Code::bad_field);
    EXPECT_EQ(refusal(live.state_set("nobody", "online")), Code::not_found);
}

TEST_F(LiveRouting, AwayKeepsTheChatsAndGetsNoMore) {
    online("a1", {"tecnico"}, 2);
    const auto held = start("tecnico");
    EXPECT_EQ(kinds_of(set_state("a1", "away")), "agent:away");
    EXPECT_EQ(chat(held).agent, "a1");
    online("a2", {"tecnico"});
    EXPECT_EQ(chat(start("tecnico")).agent, "a2");
    const auto waiting = start("tecnico");
    EXPECT_EQ(chat(waiting).status, "queued");
    set_state("a1", "online");
    EXPECT_EQ(chat(waiting).agent, "a1");
}

TEST_F(LiveRouting, ADisabledAgentIsGoneAtOnce) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    get(live.session_create("hash", "a1", 1000));
    auto disabled = agent("a1", {"tecnico"});
    disabled.disabled = true;
    const auto events = get(live.agent_put(disabled));
    EXPECT_EQ(kinds_of(events), "signed_out entry:queued revoked:agent_lost agent:offline agent:offline");
    EXPECT_EQ(chat(c).status, "queued");
    EXPECT_EQ(refusal(live.session_check("hash", 1000)), Code::unauthenticated);
    EXPECT_EQ(refusal(live.agent_hello({"a1", "x"})), Code::unauthenticated);
    EXPECT_TRUE(get(live.agents()).empty());
    EXPECT_TRUE(get(live.agent("a1")).disabled);
    get(live.agent_put(agent("a1", {"tecnico"})));
    set_state("a1", "online");
    EXPECT_EQ(chat(c).agent, "a1");
}

TEST_F(LiveRouting, AnotherConfigurationRegroupsEverybody) {
    online("a1", {"tecnico"});
    online("a2", {"contable"});
    start("tecnico");
    const auto tecnico = start("tecnico");
    const auto busy = start("contable");
    const auto contable = start("contable");
    routing["departments"].erase("contable");
    routing["order"] = {"tecnico", "manual", "ventas", "quejas"};
    configure();
    EXPECT_EQ(chat(contable).department, "any") << "its department is gone";
    EXPECT_EQ(chat(contable).position, 2);
    get(live.agent_put(agent("a2", {"tecnico"})));
    close(busy);
    EXPECT_EQ(chat(tecnico).agent, "a2");
    EXPECT_EQ(chat(contable).position, 1);
}

TEST_F(LiveRouting, QueuesCountAnyUnderEachDepartment) {
    online("a1", {"tecnico"}, 2);
    online("m1", {"manual"}, 3);
    start("tecnico");
    start("tecnico");
    const auto any = start("any");
    const auto tecnico = start("tecnico");
    const auto queues = get(live.queues());
    ASSERT_EQ(queues.size(), 4U) << "departments without a channel have no queue";
    EXPECT_EQ(queues[0].department, "tecnico");
    EXPECT_EQ(queues[0].waiting, 2);
    EXPECT_EQ(queues[0].agents_online, 1);
    EXPECT_EQ(queues[0].free_slots, 0);
    ASSERT_EQ(queues[0].chats.size(), 2U);
    EXPECT_EQ(queues[0].chats[0].chat, any);
    EXPECT_EQ(queues[0].chats[1].chat, tecnico);
    EXPECT_EQ(queues[0].chats[0].name, "Visitante");
    EXPECT_GT(queues[0].chats[0].since_at, 0);
    EXPECT_EQ(queues[1].waiting, 1);
    EXPECT_EQ(queues[1].agents_online, 0);
    EXPECT_EQ(queues[2].free_slots, 3);
    EXPECT_EQ(queues[3].waiting, 0);

    redis({"HINCRBY", redis_key("c:" + tecnico), "since_at", "-90000"});
    get(live.set_priority(any, 1));
    EXPECT_GE(get(live.queues())[0].longest_wait_s, 90) << "the oldest, though another is before it";
}

TEST_F(LiveRouting, RevisionsSayWhenToLookAgain) {
    online("a1", {"tecnico"});
    const auto before = get(live.sweep());
    EXPECT_EQ(get(live.sweep()).queues_revision, before.queues_revision);
    start("tecnico");
    const auto after = get(live.sweep());
    EXPECT_NE(after.queues_revision, before.queues_revision);
    EXPECT_NE(after.agents_revision, before.agents_revision);
    EXPECT_EQ(get(live.sweep()).queues_revision, after.queues_revision);
}

TEST_F(LiveRouting, TheWaitIsEstimatedFromTheLastHandlingTimes) {
    online("a1", {"tecnico"}, 3);
    const auto handle = [this](std::int64_t seconds) {
        const auto c = start("tecnico");
        get(live.append(message(c, "agent", "a1", "m")));
        pass(seconds);
        close(c);
    };
    for (int i = 0; i < 4; ++i) handle(900);
    EXPECT_EQ(get(live.queues())[0].wait_s, std::nullopt) << "too little is known";
    handle(900);
    EXPECT_EQ(get(live.queues())[0].wait_s, 0) << "somebody is free";
    for (int i = 0; i < 3; ++i) start("tecnico");
    const auto first = chat(start("tecnico"));
    EXPECT_NEAR(static_cast<double>(first.wait_s.value()), 300, 2) << "one of three slots is free after a third of it";
    EXPECT_NEAR(static_cast<double>(chat(start("tecnico")).wait_s.value()), 600, 4);
    EXPECT_NEAR(static_cast<double>(get(live.queues())[0].wait_s.value()), 900, 6);
    EXPECT_EQ(get(live.queues())[1].wait_s, std::nullopt) << "another queue has another history";
}

TEST_F(LiveRouting, TheWaitIsTheMedianOfTheLastTwentyHandlingTimes) {
    online("a1", {"tecnico"}, 3);
    for (int i = 0; i < 3; ++i) start("tecnico");
    const auto waits = start("tecnico");
    const auto done = redis_key("done:dep:tecnico");
    const auto finished = [&](int times, const std::string& ms) {
        for (int i = 0; i < times; ++i) redis({"RPUSH", done, ms});
    };
    // The newest come first; of these 25 the last twenty have the median 60 s, the newest five 30 s, all of them 90 s.
    finished(5, "30000");
    finished(5, "60000");
    finished(2, "60000");
    finished(8, "90000");
    finished(5, "900000");
    EXPECT_EQ(chat(waits).wait_s, 20) << "60 s by three slots";
    // Of an odd number the middle one: one long chat does not count.
    redis({"DEL", done});
    for (const auto* ms : {"30000", "30000", "40000", "50000", "9000000"}) finished(1, ms);
    EXPECT_EQ(chat(waits).wait_s, 14) << "40 s by three slots, rounded up";
}

}  // namespace
}  // namespace ventanilla::live
