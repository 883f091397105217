// The clocks against a model that goes through a ticket's life minute by minute.

#include <iostream>
#include <vector>

#include <gtest/gtest.h>

#include "unit/tickets/calendar_model.hpp"
#include "unit/tickets/sla_support.hpp"

namespace ventanilla::tickets {
namespace {

using namespace testing;

constexpr unsigned seed = 20261124;
constexpr int wanted_cases = 10'000;
constexpr int cases_per_calendar = 40;

/// A ticket's life in minutes of a model's window.
struct Life {
    std::int64_t started = 0;
    std::vector<std::pair<std::int64_t, TicketState>> changes;
    std::int64_t first_response = 0;  ///< minutes of the allowances, multiples of six
    std::int64_t resolution = 0;

    TicketState state() const { return changes.empty() ? TicketState::open : changes.back().second; }
    bool open_at(std::int64_t index) const {
        TicketState state = TicketState::open;
        for (const auto& [at, next] : changes) {
            if (at <= index) state = next;
        }
        return state == TicketState::open;
    }
};

Life random_life(Dice& dice) {
    static constexpr std::array states = {TicketState::open, TicketState::pending, TicketState::solved,
                                          TicketState::closed};
    Life life;
    life.started = dice.roll(0, window_min / 2);
    life.first_response = 6 * dice.roll(1, 300);
    life.resolution = 6 * dice.roll(1, 400);
    std::int64_t at = life.started;
    for (std::int64_t left = dice.roll(0, 6); left > 0; --left) {
        at += dice.roll(0, 1500);
        // Open more often than not, so that most have a due time.
        life.changes.emplace_back(at, dice.chance(50) ? TicketState::open
                                                      : states[static_cast<std::size_t>(dice.roll(1, 3))]);
    }
    if (!life.changes.empty() && dice.chance(80)) life.changes.back().second = TicketState::open;
    return life;
}

/// The minute after which `minutes` have passed in which the desk worked and, if `paused`, the ticket was open;
/// window_min + 1 if the window is too short.
std::int64_t due_minute(const Model& model, const Life& life, std::int64_t minutes, bool paused) {
    std::int64_t index = life.started;
    for (; minutes > 0 && index < window_min; ++index) {
        if (model.open(index) && (!paused || life.open_at(index))) --minutes;
    }
    return minutes == 0 ? index : window_min + 1;
}

SlaHistory history_of(const Model& model, const Life& life) {
    SlaHistory history;
    history.started_at = model.instant(life.started);
    for (const auto& [index, state] : life.changes) history.changes.push_back({model.instant(index), state});
    return history;
}

/// Every minute of an explanation was worked and open, and all of them are the allowance.
void expect_explained(const Explanation& explained, const Model& model, const Life& life, std::int64_t minutes,
                      bool paused) {
    ASSERT_EQ(total(explained.used), minutes * minute);
    for (std::size_t i = 0; i < explained.used.size(); ++i) {
        const auto [from, to] = explained.used[i];
        if (i > 0) {
            ASSERT_LT(explained.used[i - 1].to_ms, from);
        }
        for (std::int64_t index = (from - model.instant(0)) / minute; model.instant(index) < to; ++index)
            ASSERT_TRUE(model.open(index) && (!paused || life.open_at(index)));
    }
    ASSERT_EQ(explained.used.back().to_ms, explained.due_at);
}

/// Whether the case could be compared: its due times lie within the window.
bool compare(const Calendar& calendar, const Model& model, const Life& life) {
    const auto first = due_minute(model, life, life.first_response, false);
    const auto resolved = due_minute(model, life, life.resolution, true);
    if (first > window_min || (resolved > window_min && life.state() == TicketState::open)) return false;

    const SlaPolicy policy{calendar, life.first_response * minute, life.resolution * minute, 72 * hour};
    const SlaHistory history = history_of(model, life);
    const Clocks found = clocks(policy, history);
    EXPECT_EQ(found.first_response_due_at, model.instant(first));
    expect_explained(explain_first_response(policy, history), model, life, life.first_response, false);

    const auto ahead = timed_changes(policy, history, {});
    EXPECT_TRUE(std::ranges::is_sorted(ahead, {}, &Timed::at_ms));
    const auto has = [&](std::int64_t index, TimedKind kind) {
        return std::ranges::count(ahead, Timed{model.instant(index), kind}) == 1;
    };
    if (life.state() != TicketState::open) {
        EXPECT_EQ(found.resolution_due_at, std::nullopt);
        return true;
    }
    EXPECT_EQ(found.resolution_due_at, model.instant(resolved));
    expect_explained(explain_resolution(policy, history), model, life, life.resolution, true);
    EXPECT_TRUE(has(due_minute(model, life, life.first_response / 6 * 5, false), TimedKind::warn_first_response));
    EXPECT_TRUE(has(first, TimedKind::miss_first_response));
    EXPECT_TRUE(has(due_minute(model, life, life.resolution / 6 * 5, true), TimedKind::warn_resolution));
    EXPECT_TRUE(has(resolved, TimedKind::miss_resolution));
    EXPECT_EQ(ahead.size(), 4U);
    return true;
}

TEST(SlaProperty, agrees_with_every_minute) {
    std::cout << "seed " << seed << '\n';
    Dice dice(seed);
    int compared = 0;
    for (int round = 0; compared < wanted_cases; ++round) {
        ASSERT_LT(round, wanted_cases) << "too few cases fit into the window";
        const std::string zone = random_zone(dice);
        const std::string start = random_start(dice);
        const Hours hours = random_hours(dice);
        const Model model(hours, zone, at(start, "UTC"));
        const Calendar calendar = make(hours, zone);
        for (int i = 0; i < cases_per_calendar; ++i) {
            SCOPED_TRACE(::testing::Message()
                         << "seed " << seed << ", round " << round << ", case " << i << ", " << zone << ", " << start);
            if (compare(calendar, model, random_life(dice))) ++compared;
            if (HasFailure()) return;
        }
    }
}

}  // namespace
}  // namespace ventanilla::tickets
