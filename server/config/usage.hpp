#pragma once
// How each command is used, for people; used by options.cpp only.

#include <string>
#include <string_view>

namespace ventanilla::config {

/// The usage lines of the commands whose name begins with `path` ("agent add", "agent"); of all for an empty one.
std::string usage_of(std::string_view path);

}  // namespace ventanilla::config
