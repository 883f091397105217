#include "web/escape.hpp"

#include <algorithm>
#include <cstdint>

namespace ventanilla::web {
namespace {

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Bytes that follow `lead` in a UTF-8 sequence; -1 if none can begin so.
int following(std::uint8_t lead) noexcept {
    if (lead < 0x80) return 0;
    if (lead >= 0xc2 && lead < 0xe0) return 1;
    if (lead >= 0xe0 && lead < 0xf0) return 2;
    if (lead >= 0xf0 && lead < 0xf5) return 3;
    return -1;
}

}  // namespace

std::optional<std::string> decode_percent(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%') {
            if (text.size() - at < 3) return std::nullopt;
            const int high = hex_value(text[at + 1]);
            const int low = hex_value(text[at + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            at += 2;
        } else {
            out.push_back(text[at] == '+' && plus == Plus::is_space ? ' ' : text[at]);
        }
    }
    return out;
}

std::optional<Pairs> decode_form(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (part.empty()) continue;
        const auto equals = std::min(part.find('='), part.size());
        auto name = decode_percent(part.substr(0, equals), Plus::is_space);
        auto value = decode_percent(part.substr(std::min(equals + 1, part.size())), Plus::is_space);
        // Forms send line breaks in texts, so only U+0000 is refused in values.
        if (!name || !value || !is_text(*name) || !is_utf8(*value)) return std::nullopt;
        if (value->find('\0') != std::string::npos) return std::nullopt;
        pairs.emplace_back(*std::move(name), *std::move(value));
    }
    return pairs;
}

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[at]);
        const int more = following(lead);
        if (more < 0 || text.size() - at <= static_cast<std::size_t>(more)) return false;
        for (int i = 1; i <= more; ++i) {
            const auto next = static_cast<std::uint8_t>(text[at + static_cast<std::size_t>(i)]);
            if ((next & 0xc0) != 0x80) return false;
            if (i > 1) continue;
            if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f)) return false;
            if ((lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next > 0x8f)) return false;
        }
        at += static_cast<std::size_t>(more) + 1;
    }
    return true;
}

bool is_text(std::string_view text) noexcept {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

bool is_alnum(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token(std::string_view text) noexcept {
    const auto fits = [](char c) {
        return is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

std::string_view trim_blanks(std::string_view text) noexcept {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace ventanilla::web
