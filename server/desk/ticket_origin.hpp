#pragma once
// The chat that a ticket comes from: until when one can be opened from it, and what its clocks count from (protocol.md 3.5).

#include <cstdint>
#include <optional>
#include <string>

#include "desk/desk.hpp"

namespace ventanilla::desk {

/// Whether the chat has been over for more than 24 h: what is opened then is a ticket of its own.
bool is_long_over(const live::ChatMeta& chat, std::int64_t now_ms);

/// When an agent first said something there: the first response of its tickets. Nothing if none has.
Task<std::optional<std::int64_t>> first_answer(Desk& desk, std::string chat);

/// What a ticket takes from its chat.
struct TicketOrigin {
    std::string chat;
    std::int64_t started_at = 0;
    std::optional<std::int64_t> first_responded_at;
};
/// The visitor's own chat, open or ended. not_found if it is not theirs, chat_closed if it is long over.
Task<TicketOrigin> ticket_origin(Desk& desk, std::string visitor, std::string chat);

}  // namespace ventanilla::desk
