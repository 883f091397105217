#pragma once
// From a chat to a ticket (protocol.md 3.5): what of the chat the ticket needs, and which chats become one by themselves.
// Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "store/record/types.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::desk {

/// When an agent first said something in the log, which may be a part of it from the first entry on.
std::optional<std::int64_t> first_answer_at(const std::vector<std::string>& frames);

/// The department that a ticket from a chat of `department` goes to: for `any`, and for one that the configuration has no
/// longer, the first of the channel.
std::string ticket_department(const config::Site& site, const std::string& channel, const std::string& department);

/// The ticket that an ended chat becomes by itself, if it does: nobody had it, or its visitor's last message stands
/// unanswered; there is a text and an address, and no ticket yet. A chat that an agent ended as solved or as a ticket was
/// decided by somebody who had read it.
std::optional<ticketing::NewTicket> follow_up(const record::ChatRecord& chat, const config::Site& site);

/// The log's entry for a ticket, without what the log gives: members after "at".
std::string ticket_rest(std::int64_t number);

}  // namespace ventanilla::desk
