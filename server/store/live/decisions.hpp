#pragma once
// Why chats went to whom they went, as prelude/70_why.lua keeps it.

#include <string>
#include <string_view>

#include "store/live/replies.hpp"

namespace ventanilla::live {

/// One decision as the JSON of GET /api/v1/chats/{id}/why. What an earlier release kept is JSON already.
std::string decision_json(std::string_view kept);

/// The JSON array of the decisions kept in `words` from `from` on.
std::string decisions_json(const Words& words, std::size_t from = 0);

}  // namespace ventanilla::live
