#include "tickets/calendar.hpp"

#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/tickets/calendar_support.hpp"

namespace ventanilla::tickets {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

TEST(Holidays, statutory_days_of_a_plain_year) {
    EXPECT_THAT(mx_lft_days(2026), ElementsAre(Date{2026, 1, 1}, Date{2026, 2, 2}, Date{2026, 3, 16}, Date{2026, 5, 1},
                                               Date{2026, 9, 16}, Date{2026, 11, 16}, Date{2026, 12, 25}));
}

TEST(Holidays, mondays_at_the_edges_of_their_week) {
    // 2027 begins its months so that the Mondays come first and last in their windows.
    EXPECT_THAT(mx_lft_days(2027), ElementsAre(Date{2027, 1, 1}, Date{2027, 2, 1}, Date{2027, 3, 15}, Date{2027, 5, 1},
                                               Date{2027, 9, 16}, Date{2027, 11, 15}, Date{2027, 12, 25}));
    EXPECT_THAT(mx_lft_days(2028), Contains(Date{2028, 2, 7}));
    EXPECT_THAT(mx_lft_days(2028), Contains(Date{2028, 3, 20}));
}

TEST(Holidays, first_of_october_every_sixth_year) {
    for (const int year : {2024, 2030, 2036}) EXPECT_THAT(mx_lft_days(year), Contains(Date{year, 10, 1}));
    for (const int year : {2018, 2023, 2025, 2026, 2029, 2031})
        EXPECT_THAT(mx_lft_days(year), Not(Contains(Date{year, 10, 1})));
}

TEST(Holidays, listed_dates) {
    Hours hours;
    hours.holidays = {{2026, 12, 24}};
    EXPECT_TRUE(is_holiday(hours, {2026, 12, 24}));
    EXPECT_FALSE(is_holiday(hours, {2027, 12, 24}));
    EXPECT_FALSE(is_holiday(hours, {2026, 12, 25}));
    hours.mx_lft = true;
    EXPECT_TRUE(is_holiday(hours, {2026, 12, 25}));
}

TEST(Calendar, refuses_what_makes_no_sense) {
    Hours hours;
    EXPECT_FALSE(Calendar::make(hours, "America/Puebla"));
    EXPECT_FALSE(Calendar::make(hours, ""));
    hours.week[0] = {{600, 600}};
    EXPECT_FALSE(Calendar::make(hours, "UTC"));
    hours.week[0] = {{600, 1441}};
    EXPECT_FALSE(Calendar::make(hours, "UTC"));
    hours.week[0] = {{600, 700}, {699, 800}};
    EXPECT_FALSE(Calendar::make(hours, "UTC"));
    hours.week[0] = {{600, 700}, {700, 800}};
    EXPECT_TRUE(Calendar::make(hours, "UTC"));
}

struct OpeningRow {
    const char* now;
    bool open;
    const char* next_opening;
    const char* next_change;
};

TEST(Calendar, when_the_office_is_open) {
    const std::vector<OpeningRow> rows = {
        {"2026-11-23 08:59", false, "2026-11-23 09:00", "2026-11-23 09:00"},  // Monday
        {"2026-11-23 09:00", true, "2026-11-23 09:00", "2026-11-23 18:00"},
        {"2026-11-23 17:59", true, "2026-11-23 17:59", "2026-11-23 18:00"},
        {"2026-11-23 18:00", false, "2026-11-24 09:00", "2026-11-24 09:00"},
        {"2026-11-28 13:59", true, "2026-11-28 13:59", "2026-11-28 14:00"},   // Saturday
        {"2026-11-28 14:00", false, "2026-11-30 09:00", "2026-11-30 09:00"},  // over the Sunday
        {"2026-11-14 15:00", false, "2026-11-17 09:00", "2026-11-17 09:00"},  // over Monday the 16th, a holiday
        {"2026-11-16 10:00", false, "2026-11-17 09:00", "2026-11-17 09:00"},
        {"2026-12-24 18:00", false, "2026-12-26 09:00", "2026-12-26 09:00"},  // Christmas is a Friday
    };
    const Calendar office_hours = make(office());
    for (const OpeningRow& row : rows) {
        SCOPED_TRACE(row.now);
        EXPECT_EQ(office_hours.is_open(at(row.now)), row.open);
        EXPECT_EQ(office_hours.next_opening(at(row.now)), at(row.next_opening));
        EXPECT_EQ(office_hours.next_change(at(row.now)), at(row.next_change));
    }
}

TEST(Calendar, milliseconds_count) {
    const Calendar office_hours = make(office());
    EXPECT_FALSE(office_hours.is_open(at("2026-11-23 09:00") - 1));
    EXPECT_TRUE(office_hours.is_open(at("2026-11-23 18:00") - 1));
    EXPECT_EQ(office_hours.business_time_between(at("2026-11-23 09:00") - 5, at("2026-11-23 09:00") + 7), 7);
}

struct DueRow {
    const char* from;
    int hours;
    const char* due;
    std::size_t intervals;
};

TEST(Calendar, due_after_business_hours) {
    const std::vector<DueRow> rows = {
        {"2026-11-23 09:00", 9, "2026-11-23 18:00", 1},  // used up at closing time is due at closing time
        {"2026-11-23 09:00", 10, "2026-11-24 10:00", 2},
        {"2026-11-23 20:00", 1, "2026-11-24 10:00", 1},   // asked at night
        {"2026-11-27 17:00", 2, "2026-11-28 10:00", 2},   // Friday into Saturday
        {"2026-11-28 13:00", 2, "2026-11-30 10:00", 2},   // Saturday over Sunday
        {"2026-11-14 13:00", 2, "2026-11-17 10:00", 2},   // over Sunday and a holiday
        {"2026-11-23 10:00", 24, "2026-11-25 16:00", 3},  // first response
        {"2026-11-23 10:00", 48, "2026-11-28 13:00", 6},  // resolution
        {"2026-12-24 17:00", 24, "2026-12-29 18:00", 4},  // over Christmas and a weekend
    };
    const Calendar office_hours = make(office());
    for (const DueRow& row : rows) {
        SCOPED_TRACE(row.from);
        const auto due = office_hours.add_business_time(at(row.from), row.hours * hour);
        ASSERT_TRUE(due);
        EXPECT_EQ(shown(due->due_ms), shown(at(row.due)));
        EXPECT_EQ(due->used.size(), row.intervals);
        std::int64_t used = 0;
        for (const Span& span : due->used) used += span.to_ms - span.from_ms;
        EXPECT_EQ(used, row.hours * hour);
        EXPECT_EQ(due->used.back().to_ms, due->due_ms);
        EXPECT_EQ(office_hours.business_time_between(at(row.from), due->due_ms), row.hours * hour);
    }
}

TEST(Calendar, several_intervals_a_day) {
    Hours hours;
    hours.week[0] = {{9 * 60, 14 * 60}, {16 * 60, 19 * 60}};
    const Calendar calendar = make(hours);
    const auto due = calendar.add_business_time(at("2026-11-23 13:30"), hour);
    ASSERT_TRUE(due);
    EXPECT_THAT(due->used, ElementsAre(Span{at("2026-11-23 13:30"), at("2026-11-23 14:00")},
                                       Span{at("2026-11-23 16:00"), at("2026-11-23 16:30")}));
    EXPECT_FALSE(calendar.is_open(at("2026-11-23 15:00")));
}

TEST(Calendar, over_midnight_is_one_opening) {
    Hours hours;
    hours.week[4] = {{22 * 60, 1440}};  // Friday night
    hours.week[5] = {{0, 6 * 60}};
    const Calendar calendar = make(hours);
    EXPECT_EQ(calendar.next_change(at("2026-11-27 23:00")), at("2026-11-28 06:00"));
    const auto due = calendar.add_business_time(at("2026-11-27 23:00"), 3 * hour);
    ASSERT_TRUE(due);
    EXPECT_THAT(due->used, ElementsAre(Span{at("2026-11-27 23:00"), at("2026-11-28 02:00")}));
}

TEST(Calendar, spring_forward_skips_an_hour) {
    // Tijuana, Sunday 8 March 2026: 02:00 becomes 03:00.
    const std::string zone = "America/Tijuana";
    Hours hours;
    hours.week[6] = {{60, 240}};
    const Calendar calendar = make(hours, zone);
    EXPECT_EQ(calendar.business_time_between(at("2026-03-08 00:00", zone), at("2026-03-09 00:00", zone)), 2 * hour);
    EXPECT_EQ(calendar.next_change(at("2026-03-08 01:30", zone)), at("2026-03-08 04:00", zone));
    EXPECT_EQ(shown(calendar.add_business_time(at("2026-03-08 01:00", zone), 90 * minute)->due_ms, zone),
              "2026-03-08 03:30:00.000");
}

TEST(Calendar, autumn_repeats_an_hour) {
    // Tijuana, Sunday 1 November 2026: 02:00 becomes 01:00 again.
    const std::string zone = "America/Tijuana";
    Hours hours;
    hours.week[6] = {{60, 90}};
    const Calendar calendar = make(hours, zone);
    EXPECT_EQ(calendar.business_time_between(at("2026-11-01 00:00", zone), at("2026-11-02 00:00", zone)), hour);
    EXPECT_EQ(calendar.next_change(at("2026-11-01 01:00", zone)), at("2026-11-01 01:30", zone));
    EXPECT_EQ(calendar.next_opening(at("2026-11-01 01:30", zone)), at("2026-11-01 01:00", zone, true));
    const auto due = calendar.add_business_time(at("2026-11-01 00:00", zone), 45 * minute);
    EXPECT_EQ(due->due_ms, at("2026-11-01 01:15", zone, true));
    EXPECT_EQ(due->used.size(), 2U);
}

TEST(Calendar, an_interval_after_the_change_of_the_clocks_begins_by_the_new_time) {
    // By the time before the change, the second interval would lie beyond the question's end.
    const std::string zone = "America/Tijuana";
    Hours hours;
    hours.week[6] = {{180, 240}, {780, 840}};
    const Calendar calendar = make(hours, zone);
    EXPECT_EQ(calendar.business_time_between(at("2026-03-08 01:30", zone), at("2026-03-08 13:30", zone)),
              hour + 30 * minute);
}

TEST(Calendar, mexico_city_keeps_one_offset) {
    const Calendar office_hours = make(office());
    // The whole of 2026 in office days: 52 weeks and one day, less the holidays.
    const std::int64_t year = office_hours.business_time_between(at("2026-01-01 00:00"), at("2027-01-01 00:00"));
    // 261 weekdays, of which 7 are holidays (all fall on weekdays), and 52 Saturdays.
    EXPECT_EQ(year, (254 * 9 + 52 * 5) * hour);
}

TEST(Calendar, never_open) {
    const Calendar closed = make(Hours{});
    EXPECT_FALSE(closed.is_open(at("2026-11-23 10:00")));
    EXPECT_EQ(closed.next_opening(at("2026-11-23 10:00")), std::nullopt);
    EXPECT_EQ(closed.next_change(at("2026-11-23 10:00")), std::nullopt);
    EXPECT_EQ(closed.add_business_time(at("2026-11-23 10:00"), 1), std::nullopt);
    EXPECT_EQ(closed.business_time_between(0, at("2026-11-23 10:00")), 0);
}

TEST(Calendar, always_open) {
    const Calendar open = Calendar::always_open();
    EXPECT_TRUE(open.is_open(0));
    EXPECT_EQ(open.next_opening(5), 5);
    EXPECT_EQ(open.next_change(5), std::nullopt);
    EXPECT_EQ(open.add_business_time(5, 7), (Due{12, {{5, 12}}}));
    EXPECT_EQ(open.business_time_between(5, 12), 7);
    EXPECT_EQ(open.business_time_between(12, 5), 0);
}

TEST(Calendar, all_week_round_the_clock_never_changes) {
    Hours hours;
    for (auto& day : hours.week) day = {{0, 1440}};
    const Calendar calendar = make(hours, "America/Tijuana");
    EXPECT_EQ(calendar.next_change(at("2026-03-01 00:00")), std::nullopt);
    EXPECT_EQ(calendar.add_business_time(0, 72 * hour), (Due{72 * hour, {{0, 72 * hour}}}));
}

TEST(Calendar, nothing_to_use_is_due_at_once) {
    const Calendar office_hours = make(office());
    EXPECT_EQ(office_hours.add_business_time(at("2026-11-22 10:00"), 0), (Due{at("2026-11-22 10:00"), {}}));
    EXPECT_EQ(office_hours.add_business_time(at("2026-11-22 10:00"), -1), (Due{at("2026-11-22 10:00"), {}}));
}

TEST(Calendar, instants_beyond_all_calendars) {
    const Calendar office_hours = make(office());
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t instant : {least, most}) {
        office_hours.is_open(instant);
        office_hours.next_opening(instant);
        office_hours.next_change(instant);
        office_hours.add_business_time(instant, hour);
    }
    EXPECT_EQ(office_hours.add_business_time(most, hour), std::nullopt);
    EXPECT_EQ(Calendar::always_open().add_business_time(0, most)->used.size(), 1U);
}

