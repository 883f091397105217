#include "web/header_value.hpp"

#include <algorithm>

#include "web/escape.hpp"
#include "web/request_check.hpp"

namespace ventanilla::web {
namespace {

/// Takes a quoted string from the front of `rest`, which begins with a quote. A backslash escapes quotes and itself only:
/// old browsers send whole Windows paths.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string out;
    for (std::size_t at = 1; at < rest.size(); ++at) {
        if (rest[at] == '"') {
            rest.remove_prefix(at + 1);
            return out;
        }
        const bool escapes = rest[at] == '\\' && at + 1 < rest.size() && (rest[at + 1] == '"' || rest[at + 1] == '\\');
        if (escapes) ++at;
        out += rest[at];
    }
    return std::nullopt;
}

/// Takes ` name=value` from the front of `rest`, up to the next semicolon.
std::optional<std::pair<std::string, std::string>> take_parameter(std::string_view& rest) {
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = trim_blanks(rest.substr(0, equals));
    if (!is_token(name)) return std::nullopt;
    rest.remove_prefix(equals + 1);
    std::string value;
    if (rest.starts_with('"')) {
        auto quoted = take_quoted(rest);
        if (!quoted) return std::nullopt;
        value = std::move(*quoted);
        const auto gap = trim_blanks(rest.substr(0, std::min(rest.find(';'), rest.size())));
        if (!gap.empty()) return std::nullopt;
    } else {
        value = trim_blanks(rest.substr(0, std::min(rest.find(';'), rest.size())));
        if (value.empty() || value.find('"') != std::string::npos) return std::nullopt;
    }
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    return std::pair(lower(name), std::move(value));
}

}  // namespace

std::optional<std::pair<std::string, std::string_view>> split_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
    if (line.find('\0') != std::string_view::npos) return std::nullopt;
    return std::pair(lower(line.substr(0, colon)), trim_blanks(line.substr(colon + 1)));
}

std::optional<HeaderValue> parse_header_value(std::string_view text) {
    HeaderValue parsed;
    const auto end = std::min(text.find(';'), text.size());
    parsed.value = lower(trim_blanks(text.substr(0, end)));
    if (parsed.value.empty()) return std::nullopt;
    text.remove_prefix(end);
    while (!text.empty()) {
        text.remove_prefix(1);  // the semicolon
        if (trim_blanks(text).empty()) break;
        auto parameter = take_parameter(text);
        if (!parameter || find(parsed.parameters, parameter->first)) return std::nullopt;
        parsed.parameters.push_back(std::move(*parameter));
    }
    return parsed;
}

std::string form_escapes(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto code = lower(text.substr(0, 3));
        const char meant = code == "%22" ? '"' : code == "%0d" ? '\r' : code == "%0a" ? '\n' : '\0';
        out += meant == '\0' ? text.front() : meant;
        text.remove_prefix(meant == '\0' ? 1 : 3);
    }
    return out;
}

std::optional<std::string> decode_extended(std::string_view text) {
    const auto first = text.find('\'');
    const auto second = first == std::string_view::npos ? first : text.find('\'', first + 1);
    if (second == std::string_view::npos || lower(text.substr(0, first)) != "utf-8") return std::nullopt;
    auto decoded = decode_percent(text.substr(second + 1), Plus::is_plus);
    if (!decoded || !is_utf8(*decoded) || decoded->find('\0') != std::string::npos) return std::nullopt;
    return decoded;
}

std::string attachment_named(std::string_view name) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string plain;
    std::string extended;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        // Some clients decode percent signs in the plain form, some end it at a quote or backslash.
        const bool harmless = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '%';
        const bool continues = (byte & 0xc0) == 0x80;  // one sign stands for a whole character
        if (harmless) {
            plain += c;
        } else if (!continues) {
            plain += '_';
        }
        if (is_alnum(c) || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos) {
            extended += c;
        } else {
            extended += '%';
            extended += digits[byte >> 4U];
            extended += digits[byte & 15U];
        }
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + extended;
}

}  // namespace ventanilla::web
