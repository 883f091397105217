// Every verdict of a decision, and what is only counted.

#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

class LiveWhy : public LiveTest {
protected:
    std::map<std::string, std::string> verdicts(const nlohmann::json& decision) {
        std::map<std::string, std::string> map;
        for (const auto& row : decision.at("considered")) map[row.at("agent").at("id")] = row.at("verdict");
        return map;
    }
};

TEST_F(LiveWhy, EveryVerdictHasItsCase) {
    // A chat that t1 did not answer comes back while everybody else is in one of the other states.
    online("t1", {"tecnico"}, 2);
    const auto c = start("tecnico");
    online("full", {"tecnico"});
    const auto filler = start("tecnico");
    get(live.append(message(filler, "agent", "full", "m")));
    online("busy", {"tecnico"}, 2);
    const auto half = start("tecnico");
    ASSERT_EQ(chat(half).agent, "busy");
    get(live.append(message(half, "agent", "busy", "m")));
    online("gone", {"tecnico"});
    get(live.agent_gone("gone", "console-gone", get(live.agent_hello({"gone", "console-gone"})).generation));
    online("away", {"tecnico"});
    set_state("away", "away");
    get(live.agent_put(agent("off", {"tecnico"})));
    online("other", {"contable"});
    redis({"HINCRBY", redis_key("meta"), "clock", "5000"});
    online("first", {"tecnico"});
    redis({"HINCRBY", redis_key("meta"), "clock", "2000"});
    online("second", {"tecnico"});
    redis({"ZADD", redis_key("answers"), "0", c});
    get(live.sweep());

    const auto why = decisions(c).back();
    EXPECT_EQ(why.at("event"), "no_answer");
    EXPECT_EQ(why.at("chosen").at("id"), "first");
    EXPECT_EQ(why.at("rule"), "lowest_share_then_longest_idle");
    EXPECT_EQ(verdicts(why), (std::map<std::string, std::string>{{"first", "chosen"},
                                                                 {"second", "shorter_idle"},
                                                                 {"t1", "tried"},
                                                                 {"busy", "busier"},
                                                                 {"full", "full"},
                                                                 {"gone", "grace"},
                                                                 {"away", "away"},
                                                                 {"off", "offline"}}));
    EXPECT_EQ(why.at("others"), (nlohmann::json{{"other_department", 1}}));
    EXPECT_EQ(why.at("considered")[0].at("load"), 0);
    EXPECT_EQ(why.at("considered")[0].at("idle_s"), 2);
}

TEST_F(LiveWhy, NobodyFree) {
    online("a1", {"tecnico"});
    start("tecnico");
    const auto c = start("tecnico");
    const auto why = decisions(c);
    ASSERT_EQ(why.size(), 1U);
    EXPECT_TRUE(why[0].at("chosen").is_null());
    EXPECT_EQ(why[0].at("rule"), "nobody_free");
    EXPECT_EQ(verdicts(why[0]), (std::map<std::string, std::string>{{"a1", "full"}}));
    EXPECT_TRUE(why[0].at("others").is_object());
}

TEST_F(LiveWhy, PickedByHand) {
    online("m1", {"manual"});
    const auto c = start("manual");
    EXPECT_EQ(decisions(c)[0].at("rule"), "agents_take");
    EXPECT_TRUE(decisions(c)[0].at("considered").is_array());
    get(live.take(c, "m1", false));
    EXPECT_EQ(decisions(c)[1].at("rule"), "taken");
    EXPECT_EQ(decisions(c)[1].at("chosen").at("id"), "m1");
}

TEST_F(LiveWhy, AtMostTwentyOthersAreNamedAndTheRestCounted) {
    for (int i = 0; i < 40; ++i) online("free" + std::to_string(i), {"tecnico"});
    for (int i = 0; i < 10; ++i) get(live.agent_put(agent("off" + std::to_string(i), {"tecnico"})));
    for (int i = 0; i < 3; ++i) online("other" + std::to_string(i), {"contable"});
    const auto c = start("tecnico");
    const auto why = decisions(c).back();
    EXPECT_EQ(why.at("chosen").at("id"), "free0");
    EXPECT_EQ(why.at("considered").size(), 21U);
    EXPECT_EQ(why.at("others"), (nlohmann::json{{"shorter_idle", 19}, {"offline", 10}, {"other_department", 3}}));
}

TEST_F(LiveWhy, AgentsOfTheReleaseBeforeAreNamedToo) {
    online("old", {"tecnico"});
    start("tecnico");
    redis({"DEL", redis_key("briefs")});
    const auto c = start("tecnico");
    EXPECT_EQ(verdicts(decisions(c).back()), (std::map<std::string, std::string>{{"old", "full"}}));
}

TEST_F(LiveWhy, WhoeverGetsFreeIsCountedOnceAndNamedAsChosen) {
    for (int i = 0; i < 3; ++i) online("a" + std::to_string(i), {"tecnico"});
    std::vector<std::string> held;
    for (int i = 0; i < 3; ++i) held.push_back(start("tecnico"));
    const auto c = start("tecnico");
    const auto freed = chat(held[1]).agent;
    get(live.close(held[1], "agent", freed, "solved"));
    const auto why = decisions(c).back();
    EXPECT_EQ(why.at("event"), "agent_free");
    EXPECT_EQ(why.at("chosen").at("id"), freed);
    auto expected = std::map<std::string, std::string>{{"a0", "full"}, {"a1", "full"}, {"a2", "full"}};
    expected[freed] = "chosen";
    EXPECT_EQ(verdicts(why), expected);
    EXPECT_EQ(why.at("considered").size(), 3U);
    EXPECT_EQ(why.at("others"), nlohmann::json::object());
    EXPECT_EQ(why.at("considered")[0].at("load"), 0);
}

}  // namespace
}  // namespace ventanilla::live
