#pragma once
// The name that a file is shown and saved with. Never a path: blobs have names of their own. Pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace ventanilla::files {

inline constexpr std::size_t kMostName = 200;  ///< code points

/// What is left of the name that its uploader gave: the last part of a path, without control characters, line separators and
/// marks that turn the direction of writing ("gpj.exe" shown backwards), at most 200 code points with the ending kept.
/// Bytes that are not UTF-8 become U+FFFD. "file" if nothing is left.
std::string display_name(std::string_view raw);

}  // namespace ventanilla::files
