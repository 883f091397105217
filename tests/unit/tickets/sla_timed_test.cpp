// What happens by itself, and what a word of the requester does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/tickets/sla_support.hpp"

namespace ventanilla::tickets {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t day = 24 * hour;
const std::string zone = "America/Mexico_City";

/// A ticket of Monday, 23 November 2026, 10:00, at the office.
class TimedChanges : public ::testing::Test {
protected:
    TimedChanges() { history_.started_at = at("2026-11-23 10:00"); }

    void states(const std::string& text) { history_.changes = changes(text, zone); }

    std::vector<std::string> ahead() const {
        std::vector<std::string> out;
        for (const Timed& timed : timed_changes(policy_, history_, done_))
            out.push_back(shown(timed.at_ms).substr(0, 16) + ' ' + std::string(to_string(timed.kind)));
        return out;
    }

    SlaPolicy policy_{desk("office").calendar, 24 * hour, 48 * hour, 3 * day};
    SlaHistory history_;
    std::vector<Timed> done_;
};

TEST_F(TimedChanges, of_a_new_ticket) {
    EXPECT_THAT(ahead(), ElementsAre("2026-11-25 12:00 warn_first_response", "2026-11-25 16:00 miss_first_response",
                                     "2026-11-27 14:00 warn_resolution", "2026-11-28 13:00 miss_resolution"));
}

TEST_F(TimedChanges, answered_in_time) {
    history_.first_responded_at = at("2026-11-25 16:00");  // the last moment that is in time
    EXPECT_THAT(ahead(), ElementsAre("2026-11-27 14:00 warn_resolution", "2026-11-28 13:00 miss_resolution"));
}

TEST_F(TimedChanges, answered_too_late_is_a_miss_that_nobody_is_warned_of) {
    history_.first_responded_at = at("2026-11-25 16:00") + 1;
    EXPECT_THAT(ahead(), ElementsAre("2026-11-25 16:00 miss_first_response", "2026-11-27 14:00 warn_resolution",
                                     "2026-11-28 13:00 miss_resolution"));
}

TEST_F(TimedChanges, each_is_done_once) {
    done_ = {{at("2026-11-25 12:00"), TimedKind::warn_first_response}};
    EXPECT_THAT(ahead(), ElementsAre("2026-11-25 16:00 miss_first_response", "2026-11-27 14:00 warn_resolution",
                                     "2026-11-28 13:00 miss_resolution"));
    done_ = timed_changes(policy_, history_, {});
    EXPECT_THAT(ahead(), IsEmpty());
    // A pause after it moves what was not done yet, and what was is not done again.
    history_.first_responded_at = at("2026-11-23 11:00");
    done_ = {{at("2026-11-27 14:00"), TimedKind::warn_resolution}};
    states("pending 2026-11-28 11:00; open 2026-11-30 11:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-30 13:00 miss_resolution"));
}

TEST_F(TimedChanges, a_pause_moves_the_resolution_alone) {
    states("pending 2026-11-23 12:00; open 2026-11-24 12:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-25 12:00 warn_first_response", "2026-11-25 16:00 miss_first_response",
                                     "2026-11-28 14:00 warn_resolution", "2026-11-30 17:00 miss_resolution"));
}

TEST_F(TimedChanges, pending_without_an_answer_never_closes) {
    states("pending 2026-11-23 12:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-25 12:00 warn_first_response", "2026-11-25 16:00 miss_first_response"));
    EXPECT_EQ(clocks(policy_, history_).closes_at, std::nullopt);
}

TEST_F(TimedChanges, pending_closes_three_days_after_the_agents_last_answer) {
    history_.first_responded_at = at("2026-11-23 11:00");
    history_.last_agent_answer_at = at("2026-11-24 12:00");
    states("pending 2026-11-24 12:00");
    EXPECT_EQ(clocks(policy_, history_).closes_at, at("2026-11-27 12:00"));
    EXPECT_THAT(ahead(), ElementsAre("2026-11-27 12:00 close_silent"));
    history_.last_requester_at = at("2026-11-24 11:59");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-27 12:00 close_silent"));
    // Real time: over the weekend, when nobody works.
    history_.last_agent_answer_at = at("2026-11-27 17:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-30 17:00 close_silent"));
}

TEST_F(TimedChanges, never_closed_if_the_customer_spoke_last) {
    history_.first_responded_at = at("2026-11-23 11:00");
    history_.last_agent_answer_at = at("2026-11-24 12:00");
    states("pending 2026-11-24 12:00");
    for (const std::int64_t later : {std::int64_t{0}, std::int64_t{1}, day, 30 * day}) {
        history_.last_requester_at = *history_.last_agent_answer_at + later;
        EXPECT_EQ(clocks(policy_, history_).closes_at, std::nullopt) << later;
        EXPECT_THAT(ahead(), IsEmpty()) << later;
    }
}

