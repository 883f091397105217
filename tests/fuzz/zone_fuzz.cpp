// Any bytes as the file of a time zone: the reader never crashes, and what it takes answers for every instant.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "zones/zone.hpp"

namespace {

using namespace ventanilla::zones;

void require(bool promise) {
    if (!promise) std::abort();
}

/// Rules are for the years that the date library can count.
bool is_counted(std::int64_t at_s) {
    return std::abs(at_s) < 950'000'000'000;
}

void look(const Zone& zone, std::int64_t at_s) {
    const Stretch stretch = zone.at(at_s);
    require(stretch.from_s <= at_s);
    require(at_s < stretch.to_s || stretch.to_s == kAlways);
    require(std::abs(stretch.offset_s) <= 7 * 86'400);
    // From its beginning to its end it is one and the same.
    if (stretch.from_s != kEver && is_counted(stretch.from_s)) require(zone.at(stretch.from_s) == stretch);
    if (is_counted(stretch.to_s)) require(zone.at(stretch.to_s - 1) == stretch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto zone = Zone::parse({reinterpret_cast<const char*>(data), size});
    if (!zone) return 0;
    constexpr std::array<std::int64_t, 8> instants{kEver,         -900'000'000'000, -1,     0, 1'789'000'000,
                                                   2'200'000'000, 4'000'000'000,    kAlways};
    for (const auto at_s : instants) look(**zone, at_s);
    return 0;
}
