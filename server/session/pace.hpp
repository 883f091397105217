#pragma once
// How often somebody may do something. No I/O; the clock is an argument.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace ventanilla::session {

/// A token bucket: `rate` a second on average, `burst` at once. Times are steady ms.
class Bucket {
public:
    Bucket(double rate, double burst, std::int64_t now_ms)
        : rate_(rate), burst_(burst), level_(burst), at_ms_(now_ms) {}

    /// Takes one if there is one.
    bool take(std::int64_t now_ms) {
        fill(now_ms);
        if (level_ < 1.0) return false;
        level_ -= 1.0;
        return true;
    }

    /// Gives one back: what was taken did not count.
    void give_back() { level_ = std::min(level_ + 1.0, burst_); }

    /// Until `take` succeeds again; at least 1.
    std::int64_t wait_ms() const {
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil((1.0 - level_) * 1000.0 / rate_)));
    }

    bool full(std::int64_t now_ms) const { return level_at(now_ms) >= burst_; }

private:
    double level_at(std::int64_t now_ms) const {
        const auto passed = static_cast<double>(std::max<std::int64_t>(0, now_ms - at_ms_));
        return std::min(burst_, level_ + passed * rate_ / 1000.0);
    }

    void fill(std::int64_t now_ms) {
        level_ = level_at(now_ms);
        at_ms_ = std::max(at_ms_, now_ms);
    }

    double rate_;
    double burst_;
    double level_;
    std::int64_t at_ms_;
};

/// One bucket for each sender, over all connections of one. Those that are full again are forgotten.
class Pace {
public:
    Pace(double per_second, double burst) : rate_(per_second), burst_(burst) {}

    Bucket& of(const std::string& sender, std::int64_t now_ms) {
        if (buckets_.size() >= forget_at_) {
            std::erase_if(buckets_, [&](const auto& item) { return item.second.full(now_ms); });
            forget_at_ = std::max<std::size_t>(1024, buckets_.size() * 2);
        }
        return buckets_.try_emplace(sender, rate_, burst_, now_ms).first->second;
    }

private:
    double rate_;
    double burst_;
    std::size_t forget_at_ = 1024;
    std::unordered_map<std::string, Bucket> buckets_;
};

/// Counts refusals in a window: beyond `limit` within `window_ms` it is abuse.
class RefusalCount {
public:
    /// Counts one; true once there are too many.
    bool add(std::int64_t now_ms, std::int64_t limit, std::int64_t window_ms) {
        if (now_ms - since_ms_ > window_ms) {
            since_ms_ = now_ms;
            count_ = 0;
        }
        return ++count_ >= limit;
    }

private:
    std::int64_t since_ms_ = 0;
    std::int64_t count_ = 0;
};

}  // namespace ventanilla::session
