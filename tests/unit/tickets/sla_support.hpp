#pragma once
// What the tests of the clocks share: calendars by name, histories and due times as people write them.

#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tickets/sla.hpp"
#include "unit/tickets/calendar_support.hpp"

namespace ventanilla::tickets::testing {

/// A calendar and the zone that its times are written in.
struct Desk {
    Calendar calendar = Calendar::always_open();
    std::string zone = {};
};

inline Hours every_day(std::vector<Interval> intervals) {
    Hours hours;
    hours.week.fill(intervals);
    return hours;
}

/// office: mon–fri 9–18, sat 9–14, statutory holidays. closings: the same with three closed dates more. counter: mon–fri
/// 9–14 and 16–19. nights: each 22–6. border: the office in Tijuana. sundays: Tijuana, Sundays 0–6. dawn: Mexico City,
/// each day 0–6. round, capital: round the clock in Tijuana and in Mexico City. always: no calendar.
inline Desk desk(const std::string& name) {
    const std::string city = "America/Mexico_City";
    const std::string tijuana = "America/Tijuana";
    if (name == "office") return {make(office(), city), city};
    if (name == "border") return {make(office(), tijuana), tijuana};
    if (name == "always") return {Calendar::always_open(), "UTC"};
    if (name == "nights") return {make(every_day({{0, 6 * 60}, {22 * 60, 1440}}), city), city};
    if (name == "dawn") return {make(every_day({{0, 6 * 60}}), city), city};
    if (name == "round") return {make(every_day({{0, 1440}}), tijuana), tijuana};
    if (name == "capital") return {make(every_day({{0, 1440}}), city), city};
    Hours hours = office();
    if (name == "closings") {
        hours.holidays = {{2026, 11, 2}, {2026, 12, 24}, {2026, 12, 31}};
        return {make(hours, city), city};
    }
    hours = {};
    if (name == "sundays") {
        hours.week[6] = {{0, 6 * 60}};
        return {make(hours, tijuana), tijuana};
    }
    if (name != "counter") throw std::invalid_argument(name);
    for (std::size_t day = 0; day < 5; ++day) hours.week[day] = {{9 * 60, 14 * 60}, {16 * 60, 19 * 60}};
    return {make(hours, city), city};
}

/// "2026-11-01 01:15", or "2026-11-01 01:15 again" for the later of two equal ones.
inline std::int64_t instant(std::string text, const std::string& zone) {
    static const std::string again = " again";
    const bool second = text.ends_with(again);
    if (second) text.resize(text.size() - again.size());
    return at(text, zone, second);
}

/// "pending 2026-11-23 12:00; open 2026-11-24 09:00".
inline std::vector<StateChange> changes(const std::string& text, const std::string& zone) {
    std::vector<StateChange> out;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ';');) {
        part.erase(0, part.find_first_not_of(' '));
        const auto blank = part.find(' ');
        const auto state = protocol::parse_word<TicketState>(part.substr(0, blank));
        if (!state) throw std::invalid_argument(part);
        out.push_back({instant(part.substr(blank + 1), zone), *state});
    }
    return out;
}

inline std::int64_t total(const std::vector<Span>& spans) {
    std::int64_t sum = 0;
    for (const Span& span : spans) sum += span.to_ms - span.from_ms;
    return sum;
}

}  // namespace ventanilla::tickets::testing
