#pragma once

#include <cstdint>
#include <ctime>

namespace ventanilla::load {

/// The steady clock, the same in every process of a machine; nanoseconds.
inline std::uint64_t now_ns() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

inline constexpr std::uint64_t second_ns = 1'000'000'000U;
inline constexpr std::uint64_t ms_ns = 1'000'000U;

}  // namespace ventanilla::load
