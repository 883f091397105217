#include "protocol/email.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "protocol/limits.hpp"
#include "protocol/text.hpp"

namespace ventanilla::protocol {

namespace {

constexpr std::size_t local_bytes = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::size_t label_bytes = 63;  // RFC 1035, 2.3.4

constexpr bool is_digit(std::uint32_t c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr bool is_ascii_alnum(std::uint32_t c) noexcept {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Beyond ASCII anything that is seen: no C1 controls, no spaces, nothing that is invisible or turns the writing
// direction, for such an address would be read as another one.
constexpr bool is_seen_beyond_ascii(std::uint32_t c) noexcept {
    return c > 0xA0 && c != 0xAD && c != 0x061C && c != 0x1680 && c != 0x180E && !(c >= 0x2000 && c <= 0x200F) &&
           !(c >= 0x2028 && c <= 0x202F) && !(c >= 0x205F && c <= 0x206F) && c != 0x3000 && c != 0xFEFF &&
           !(c >= 0xFFF0 && c <= 0xFFFF) && !(c >= 0xE0000 && c <= 0xE0FFF);
}

constexpr bool is_atext(std::uint32_t c) noexcept {
    constexpr std::string_view signs = "!#$%&'*+/=?^_`{|}~-";
    return is_ascii_alnum(c) || is_seen_beyond_ascii(c) ||
           (c < 0x80 && signs.find(static_cast<char>(c)) != std::string_view::npos);
}

template <typename Predicate>
bool all_code_points(std::string_view text, Predicate good) {
    while (!text.empty()) {
        if (!good(next_code_point(text))) {
            return false;
        }
    }
    return true;
}

bool is_local_part(std::string_view local) {
    if (local.empty() || local.size() > local_bytes || local.front() == '.' || local.back() == '.' ||
        local.find("..") != std::string_view::npos) {
        return false;
    }
    return all_code_points(local, [](std::uint32_t c) { return c == '.' || is_atext(c); });
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > label_bytes || label.front() == '-' || label.back() == '-') {
        return false;
    }
    return all_code_points(label,
                           [](std::uint32_t c) { return is_ascii_alnum(c) || c == '-' || is_seen_beyond_ascii(c); });
}

bool is_dotted_domain(std::string_view domain) {
    const std::size_t last_dot = domain.rfind('.');
    if (last_dot == std::string_view::npos) {
        return false;
    }
    // An IPv4 address has dots as well, but is no domain.
    const std::string_view top = domain.substr(last_dot + 1);
    if (std::all_of(top.begin(), top.end(), [](char c) { return is_digit(static_cast<unsigned char>(c)); })) {
        return false;
    }
    while (true) {
        const std::size_t dot = domain.find('.');
        if (!is_label(domain.substr(0, dot))) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return true;
        }
        domain.remove_prefix(dot + 1);
    }
}

}  // namespace

std::optional<std::string> parse_email(std::string_view text) {
    const std::string_view address = trim(text);
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || code_points(address) > limits::email) {
        return std::nullopt;
    }
    if (!is_local_part(address.substr(0, at)) || !is_dotted_domain(address.substr(at + 1))) {
        return std::nullopt;
    }
    return std::string(address);
}

}  // namespace ventanilla::protocol
