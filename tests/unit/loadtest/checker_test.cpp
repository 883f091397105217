#include "loadtest/measure/checker.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace ventanilla::load {
namespace {

/// What an agent is given of a chat in which the visitor wrote 20 messages from seq 4 on.
struct Given {
    std::uint32_t seq;
    std::uint32_t number;
    bool operator==(const Given&) const = default;
};

std::vector<Given> history() {
    std::vector<Given> all;
    for (std::uint32_t i = 1; i <= 20; ++i) all.push_back({.seq = 3 + i, .number = i});
    return all;
}

/// The verdict on one chat: the visitor was acknowledged all of history(), the agent was given `given`.
Violations verdict(const std::vector<Given>& given) {
    Violations violations;
    Checker checker(violations);
    const auto chat = checker.chat("c_1");
    for (std::uint32_t seq = 1; seq <= 3; ++seq) {
        checker.entry(chat, Side::visitor, seq);
        checker.entry(chat, Side::agent, seq);
    }
    for (const auto& message : history())
        checker.acked(chat, Side::visitor, checker.sent(chat, Side::visitor), message.seq);
    for (const auto& message : given) checker.message(chat, Side::agent, message.seq, Side::visitor, message.number);
    std::uint64_t moved = 0;
    check_rows(checker.rows(), violations, moved);
    return violations;
}

std::uint64_t count(const Violations& violations, Wrong wrong) {
    return violations.counts[static_cast<std::size_t>(wrong)];
}

TEST(LoadChecker, ATrueHistoryIsRight) {
    EXPECT_EQ(verdict(history()).total, 0U);
}

TEST(LoadChecker, EveryDroppedMessageIsFound) {
    for (std::size_t i = 0; i < history().size(); ++i) {
        auto given = history();
        given.erase(given.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_GT(count(verdict(given), Wrong::lost), 0U) << i;
    }
}

TEST(LoadChecker, EveryDoubledMessageIsFound) {
    for (std::size_t i = 0; i < history().size(); ++i) {
        auto given = history();
        given.insert(given.begin() + static_cast<std::ptrdiff_t>(i), given[i]);
        EXPECT_GT(count(verdict(given), Wrong::doubled), 0U) << i;
    }
}

TEST(LoadChecker, AMessageThatIsInTheLogTwiceIsFound) {
    auto given = history();
    given.push_back({.seq = given.back().seq + 1, .number = 7});
    EXPECT_GT(count(verdict(given), Wrong::doubled), 0U);
}

TEST(LoadChecker, EverySwapIsFound) {
    for (std::size_t i = 0; i + 1 < history().size(); ++i) {
        auto given = history();
        std::swap(given[i], given[i + 1]);
        EXPECT_GT(count(verdict(given), Wrong::reordered), 0U) << i;
    }
}

TEST(LoadChecker, SeqsThatGoUpWhileMessagesChangePlacesAreFound) {
    for (std::size_t i = 0; i + 1 < history().size(); ++i) {
        auto given = history();
        std::swap(given[i].number, given[i + 1].number);
        EXPECT_GT(verdict(given).total, 0U) << i;
    }
}

TEST(LoadChecker, OtherSeqsThanTheSenderWasToldAreFound) {
    auto given = history();
    for (auto& message : given)
        if (message.number > 10) ++message.seq;
    EXPECT_GT(count(verdict(given), Wrong::gap), 0U);
    EXPECT_GT(count(verdict(given), Wrong::differs), 0U);
}

TEST(LoadChecker, AnAcknowledgementOutOfTurnIsFound) {
    Violations violations;
    Checker checker(violations);
    const auto chat = checker.chat("c_1");
    const auto first = checker.sent(chat, Side::visitor);
    const auto second = checker.sent(chat, Side::visitor);
    checker.acked(chat, Side::visitor, second, 1);
    checker.acked(chat, Side::visitor, first, 2);
    EXPECT_GT(violations.total, 0U);
}

// The acknowledgement of one's own message may come after the other side's later entry: no gap.
TEST(LoadChecker, AnAcknowledgementThatIsOvertakenIsNoGap) {
    Violations violations;
    Checker checker(violations);
    const auto chat = checker.chat("c_1");
    const auto mine = checker.sent(chat, Side::visitor);
    const auto theirs = checker.sent(chat, Side::agent);
    checker.message(chat, Side::visitor, 2, Side::agent, theirs);
    checker.acked(chat, Side::visitor, mine, 1);
    checker.message(chat, Side::agent, 1, Side::visitor, mine);
    checker.acked(chat, Side::agent, theirs, 2);
    std::uint64_t moved = 0;
    check_rows(checker.rows(), violations, moved);
    EXPECT_EQ(violations.total, 0U) << violations.first[0].data();
}

// After a new connection the visitor reads its own message in the log, and the one that it sends again has its old seq.
TEST(LoadChecker, AMessageThatIsReadAndAcknowledgedIsOne) {
    Violations violations;
    Checker checker(violations);
    const auto chat = checker.chat("c_1");
    const auto mine = checker.sent(chat, Side::visitor);
    checker.message(chat, Side::agent, 1, Side::visitor, mine);
    checker.message(chat, Side::visitor, 1, Side::visitor, mine);
    checker.acked(chat, Side::visitor, mine, 1);
    std::uint64_t moved = 0;
    check_rows(checker.rows(), violations, moved);
    EXPECT_EQ(violations.total, 0U) << violations.first[0].data();
    checker.acked(chat, Side::visitor, mine, 9);
    EXPECT_EQ(count(violations, Wrong::differs), 1U);
}

TEST(LoadChecker, AnEntryThatNobodyWasToldIsAGap) {
    Violations violations;
    Checker checker(violations);
    const auto chat = checker.chat("c_1");
    checker.entry(chat, Side::agent, 1);
    checker.entry(chat, Side::agent, 3);
    EXPECT_EQ(count(violations, Wrong::gap), 1U);
}

/// The two halves of a chat, each in a process of its own.
std::vector<ChatRow> halves(const std::vector<Given>& given) {
    Violations violations;
    Checker visitors(violations);
    Checker agents(violations);
    for (const auto& message : history()) {
        const auto chat = visitors.chat("c_1");
        visitors.acked(chat, Side::visitor, visitors.sent(chat, Side::visitor), message.seq);
    }
    for (const auto& message : given)
        agents.message(agents.chat("c_1"), Side::agent, message.seq, Side::visitor, message.number);
    auto rows = visitors.rows();
    rows.insert(rows.end(), agents.rows().begin(), agents.rows().end());
    for (auto& row : rows)
        for (auto& view : row.views) view = {};  // the first three entries are left out here
    return rows;
}

TEST(LoadChecker, HalvesOfTwoProcessesAreComparedToo) {
    Violations violations;
    std::uint64_t moved = 0;
    check_rows(halves(history()), violations, moved);
    EXPECT_EQ(violations.total, 0U);
    auto short_one = history();
    short_one.pop_back();
    check_rows(halves(short_one), violations, moved);
    EXPECT_EQ(count(violations, Wrong::lost), 1U);
    auto other_seq = history();
    ++other_seq.back().seq;
    check_rows(halves(other_seq), violations, moved);
    EXPECT_EQ(count(violations, Wrong::differs), 1U);
    EXPECT_EQ(moved, 0U);
}

// Random damage to random histories, many at a time: whatever was changed, something is said.
TEST(LoadChecker, RandomDamageIsAlwaysFound) {
    constexpr unsigned seed = 20260101;
    std::mt19937_64 random(seed);
    for (int round = 0; round < 2000; ++round) {
        auto given = history();
        const auto at = [&] { return static_cast<std::ptrdiff_t>(random() % given.size()); };
        for (auto damages = 1 + random() % 3; damages > 0; --damages) {
            switch (random() % 4) {
                case 0: given.erase(given.begin() + at()); break;
                case 1: given.insert(given.begin() + at(), given[static_cast<std::size_t>(at())]); break;
                case 2: std::swap(given[static_cast<std::size_t>(at())], given[static_cast<std::size_t>(at())]); break;
                default:
                    given[static_cast<std::size_t>(at())].seq += static_cast<std::uint32_t>(1 + random() % 3);
                    break;
            }
        }
        if (given == history()) continue;
        EXPECT_GT(verdict(given).total, 0U) << "seed " << seed << ", round " << round;
    }
}

}  // namespace
}  // namespace ventanilla::load
