#pragma once
// The Mexican tax id (Registro Federal de Contribuyentes). Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::tickets {

enum class RfcKind : std::uint8_t { company, person, general_public, foreigner };

struct Rfc {
    std::string text;  ///< as it is kept: trimmed, upper case, NFC, without blanks or hyphens
    RfcKind kind = RfcKind::person;
    bool check_digit_good = true;  ///< about 1.5 % of real ones fail it: a warning, never a refusal

    bool operator==(const Rfc&) const = default;
};

/// What was typed as an RFC (protocol.md 3.2); nothing if its shape is wrong or its date does not exist. Blanks and
/// hyphens are dropped only between its three parts. The year's century is open: 29 February is good for 00.
std::optional<Rfc> parse_rfc(std::string_view typed);

}  // namespace ventanilla::tickets
