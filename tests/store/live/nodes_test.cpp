// Several servers on one store, and what happens when one of them, or Redis, is away.

#include "protocol/encode.hpp"
#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

using protocol::Code;

class LiveNodes : public LiveTest {
protected:
    // Lets the lease of a server lapse while `live` lives on.
    void lapse(const Node& dead) { redis({"ZADD", redis_key("nodes"), "-1", dead.store.incarnation()}); }
};

TEST_F(LiveNodes, WhatOneCausesTheOthersConcernedHear) {
    const auto other = new_node();
    online("a1", {"tecnico"});
    get(other->store.agent_put(agent("a2", {"tecnico"})));
    get(other->store.agent_hello({"a2", "window"}));
    listen();
    node->heard.clear();
    other->heard.clear();

    get(other->store.state_set("a2", "online"));
    listen();
    EXPECT_EQ(kinds_of(node->heard), "agent:online") << "states concern everybody";
    EXPECT_TRUE(other->heard.empty()) << "one's own events are in the reply";
    node->heard.clear();

    set_state("a1", "away");
    listen();
    other->heard.clear();
    const auto c = start("tecnico");
    listen();
    ASSERT_EQ(kinds_of(other->heard), "entry:assigned assigned") << "from when its agent has the chat";
    EXPECT_EQ(other->heard[1].agent, "a2");
    EXPECT_EQ(other->heard[1].chat, c);
    other->heard.clear();

    const auto what = message(c, "visitor", chat(c).visitor, "m1");
    const auto sent = get(live.append(what));
    get(other->store.append(message(c, "agent", "a2", "m2")));
    listen();
    ASSERT_EQ(kinds_of(other->heard), "entry:message");
    EXPECT_EQ(other->heard[0].frame, *protocol::entry(c, sent.seq, sent.at, what.rest))
        << "what its own server makes of it";
    EXPECT_EQ(other->heard[0].seq, sent.seq);
    EXPECT_EQ(other->heard[0].sender, "v:" + chat(c).visitor);
    EXPECT_EQ(kinds_of(node->heard), "entry:message");
    node->heard.clear();

    get(other->store.typing(c, "agent", "a2", R"({"type":"typing"})"));
    listen();
    ASSERT_EQ(kinds_of(node->heard), "ephemeral");
    EXPECT_EQ(node->heard[0].frame, R"({"type":"typing"})");
}

TEST_F(LiveNodes, AttachingMakesAServerHearAChat) {
    const auto other = new_node();
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    other->heard.clear();
    get(live.append(message(c, "agent", "a1", "m1")));
    listen();
    EXPECT_TRUE(other->heard.empty());
    EXPECT_EQ(get(other->store.attach(c)).id, c);
    get(live.append(message(c, "agent", "a1", "m2")));
    listen();
    EXPECT_EQ(kinds_of(other->heard), "entry:message");
}

TEST_F(LiveNodes, ADeviceIsDisplacedAcrossServers) {
    const auto other = new_node();
    get(live.agent_put(agent("a1", {"tecnico"})));
    const auto first = get(live.agent_hello({"a1", "window"}));
    const auto second = get(other->store.agent_hello({"a1", "window"}));
    listen();
    ASSERT_FALSE(node->heard.empty());
    EXPECT_EQ(kinds_of(node->heard).find("displaced:window") != std::string::npos, true);
    EXPECT_EQ(node->heard.back().seq, second.generation);
    EXPECT_TRUE(get(live.agent_gone("a1", "window", first.generation)).empty());
}

TEST_F(LiveNodes, ThePeopleOfADeadServerCountAsGone) {
    auto other = new_node();
    get(other->store.agent_put(agent("a1", {"tecnico"})));
    get(other->store.agent_hello({"a1", "window"}));
    get(other->store.state_set("a1", "online"));
    VisitorHello hello;
    hello.fresh_visitor = "v_x";
    hello.fresh_token_hash = "hash-x";
    hello.channel = "soporte";
    get(other->store.visitor_hello(hello));
    const auto held = get(other->store.chat_start(start_of("v_x", "tecnico"))).chat;
    const auto waiting = start("tecnico");

    lapse(*other);
    const auto swept = get(live.sweep());
    EXPECT_EQ(kinds_of(swept.events), "visitor agent:grace");
    EXPECT_EQ(get(live.agent("a1")).state, "grace");
    EXPECT_FALSE(get(live.visitor("v_x")).connected);
    EXPECT_EQ(chat(held).agent, "a1");
    pass(21);
    EXPECT_EQ(get(live.agent("a1")).state, "offline");
    EXPECT_EQ(chat(held).position, 1);
    EXPECT_EQ(chat(waiting).position, 2);
    EXPECT_EQ(redis({"SCARD", redis_key("dead")}), "0");

    // What the dead one still sends is refused, and it learns why.
    EXPECT_EQ(refusal(other->store.append(message(held, "visitor", "v_x", "late"))), Code::unavailable);
    listen();
    EXPECT_EQ(other->fenced, 1);
    EXPECT_EQ(chat(held).last, 4);
    EXPECT_EQ(refusal(other->store.visitor("v_x")), Code::unavailable) << "nothing is sent until it registers anew";
    get(other->store.start(routing.dump(), std::to_string(std::hash<std::string>{}(routing.dump()))));
    EXPECT_EQ(get(other->store.append(message(held, "visitor", "v_x", "late"))).seq, 5);
}

