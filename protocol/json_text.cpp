#include "protocol/json_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>

#include <nlohmann/json.hpp>

#include "protocol/text.hpp"

namespace ventanilla::protocol {

namespace {

constexpr std::string_view hex = "0123456789abcdef";

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\t': out += "\\t"; return;
        case '\n': out += "\\n"; return;
        case '\f': out += "\\f"; return;
        case '\r': out += "\\r"; return;
        default:
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4U];
            out += hex[static_cast<unsigned char>(c) & 0xFU];
    }
}

constexpr bool needs_escape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    if (!is_utf8(text)) {
        // Rare enough (a foreign store, a broken disk) that the replacing is left to the library.
        out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        return;
    }
    out += '"';
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (needs_escape(text[i])) {
            out += text.substr(copied, i - copied);
            append_escape(out, text[i]);
            copied = i + 1;
        }
    }
    out += text.substr(copied);
    out += '"';
}

void append_json_int(std::string& out, std::int64_t value) {
    std::array<char, 20> digits{};  // "-9223372036854775808"
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

}  // namespace ventanilla::protocol
