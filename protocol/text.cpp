#include "protocol/text.hpp"

#include <cstring>

namespace ventanilla::protocol {

namespace {

constexpr std::uint32_t replacement = 0xFFFD;

constexpr bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Length of the sequence that `lead` begins, 0 if it begins none.
constexpr std::size_t sequence_length(unsigned char lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

// The white space of JavaScript's trim(): WhiteSpace and LineTerminator of ECMA-262.
constexpr bool is_space(std::uint32_t c) noexcept {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// How many bytes at the front are ASCII, by whole words of eight: most text is, or has long stretches of it.
std::size_t ascii_words(std::string_view text) noexcept {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & high_bits) != 0) break;
    }
    return at;
}

}  // namespace

std::uint32_t next_code_point(std::string_view& text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = sequence_length(lead);
    if (length == 0 || length > text.size()) {
        text.remove_prefix(1);
        return replacement;
    }
    if (length == 1) {
        text.remove_prefix(1);
        return lead;
    }
    std::uint32_t point = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i])) {
            text.remove_prefix(1);
            return replacement;
        }
        point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (overlong || (point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF) {
        text.remove_prefix(1);
        return replacement;
    }
    text.remove_prefix(length);
    return point;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        text.remove_prefix(ascii_words(text));
        if (text.empty()) break;
        const std::size_t before = text.size();
        // A real U+FFFD takes three bytes; one taken for a broken byte takes one.
        if (next_code_point(text) == replacement && before - text.size() == 1) {
            return false;
        }
    }
    return true;
}

std::size_t code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text) {
        count += is_continuation(c) ? 0U : 1U;
    }
    return count;
}

std::string_view cut(std::string_view text, std::size_t most) noexcept {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_continuation(text[i])) {
            continue;
        }
        if (count == most) {
            return text.substr(0, i);
        }
        ++count;
    }
    return text;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty()) {
        std::string_view rest = text;
        if (!is_space(next_code_point(rest))) {
            break;
        }
        text = rest;
    }
    // From the end, one whole code point at a time.
    while (!text.empty()) {
        std::size_t start = text.size() - 1;
        while (start > 0 && is_continuation(text[start])) {
            --start;
        }
        std::string_view last = text.substr(start);
        if (!is_space(next_code_point(last)) || !last.empty()) {
            break;
        }
        text.remove_suffix(text.size() - start);
    }
    return text;
}

bool is_blank(std::string_view text) noexcept {
    return trim(text).empty();
}

bool is_one_line(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::uint32_t c = next_code_point(text);
        if ((c >= 0x0A && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029) {
            return false;
        }
    }
    return true;
}

}  // namespace ventanilla::protocol
