// The JSON that is made of a kept decision.

#include "store/live/decisions.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ventanilla::live {
namespace {

using nlohmann::json;

TEST(Decisions, NamesTheChosenAndCountsTheRest) {
    const auto decision = json::parse(decision_json("1764000000000\t9500\tagent_free\tlowest_share_then_longest_idle\n"
                                                    "=chosen\n2000\t0\t{\"id\":\"a_1\",\"name\":\"A\\t\\\"1\\\"\"}\n"
                                                    "=full\n9000\t2\t{\"id\":\"a_2\",\"name\":\"B\"}\n"
                                                    "12000\t1\t{\"id\":\"a_3\",\"name\":\"C\"}\n"
                                                    "+full\t79\n+other_department\t3"));
    EXPECT_EQ(decision, json::parse(R"({
        "at": 1764000000000, "event": "agent_free", "rule": "lowest_share_then_longest_idle",
        "chosen": {"id": "a_1", "name": "A\t\"1\""},
        "considered": [
            {"agent": {"id": "a_1", "name": "A\t\"1\""}, "verdict": "chosen", "load": 0, "idle_s": 7},
            {"agent": {"id": "a_2", "name": "B"}, "verdict": "full", "load": 2, "idle_s": 0},
            {"agent": {"id": "a_3", "name": "C"}, "verdict": "full", "load": 1, "idle_s": 0}],
        "others": {"full": 79, "other_department": 3}})"));
}

TEST(Decisions, NobodyIsThere) {
    EXPECT_EQ(json::parse(decision_json("5\t0\tnew\tnobody_free")),
              json::parse(R"({"at":5,"event":"new","rule":"nobody_free","chosen":null,"considered":[],"others":{}})"));
}

TEST(Decisions, WhatAnEarlierReleaseKeptIsLeftAsItIs) {
    EXPECT_EQ(decision_json(R"({"at":1,"rule":"taken"})"), R"({"at":1,"rule":"taken"})");
}

}  // namespace
}  // namespace ventanilla::live
