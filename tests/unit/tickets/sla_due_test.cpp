// Due times, written as the clock on the wall of the office shows them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/tickets/sla_support.hpp"

namespace ventanilla::tickets {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Row {
    const char* desk;
    std::int64_t minutes;  ///< of the resolution's allowance
    const char* started;
    const char* due;           ///< empty: none
    const char* changes = "";  ///< of the state, after the start
};

constexpr std::int64_t h = 60;

void check(const Row& row) {
    SCOPED_TRACE(::testing::Message() << row.desk << ", " << row.minutes << " min, " << row.started << ", "
                                      << row.changes);
    const Desk where = desk(row.desk);
    const SlaPolicy policy{where.calendar, h * minute, row.minutes * minute, 72 * hour};
    SlaHistory history;
    history.started_at = instant(row.started, where.zone);
    history.changes = changes(row.changes, where.zone);

    const auto due = clocks(policy, history).resolution_due_at;
    const auto explained = explain_resolution(policy, history);
    ASSERT_EQ(explained.due_at, due);
    if (std::string_view(row.due).empty()) {
        EXPECT_EQ(due, std::nullopt) << shown(due.value_or(0), where.zone);
        EXPECT_THAT(explained.used, IsEmpty());
        return;
    }
    ASSERT_TRUE(due);
    EXPECT_EQ(*due, instant(row.due, where.zone)) << shown(*due, where.zone);
    EXPECT_EQ(total(explained.used), row.minutes * minute);
    for (std::size_t i = 0; i < explained.used.size(); ++i) {
        EXPECT_LT(explained.used[i].from_ms, explained.used[i].to_ms);
        if (i > 0) {
            EXPECT_LT(explained.used[i - 1].to_ms, explained.used[i].from_ms);
        }
    }
    if (row.minutes > 0) {
        EXPECT_EQ(explained.used.back().to_ms, *due);
    }
}

void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) check(row);
}

TEST(DueTimes, days_nights_and_weekends) {
    check({
        {"office", 24 * h, "2026-11-23 10:00", "2026-11-25 16:00"},  // a Monday
        {"office", 48 * h, "2026-11-23 10:00", "2026-11-28 13:00"},
        {"office", 9 * h, "2026-11-23 09:00", "2026-11-23 18:00"},  // used up at closing: due at closing
        {"office", 9 * h + 1, "2026-11-23 09:00", "2026-11-24 09:01"},
        {"office", 9 * h, "2026-11-22 12:00", "2026-11-23 18:00"},  // asked on Sunday
        {"office", 1 * h, "2026-11-23 03:00", "2026-11-23 10:00"},  // before opening
        {"office", 1 * h, "2026-11-23 18:00", "2026-11-24 10:00"},  // at closing
        {"office", 1 * h, "2026-11-23 17:59", "2026-11-24 09:59"},
        {"office", 1, "2026-11-23 08:59", "2026-11-23 09:01"},
        {"office", 2 * h, "2026-11-27 17:00", "2026-11-28 10:00"},  // Friday into Saturday
        {"office", 2 * h, "2026-11-28 13:00", "2026-11-30 10:00"},  // Saturday over Sunday
        {"office", 5 * h, "2026-11-28 09:00", "2026-11-28 14:00"},  // the whole Saturday
        {"office", 6 * h, "2026-11-28 09:00", "2026-11-30 10:00"},
        {"office", 20 * h, "2028-02-26 09:00", "2028-02-29 15:00"},  // into 29 February
        {"office", 0, "2026-11-22 12:00", "2026-11-22 12:00"},       // nothing to use
        {"always", 24 * h, "2026-11-22 12:34", "2026-11-23 12:34"},
    });
}

