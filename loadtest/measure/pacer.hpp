#pragma once
// When an open loop sends: at times fixed beforehand, whatever the answers do.

#include <cstdint>
#include <optional>
#include <random>

namespace ventanilla::load {

enum class Arrivals : std::uint8_t {
    even,     ///< equal distances
    poisson,  ///< independent of each other, as people are
};

/// The intended times of a load of `per_s` events a second. A caller that is late gets every time that it missed, so
/// that what it measures from them includes its own (and so the server's) delay: no coordinated omission.
class Pacer {
public:
    /// Times are nanoseconds of one steady clock; `per_s` > 0. The same `seed` gives the same times.
    Pacer(double per_s, Arrivals arrivals, std::uint64_t seed, std::uint64_t start_ns);

    /// The next intended time, if it has come; each is given out once.
    std::optional<std::uint64_t> take(std::uint64_t now_ns);
    /// When the next one is due.
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }

private:
    void advance();

    double mean_gap_ns_;
    Arrivals arrivals_;
    std::mt19937_64 random_;
    std::exponential_distribution<double> gap_{1.0};
    // Kept as a real number: at 70,000 a second whole nanoseconds would drift.
    double exact_;
    std::uint64_t next_;
};

}  // namespace ventanilla::load
