// The calendar against a model that asks about every single minute, on random hours in zones with and without
// clock changes.

#include <iostream>
#include <vector>

#include <gtest/gtest.h>

#include "unit/tickets/calendar_model.hpp"

namespace ventanilla::tickets {
namespace {

using namespace testing;

constexpr unsigned seed = 20261123;
constexpr int rounds = 150;

void compare(const Calendar& calendar, const Model& model, Dice& dice) {
    for (int i = 0; i < 20; ++i) {
        const std::int64_t index = dice.roll(0, window_min - 1);
        const std::int64_t now = model.instant(index);
        ASSERT_EQ(calendar.is_open(now), model.open(index));
        if (const auto opening = model.find(index, true); opening < window_min) {
            ASSERT_EQ(calendar.next_opening(now), model.instant(opening));
        }
        if (const auto change = model.find(index, !model.open(index)); change < window_min) {
            ASSERT_EQ(calendar.next_change(now), model.instant(change));
        }

        const std::int64_t minutes = dice.roll(1, 3000);
        if (const auto due = model.due(index, minutes); due <= window_min) {
            const auto found = calendar.add_business_time(now, minutes * minute);
            ASSERT_TRUE(found);
            ASSERT_EQ(found->due_ms, model.instant(due));
            ASSERT_EQ(calendar.business_time_between(now, found->due_ms), minutes * minute);
            for (std::size_t j = 1; j < found->used.size(); ++j)
                ASSERT_LT(found->used[j - 1].to_ms, found->used[j].from_ms);
        }
    }
}

TEST(CalendarProperty, agrees_with_every_minute) {
    std::cout << "seed " << seed << '\n';
    Dice dice(seed);
    for (int round = 0; round < rounds; ++round) {
        const std::string zone = random_zone(dice);
        const std::string start = random_start(dice);
        SCOPED_TRACE(::testing::Message() << "round " << round << ", " << zone << ", " << start);
        const Hours hours = random_hours(dice);
        const Model model(hours, zone, at(start, "UTC"));
        compare(make(hours, zone), model, dice);
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace ventanilla::tickets
