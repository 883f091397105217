#include "tickets/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include <date/date.h>
#include <fmt/format.h>

#include "zones/zones.hpp"

namespace ventanilla::tickets {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 86'400'000;
/// How far ahead an opening is looked for: a calendar closed for longer is taken as closed for good.
constexpr std::int64_t horizon_ms = 731 * day_ms;
/// Instants beyond the years that the date library can count are moved to this edge (year 9999).
constexpr std::int64_t edge_ms = 253'402'300'799'000;

std::int64_t clamp_instant(std::int64_t at_ms) {
    return std::clamp(at_ms, -edge_ms, edge_ms);
}

/// A stretch of real time in which the zone keeps one offset, so that local time runs evenly.
struct Segment {
    std::int64_t to_ms = 0;
    std::int64_t offset_ms = 0;
};

Segment segment_at(const zones::Zone& zone, std::int64_t at_ms) {
    const auto at = date::floor<std::chrono::seconds>(milliseconds{at_ms});
    const zones::Stretch stretch = zone.at(at.count());
    // The last stretch of a zone reaches beyond what milliseconds in 64 bits can count.
    return {std::min(stretch.to_s, 2 * edge_ms / 1000) * 1000, stretch.offset_s * 1000};
}

// What is open on a local date: the weekday's intervals, none on a holiday.
const std::vector<Interval>& intervals_of(const Hours& hours, date::local_days day) {
    static const std::vector<Interval> closed;
    const date::year_month_day ymd{day};
    const Date date{static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
                    static_cast<int>(static_cast<unsigned>(ymd.day()))};
    const unsigned weekday = date::weekday{day}.iso_encoding() - 1;
    const auto& intervals = hours.week[weekday];
    return intervals.empty() || is_holiday(hours, date) ? closed : intervals;
}

std::optional<std::string> problem_of(const Week& week) {
    for (const auto& intervals : week) {
        int free_from = 0;
        for (const Interval& interval : intervals) {
            if (interval.from_min < 0 || interval.to_min > 1440 || interval.from_min >= interval.to_min)
                return "expected intervals within a day, from before to";
            if (interval.from_min < free_from) return "expected intervals in order, without overlap";
            free_from = interval.to_min;
        }
    }
    return std::nullopt;
}

}  // namespace

bool zone_exists(std::string_view zone) {
    return zones::find(zone).has_value();
}

Calendar Calendar::always_open() {
    return Calendar();
}

tl::expected<Calendar, std::string> Calendar::make(Hours hours, std::string_view zone) {
    auto found = zones::find(zone);
    if (!found) return tl::unexpected(fmt::format("expected an IANA time zone, found \"{}\"", zone));
    return make(std::move(hours), *std::move(found));
}

tl::expected<Calendar, std::string> Calendar::make(Hours hours, zones::ZonePtr zone) {
    if (const auto problem = problem_of(hours.week)) return tl::unexpected(*problem);
    Calendar calendar;
    calendar.zone_ = std::move(zone);
    calendar.hours_ = std::move(hours);
    return calendar;
}

// The first open stretch in [at_ms, until_ms); it may end later. What is open without a break comes in several
// stretches where the zone's offset changes or midnight lies between. Goes from one local day, or offset, to the next.
std::optional<Span> Calendar::next_span(std::int64_t at_ms, std::int64_t until_ms) const {
    std::int64_t at = at_ms;
    Segment segment = segment_at(*zone_, at);
    while (at < until_ms) {
        if (at >= segment.to_ms) segment = segment_at(*zone_, at);
        const auto local_day =
            date::floor<date::days>(date::local_time<milliseconds>{milliseconds{at + segment.offset_ms}});
        const std::int64_t midnight =
            date::local_time<milliseconds>{local_day}.time_since_epoch().count() - segment.offset_ms;
        for (const Interval& interval : intervals_of(hours_, local_day)) {
            const Span span{std::max(at, midnight + interval.from_min * minute_ms),
                            std::min(segment.to_ms, midnight + interval.to_min * minute_ms)};
            // Reckoned with an offset that is over by then: the next segment says when it really begins.
            if (span.from_ms >= segment.to_ms) break;
            if (span.from_ms >= until_ms) return std::nullopt;
            if (span.from_ms < span.to_ms) return span;
        }
        at = std::min(midnight + day_ms, segment.to_ms);
    }
    return std::nullopt;
}

bool Calendar::is_open(std::int64_t at_ms) const {
    if (zone_ == nullptr) return true;
    const std::int64_t at = clamp_instant(at_ms);
    return next_span(at, at + 1).has_value();
}

std::optional<std::int64_t> Calendar::next_opening(std::int64_t at_ms) const {
    if (zone_ == nullptr) return at_ms;
    const std::int64_t at = clamp_instant(at_ms);
    const auto span = next_span(at, at + horizon_ms);
    return span ? std::optional(span->from_ms) : std::nullopt;
}

std::optional<std::int64_t> Calendar::next_change(std::int64_t at_ms) const {
    if (zone_ == nullptr) return std::nullopt;
    const std::int64_t from = clamp_instant(at_ms);
    const std::int64_t until = from + horizon_ms;
    auto span = next_span(from, until);
    if (!span) return std::nullopt;
    if (span->from_ms > from) return span->from_ms;
    // Open now. Stretches that touch, as at midnight of a day that ends at 24:00, are one opening.
    while (span->to_ms < until) {
        const std::int64_t end = span->to_ms;
        span = next_span(end, end + 1);
        if (!span) return end;
    }
    return std::nullopt;
}

std::optional<Due> Calendar::add_business_time(std::int64_t from_ms, std::int64_t duration_ms) const {
    if (duration_ms <= 0) return Due{from_ms, {}};
    std::int64_t at = clamp_instant(from_ms);
    std::int64_t left = std::min(duration_ms, edge_ms);
    if (zone_ == nullptr) return Due{at + left, {{at, at + left}}};
    Due due;
    while (left > 0) {
        const auto span = at < edge_ms ? next_span(at, at + horizon_ms) : std::nullopt;
        if (!span) return std::nullopt;
        const std::int64_t used = std::min(left, span->to_ms - span->from_ms);
        left -= used;
        at = span->from_ms + used;
        if (!due.used.empty() && due.used.back().to_ms == span->from_ms) {
            due.used.back().to_ms = at;
        } else {
            due.used.push_back({span->from_ms, at});
        }
    }
    due.due_ms = at;
    return due;
}

std::int64_t Calendar::business_time_between(std::int64_t from_ms, std::int64_t to_ms) const {
    const std::int64_t end = clamp_instant(to_ms);
    std::int64_t at = clamp_instant(from_ms);
    if (at >= end) return 0;
    if (zone_ == nullptr) return end - at;
    std::int64_t total = 0;
    while (at < end) {
        const auto span = next_span(at, end);
        if (!span) break;
        total += std::min(end, span->to_ms) - span->from_ms;
        at = span->to_ms;
    }
    return total;
}

}  // namespace ventanilla::tickets