TEST(DueTimes, statutory_holidays) {
    check({
        {"office", 2 * h, "2026-11-14 13:00", "2026-11-17 10:00"},   // third Monday of November
        {"office", 24 * h, "2026-11-13 09:00", "2026-11-18 10:00"},  //
        {"office", 24 * h, "2026-12-24 17:00", "2026-12-29 18:00"},  // Christmas on a Friday
        {"office", 48 * h, "2026-12-24 09:00", "2026-12-31 16:00"},
        {"office", 24 * h, "2026-12-31 12:00", "2027-01-05 13:00"},  // New Year
        {"office", 9 * h, "2027-01-30 13:00", "2027-02-02 17:00"},   // first Monday of February, the 1st
        {"office", 9 * h, "2026-01-31 09:00", "2026-02-03 13:00"},
        {"office", 9 * h, "2026-03-14 12:00", "2026-03-17 16:00"},   // third Monday of March
        {"office", 10 * h, "2026-04-30 10:00", "2026-05-02 11:00"},  // 1 May
        {"office", 9 * h, "2026-09-15 17:00", "2026-09-17 17:00"},   // 16 September
        {"office", 1 * h, "2026-09-16 12:00", "2026-09-17 10:00"},   // asked on the holiday
        {"office", 18 * h, "2024-09-30 09:00", "2024-10-02 18:00"},  // 1 October of a sixth year
        {"office", 18 * h, "2030-09-30 09:00", "2030-10-02 18:00"},
        {"office", 18 * h, "2026-09-30 09:00", "2026-10-01 18:00"},  // of another year
    });
}

TEST(DueTimes, closed_dates) {
    check({
        {"closings", 9 * h, "2026-12-23 12:00", "2026-12-26 12:00"},   // the 24th listed, the 25th statutory
        {"closings", 24 * h, "2026-12-30 09:00", "2027-01-05 10:00"},  //
        {"closings", 1 * h, "2026-10-31 13:30", "2026-11-03 09:30"},   // Saturday, over Sunday and a closed Monday
        {"closings", 1 * h, "2026-11-02 10:00", "2026-11-03 10:00"},
        {"closings", 1 * h, "2027-11-02 10:00", "2027-11-02 11:00"},  // only in that year
    });
}

TEST(DueTimes, several_intervals_a_day) {
    check({
        {"counter", 1 * h, "2026-11-23 13:30", "2026-11-23 16:30"},
        {"counter", 5 * h, "2026-11-23 09:00", "2026-11-23 14:00"},  // used up at the break
        {"counter", 5 * h + 1, "2026-11-23 09:00", "2026-11-23 16:01"},
        {"counter", 8 * h, "2026-11-23 09:00", "2026-11-23 19:00"},
        {"counter", 8 * h, "2026-11-23 15:00", "2026-11-24 14:00"},  // asked in the break
        {"counter", 24 * h, "2026-11-23 09:00", "2026-11-25 19:00"},
        {"counter", 48 * h, "2026-11-23 09:00", "2026-11-30 19:00"},
        {"counter", 1 * h, "2026-11-27 18:30", "2026-11-30 09:30"},
        {"counter", 1 * h, "2026-11-16 09:00", "2026-11-16 10:00"},  // holidays are worked here
        {"nights", 3 * h, "2026-11-27 23:00", "2026-11-28 02:00"},   // over midnight
        {"nights", 1 * h, "2026-11-27 23:00", "2026-11-28 00:00"},   // until 24:00
        {"nights", 8 * h, "2026-11-27 22:00", "2026-11-28 06:00"},
        {"nights", 8 * h + 1, "2026-11-27 22:00", "2026-11-28 22:01"},
        {"nights", 24 * h, "2026-11-27 22:00", "2026-11-30 06:00"},
    });
}

// Tijuana: on Sunday 8 March 2026 02:00 becomes 03:00, on Sunday 1 November 2026 02:00 becomes 01:00 again.
TEST(DueTimes, clocks_that_change_in_tijuana) {
    check({
        {"border", 48 * h, "2026-03-06 10:00", "2026-03-12 17:00"},  // while the office is closed
        {"border", 24 * h, "2026-10-31 09:00", "2026-11-04 10:00"},
        {"sundays", 3 * h, "2026-03-08 00:00", "2026-03-08 04:00"},  // an hour that is skipped
        {"sundays", 2 * h, "2026-03-08 00:00", "2026-03-08 03:00"},  // used up at the change
        {"sundays", 1 * h, "2026-03-08 01:30", "2026-03-08 03:30"},
        {"sundays", 6 * h, "2026-03-08 00:00", "2026-03-15 01:00"},  // five hours on that day
        {"sundays", 2 * h, "2026-11-01 00:00", "2026-11-01 01:00 again"},
        {"sundays", 3 * h, "2026-11-01 00:00", "2026-11-01 02:00"},  // an hour that comes twice
        {"sundays", 1 * h, "2026-11-01 01:30", "2026-11-01 01:30 again"},
        {"sundays", 30, "2026-11-01 01:30 again", "2026-11-01 02:00"},
        {"sundays", 7 * h, "2026-11-01 00:00", "2026-11-01 06:00"},  // seven hours on that day
        {"sundays", 7 * h + 30, "2026-11-01 00:00", "2026-11-08 00:30"},
        {"round", 24 * h, "2026-03-07 12:00", "2026-03-08 13:00"},
        {"round", 24 * h, "2026-10-31 12:00", "2026-11-01 11:00"},
        {"round", 48 * h, "2026-03-07 12:00", "2026-03-09 13:00"},
    });
}

