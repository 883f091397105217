#include "loadtest/measure/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace ventanilla::load {

std::uint64_t Histogram::upper_end(std::size_t index) noexcept {
    const auto shift = index < 2 * steps ? 0 : index / steps - 1;
    return ((index - shift * steps + 1) << shift) - 1;
}

void Histogram::merge(const Histogram& other) noexcept {
    for (std::size_t i = 0; i < size; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
}

double Histogram::mean() const noexcept {
    return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::at(double quantile) const noexcept {
    if (count_ == 0) return 0;
    const auto wanted = std::clamp<std::uint64_t>(
        static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(count_))), 1, count_);
    std::uint64_t passed = 0;
    for (std::size_t i = 0; i < size; ++i) {
        passed += counts_[i];
        // The last step also holds what is longer than it can tell.
        if (passed >= wanted) return i + 1 == size ? max_ : std::min(upper_end(i), max_);
    }
    return max_;
}

}  // namespace ventanilla::load
