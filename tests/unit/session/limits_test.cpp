#include <gtest/gtest.h>

#include "session/identity.hpp"
#include "session/limits.hpp"
#include "session/pace.hpp"

namespace ventanilla::session {
namespace {

TEST(Bucket, BurstThenRate) {
    Bucket bucket(10, 20, 0);
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(bucket.take(0)) << i;
    EXPECT_FALSE(bucket.take(0));
    EXPECT_EQ(bucket.wait_ms(), 100);
    EXPECT_FALSE(bucket.take(99));
    EXPECT_TRUE(bucket.take(100));
    EXPECT_FALSE(bucket.take(150));
    EXPECT_EQ(bucket.wait_ms(), 50);
}

TEST(Bucket, AClockThatStandsOrFallsGivesNothing) {
    Bucket bucket(10, 1, 1000);
    EXPECT_TRUE(bucket.take(1000));
    EXPECT_FALSE(bucket.take(500));
    EXPECT_FALSE(bucket.take(1000));
}

TEST(Bucket, WhatDidNotCountIsGivenBack) {
    Bucket bucket(1, 1, 0);
    EXPECT_TRUE(bucket.take(0));
    bucket.give_back();
    EXPECT_TRUE(bucket.take(0));
    EXPECT_FALSE(bucket.take(0));
}

TEST(Pace, CountsEachSenderOverAllConnections) {
    Pace pace(10, 2);
    EXPECT_TRUE(pace.of("v_1", 0).take(0));
    EXPECT_TRUE(pace.of("v_1", 0).take(0));
    EXPECT_FALSE(pace.of("v_1", 0).take(0));
    EXPECT_TRUE(pace.of("v_2", 0).take(0));
}

TEST(Pace, ForgetsThoseWhoAreQuietButNotThoseWhoOwe) {
    Pace pace(10, 1);
    EXPECT_TRUE(pace.of("busy", 0).take(0));
    for (int i = 0; i < 5000; ++i) pace.of("v_" + std::to_string(i), 0);
    EXPECT_FALSE(pace.of("busy", 0).take(0));
}

TEST(Quota, ThePersonTheAddressAndTheSiteAreAllCounted) {
    Quota quota(Limit::starts_per_visitor, {1, 2}, {1, 3}, {1, 4});
    const Doer ana{"v_1", "10.0.0.1"};
    EXPECT_FALSE(quota.take(ana, 0));
    EXPECT_FALSE(quota.take(ana, 0));
    EXPECT_EQ(quota.take(ana, 0)->limit, Limit::starts_per_visitor);
    EXPECT_FALSE(quota.take({"v_2", "10.0.0.1"}, 0));
    EXPECT_EQ(quota.take({"v_3", "10.0.0.1"}, 0)->limit, Limit::starts_per_address);
    EXPECT_FALSE(quota.take({"v_3", "10.0.0.2"}, 0)) << "what was refused took nothing";
    const auto full = quota.take({"v_4", "10.0.0.3"}, 0);
    ASSERT_TRUE(full);
    EXPECT_EQ(full->limit, Limit::starts_per_site);
    EXPECT_EQ(full->wait_ms, 1000);
    EXPECT_FALSE(quota.take({"a_1", ""}, 0)) << "an agent counts for nobody else";
}

TEST(Quota, WhatDidNotCountIsGivenBackEverywhere) {
    Quota quota(Limit::messages_per_sender, {1, 1}, {1, 1}, {1, 1});
    const Doer ana{"v_1", "10.0.0.1"};
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(quota.take(ana, 0)) << i;
        quota.give_back(ana, 0);
    }
}

TEST(Limits, RefusalsAreCountedByLimitAlsoAfterTheyChange) {
    config::Limits site;
    site.visitors_per_address = 1;
    Limits limits(site);
    EXPECT_FALSE(limits.visitors.take({"", "10.0.0.1"}, 0));
    const auto excess = limits.visitors.take({"", "10.0.0.1"}, 0);
    ASSERT_TRUE(excess);
    EXPECT_EQ(limits.refuse(*excess), (protocol::Error{protocol::Code::slow_down, "", 60'000}));
    site.visitors_per_address = 100;
    limits.renew(site);
    EXPECT_FALSE(limits.visitors.take({"", "10.0.0.1"}, 0));
    EXPECT_EQ(limits.refused(Limit::visitors_per_address), 1U);
    for (std::size_t i = 0; i < static_cast<std::size_t>(Limit::count_); ++i) {
        EXPECT_STRNE(to_string(static_cast<Limit>(i)), "other");
    }
}

TEST(RefusalCount, TooManyInAWindow) {
    RefusalCount refusals;
    for (int i = 0; i < 199; ++i) EXPECT_FALSE(refusals.add(1000, 200, 10'000)) << i;
    EXPECT_TRUE(refusals.add(1000, 200, 10'000));
    EXPECT_FALSE(refusals.add(20'000, 200, 10'000)) << "a new window";
}

// The signature is that of: printf 'ana@example.mx\n1800000000000' | openssl dgst -sha256 -hmac secret
protocol::Identity identity() {
    protocol::Identity who;
    who.email = "ana@example.mx";
    who.expires_at = 1'800'000'000'000;
    who.signature = "8dfd76988582a7ce3ac06ea213f01b6f6dcb0fbe563fc15ab24c9945c96e038b";
    return who;
}

TEST(Identity, GoodSignatureVerifiesUntilItExpires) {
    const auto good = verified(identity(), "secret", 1'799'999'999'999);
    ASSERT_TRUE(good.has_value());
    EXPECT_TRUE(*good);
    const auto late = verified(identity(), "secret", 1'800'000'000'000);
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().field, "identity.expires_at");
}

TEST(Identity, WrongOnesAreRefusedAndUnsignedOnesAreJustUnverified) {
    auto other = identity();
    other.email = "eva@example.mx";
    EXPECT_EQ(verified(other, "secret", 0).error().field, "identity.signature");
    EXPECT_EQ(verified(identity(), "another", 0).error().field, "identity.signature");
    EXPECT_EQ(verified(identity(), "", 0).error().field, "identity.signature") << "no secret: nothing is verified";
    auto unsigned_one = identity();
    unsigned_one.signature.reset();
    const auto result = verified(unsigned_one, "secret", 0);
    ASSERT_TRUE(result.has_value());
    EXPECT_FALSE(*result);
}

}  // namespace
}  // namespace ventanilla::session
