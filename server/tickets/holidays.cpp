// Holidays: the statutory days of Mexico, computed, and the dates of a list.

#include <algorithm>

#include <date/date.h>

#include "tickets/calendar.hpp"

namespace ventanilla::tickets {
namespace {

Date nth_monday(int year, unsigned month, unsigned nth) {
    const date::year_month_day found =
        date::sys_days(date::year{year} / date::month{month} / date::weekday_indexed(date::Monday, nth));
    return {year, static_cast<int>(month), static_cast<int>(static_cast<unsigned>(found.day()))};
}

// The day on which a president takes office: 1 October since the reform whose first term began in 2024.
bool has_inauguration(int year) {
    return year >= 2024 && (year - 2024) % 6 == 0;
}

}  // namespace

std::vector<Date> mx_lft_days(int year) {
    std::vector<Date> days = {
        {year, 1, 1}, nth_monday(year, 2, 1), nth_monday(year, 3, 3), {year, 5, 1}, {year, 9, 16}};
    if (has_inauguration(year)) days.push_back({year, 10, 1});
    days.push_back(nth_monday(year, 11, 3));
    days.push_back({year, 12, 25});
    return days;
}

bool is_holiday(const Hours& hours, Date date) {
    if (std::ranges::find(hours.holidays, date) != hours.holidays.end()) return true;
    if (!hours.mx_lft) return false;
    const auto days = mx_lft_days(date.year);
    return std::ranges::find(days, date) != days.end();
}

}  // namespace ventanilla::tickets
