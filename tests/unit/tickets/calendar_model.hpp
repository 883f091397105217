#pragma once
// The naive model that the calendar and the clocks are compared with: it asks about every single minute, on random hours
// in zones with and without clock changes.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "unit/tickets/calendar_support.hpp"

namespace ventanilla::tickets::testing {

constexpr std::int64_t window_min = 21 * 24 * 60;

/// Whether each minute of a window is open, straight from the definition in protocol.md 3.4.
class Model {
public:
    Model(const Hours& hours, const std::string& zone, std::int64_t from_ms) : from_ms_(from_ms) {
        const auto* tz = date::locate_zone(zone);
        for (std::int64_t i = 0; i < window_min; ++i) {
            const date::sys_time<std::chrono::minutes> instant{std::chrono::minutes{from_ms / minute + i}};
            const auto local = tz->to_local(instant);
            const auto day = date::floor<date::days>(local);
            const date::year_month_day ymd{day};
            const Date date{static_cast<int>(ymd.year()), static_cast<int>(unsigned(ymd.month())),
                            static_cast<int>(unsigned(ymd.day()))};
            const auto time = std::chrono::duration_cast<std::chrono::minutes>(local - day).count();
            const auto& intervals = hours.week[date::weekday{day}.iso_encoding() - 1];
            open_.push_back(!is_holiday(hours, date) &&
                            std::ranges::any_of(intervals, [time](const Interval& interval) {
                                return interval.from_min <= time && time < interval.to_min;
                            }));
        }
    }

    bool open(std::int64_t index) const { return open_[static_cast<std::size_t>(index)]; }
    std::int64_t instant(std::int64_t index) const { return from_ms_ + index * minute; }

    /// The first minute from `index` on that is `wanted`; window_min if there is none.
    std::int64_t find(std::int64_t index, bool wanted) const {
        while (index < window_min && open(index) != wanted) ++index;
        return index;
    }

    /// The minute after which `minutes` open ones have passed since `index`; window_min + 1 if the window is too short.
    std::int64_t due(std::int64_t index, std::int64_t minutes) const {
        for (; minutes > 0 && index < window_min; ++index)
            if (open(index)) --minutes;
        return minutes == 0 ? index : window_min + 1;
    }

private:
    std::int64_t from_ms_;
    std::vector<bool> open_;
};

class Dice {
public:
    explicit Dice(unsigned start) : engine_(start) {}
    std::int64_t roll(std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(engine_);
    }
    bool chance(int percent) { return roll(1, 100) <= percent; }

private:
    std::mt19937 engine_;
};

inline Hours random_hours(Dice& dice) {
    Hours hours;
    for (auto& day : hours.week) {
        if (dice.chance(25)) continue;
        std::vector<int> cuts = {0, 1440};
        for (int i = 0; i < 4; ++i) cuts.push_back(static_cast<int>(dice.roll(0, 96)) * 15);
        std::ranges::sort(cuts);
        cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
        for (std::size_t i = dice.chance(50) ? 0 : 1; i + 1 < cuts.size(); i += dice.chance(30) ? 1 : 2)
            day.push_back({cuts[i], cuts[i + 1]});
    }
    hours.mx_lft = dice.chance(50);
    if (dice.chance(50))
        hours.holidays = {{2026, 3, static_cast<int>(dice.roll(1, 28))},
                          {2026, 11, static_cast<int>(dice.roll(1, 28))}};
    return hours;
}

template <std::size_t N>
std::string pick(Dice& dice, const std::array<const char*, N>& all) {
    return all[static_cast<std::size_t>(dice.roll(0, std::ssize(all) - 1))];
}

inline std::string random_zone(Dice& dice) {
    return pick<6>(dice, {"America/Mexico_City", "America/Tijuana", "Europe/Madrid", "Australia/Lord_Howe",
                          "Asia/Kathmandu", "America/Santiago"});
}

/// The start of a window, in UTC: around the changes of the clocks in spring and autumn, and one without any.
inline std::string random_start(Dice& dice) {
    return pick<6>(dice, {"2026-03-01 00:00", "2026-03-20 00:00", "2026-04-01 00:00", "2026-07-01 00:00",
                          "2026-09-01 00:00", "2026-10-20 00:00"});
}

}  // namespace ventanilla::tickets::testing
