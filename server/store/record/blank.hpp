#pragma once
// What stays of a person who was erased: which entry it was, when, and of what kind. Internal to this room.

#include <string>
#include <string_view>

namespace ventanilla::record {

/// An entry of a log as it may stay.
std::string blanked_frame(const std::string& frame);
/// A chat's visitor as it may stay; carries the mark that `was_erased` finds.
std::string blanked_visitor(const std::string& visitor);
bool was_erased(std::string_view visitor);

}  // namespace ventanilla::record
