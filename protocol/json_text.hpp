#pragma once
// JSON written straight into a string, for the frames that are made thousands of times a second.

#include <cstdint>
#include <string>
#include <string_view>

namespace ventanilla::protocol {

/// Appends `text` to `out` as a JSON string with its quotes. Spelled as nlohmann's dump() does with
/// error_handler_t::replace: bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Appends a decimal number.
void append_json_int(std::string& out, std::int64_t value);

}  // namespace ventanilla::protocol
