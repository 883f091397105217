#include "tickets/describe.hpp"

#include <array>
#include <chrono>

#include <date/date.h>
#include <fmt/format.h>

#include "zones/zones.hpp"

namespace ventanilla::tickets {
namespace {

struct Words {
    std::array<std::string_view, 7> days;
    std::array<std::string_view, 12> months;
    std::string_view range;  ///< between the first and last day of three or more
    std::string_view pair;   ///< between two neighbouring days
    std::string_view also;   ///< before the last interval of a day
    std::string_view every_day;
    std::string_view all_day;
    std::string_view never;
};

constexpr Words spanish = {
    {"lun.", "mar.", "mié.", "jue.", "vie.", "sáb.", "dom."},
    {"ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic."},
    " a ",
    " y ",
    " y ",
    "todos los días",
    "las 24 horas",
    "cerrado"};

constexpr Words english = {{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
                           {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
                           "–",
                           " and ",
                           " and ",
                           "every day",
                           "24 hours",
                           "closed"};

const Words& words_of(std::string_view locale) {
    return locale == "en" ? english : spanish;
}

// Two intervals that touch are one to people.
std::vector<Interval> joined(const std::vector<Interval>& intervals) {
    std::vector<Interval> out;
    for (const Interval& interval : intervals) {
        if (!out.empty() && out.back().to_min == interval.from_min) {
            out.back().to_min = interval.to_min;
        } else {
            out.push_back(interval);
        }
    }
    return out;
}

std::string describe_day(const std::vector<Interval>& intervals, const Words& words) {
    if (intervals.front() == Interval{0, 1440}) return std::string(words.all_day);
    std::string out;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        if (i > 0) out += i + 1 == intervals.size() ? words.also : std::string_view(", ");
        const auto [from, to] = intervals[i];
        out += fmt::format("{}:{:02}–{}:{:02}", from / 60, from % 60, to / 60, to % 60);
    }
    return out;
}

std::string describe_days(std::size_t first, std::size_t last, const Words& words) {
    if (first == 0 && last == 6) return std::string(words.every_day);
    if (first == last) return std::string(words.days[first]);
    return fmt::format("{}{}{}", words.days[first], last == first + 1 ? words.pair : words.range, words.days[last]);
}

}  // namespace

std::string describe_week(const Hours& hours, std::string_view locale) {
    const Words& words = words_of(locale);
    std::array<std::vector<Interval>, 7> week;
    for (std::size_t day = 0; day < 7; ++day) week[day] = joined(hours.week[day]);

    std::string out;
    for (std::size_t first = 0; first < 7;) {
        std::size_t last = first;
        while (last < 6 && week[last + 1] == week[first]) ++last;
        if (!week[first].empty()) {
            if (!out.empty()) out += ", ";
            out += fmt::format("{} {}", describe_days(first, last, words), describe_day(week[first], words));
        }
        first = last + 1;
    }
    return out.empty() ? std::string(words.never) : out;
}

LocalTime local_time(std::int64_t at_ms, std::string_view zone) {
    const auto at =
        date::floor<std::chrono::seconds>(date::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{at_ms}});
    std::chrono::seconds offset{0};
    if (const auto found = zones::find(zone)) {
        offset = std::chrono::seconds{(*found)->at(at.time_since_epoch().count()).offset_s};
    }

    const auto local = at + offset;
    const auto day = date::floor<date::days>(local);
    const date::year_month_day ymd{day};
    const date::hh_mm_ss time{local - day};
    LocalTime out;
    out.date = {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
                static_cast<int>(static_cast<unsigned>(ymd.day()))};
    out.hour = static_cast<int>(time.hours().count());
    out.minute = static_cast<int>(time.minutes().count());
    out.second = static_cast<int>(time.seconds().count());
    out.weekday = static_cast<int>(date::weekday{day}.iso_encoding()) - 1;
    out.offset_min = static_cast<int>(offset.count() / 60);
    return out;
}

std::string format_time(std::int64_t at_ms, std::string_view zone) {
    const LocalTime local = local_time(at_ms, zone);
    return fmt::format("{}:{:02}", local.hour, local.minute);
}

std::string format_date_time(std::int64_t at_ms, std::string_view zone, std::string_view locale) {
    const Words& words = words_of(locale);
    const LocalTime local = local_time(at_ms, zone);
    const std::string_view weekday = words.days[static_cast<std::size_t>(local.weekday)];
    const std::string_view month = words.months[static_cast<std::size_t>(local.date.month - 1)];
    const auto [year, number, day] = local.date;
    if (&words == &english)
        return fmt::format("{}, {} {}, {}, {}:{:02}", weekday, month, day, year, local.hour, local.minute);
    return fmt::format("{} {} {} {}, {}:{:02}", weekday, day, month, year, local.hour, local.minute);
}

}  // namespace ventanilla::tickets
