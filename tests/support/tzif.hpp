#pragma once
// TZif files (RFC 8536) for tests: a zone that follows a rule from the first instant on.

#include <cstdint>
#include <string>
#include <string_view>

namespace ventanilla::test {

inline std::string big_endian(std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
    return out;
}

/// The header of a block with one type, one character and nothing else, and the block.
inline std::string tzif_block() {
    std::string out = "TZif2" + std::string(15, '\0');
    for (const std::uint32_t count : {0U, 0U, 0U, 0U, 1U, 1U}) out += big_endian(count);
    return out + std::string(6, '\0') + '\0';
}

/// `rule` is a TZ string: "XXX6".
inline std::string tzif_with_rule(std::string_view rule) {
    return tzif_block() + tzif_block() + "\n" + std::string(rule) + "\n";
}

}  // namespace ventanilla::test
