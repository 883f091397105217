#include "tickets/describe.hpp"

#include <gtest/gtest.h>

#include "unit/tickets/calendar_support.hpp"

namespace ventanilla::tickets {
namespace {

using namespace testing;

TEST(DescribeWeek, office) {
    EXPECT_EQ(describe_week(office(), "es-MX"), "lun. a vie. 9:00–18:00, sáb. 9:00–14:00");
    EXPECT_EQ(describe_week(office(), "en"), "Mon–Fri 9:00–18:00, Sat 9:00–14:00");
}

TEST(DescribeWeek, pairs_pauses_and_gaps) {
    Hours hours;
    hours.week[0] = {{540, 840}, {960, 1140}};
    hours.week[1] = hours.week[0];
    hours.week[3] = {{485, 500}, {600, 660}, {700, 1440}};
    EXPECT_EQ(describe_week(hours, "es-MX"),
              "lun. y mar. 9:00–14:00 y 16:00–19:00, jue. 8:05–8:20, 10:00–11:00 y 11:40–24:00");
    EXPECT_EQ(describe_week(hours, "en"),
              "Mon and Tue 9:00–14:00 and 16:00–19:00, Thu 8:05–8:20, 10:00–11:00 and 11:40–24:00");
}

TEST(DescribeWeek, closed_and_always) {
    Hours hours;
    EXPECT_EQ(describe_week(hours, "es-MX"), "cerrado");
    EXPECT_EQ(describe_week(hours, "en"), "closed");
    for (auto& day : hours.week) day = {{0, 720}, {720, 1440}};  // two that touch are one
    EXPECT_EQ(describe_week(hours, "es-MX"), "todos los días las 24 horas");
    EXPECT_EQ(describe_week(hours, "en"), "every day 24 hours");
}

TEST(LocalTime, in_the_zone) {
    const std::int64_t instant = at("2026-11-23 09:05");
    EXPECT_EQ(local_time(instant, "America/Mexico_City"), (LocalTime{{2026, 11, 23}, 9, 5, 0, 0, -360}));
    EXPECT_EQ(local_time(instant, "UTC"), (LocalTime{{2026, 11, 23}, 15, 5, 0, 0, 0}));
    EXPECT_EQ(local_time(instant, "No/Where"), (LocalTime{{2026, 11, 23}, 15, 5, 0, 0, 0}));
    EXPECT_EQ(local_time(-1, "UTC"), (LocalTime{{1969, 12, 31}, 23, 59, 59, 2, 0}));
}

TEST(LocalTime, in_words) {
    const std::int64_t instant = at("2026-11-23 09:05");
    EXPECT_EQ(format_time(instant, "America/Mexico_City"), "9:05");
    EXPECT_EQ(format_date_time(instant, "America/Mexico_City", "es-MX"), "lun. 23 nov. 2026, 9:05");
    EXPECT_EQ(format_date_time(instant, "America/Mexico_City", "en"), "Mon, Nov 23, 2026, 9:05");
}

}  // namespace
}  // namespace ventanilla::tickets