TEST(Calendar, has_summer_time_beyond_the_changes_that_files_list) {
    // Tijuana in 2040: the clocks go forward on Sunday, 11 March, back on Sunday, 4 November. Instants are in UTC, for
    // the date library has no summer after 2037.
    const auto utc = [](const std::string& text) { return at(text, "Etc/UTC"); };
    Hours hours;
    for (std::size_t day = 0; day < 5; ++day) hours.week[day] = {{9 * 60, 18 * 60}};
    const Calendar tijuana = *Calendar::make(hours, "America/Tijuana");
    const auto spring = tijuana.add_business_time(utc("2040-03-10 01:00"), 2 * hour);  // Friday, 17:00
    EXPECT_EQ(spring->due_ms, utc("2040-03-12 17:00"));
    EXPECT_EQ(spring->used, (std::vector<Span>{{utc("2040-03-10 01:00"), utc("2040-03-10 02:00")},
                                               {utc("2040-03-12 16:00"), utc("2040-03-12 17:00")}}));
    const auto autumn = tijuana.add_business_time(utc("2040-11-03 00:00"), 2 * hour);  // Friday, 17:00
    EXPECT_EQ(autumn->due_ms, utc("2040-11-05 18:00"));
    EXPECT_TRUE(tijuana.is_open(utc("2040-07-02 16:00")));
    EXPECT_FALSE(tijuana.is_open(utc("2040-07-02 15:59")));
    EXPECT_TRUE(tijuana.is_open(utc("2099-12-01 17:00")));
    EXPECT_FALSE(tijuana.is_open(utc("2099-12-01 16:59")));
}

}  // namespace
}  // namespace ventanilla::tickets
