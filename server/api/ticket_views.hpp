#pragma once
// Tickets as HTTP shows them. Pure: the reader, the language and the site are arguments.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "config/site.hpp"
#include "protocol/words.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::api {

/// Who reads: agents see everything; requesters no notes, and no reminders that were meant for agents.
enum class Reader : std::uint8_t { agent, requester };

/// TICKET.
nlohmann::json ticket_json(const record::TicketRecord& ticket);

/// One message, with the files that came with it.
nlohmann::json message_json(const record::TicketMessageRecord& message, const std::vector<record::FileRecord>& files);

/// {"ticket","messages"}: what was said and what happened, in the order of time. Of one moment what was said comes first,
/// so that the form's comments are the first message.
nlohmann::json ticket_view(const ticketing::Whole& whole, Reader reader, const config::Site& site,
                           protocol::Locale locale);

/// A line of the history in words: "El estado pasó de abierto a pendiente."
std::string history_words(const record::TicketHistoryRecord& line, const config::Site& site, protocol::Locale locale);

/// The answer of GET …/due: how both due times were counted.
nlohmann::json due_json(const ticketing::Explained& explained);

/// Where the requester reads the ticket; `origin` may be empty for a link on this server's own pages.
std::string ticket_url(std::string_view origin, std::int64_t number, std::string_view key);

/// That the last character of an RFC is not the one that its rule gives: a warning, never a refusal.
std::string check_digit_words(protocol::Locale locale);

/// One word of the wire as people read it: "pendiente", "alta".
std::string_view word_for(protocol::TicketState state, protocol::Locale locale);
std::string_view word_for(protocol::TicketPriority priority, protocol::Locale locale);

}  // namespace ventanilla::api
