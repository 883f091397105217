#pragma once
// Chats as lists of past ones and their own address show them. Pure.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "config/site.hpp"
#include "protocol/data.hpp"
#include "store/live/types.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::api {

/// Schema PastChat: CHAT with `visitor`, `outcome` and `closed_at`, null while it is open. A past chat still names its agent.
nlohmann::json past_chat_json(const live::ChatMeta& chat, const protocol::Visitor& visitor);

/// What of the past chats the agent may list: all of theirs, or those of `department` ("" for all). Nothing if the
/// department is none that they may know of. "any" are the chats that no agent had.
std::optional<record::ChatQuery> visible_chats(const live::AgentMeta& agent, const std::string& department,
                                               const config::Site& site);

}  // namespace ventanilla::api
