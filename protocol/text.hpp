#pragma once
// Small questions about UTF-8 text. All but `is_utf8` take well-formed UTF-8, as every decoded string is; other bytes
// give a wrong answer, never a read beyond the end.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ventanilla::protocol {

/// Well-formed UTF-8: nothing overlong, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

/// Takes the first code point off the front of `text`, which must not be empty. A byte that starts none counts as one
/// of its own (U+FFFD).
std::uint32_t next_code_point(std::string_view& text) noexcept;

/// Number of Unicode code points.
std::size_t code_points(std::string_view text) noexcept;

/// The longest beginning of `text` with at most `most` code points; never cuts one in two.
std::string_view cut(std::string_view text, std::size_t most) noexcept;

/// `text` without white space at both ends: exactly what JavaScript's `trim()` takes away, so that the widget and the
/// server agree on what is blank.
std::string_view trim(std::string_view text) noexcept;

/// Nothing but white space.
bool is_blank(std::string_view text) noexcept;

/// No line break of any kind (LF, CR, VT, FF, U+0085, U+2028, U+2029).
bool is_one_line(std::string_view text) noexcept;

}  // namespace ventanilla::protocol
