#pragma once
// A log-linear histogram of durations: 128 steps per power of two, so that a value is told to within 0.8 %.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ventanilla::load {

/// Counts nanoseconds from 0 to 18 minutes; longer ones are counted as 18 minutes (`max()` keeps the true value). Plain
/// memory without pointers: it may lie in a shared mapping, and recording allocates nothing.
class Histogram {
public:
    void record(std::uint64_t ns) noexcept {
        ++counts_[index_of(ns)];
        ++count_;
        sum_ += ns;
        if (ns > max_) max_ = ns;
    }

    /// Adds what `other` counted.
    void merge(const Histogram& other) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// In nanoseconds; 0 if nothing was recorded.
    [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
    [[nodiscard]] double mean() const noexcept;
    /// The smallest value (ns) that at least the share `quantile` (0 to 1) of what was recorded does not exceed, as the
    /// upper end of its step; 0 if nothing was recorded.
    [[nodiscard]] std::uint64_t at(double quantile) const noexcept;

private:
    static constexpr unsigned step_bits = 7;
    static constexpr std::uint64_t steps = 1U << step_bits;
    static constexpr unsigned value_bits = 40;
    static constexpr std::uint64_t largest = (std::uint64_t{1} << value_bits) - 1;
    static constexpr std::size_t size = (value_bits - step_bits + 1) * steps;

    static std::size_t index_of(std::uint64_t ns) noexcept {
        const auto value = ns > largest ? largest : ns;
        const auto width = static_cast<unsigned>(std::bit_width(value | (steps - 1)));
        const auto shift = width - (value < steps ? step_bits : step_bits + 1);
        return static_cast<std::size_t>(shift * steps + (value >> shift));
    }
    static std::uint64_t upper_end(std::size_t index) noexcept;

    std::array<std::uint64_t, size> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace ventanilla::load
