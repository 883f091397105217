#include "desk/follow.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace ventanilla::desk {
namespace {

using Step = Follow::Step;

TEST(Follow, LetsEachEntryThroughOnceAndInOrder) {
    Follow follow(2);
    EXPECT_EQ(follow.offer(2), Step::skip);
    EXPECT_EQ(follow.offer(3), Step::send);
    EXPECT_EQ(follow.offer(3), Step::skip);
    EXPECT_EQ(follow.offer(4), Step::send);
    EXPECT_EQ(follow.pushed(), 4);
}

TEST(Follow, NoticesAHoleAndDoesNotPassIt) {
    Follow follow(2);
    EXPECT_EQ(follow.offer(4), Step::behind);
    EXPECT_EQ(follow.pushed(), 2);
    EXPECT_EQ(follow.newest(), 4);
    EXPECT_EQ(follow.offer(3), Step::send);
    EXPECT_EQ(follow.offer(4), Step::send);
}

TEST(Follow, OwnMessageIsNotPushedToItsSender) {
    Follow follow(2);
    follow.acknowledged(3);
    EXPECT_EQ(follow.pushed(), 3);
    EXPECT_EQ(follow.offer(3), Step::skip);
    EXPECT_EQ(follow.offer(4), Step::send);
}

TEST(Follow, AcknowledgementAheadOfWhatLiesBeforeIt) {
    Follow follow(2);
    follow.acknowledged(4);
    EXPECT_EQ(follow.pushed(), 2);
    EXPECT_EQ(follow.offer(3), Step::send);
    EXPECT_EQ(follow.pushed(), 4) << "its own entry 4 is known once 3 is there";
    EXPECT_EQ(follow.offer(5), Step::send);
}

TEST(Follow, TickTellsOfALastEntryThatWasMissed) {
    Follow follow(5);
    EXPECT_FALSE(follow.reaches(5));
    EXPECT_TRUE(follow.reaches(6));
    EXPECT_EQ(follow.newest(), 6);
}

// Whatever is lost, doubled or late on the way, reading the log from `pushed()` completes it: every entry once, in order.
TEST(Follow, AnyDeliveryWithRepairsGivesTheWholeLog) {
    const unsigned seed = 20261123;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 500; ++round) {
        const std::int64_t length = 40;
        std::vector<std::int64_t> deliveries;
        for (std::int64_t seq = 1; seq <= length; ++seq) {
            if (random() % 5 != 0) deliveries.push_back(seq);
            if (random() % 5 == 0) deliveries.push_back(seq);
        }
        for (std::size_t i = 1; i < deliveries.size(); ++i) {
            if (random() % 4 == 0) std::swap(deliveries[i - 1], deliveries[i]);
        }
        Follow follow(0);
        std::vector<std::int64_t> got;
        std::vector<bool> own(static_cast<std::size_t>(length) + 1);
        const auto read_log = [&](std::int64_t until) {
            for (auto seq = follow.pushed() + 1; seq <= until; ++seq) {
                if (follow.offer(seq) == Step::send) got.push_back(seq);
            }
        };
        for (const auto seq : deliveries) {
            if (random() % 6 == 0 && !own[static_cast<std::size_t>(seq)] && seq > follow.pushed()) {
                own[static_cast<std::size_t>(seq)] = true;
                follow.acknowledged(seq);
                continue;
            }
            const auto step = follow.offer(seq);
            if (step == Step::send) got.push_back(seq);
            if (step == Step::behind) read_log(seq);
        }
        if (follow.reaches(length)) read_log(length);
        std::vector<std::int64_t> wanted;
        for (std::int64_t seq = 1; seq <= length; ++seq) {
            if (!own[static_cast<std::size_t>(seq)]) wanted.push_back(seq);
        }
        ASSERT_EQ(got, wanted) << "round " << round;
    }
}

}  // namespace
}  // namespace ventanilla::desk
