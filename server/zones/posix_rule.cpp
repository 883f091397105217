#include "zones/posix_rule.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <date/date.h>
#include <fmt/format.h>

namespace ventanilla::zones {
namespace {

template <typename T>
using Parsed = tl::expected<T, std::string>;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMostHours = 167;
constexpr std::int64_t kMostOffsetHours = 24;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes a TZ string apart from left to right.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ == text_.size(); }
    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool next_is(char c) const { return !at_end() && text_[at_] == c; }

    tl::unexpected<std::string> expected(std::string_view what) const {
        return tl::unexpected(fmt::format("expected {} at byte {} of \"{}\"", what, at_, text_));
    }

    /// "EST" or "<-03>": at least three characters.
    Parsed<void> name() {
        const bool quoted = take('<');
        const auto begin = at_;
        while (!at_end() && (is_letter(text_[at_]) ||
                             (quoted && (is_digit(text_[at_]) || text_[at_] == '+' || text_[at_] == '-')))) {
            ++at_;
        }
        if (at_ - begin < 3 || (quoted && !take('>'))) return expected("the name of a time");
        return {};
    }

    Parsed<int> number(int least, int most) {
        int value = 0;
        const auto begin = at_;
        while (!at_end() && is_digit(text_[at_]) && at_ - begin < 3) value = value * 10 + (text_[at_++] - '0');
        if (at_ == begin || value < least || value > most) {
            return expected(fmt::format("a number from {} to {}", least, most));
        }
        return value;
    }

    /// [+-]hh[:mm[:ss]], in seconds.
    Parsed<std::int64_t> time(std::int64_t most_hours) {
        const bool negative = take('-');
        if (!negative) take('+');
        const auto hours = number(0, static_cast<int>(most_hours));
        if (!hours) return tl::unexpected(hours.error());
        std::int64_t seconds = *hours * kHour;
        for (std::int64_t unit = 60; unit > 0 && take(':'); unit /= 60) {
            const auto part = number(0, 59);
            if (!part) return tl::unexpected(part.error());
            seconds += *part * unit;
        }
        return negative ? -seconds : seconds;
    }

    Parsed<RuleDay> day() {
        RuleDay day;
        auto read = take('M') ? weekday(day) : day_of_year(day);
        if (!read) return tl::unexpected(read.error());
        if (!take('/')) return day;
        const auto time_s = time(kMostHours);
        if (!time_s) return tl::unexpected(time_s.error());
        day.time_s = *time_s;
        return day;
    }

private:
    Parsed<void> weekday(RuleDay& day) {
        day.kind = RuleDay::Kind::weekday;
        const std::array<std::tuple<int*, int, int>, 3> parts{
            {{&day.month, 1, 12}, {&day.week, 1, 5}, {&day.day, 0, 6}}};
        for (const auto& [into, least, most] : parts) {
            if (into != &day.month && !take('.')) return expected("\".\"");
            const auto part = number(least, most);
            if (!part) return tl::unexpected(part.error());
            *into = *part;
        }
        return {};
    }

    Parsed<void> day_of_year(RuleDay& day) {
        const bool without_29th = take('J');
        day.kind = without_29th ? RuleDay::Kind::without_29th : RuleDay::Kind::with_29th;
        const auto part = number(without_29th ? 1 : 0, 365);
        if (!part) return tl::unexpected(part.error());
        day.day = *part;
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::int64_t seconds_of(date::sys_days day) {
    return std::chrono::seconds(day.time_since_epoch()).count();
}

int year_of(std::int64_t at_s) {
    const auto day = date::floor<date::days>(date::sys_seconds{std::chrono::seconds{at_s}});
    return static_cast<int>(date::year_month_day{day}.year());
}

// Beyond these years, which the date library can count, it is winter for ever.
constexpr std::int64_t kFirst = -1'000'000'000'000;
constexpr std::int64_t kLast = 1'000'000'000'000;

}  // namespace

std::int64_t RuleDay::in_year(int year) const {
    const date::year y{year};
    if (kind == Kind::weekday) {
        const auto m = y / date::month{static_cast<unsigned>(month)};
        const date::weekday wd{static_cast<unsigned>(day)};
        const auto date =
            week == 5 ? date::sys_days(m / wd[date::last]) : date::sys_days(m / wd[static_cast<unsigned>(week)]);
        return seconds_of(date) + time_s;
    }
    std::int64_t days = day;
    if (kind == Kind::without_29th) days = day - 1 + (y.is_leap() && day >= 60 ? 1 : 0);
    return seconds_of(y / date::January / 1) + days * kDay + time_s;
}

tl::expected<PosixRule, std::string> PosixRule::parse(std::string_view text) {
    Reader reader(text);
    PosixRule rule;
    if (auto name = reader.name(); !name) return tl::unexpected(name.error());
    const auto west = reader.time(kMostOffsetHours);
    if (!west) return tl::unexpected(west.error());
    rule.offset_s_ = -*west;
    if (reader.at_end()) return rule;

    Summer summer;
    if (auto name = reader.name(); !name) return tl::unexpected(name.error());
    summer.offset_s = rule.offset_s_ + kHour;
    if (!reader.next_is(',')) {
        const auto offset = reader.time(kMostOffsetHours);
        if (!offset) return tl::unexpected(offset.error());
        summer.offset_s = -*offset;
    }
    for (RuleDay* day : {&summer.begins, &summer.ends}) {
        if (!reader.take(',')) return reader.expected("\",\"");
        const auto read = reader.day();
        if (!read) return tl::unexpected(read.error());
        *day = *read;
    }
    if (!reader.at_end()) return reader.expected("the end");
    rule.summer_ = summer;
    return rule;
}

Stretch PosixRule::at(std::int64_t at_s) const {
    if (!summer_) return {kEver, kAlways, offset_s_};
    if (at_s < kFirst) return {kEver, kFirst, offset_s_};
    if (at_s >= kLast) return {kLast, kAlways, offset_s_};
    // The changes of three years in order: those of one year end it, or begin it, wherever on Earth one is.
    struct Change {
        std::int64_t at_s;
        std::int64_t offset_s;
    };
    std::array<Change, 6> changes{};
    int year = year_of(at_s) - 1;
    for (std::size_t first = 0; first < changes.size(); first += 2, ++year) {
        changes.at(first) = {summer_->begins.in_year(year) - offset_s_, summer_->offset_s};
        changes.at(first + 1) = {summer_->ends.in_year(year) - summer_->offset_s, offset_s_};
        if (changes.at(first + 1).at_s < changes.at(first).at_s) std::swap(changes.at(first), changes.at(first + 1));
    }
    // Where summer ends as the next one begins, the later in the list counts: it is summer all year.
    const auto next = std::ranges::find_if(changes, [&](const Change& change) { return change.at_s > at_s; });
    if (next == changes.begin() || next == changes.end()) return {kEver, kAlways, offset_s_};
    return {std::prev(next)->at_s, next->at_s, std::prev(next)->offset_s};
}

}  // namespace ventanilla::zones
