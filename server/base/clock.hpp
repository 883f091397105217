#pragma once
// The clocks of this machine.

#include <chrono>
#include <cstdint>

namespace ventanilla {

/// Ms since the Unix epoch. May jump.
inline std::int64_t wall_clock_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// Ms since some fixed moment; never falls. For limits and patience.
inline std::int64_t steady_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace ventanilla
