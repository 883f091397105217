// Visitors' tokens and pages, agents' sessions and consoles, counters of failures.

#include "store/live/forget_visitor.hpp"
#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

using protocol::Code;
using testing::UnorderedElementsAre;

class LivePeople : public LiveTest {
protected:
    VisitorHello returning(const std::string& name) {
        VisitorHello hello;
        hello.token_hash = "hash-" + name;
        hello.channel = "soporte";
        hello.locale = "en";
        hello.page_json = R"({"url":"https://x"})";
        return hello;
    }
    std::int64_t ttl(const std::string& name) { return std::stoll(redis({"TTL", redis_key(name)})); }
};

TEST_F(LivePeople, ATokenLivesAnHourUntilTheFirstStart) {
    const auto v = visitor("ana");
    EXPECT_EQ(v, "v_ana");
    EXPECT_LE(ttl("t:hash-ana"), 3600);
    EXPECT_EQ(get(live.visitor_hello(returning("ana"))).visitor, v);
    EXPECT_LE(ttl("t:hash-ana"), 3600) << "use alone does not keep it";
    online("a1", {"tecnico"});
    get(live.chat_start(start_of(v, "tecnico")));
    EXPECT_GT(ttl("t:hash-ana"), 29 * 86400);
    EXPECT_GT(ttl("vis:v_ana"), 29 * 86400);
    redis({"EXPIRE", redis_key("t:hash-ana"), "100"});
    get(live.visitor_hello(returning("ana")));
    EXPECT_GT(ttl("t:hash-ana"), 29 * 86400) << "from its last use";
    EXPECT_EQ(refusal(live.visitor_hello(returning("nobody"))), Code::unauthenticated);
}

TEST_F(LivePeople, WhoComesBackHasTheChatAndWhatWasSaidInOneAnswer) {
    online("a1", {"tecnico"}, 2);
    visitor("ana");
    const auto chat = get(live.chat_start(start_of("v_ana", "tecnico"))).chat;
    get(live.append(message(chat, "agent", "a1", "m1", "sigue ahí?")));
    get(live.visitor_gone("v_ana", "hash-ana"));

    auto hello = returning("ana");
    hello.resume_chat = chat;
    hello.resume_after = 2;
    auto opened = get(live.visitor_hello(hello));
    EXPECT_EQ(opened.visitor, "v_ana");
    EXPECT_EQ(opened.chat, chat);
    EXPECT_EQ(kinds_of(opened.events), "visitor");
    ASSERT_TRUE(opened.resumed);
    EXPECT_EQ(opened.resumed->id, chat);
    EXPECT_EQ(opened.resumed->agent, "a1");
    const auto all = get(live.read_log(chat, 2, 100));
    EXPECT_EQ(opened.resumed->last, all.meta.last);
    ASSERT_FALSE(all.frames.empty());
    EXPECT_EQ(opened.missed, all.frames);

    hello.resume_after = all.meta.last;
    opened = get(live.visitor_hello(hello));
    EXPECT_TRUE(opened.events.empty()) << "was here already";
    EXPECT_TRUE(opened.resumed);
    EXPECT_TRUE(opened.missed.empty());
    hello.resume_after = all.meta.last + 1;
    EXPECT_FALSE(get(live.visitor_hello(hello)).resumed) << "has seen more than there is";
    hello.resume_after = 0;
    hello.channel = "ventas";
    opened = get(live.visitor_hello(hello));
    EXPECT_FALSE(opened.resumed) << "of another channel";
    EXPECT_TRUE(opened.missed.empty());
    visitor("eva");
    auto foreign = returning("eva");
    foreign.resume_chat = chat;
    EXPECT_FALSE(get(live.visitor_hello(foreign)).resumed) << "of another visitor";
    foreign.resume_chat = "c_none";
    EXPECT_FALSE(get(live.visitor_hello(foreign)).resumed);
}

TEST_F(LivePeople, MuchThatWasMissedDoesNotComeAllAtOnce) {
    online("a1", {"tecnico"}, 2);
    visitor("ana");
    const auto chat = get(live.chat_start(start_of("v_ana", "tecnico"))).chat;
    const auto say = [&](int from, int to, const std::string& text) {
        for (int i = from; i < to; ++i) get(live.append(message(chat, "agent", "a1", "m" + std::to_string(i), text)));
    };
    auto hello = returning("ana");
    hello.resume_chat = chat;
    say(0, 30, "hola");
    auto opened = get(live.visitor_hello(hello));
    EXPECT_EQ(opened.missed, get(live.read_log(chat, 0, 20)).frames);
    const auto before_long_ones = opened.resumed->last;
    say(30, 40, std::string(5000, 'x'));
    hello.resume_after = before_long_ones;
    opened = get(live.visitor_hello(hello));
    EXPECT_EQ(opened.missed, get(live.read_log(chat, before_long_ones, 3)).frames);
    EXPECT_EQ(opened.resumed->last, before_long_ones + 10);
}