TEST_F(TimedChanges, only_pending_closes_by_silence) {
    history_.first_responded_at = history_.last_agent_answer_at = at("2026-11-23 11:00");
    for (const char* state : {"open 2026-11-23 11:00", "solved 2026-11-23 11:00", "closed 2026-11-23 11:00"}) {
        states(state);
        EXPECT_EQ(clocks(policy_, history_).closes_at, std::nullopt) << state;
    }
}

TEST_F(TimedChanges, a_silence_is_not_closed_twice) {
    history_.first_responded_at = history_.last_agent_answer_at = at("2026-11-23 11:00");
    done_ = {{at("2026-11-26 11:00"), TimedKind::close_silent}};
    states("pending 2026-11-23 11:00; closed 2026-11-26 11:00; pending 2026-11-26 15:00");
    EXPECT_THAT(ahead(), IsEmpty());  // an agent wanted it to be pending again
    history_.last_agent_answer_at = at("2026-11-26 16:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-29 16:00 close_silent"));
}

TEST_F(TimedChanges, solved_closes_after_fourteen_days_without_a_word) {
    history_.first_responded_at = history_.last_agent_answer_at = at("2026-11-23 11:00");
    states("solved 2026-11-23 12:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-12-07 12:00 close_solved"));
    history_.last_agent_answer_at = at("2026-11-25 12:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-12-09 12:00 close_solved"));
    history_.last_requester_at = at("2026-11-26 12:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-12-10 12:00 close_solved"));
    states("solved 2026-11-23 12:00; open 2026-11-24 12:00; solved 2026-11-27 12:00; solved 2026-11-28 12:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-12-11 12:00 close_solved"));
}

TEST_F(TimedChanges, nothing_is_owed_once_it_is_over) {
    states("solved 2026-11-25 13:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-12-09 13:00 close_solved"));
    states("solved 2026-11-25 13:00; closed 2026-11-26 13:00");
    EXPECT_THAT(ahead(), IsEmpty());
    // What was late before stays late; open again, it is owed again.
    states("closed 2026-11-25 16:01");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-25 16:00 miss_first_response"));
    states("solved 2026-11-25 13:00; open 2026-11-27 10:00");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-25 12:00 warn_first_response", "2026-11-25 16:00 miss_first_response",
                                     "2026-11-30 15:00 warn_resolution", "2026-12-01 14:00 miss_resolution"));
}

TEST_F(TimedChanges, a_resolution_that_took_too_long_is_a_miss_afterwards_too) {
    history_.first_responded_at = at("2026-11-23 11:00");
    states("pending 2026-11-28 13:00");  // used up exactly then: in time
    EXPECT_THAT(ahead(), IsEmpty());
    states("pending 2026-11-28 13:01");
    EXPECT_THAT(ahead(), ElementsAre("2026-11-28 13:00 miss_resolution"));
    done_ = {{at("2026-11-28 13:00"), TimedKind::miss_resolution},
             {at("2026-11-27 14:00"), TimedKind::warn_resolution}};
    states("pending 2026-11-28 13:01; open 2026-12-10 10:00");
    EXPECT_EQ(clocks(policy_, history_).resolution_due_at, at("2026-11-28 13:00"));
    EXPECT_THAT(ahead(), IsEmpty());
}

TEST(TimedKinds, have_names_that_come_back) {
    for (const TimedKind kind :
         {TimedKind::warn_first_response, TimedKind::miss_first_response, TimedKind::warn_resolution,
          TimedKind::miss_resolution, TimedKind::close_silent, TimedKind::close_solved}) {
        EXPECT_FALSE(to_string(kind).empty());
        EXPECT_EQ(timed_kind_from(to_string(kind)), kind);
    }
    EXPECT_EQ(to_string(TimedKind::close_silent), "close_silent");
    EXPECT_EQ(timed_kind_from("close"), std::nullopt);
    EXPECT_EQ(timed_kind_from(""), std::nullopt);
}

TEST(AfterRequester, what_a_word_of_the_customer_does) {
    const std::int64_t since = at("2026-11-01 10:00");
    for (const std::int64_t later : {std::int64_t{0}, 14 * day, 14 * day + 1, 1000 * day}) {
        EXPECT_EQ(after_requester(TicketState::open, since, since + later), AfterRequester::stays);
        EXPECT_EQ(after_requester(TicketState::pending, since, since + later), AfterRequester::reopens);
        EXPECT_EQ(after_requester(TicketState::solved, since, since + later), AfterRequester::reopens);
        EXPECT_EQ(after_requester(TicketState::closed, since, since + later),
                  later <= 14 * day ? AfterRequester::reopens : AfterRequester::follows);
    }
    // A clock that was put back.
    EXPECT_EQ(after_requester(TicketState::closed, since, since - day), AfterRequester::reopens);
}

}  // namespace
}  // namespace ventanilla::tickets
