#pragma once
// What the calendar's tests share: writing instants and hours as people do.

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string>

#include <date/tz.h>

#include "tickets/calendar.hpp"

namespace ventanilla::tickets::testing {

constexpr std::int64_t minute = 60'000;
constexpr std::int64_t hour = 60 * minute;

/// Instant of a local time "2026-11-23 09:00"; `second_time` picks the later of two equal ones in autumn.
inline std::int64_t at(const std::string& text, const std::string& zone = "America/Mexico_City",
                       bool second_time = false) {
    std::istringstream in(text);
    date::local_time<std::chrono::minutes> local;
    in >> date::parse("%F %H:%M", local);
    if (in.fail()) throw std::invalid_argument(text);
    const auto choice = second_time ? date::choose::latest : date::choose::earliest;
    const auto instant = date::locate_zone(zone)->to_sys(local, choice);
    return std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch()).count();
}

inline std::string shown(std::int64_t at_ms, const std::string& zone = "America/Mexico_City") {
    const date::sys_time<std::chrono::milliseconds> instant{std::chrono::milliseconds{at_ms}};
    return date::format("%F %T", date::locate_zone(zone)->to_local(instant));
}

/// The office of the demo: mon–fri 9–18, sat 9–14, statutory holidays.
inline Hours office() {
    Hours hours;
    for (std::size_t day = 0; day < 5; ++day) hours.week[day] = {{9 * 60, 18 * 60}};
    hours.week[5] = {{9 * 60, 14 * 60}};
    hours.mx_lft = true;
    return hours;
}

inline Calendar make(const Hours& hours, const std::string& zone = "America/Mexico_City") {
    return Calendar::make(hours, zone).value();
}

}  // namespace ventanilla::tickets::testing
