#pragma once
// The business calendar: when a desk is open, and how long business hours take (protocol.md 3.4). No I/O; the clock is
// always an argument. Every instant is an int64 of milliseconds since the Unix epoch, UTC; durations are milliseconds.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "zones/zone.hpp"

namespace ventanilla::tickets {

/// Open from `from_min` up to, but without, `to_min`: minutes since local midnight, 0 <= from_min < to_min <= 1440.
struct Interval {
    int from_min = 0;
    int to_min = 0;

    auto operator<=>(const Interval&) const = default;
};

/// A date of the calendar, without a zone.
struct Date {
    int year = 1970;
    int month = 1;
    int day = 1;

    auto operator<=>(const Date&) const = default;
};

/// The intervals of each weekday, Monday first, in order and without overlap. A day without intervals is closed.
using Week = std::array<std::vector<Interval>, 7>;

/// Opening hours as configured under `[hours.NAME]`.
struct Hours {
    Week week = {};
    bool mx_lft = false;              ///< closed on the statutory rest days of Mexico
    std::vector<Date> holidays = {};  ///< further closed dates

    bool operator==(const Hours&) const = default;
};

/// Whether the system has an IANA zone of this name, with rules that can be read.
bool zone_exists(std::string_view zone);

/// The statutory rest days of Mexico in `year` (Ley Federal del Trabajo, art. 74), in order.
std::vector<Date> mx_lft_days(int year);

/// Whether the date is closed by `mx_lft` or by the list.
bool is_holiday(const Hours& hours, Date date);

/// An open stretch of real time, [from_ms, to_ms).
struct Span {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;

    bool operator==(const Span&) const = default;
};

/// When business time is used up, and the stretches that it was taken from, in order, touching ones joined.
struct Due {
    std::int64_t due_ms = 0;
    std::vector<Span> used = {};

    bool operator==(const Due&) const = default;
};

/// Opening hours in a zone. An instant is open if its local date is no holiday and its local time lies in an interval
/// of that weekday; so an hour that a clock change skips is not worked, and one that it repeats is worked twice.
/// Immutable and cheap to copy around; a calendar keeps the zone data it was made with.
class Calendar {
public:
    /// Open at every instant.
    static Calendar always_open();

    /// Hours in an IANA zone as the system has it now; the error says what is wrong with the zone or the intervals.
    static tl::expected<Calendar, std::string> make(Hours hours, std::string_view zone);
    /// The same in a zone that one has.
    static tl::expected<Calendar, std::string> make(Hours hours, zones::ZonePtr zone);

    /// Null where it is always open.
    const zones::ZonePtr& zone() const { return zone_; }

    bool is_open(std::int64_t at_ms) const;

    /// The earliest open instant at or after `at_ms` (itself if open); nullopt if there is none within two years.
    std::optional<std::int64_t> next_opening(std::int64_t at_ms) const;

    /// The earliest instant after `at_ms` at which open and closed change places; nullopt if none within two years.
    std::optional<std::int64_t> next_change(std::int64_t at_ms) const;

    /// The earliest instant at which `duration_ms` of business time since `from_ms` is used up: used up at closing time
    /// is due at closing time. Nothing to use (<= 0) is due at `from_ms`. nullopt if the calendar stays closed.
    std::optional<Due> add_business_time(std::int64_t from_ms, std::int64_t duration_ms) const;

    /// Business time in [from_ms, to_ms); 0 if that is empty.
    std::int64_t business_time_between(std::int64_t from_ms, std::int64_t to_ms) const;

private:
    Calendar() = default;
    std::optional<Span> next_span(std::int64_t at_ms, std::int64_t until_ms) const;

    Hours hours_ = {};
    zones::ZonePtr zone_ = nullptr;  ///< null: always open
};

}  // namespace ventanilla::tickets
