// What makes a Redis lossy, by the answers that it gives.

#include "app/durable_redis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace ventanilla::app {
namespace {

using live::RedisValue;
using testing::ElementsAre;
using testing::IsEmpty;

RedisValue text(const std::string& value) {
    return {value};
}

/// Answers of a durable primary but for what is changed. A value of "" may not be read.
RedisValue::Array answers(const std::map<std::string, std::string>& changed = {}, const std::string& role = "master") {
    std::map<std::string, std::string> values{{"appendonly", "yes"},
                                              {"appendfsync", "always"},
                                              {"no-appendfsync-on-rewrite", "no"},
                                              {"maxmemory-policy", "noeviction"},
                                              {"min-replicas-to-write", "0"}};
    for (const auto& [name, value] : changed) values[name] = value;
    RedisValue::Array all;
    for (const auto& question : durability_questions()) {
        if (question.front() == "ROLE") {
            all.push_back({RedisValue::Array{text(role)}});
        } else if (const auto& value = values.at(question.back()); value.empty()) {
            all.push_back({RedisValue::Fault{"NOPERM"}});
        } else {
            all.push_back({RedisValue::Array{text(question.back()), text(value)}});
        }
    }
    return all;
}

TEST(DurableRedis, ADurablePrimaryHasNoReason) {
    EXPECT_THAT(lossy_reasons(answers(), {}), IsEmpty());
    EXPECT_EQ(inspection({}).objection(answers()), "");
}

TEST(DurableRedis, EachSettingIsAReason) {
    EXPECT_THAT(lossy_reasons(answers({{"appendonly", "no"}}), {}), ElementsAre("appendonly is no, not yes"));
    EXPECT_THAT(lossy_reasons(answers({{"appendfsync", "everysec"}, {"maxmemory-policy", "allkeys-lru"}}), {}),
                ElementsAre("appendfsync is everysec, not always", "maxmemory-policy is allkeys-lru, not noeviction"));
    EXPECT_THAT(lossy_reasons(answers({{"no-appendfsync-on-rewrite", "yes"}}), {}),
                ElementsAre("no-appendfsync-on-rewrite is yes, not no"));
    EXPECT_THAT(lossy_reasons(answers({}, "slave"), {}), ElementsAre("it is not a primary"));
}

TEST(DurableRedis, WhatMayNotBeReadIsAReason) {
    EXPECT_THAT(lossy_reasons(answers({{"appendfsync", ""}}), {}),
                ElementsAre("appendfsync is unreadable, not always"));
}

TEST(DurableRedis, FailoverIsLossyUnlessReplicasAreWaitedFor) {
    config::Store store;
    store.sentinels = {{"127.0.0.1", 26379}};
    EXPECT_THAT(lossy_reasons(answers(), store), ElementsAre("it fails over automatically, and wait_replicas is 0"));
    store.wait_replicas = 1;
    EXPECT_THAT(lossy_reasons(answers(), store),
                ElementsAre("min-replicas-to-write is 0, less than wait_replicas (1)"));
    EXPECT_THAT(lossy_reasons(answers({{"min-replicas-to-write", "1"}}), store), IsEmpty());
}

TEST(DurableRedis, ALinkRefusesAReplicaAlwaysAndALossyOneUnlessAllowed) {
    config::Store store;
    EXPECT_EQ(inspection(store).objection(answers({{"appendonly", "no"}})), "appendonly is no, not yes");
    store.allow_lossy_redis = true;
    EXPECT_EQ(inspection(store).objection(answers({{"appendonly", "no"}})), "");
    EXPECT_EQ(inspection(store).objection(answers({}, "slave")), "it is not a primary but a slave");
}

}  // namespace
}  // namespace ventanilla::app
