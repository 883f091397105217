#include "loadtest/measure/pacer.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ventanilla::load {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

std::vector<std::uint64_t> all_until(Pacer& pacer, std::uint64_t end) {
    std::vector<std::uint64_t> times;
    while (const auto time = pacer.take(end)) times.push_back(*time);
    return times;
}

TEST(LoadPacer, NothingIsDueBeforeItsTime) {
    Pacer pacer(1000, Arrivals::even, 1, 5 * second);
    EXPECT_FALSE(pacer.take(5 * second));
    EXPECT_EQ(pacer.next(), 5 * second + 1'000'000);
    EXPECT_FALSE(pacer.take(pacer.next() - 1));
    EXPECT_TRUE(pacer.take(pacer.next()));
}

// Coordinated omission is avoided by this: a caller who was stuck for a second gets all the times of that second.
TEST(LoadPacer, WhoIsLateGetsEveryTimeThatWasMissed) {
    Pacer pacer(1000, Arrivals::even, 1, 0);
    const auto times = all_until(pacer, second);
    ASSERT_EQ(times.size(), 1000U);
    for (std::size_t i = 0; i < times.size(); ++i)
        ASSERT_NEAR(static_cast<double>(times[i]), static_cast<double>(i + 1) * 1e6, 1.0);
}

TEST(LoadPacer, ARateThatDoesNotDivideASecondDoesNotDrift) {
    Pacer pacer(70'001, Arrivals::even, 1, 0);
    EXPECT_NEAR(static_cast<double>(all_until(pacer, 100 * second).size()), 7'000'100.0, 1.0);
}

TEST(LoadPacer, PoissonHasItsMeanAndItsSpread) {
    Pacer pacer(1000, Arrivals::poisson, 42, 0);
    const auto times = all_until(pacer, 100 * second);
    const auto count = static_cast<double>(times.size());
    EXPECT_NEAR(count, 100'000.0, 5 * std::sqrt(100'000.0));
    double squares = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
        const auto gap = static_cast<double>(times[i] - times[i - 1]) / 1e6 - 1.0;
        squares += gap * gap;
    }
    EXPECT_NEAR(std::sqrt(squares / count), 1.0, 0.02);  // of an exponential distribution: as large as its mean
}

TEST(LoadPacer, TheSameSeedGivesTheSameTimes) {
    Pacer one(500, Arrivals::poisson, 3, 0);
    Pacer two(500, Arrivals::poisson, 3, 0);
    Pacer other(500, Arrivals::poisson, 4, 0);
    const auto times = all_until(one, second);
    EXPECT_EQ(times, all_until(two, second));
    EXPECT_NE(times, all_until(other, second));
}

}  // namespace
}  // namespace ventanilla::load
