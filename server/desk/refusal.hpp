#pragma once
// Why a command on a chat was refused, told so that nobody learns of a chat that is not theirs.

#include <string>

#include "desk/desk.hpp"

namespace ventanilla::desk {

/// Looks at a store's `not_found` or `not_assigned` again, knowing who asks: a chat that the caller may not know of is
/// not_found, a past one of theirs chat_closed. Other errors are passed on.
Task<Answer> refuse(Desk& desk, VisitorActor actor, std::string chat, protocol::Error error);
Task<Answer> refuse(Desk& desk, AgentActor actor, std::string chat, protocol::Error error);

}  // namespace ventanilla::desk