// Mexico City changed its clocks for the last time on 30 October 2022.
TEST(DueTimes, mexico_city_before_and_after_the_last_change) {
    check({
        {"dawn", 3 * h, "2022-04-03 00:00", "2022-04-03 04:00"},
        {"dawn", 2 * h, "2022-10-30 00:00", "2022-10-30 01:00 again"},
        {"dawn", 3 * h, "2022-10-30 00:00", "2022-10-30 02:00"},
        {"dawn", 3 * h, "2023-04-02 00:00", "2023-04-02 03:00"},  // when it would have been
        {"dawn", 3 * h, "2023-10-29 00:00", "2023-10-29 03:00"},
        {"capital", 24 * h, "2022-10-29 12:00", "2022-10-30 11:00"},
        {"capital", 24 * h, "2023-04-01 12:00", "2023-04-02 12:00"},
        {"capital", 24 * h, "2023-10-28 12:00", "2023-10-29 12:00"},
        {"office", 24 * h, "2022-10-28 09:00", "2022-11-01 10:00"},
    });
}

TEST(DueTimes, pauses) {
    check({
        {"office", 48 * h, "2026-11-23 10:00", "2026-11-30 17:00", "pending 2026-11-23 12:00; open 2026-11-24 12:00"},
        {"office", 9 * h, "2026-11-23 10:00", "2026-11-24 10:00", "pending 2026-11-23 18:30; open 2026-11-24 08:00"},
        {"office", 9 * h, "2026-11-27 10:00", "2026-11-30 10:00", "pending 2026-11-27 18:00; open 2026-11-30 09:00"},
        {"office", 5 * h, "2026-11-23 09:00", "2026-11-23 16:00",
         "pending 2026-11-23 10:00; open 2026-11-23 11:00; pending 2026-11-23 12:00; open 2026-11-23 13:00"},
        {"office", 10 * h, "2026-11-13 10:00", "2026-11-17 16:00", "solved 2026-11-13 13:00; open 2026-11-16 12:00"},
        {"office", 4 * h, "2026-11-23 09:00", "2026-12-02 11:00", "closed 2026-11-23 10:00; open 2026-12-01 17:00"},
        {"office", 1 * h, "2026-11-23 09:00", "2026-11-23 11:00", "pending 2026-11-23 09:00; open 2026-11-23 10:00"},
        {"office", 2 * h, "2026-11-23 09:00", "2026-11-23 11:00", "open 2026-11-23 10:00"},
        // Over the changes of the clocks.
        {"round", 10 * h, "2026-03-07 20:00", "2026-03-08 08:00", "pending 2026-03-08 01:00; open 2026-03-08 03:00"},
        {"round", 10 * h, "2026-10-31 20:00", "2026-11-01 06:00",
         "pending 2026-11-01 01:30; open 2026-11-01 01:30 again"},
        // A server's clock was put back: what seems to come before its predecessor came with it.
        {"office", 5 * h, "2026-11-23 09:00", "2026-11-23 14:00", "pending 2026-11-23 12:00; open 2026-11-23 11:00"},
        {"office", 1 * h, "2026-11-23 09:00", "2026-11-23 11:00", "pending 2026-11-23 08:00; open 2026-11-23 10:00"},
    });
}

TEST(DueTimes, no_resolution_is_due_unless_open) {
    check({
        {"office", 48 * h, "2026-11-23 10:00", "", "pending 2026-11-23 12:00"},
        {"office", 48 * h, "2026-11-23 10:00", "", "solved 2026-11-23 12:00"},
        {"office", 48 * h, "2026-11-23 10:00", "", "pending 2026-11-23 12:00; closed 2026-11-26 12:00"},
        {"office", 2 * h, "2026-11-23 10:00", "", "solved 2026-11-23 15:00"},
    });
}

