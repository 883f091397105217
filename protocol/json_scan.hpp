#pragma once
// What must be known about a JSON text before it is given to the parser.

#include <optional>
#include <string>
#include <string_view>

namespace ventanilla::protocol {

/// A text that is fit to be parsed.
struct Scanned {
    /// The text to parse instead, if it had to be changed: every escaped lone surrogate is a \u0000 in it, so that
    /// one rule refuses both and can name the field. (The parser would give up on the whole text.)
    std::optional<std::string> repaired;
    /// Somewhere a string holds U+0000 or held a lone surrogate.
    bool has_nul = false;
};

/// Nothing if `text` is nested deeper than `limits::nesting`, begins with a byte order mark or holds a byte 0 (which
/// the parser takes for the end, and so would overlook what comes after it). Does not check the rest of the grammar.
std::optional<Scanned> scan_json(std::string_view text);

}  // namespace ventanilla::protocol
