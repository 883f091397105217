#include "loadtest/measure/pacer.hpp"

namespace ventanilla::load {

Pacer::Pacer(double per_s, Arrivals arrivals, std::uint64_t seed, std::uint64_t start_ns)
    : mean_gap_ns_(1e9 / per_s),
      arrivals_(arrivals),
      random_(seed),
      exact_(static_cast<double>(start_ns)),
      next_(start_ns) {
    advance();
}

void Pacer::advance() {
    exact_ += mean_gap_ns_ * (arrivals_ == Arrivals::even ? 1.0 : gap_(random_));
    next_ = static_cast<std::uint64_t>(exact_);
}

std::optional<std::uint64_t> Pacer::take(std::uint64_t now_ns) {
    if (next_ > now_ns) return std::nullopt;
    const auto due = next_;
    advance();
    return due;
}

}  // namespace ventanilla::load
