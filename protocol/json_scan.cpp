#include "protocol/json_scan.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>

#include "protocol/limits.hpp"

namespace ventanilla::protocol {

namespace {

constexpr std::size_t escape_length = 6;  // \uXXXX

// The value of the \uXXXX at `at`, nothing if there is none.
std::optional<std::uint32_t> unicode_escape(std::string_view text, std::size_t at) {
    if (at + escape_length > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
        return std::nullopt;
    }
    std::uint32_t value = 0;
    const char* const begin = text.data() + at + 2;
    const char* const end = begin + 4;
    const auto [stop, failed] = std::from_chars(begin, end, value, 16);
    if (failed != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return value;
}

constexpr bool is_high_surrogate(std::uint32_t c) noexcept {
    return c >= 0xD800 && c <= 0xDBFF;
}
constexpr bool is_low_surrogate(std::uint32_t c) noexcept {
    return c >= 0xDC00 && c <= 0xDFFF;
}

// Walks one string; knows nothing of the grammar around it.
class StringScanner {
public:
    StringScanner(std::string_view text, Scanned& found) : text_(text), found_(found) {}

    // `at` is behind the opening quote; returns the place behind the closing one, or the end of the text.
    std::size_t skip(std::size_t at) {
        while (at < text_.size() && text_[at] != '"') {
            at = text_[at] == '\\' ? skip_escape(at) : at + 1;
        }
        return at + 1;
    }

private:
    std::size_t skip_escape(std::size_t at) {
        const auto value = unicode_escape(text_, at);
        if (!value) {
            return at + 2;
        }
        const std::size_t next = at + escape_length;
        if (is_high_surrogate(*value)) {
            const auto low = unicode_escape(text_, next);
            if (low && is_low_surrogate(*low)) {
                return next + escape_length;
            }
        }
        if (is_high_surrogate(*value) || is_low_surrogate(*value)) {
            repair(at);
        } else if (*value == 0) {
            found_.has_nul = true;
        }
        return next;
    }

    void repair(std::size_t at) {
        if (!found_.repaired) {
            found_.repaired = std::string(text_);
        }
        found_.repaired->replace(at, escape_length, "\\u0000");
        found_.has_nul = true;
    }

    std::string_view text_;
    Scanned& found_;
};

}  // namespace

std::optional<Scanned> scan_json(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark) || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    Scanned found;
    StringScanner strings(text, found);
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        if (c == '"') {
            at = strings.skip(at);
        } else if (c == '{' || c == '[') {
            if (++depth > limits::nesting) {
                return std::nullopt;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return found;
}

}  // namespace ventanilla::protocol