TEST_F(LiveNodes, MoreThanASweepHandlesAreGivenUpBitByBit) {
    auto other = new_node();
    for (int i = 0; i < 120; ++i) {
        VisitorHello hello;
        hello.fresh_visitor = "v_" + std::to_string(i);
        hello.fresh_token_hash = "hash-" + std::to_string(i);
        get(other->store.visitor_hello(hello));
    }
    lapse(*other);
    const auto left = redis_key("n:" + other->store.incarnation() + ":vis");
    get(live.sweep());
    EXPECT_EQ(redis({"SCARD", left}), "70");
    get(live.sweep());
    get(live.sweep());
    EXPECT_EQ(redis({"SCARD", left}), "0");
    EXPECT_EQ(redis({"SCARD", redis_key("dead")}), "0");
}

TEST_F(LiveNodes, StopGivesEverybodyUp) {
    auto other = new_node();
    get(other->store.agent_put(agent("a1", {"tecnico"})));
    get(other->store.agent_hello({"a1", "window"}));
    get(other->store.state_set("a1", "online"));
    EXPECT_TRUE(wait(other->store.stop()));
    EXPECT_EQ(get(live.agent("a1")).state, "grace");
}

TEST_F(LiveNodes, TheLogicalClockIgnoresJumps) {
    const auto clock = [this] { return std::stoll(redis({"HGET", redis_key("meta"), "clock"})); };
    get(live.sweep());
    const auto before = clock();
    redis({"HINCRBY", redis_key("meta"), "clock_at", "-3600000"});
    get(live.sweep());
    EXPECT_EQ(clock(), before + 2000) << "an hour forward is two seconds";
    redis({"HINCRBY", redis_key("meta"), "clock_at", "3600000"});
    get(live.sweep());
    EXPECT_EQ(clock(), before + 2000) << "an hour back is none";
}

TEST_F(LiveNodes, ALostLibraryIsLoadedAgain) {
    online("a1", {"tecnico"});
    redis({"FUNCTION", "FLUSH"});
    EXPECT_EQ(chat(start("tecnico")).agent, "a1");
}

TEST_F(LiveNodes, NothingHappensAfterItsDeadline) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    const auto name = redis({"FUNCTION", "LIST"});
    const auto at = name.find("close_");
    ASSERT_NE(at, std::string::npos);
    const auto function = name.substr(at, name.find('\n', at) - at);
    EXPECT_EQ(redis({"FCALL", function, "1", redis_key("c:" + c), live.incarnation(), "1000", c, "system", "", "left"}),
              "err\nunavailable\n\n1000");
    EXPECT_EQ(chat(c).status, "assigned");
}

TEST_F(LiveNodes, WhileContentIsHeldNothingNewIsTakenAndEverythingElseGoesOn) {
    online("a1", {"tecnico"}, 2);
    const auto c = start("tecnico");
    visitor("w");
    node->pool.hold_content(true);
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a1", "m1"))), Code::unavailable);
    EXPECT_EQ(refusal(live.chat_start(start_of("v_w", "tecnico"))), Code::unavailable);
    EXPECT_EQ(refusal(live.sweep()), std::nullopt);
    VisitorHello hello;
    hello.fresh_visitor = "v_x";
    hello.fresh_token_hash = "hash-x";
    EXPECT_EQ(refusal(live.visitor_hello(hello)), std::nullopt);
    EXPECT_EQ(get(live.close(c, "agent", "a1", "solved")).seq, 4);
    EXPECT_TRUE(get(live.archived(c, 4)));
    node->pool.hold_content(false);
    EXPECT_EQ(refusal(live.chat_start(start_of("v_w", "tecnico"))), std::nullopt);
}

TEST_F(LiveNodes, AStoreOfANewerReleaseIsRefused) {
    redis({"HSET", redis_key("meta"), "schema", "99"});
    EXPECT_EQ(refusal(live.start(routing.dump(), "x")), Code::unavailable);
}