TEST_F(LivePeople, SeveralAtOnce) {
    visitor("ana");
    visitor("eva");
    std::vector<std::string> ids;
    for (const auto& known : get(live.visitors({"v_eva", "v_none", "v_ana"}))) ids.push_back(known.id);
    EXPECT_THAT(ids, testing::ElementsAre("v_eva", "v_ana"));
    EXPECT_TRUE(get(live.visitors({})).empty());
}

TEST_F(LivePeople, ATokenNamesItsVisitorWithoutASocket) {
    visitor("ana");
    EXPECT_EQ(get(live.visitor_check("hash-ana")), "v_ana");
    EXPECT_LE(ttl("t:hash-ana"), 3600) << "asking does not keep it";
    EXPECT_EQ(refusal(live.visitor_check("hash-nobody")), Code::unauthenticated);
}

TEST_F(LivePeople, WhatAVisitorIs) {
    auto hello = returning("");
    hello.token_hash = "";
    hello.fresh_visitor = "v_eva";
    hello.fresh_token_hash = "hash-eva";
    hello.has_identity = true;
    hello.verified = true;
    hello.name = "Eva";
    hello.email = "eva@example.mx";
    const auto opened = get(live.visitor_hello(hello));
    EXPECT_EQ(opened.visitor, "v_eva");
    EXPECT_EQ(opened.chat, "");
    EXPECT_EQ(opened.name, "Eva");
    EXPECT_EQ(opened.email, "eva@example.mx");
    EXPECT_TRUE(opened.verified);
    auto meta = get(live.visitor("v_eva"));
    EXPECT_EQ(meta.name, "Eva");
    EXPECT_TRUE(meta.verified);
    EXPECT_TRUE(meta.connected);
    EXPECT_EQ(meta.locale, "en");
    EXPECT_EQ(meta.page_json, R"({"url":"https://x"})");
    EXPECT_EQ(meta.fields_json, "{}");
    EXPECT_GT(meta.since_at, 0);

    online("a1", {"tecnico"});
    get(live.chat_start(start_of("v_eva", "tecnico")));
    EXPECT_EQ(get(live.visitor("v_eva")).email, "eva@example.mx") << "typed over nothing that the site vouches for";
    EXPECT_EQ(kinds_of(get(live.visitor_page("v_eva", R"({"url":"https://y"})"))), "visitor");
    EXPECT_EQ(get(live.visitor("v_eva")).page_json, R"({"url":"https://y"})");
    EXPECT_EQ(kinds_of(get(live.visitor_gone("v_eva", "hash"))), "visitor");
    EXPECT_FALSE(get(live.visitor("v_eva")).connected);
    EXPECT_TRUE(get(live.visitor_gone("v_eva", "hash")).empty());
    EXPECT_EQ(refusal(live.visitor("v_none")), Code::not_found);
    EXPECT_EQ(refusal(live.visitor_page("v_none", "{}")), Code::not_found);
}

TEST_F(LivePeople, AVisitorIsForgottenAsAPerson) {
    online("a1", {"tecnico"});
    const auto v = visitor("eva");
    auto begun = start_of(v, "tecnico");
    begun.name = "Eva";
    begun.email = "Eva@example.mx";
    begun.fields_json = R"({"rfc":"SECR010101AAA"})";
    begun.content_hash = "hash-of-secret";
    const auto c = get(live.chat_start(begun)).chat;
    get(live.visitor_page(v, R"({"url":"https://secreto"})"));
    auto found = get(visitor_addresses(node->pool, site));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, v);
    EXPECT_EQ(found[0].email, "Eva@example.mx");

    // By another server, as a command of the command line does it: it brings no routing.
    Node guest(io, server.socket_path(), site);
    connect(guest);
    const auto routing_version = get(live.sweep()).routing_version;
    get(guest.store.start("", ""));
    get(forget_visitor(guest.pool, guest.store, site, v));
    get(forget_visitor(guest.pool, guest.store, site, v));
    get(forget_visitor(guest.pool, guest.store, site, "v_none"));
    const auto meta = get(live.visitor(v));
    EXPECT_EQ(meta.name + meta.email, "");
    EXPECT_EQ(meta.page_json + meta.fields_json, "{}{}");
    EXPECT_EQ(meta.locale, "es-MX");
    const auto all = redis({"HVALS", redis_key("vis:" + v)});
    for (const auto* word : {"Eva", "secret", "SECR"}) EXPECT_EQ(all.find(word), std::string::npos) << word;
    EXPECT_EQ(chat(c).status, "assigned");
    EXPECT_EQ(get(visitor_addresses(node->pool, site)).front().email, "");
    EXPECT_EQ(get(live.sweep()).routing_version, routing_version);

    EXPECT_TRUE(get(closing_chats(node->pool, site)).empty());
    close(c);
    EXPECT_EQ(get(closing_chats(node->pool, site)), std::vector<std::string>{c});
    get(guest.store.stop());
    guest.pool.stop();
}

TEST_F(LivePeople, SessionsEndIdleOldOrByHand) {
    constexpr std::int64_t hour = 3'600'000;
    EXPECT_EQ(refusal(live.session_create("s1", "a1", 0)), Code::not_found);
    get(live.agent_put(agent("a1", {"tecnico"}, 3)));
    get(live.session_create("s1", "a1", hour));
    const auto meta = get(live.session_check("s1", hour));
    EXPECT_EQ(meta.id, "a1");
    EXPECT_EQ(meta.username, "a1");
    EXPECT_EQ(meta.name, "Agente a1");
    EXPECT_EQ(meta.role, "agent");
    EXPECT_EQ(meta.capacity, 3);
    EXPECT_EQ(meta.state, "offline");
    EXPECT_THAT(meta.departments, UnorderedElementsAre("tecnico"));

    for (int i = 1; i <= 16; ++i) EXPECT_EQ(refusal(live.session_check("s1", hour + i * 10 * hour)), std::nullopt);
    EXPECT_EQ(refusal(live.session_check("s1", hour + 169 * hour)), Code::unauthenticated) << "seven days";
    get(live.session_create("s2", "a1", 0));
    EXPECT_EQ(refusal(live.session_check("s2", 13 * hour)), Code::unauthenticated) << "idle for twelve hours";
    EXPECT_EQ(refusal(live.session_check("none", 0)), Code::unauthenticated);

    get(live.session_create("s3", "a1", 0));
    get(live.session_create("s4", "a1", 0));
    const auto events = get(live.session_end("s3"));
    ASSERT_EQ(kinds_of(events), "signed_out:s3");
    EXPECT_EQ(events[0].agent, "a1");
    EXPECT_EQ(refusal(live.session_check("s3", 0)), Code::unauthenticated);
    EXPECT_EQ(refusal(live.session_check("s4", 0)), std::nullopt);
    EXPECT_TRUE(get(live.session_end("none")).empty());
}

TEST_F(LivePeople, PuttingTheSameAgentChangesNothing) {
    get(live.agent_put(agent("a1", {"tecnico"})));
    const auto version = get(live.agent("a1")).version;
    EXPECT_TRUE(get(live.agent_put(agent("a1", {"tecnico"}))).empty());
    EXPECT_EQ(get(live.agent("a1")).version, version);
    EXPECT_FALSE(get(live.agent_put(agent("a1", {"contable"}))).empty());
    EXPECT_GT(get(live.agent("a1")).version, version);
    EXPECT_EQ(refusal(live.agent("nobody")), Code::not_found);
    EXPECT_EQ(get(live.agents()).size(), 1U);
    get(live.agent_put(agent("a2", {})));
    EXPECT_TRUE(get(live.agent("a2")).departments.empty());
}

TEST_F(LivePeople, AgentsVersionsRiseWithWhatTheyHold) {
    online("a1", {"tecnico"});
    const auto online_version = get(live.agent("a1")).version;
    const auto c = start("tecnico");
    const auto held_version = get(live.agent("a1")).version;
    EXPECT_GT(held_version, online_version);
    close(c);
    EXPECT_GT(get(live.agent("a1")).version, held_version);
}

TEST_F(LivePeople, FailuresAreCountedInAWindow) {
    EXPECT_TRUE(get(live.allowed("login:ana", 2)));
    get(live.count_failure("login:ana", 900));
    EXPECT_TRUE(get(live.allowed("login:ana", 2)));
    get(live.count_failure("login:ana", 900));
    EXPECT_FALSE(get(live.allowed("login:ana", 2)));
    EXPECT_TRUE(get(live.allowed("login:eva", 2)));
    get(live.uncount("login:ana"));
    EXPECT_TRUE(get(live.allowed("login:ana", 2)));
    get(live.uncount("login:ana"));
    get(live.uncount("login:ana"));
    EXPECT_EQ(get(live.count("login:ana", 900)), 1) << "never below zero";
    EXPECT_LE(ttl("f:login:ana"), 900);
    EXPECT_GT(ttl("f:login:ana"), 800);
    EXPECT_EQ(get(live.count("login:ana", 900)), 2);
    EXPECT_EQ(get(live.count("login:eva", 900)), 1);
}

}  // namespace
}  // namespace ventanilla::live
