// What time does to chats: grace, late answers, overflow, visitors who vanish.

#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

class LiveTime : public LiveTest {};

TEST_F(LiveTime, AConsoleThatComesBackWithinTheGraceFindsEverything) {
    online("a1", {"tecnico"}, 2);
    const auto c = start("tecnico");
    const auto second = get(live.agent_hello({"a1", "another"}));
    EXPECT_EQ(second.agent.state, "online");
    ASSERT_EQ(second.chats.size(), 1U);
    EXPECT_EQ(second.chats[0].id, c);
    EXPECT_EQ(second.visitors[0].id, chat(c).visitor);
    EXPECT_TRUE(get(live.agent_gone("a1", "another", second.generation)).empty()) << "one console is left";
    const auto first = get(live.agent_hello({"a1", "console-a1"}));
    EXPECT_EQ(kinds_of(first.events), "displaced:console-a1");
    EXPECT_TRUE(get(live.agent_gone("a1", "console-a1", first.generation - 1)).empty()) << "the older connection";
    EXPECT_EQ(kinds_of(get(live.agent_gone("a1", "console-a1", first.generation))), "agent:grace");
    EXPECT_EQ(get(live.agent("a1")).state, "grace");

    const auto waiting = start("tecnico");
    EXPECT_EQ(chat(waiting).status, "queued") << "grace counts as online, but gets nothing";
    pass(19);
    EXPECT_EQ(chat(c).agent, "a1");
    const auto back = get(live.agent_hello({"a1", "console-a1"}));
    EXPECT_EQ(back.agent.state, "online");
    EXPECT_EQ(chat(waiting).agent, "a1");
    pass(30);
    EXPECT_EQ(chat(c).agent, "a1");
}

TEST_F(LiveTime, AfterTheGraceTheChatsGoBack) {
    online("a1", {"tecnico"});
    const auto generation = get(live.agent_hello({"a1", "console-a1"})).generation;
    const auto c = start("tecnico");
    get(live.agent_gone("a1", "console-a1", generation));
    online("a2", {"tecnico"});
    const auto swept = pass(21);
    EXPECT_EQ(chat(c).agent, "a2");
    EXPECT_EQ(story(c), "message queued:new assigned:a1 queued:agent_lost assigned:a2");
    EXPECT_EQ(kinds_of(swept.events), "entry:queued revoked:agent_lost entry:assigned assigned agent:offline");
    EXPECT_EQ(get(live.agent_hello({"a1", "console-a1"})).agent.state, "offline");
}

TEST_F(LiveTime, NoFirstAnswerGoesToSomebodyUntried) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    pass(61);
    EXPECT_EQ(chat(c).agent, "a1") << "nobody else: it stays";
    online("a2", {"tecnico"});
    const auto other = start("tecnico");
    get(live.append(message(other, "agent", "a2", "m1")));
    pass(61);
    EXPECT_EQ(chat(c).status, "queued") << "waits for a2, who is full";
    EXPECT_EQ(story(c), "message queued:new assigned:a1 queued:no_answer");
    EXPECT_EQ(chat(other).agent, "a2") << "answered";
    close(other);
    EXPECT_EQ(chat(c).agent, "a2");
    set_state("a1", "offline");
}

TEST_F(LiveTime, TheTriedAreEligibleAgainWhenNobodyElseIsOnline) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    online("a2", {"tecnico"});
    const auto other = start("tecnico");
    get(live.append(message(other, "agent", "a2", "m1")));
    pass(61);
    ASSERT_EQ(chat(c).status, "queued");
    set_state("a2", "away");
    pass(2);
    EXPECT_EQ(chat(c).agent, "a1");
}

TEST_F(LiveTime, TypingPausesTheAnswerClock) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    online("a2", {"tecnico"});
    pass(50);
    get(live.typing(c, "agent", "a1", "{}"));
    pass(50);
    EXPECT_EQ(chat(c).agent, "a1");
    pass(11);
    EXPECT_EQ(chat(c).agent, "a2");
    get(live.append(message(c, "agent", "a2", "m1")));
    pass(100);
    EXPECT_EQ(chat(c).agent, "a2");
}

TEST_F(LiveTime, OverflowOpensTheQueueToOthers) {
    routing["departments"]["tecnico"]["overflow_after_s"] = 120;
    routing["departments"]["tecnico"]["overflow_to"] = {"contable"};
    configure();
    online("a1", {"tecnico"});
    online("a2", {"contable"});
    start("tecnico");
    const auto c = start("tecnico");
    pass(119);
    EXPECT_EQ(chat(c).status, "queued");
    pass(2);
    EXPECT_EQ(chat(c).agent, "a2");
    EXPECT_EQ(chat(c).department, "tecnico");
    EXPECT_EQ(decisions(c).back().at("event"), "overflow");
}

TEST_F(LiveTime, AVisitorWhoVanishedKeepsThePlaceForAWhile) {
    online("a1", {"tecnico"});
    start("tecnico");
    const auto c = start("tecnico");
    const auto v = chat(c).visitor;
    EXPECT_EQ(kinds_of(get(live.visitor_gone(v, "hash"))), "visitor");
    pass(100);
    visitor(v.substr(2));
    VisitorHello back;
    back.token_hash = "hash-" + v.substr(2);
    back.channel = "soporte";
    const auto opened = get(live.visitor_hello(back));
    EXPECT_EQ(opened.chat, c);
    pass(100);
    EXPECT_EQ(chat(c).position, 1);
    get(live.visitor_gone(v, "hash"));
    const auto swept = pass(121);
    EXPECT_EQ(chat(c).outcome, "missed");
    EXPECT_EQ(kinds_of(swept.events), "entry:closed");
    EXPECT_EQ(log(c).back().at("by"), "timeout");
}

TEST_F(LiveTime, AVisitorWhoLeftAnAgentIsClosedForIdlenessOnly) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    get(live.append(message(c, "agent", "a1", "m1")));
    get(live.visitor_gone(chat(c).visitor, "hash"));
    pass(1000);
    get(live.append(message(c, "agent", "a1", "m2")));
    pass(1000);
    EXPECT_EQ(chat(c).status, "assigned");
    pass(201);
    EXPECT_EQ(chat(c).outcome, "left");
    EXPECT_EQ(get(live.agent("a1")).load, 0);
}

}  // namespace
}  // namespace ventanilla::live
