#pragma once
// What there is to know of a zone at an instant. Times are seconds since the Unix epoch, UTC.

#include <cstdint>
#include <limits>

namespace ventanilla::zones {

inline constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::min();

/// [from_s, to_s), in which the zone keeps one offset: local time is UTC plus the offset and runs evenly. Two stretches that
/// touch may have the same offset.
struct Stretch {
    std::int64_t from_s = kEver;
    std::int64_t to_s = kAlways;
    std::int64_t offset_s = 0;

    bool operator==(const Stretch&) const = default;
};

}  // namespace ventanilla::zones
