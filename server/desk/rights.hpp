#pragma once
// The one place that says who may see what (protocol.md 3.6). Pure.

#include <optional>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "store/live/types.hpp"
#include "store/record/tickets.hpp"

namespace ventanilla::desk {

/// Whether the agent may know of and read the chat: the holder, agents and supervisors of its department (for `any` those
/// of any department of the channel), admins.
bool may_read(const live::AgentMeta& agent, const live::ChatMeta& chat, const config::Site& site);

/// Whether the agent may know of, read and work on the ticket: the assignee, agents and supervisors of its department,
/// admins.
bool may_read(const live::AgentMeta& agent, const record::TicketRecord& ticket);

/// Which of the saved replies the agent may write: those of own departments; the general ones (no department) are for
/// supervisors and admins. Admins may write all.
bool may_write_reply(const live::AgentMeta& agent, const std::optional<std::string>& department);

/// Watching, taking over and setting a priority.
bool may_supervise(const live::AgentMeta& agent);

/// The departments whose chats the agent sees; nothing for "all of them".
std::optional<std::vector<std::string>> visible_departments(const live::AgentMeta& agent);

/// The channels that have one of the agent's departments: their `any` chats are theirs to see.
std::vector<std::string> visible_channels(const live::AgentMeta& agent, const config::Site& site);

}  // namespace ventanilla::desk
