// A ticket's number as people read and type it.

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "tickets/sla.hpp"

namespace ventanilla::tickets {

std::string number_text(std::int64_t number) {
    return fmt::format("T-{:06}", number);
}

std::optional<std::int64_t> number_from(std::string_view text) {
    if (!text.starts_with("T-") && !text.starts_with("t-")) return std::nullopt;
    const std::string_view digits = text.substr(2);
    // Digits only: from_chars would take a sign.
    if (!std::ranges::all_of(digits, [](char sign) { return sign >= '0' && sign <= '9'; })) return std::nullopt;
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || number == 0) return std::nullopt;
    return number;
}

}  // namespace ventanilla::tickets
