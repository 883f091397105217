#pragma once
// Opening hours and instants in words, for people. `locale` is "es-MX" or "en"; anything else is taken as "es-MX".

#include <cstdint>
#include <string>
#include <string_view>

#include "tickets/calendar.hpp"

namespace ventanilla::tickets {

/// A week's hours in one line: "lun. a vie. 9:00–18:00, sáb. 9:00–14:00", "Mon–Fri 9:00–18:00, Sat 9:00–14:00".
std::string describe_week(const Hours& hours, std::string_view locale);

/// What a clock and a calendar on the wall of `zone` show.
struct LocalTime {
    Date date = {};
    int hour = 0;
    int minute = 0;
    int second = 0;
    int weekday = 0;     ///< 0 = Monday
    int offset_min = 0;  ///< local minus UTC

    bool operator==(const LocalTime&) const = default;
};

/// The local time of an instant; in UTC if the zone does not exist.
LocalTime local_time(std::int64_t at_ms, std::string_view zone);

/// Time of day: "9:05".
std::string format_time(std::int64_t at_ms, std::string_view zone);

/// Date and time: "lun. 23 nov. 2026, 9:00", "Mon, Nov 23, 2026, 9:00".
std::string format_date_time(std::int64_t at_ms, std::string_view zone, std::string_view locale);

}  // namespace ventanilla::tickets
