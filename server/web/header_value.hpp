#pragma once
// Header fields with parameters, as forms and downloads use them: `form-data; name="file"; filename*=UTF-8''a%20b`.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "web/http.hpp"

namespace ventanilla::web {

/// A line "Name: value" without its line end: the name in lower case, the value trimmed. Nothing if it is none.
std::optional<std::pair<std::string, std::string_view>> split_field(std::string_view line);

struct HeaderValue {
    std::string value;  ///< before the first semicolon, in lower case
    Pairs parameters;   ///< names in lower case, values without quotes
};
/// Nothing if it is malformed or a parameter stands twice.
std::optional<HeaderValue> parse_header_value(std::string_view text);

/// What browsers write for a quote and line ends in the names of a form: %22, %0D and %0A, and nothing else.
std::string form_escapes(std::string_view text);

/// The value of a parameter like `filename*` (RFC 8187) in UTF-8; nothing for another charset or malformed escapes.
std::optional<std::string> decode_extended(std::string_view text);

/// A Content-Disposition that has `name` saved, never shown (RFC 6266): an ASCII form for old clients, then the whole.
std::string attachment_named(std::string_view name);

}  // namespace ventanilla::web