TEST(DueTimes, reopened_after_the_hours_were_used_up) {
    check({
        {"office", 2 * h, "2026-11-23 10:00", "2026-11-23 12:00", "solved 2026-11-23 15:00; open 2026-11-26 12:00"},
        // Used up exactly when it was answered, and a minute short of it.
        {"office", 2 * h, "2026-11-23 10:00", "2026-11-23 12:00", "pending 2026-11-23 12:00; open 2026-11-25 12:00"},
        {"office", 2 * h + 1, "2026-11-23 10:00", "2026-11-25 12:01",
         "pending 2026-11-23 12:00; open 2026-11-25 12:00"},
        {"office", 9 * h, "2026-11-23 09:00", "2026-11-23 18:00", "pending 2026-11-23 20:00; open 2026-11-25 12:00"},
    });
}

TEST(DueTimes, the_first_response_never_stops) {
    const Desk where = desk("office");
    const SlaPolicy policy{where.calendar, 24 * hour, 48 * hour, 72 * hour};
    SlaHistory history;
    history.started_at = instant("2026-11-23 10:00", where.zone);
    const auto due = instant("2026-11-25 16:00", where.zone);
    for (const char* states : {"", "pending 2026-11-23 11:00", "solved 2026-11-23 11:00", "closed 2026-11-23 11:00",
                               "pending 2026-11-23 11:00; open 2026-11-27 11:00"}) {
        history.changes = changes(states, where.zone);
        for (const auto answered :
             {std::optional<std::int64_t>(), std::optional(due - hour), std::optional(due + hour)}) {
            history.first_responded_at = answered;
            EXPECT_EQ(clocks(policy, history).first_response_due_at, due) << states;
            const auto explained = explain_first_response(policy, history);
            EXPECT_EQ(explained.due_at, due);
            EXPECT_EQ(total(explained.used), 24 * hour);
        }
    }
}

TEST(DueTimes, explained_interval_by_interval) {
    const Desk where = desk("office");
    const auto span = [&](const char* from, const char* to) {
        return Span{instant(from, where.zone), instant(to, where.zone)};
    };
    const SlaPolicy policy{where.calendar, 24 * hour, 12 * hour, 72 * hour};
    SlaHistory history;
    history.started_at = instant("2026-11-23 16:00", where.zone);
    history.changes = changes("pending 2026-11-23 17:00; open 2026-11-23 17:30; solved 2026-11-24 11:00; "
                              "open 2026-11-24 11:00; pending 2026-11-24 12:00; open 2026-11-25 12:00",
                              where.zone);
    EXPECT_THAT(explain_resolution(policy, history).used,
                ElementsAre(span("2026-11-23 16:00", "2026-11-23 17:00"), span("2026-11-23 17:30", "2026-11-23 18:00"),
                            span("2026-11-24 09:00", "2026-11-24 12:00"), span("2026-11-25 12:00", "2026-11-25 18:00"),
                            span("2026-11-26 09:00", "2026-11-26 10:30")));
    EXPECT_THAT(explain_first_response(policy, history).used,
                ElementsAre(span("2026-11-23 16:00", "2026-11-23 18:00"), span("2026-11-24 09:00", "2026-11-24 18:00"),
                            span("2026-11-25 09:00", "2026-11-25 18:00"),
                            span("2026-11-26 09:00", "2026-11-26 13:00")));
}

TEST(DueTimes, a_desk_that_never_opens_owes_nothing) {
    const SlaPolicy policy{make(Hours{}), 24 * hour, 48 * hour, 72 * hour};
    SlaHistory history;
    history.started_at = at("2026-11-23 10:00");
    EXPECT_EQ(clocks(policy, history), Clocks{});
    history.changes = changes("pending 2026-11-23 12:00; open 2026-11-24 12:00", "UTC");
    EXPECT_EQ(clocks(policy, history), Clocks{});
    EXPECT_THAT(timed_changes(policy, history, {}), IsEmpty());
}

}  // namespace
}  // namespace ventanilla::tickets