TEST_F(LiveNodes, AStoreOfAnotherRecordIsLeftAsItIs) {
    const auto id = redis({"HGET", redis_key("meta"), "store_id"});
    const auto before = redis({"ZCARD", redis_key("nodes")}) + redis({"GET", redis_key("cfgv")});
    EXPECT_EQ(refusal(live.start(routing.dump(), "x", {"another", "another"})), Code::unavailable);
    EXPECT_EQ(redis({"ZCARD", redis_key("nodes")}) + redis({"GET", redis_key("cfgv")}), before);
    EXPECT_EQ(refusal(live.start(routing.dump(), "x", {id, ""})), std::nullopt);
    redis({"HSET", redis_key("meta"), "replaces", "the lost one"});
    EXPECT_EQ(refusal(live.start(routing.dump(), "x", {"the lost one", ""})), std::nullopt);
}

TEST_F(LiveNodes, AStoreBeginsOnlyWhereItIsKnownWhatWasLost) {
    redis({"DEL", redis_key("meta")});
    EXPECT_EQ(refusal(live.start(routing.dump(), "x", {"the lost one", ""})), Code::unavailable);
    EXPECT_EQ(redis({"EXISTS", redis_key("meta")}), "0");
    EXPECT_EQ(refusal(live.start(routing.dump(), "x", {"the lost one", "the lost one"})), std::nullopt);
    EXPECT_EQ(redis({"HGET", redis_key("meta"), "replaces"}), "the lost one");
}

TEST_F(LiveNodes, UnusedLibrariesGo) {
    redis({"FUNCTION", "LOAD", "#!lua name=ventanilla_old\nredis.register_function('old_f', function() return 1 end)"});
    const auto other = new_node();
    EXPECT_EQ(redis({"FUNCTION", "LIST"}).find("ventanilla_old"), std::string::npos);
}

class LiveOwnRedis : public LiveTest {
protected:
    static test::RedisServer& own() {
        static test::RedisServer server({"--maxmemory", "64mb", "--maxmemory-policy", "noeviction", "--appendonly",
                                         "yes", "--appendfsync", "always"});
        return server;
    }
    LiveOwnRedis() : LiveTest(own()) {}
};

TEST_F(LiveOwnRedis, KilledAndBackItHasEverythingThatWasAcknowledged) {
    online("a1", {"tecnico"});
    const auto c = start("tecnico");
    get(live.append(message(c, "agent", "a1", "m1")));
    server.kill();
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a1", "m2"))), Code::unavailable);
    server.start();
    for (int i = 0; i < 50 && refusal(live.append(message(c, "agent", "a1", "m2"))); ++i) listen();
    const auto entries = log(c);
    ASSERT_EQ(entries.size(), 5U);
    EXPECT_EQ(get(live.append(message(c, "agent", "a1", "m1"))).seq, 4);
}

TEST_F(LiveOwnRedis, WhoCouldNotBeToldGoneIsToldByTheSweep) {
    online("a1", {"tecnico"});
    const auto generation = get(live.agent_hello({"a1", "console-a1"})).generation;
    const auto v = visitor("v");
    server.kill();
    EXPECT_EQ(refusal(live.agent_gone("a1", "console-a1", generation)), Code::unavailable);
    EXPECT_EQ(refusal(live.visitor_gone(v, "hash")), Code::unavailable);
    server.start();
    for (int i = 0; i < 50 && refusal(live.visitor(v)); ++i) listen();
    const auto swept = get(live.sweep());
    EXPECT_EQ(kinds_of(swept.events), "agent:grace");
    EXPECT_FALSE(get(live.visitor(v)).connected);
}

TEST_F(LiveOwnRedis, OutOfMemoryNothingNewIsTakenAndTheHouseIsKept) {
    online("a1", {"tecnico"}, 2);
    const auto c = start("tecnico");
    visitor("w");
    const auto limit = [this](double share) {
        const auto info = redis({"INFO", "memory"});
        const auto used = std::stod(info.substr(info.find("used_memory:") + 12));
        redis({"CONFIG", "SET", "maxmemory", std::to_string(static_cast<std::int64_t>(used / share))});
    };
    limit(0.9);
    get(live.sweep());
    EXPECT_EQ(refusal(live.chat_start(start_of("v_w", "tecnico"))), Code::offline) << "above 80 %";
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a1", "m1"))), std::nullopt) << "open chats go on";
    limit(2);
    EXPECT_EQ(refusal(live.append(message(c, "agent", "a1", "m2"))), Code::unavailable);
    EXPECT_EQ(refusal(live.sweep()), std::nullopt);
    EXPECT_EQ(get(live.close(c, "agent", "a1", "solved")).seq, 5);
    EXPECT_TRUE(get(live.archived(c, 5)));
    limit(0.1);
    get(live.sweep());
    EXPECT_EQ(refusal(live.chat_start(start_of("v_w", "tecnico", "s2"))), std::nullopt);
}

}  // namespace
}  // namespace ventanilla::live
