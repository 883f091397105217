#pragma once
// Percent-escapes, UTF-8, and the small words of header fields.

#include <optional>
#include <string>
#include <string_view>

#include "web/http.hpp"

namespace ventanilla::web {

enum class Plus : bool { is_plus, is_space };

/// `text` with its percent-escapes decoded; nothing if one is malformed.
std::optional<std::string> decode_percent(std::string_view text, Plus plus);

/// A query string or a form body (application/x-www-form-urlencoded): names and values, decoded. Nothing if an escape is
/// malformed or a name or value is not text.
std::optional<Pairs> decode_form(std::string_view text);

/// Well-formed UTF-8 (no surrogates, nothing beyond U+10FFFF, no overlong form).
bool is_utf8(std::string_view text) noexcept;

/// Well-formed UTF-8 without control characters (C0 and DEL).
bool is_text(std::string_view text) noexcept;

/// An ASCII letter or digit, whatever the locale.
bool is_alnum(char c) noexcept;

/// A token of RFC 9110: the name of a method, a header field or a parameter.
bool is_token(std::string_view text) noexcept;

/// `text` without blanks and tabs at both ends.
std::string_view trim_blanks(std::string_view text) noexcept;

}  // namespace ventanilla::web
