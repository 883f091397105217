#pragma once
// The mails that tickets promise, as rows of the outbox: everything that a renderer needs, nothing rendered yet. The
// payloads are described in docs/decisions/ticket-mails.md. Internal to this room.

#include <vector>

#include "ticketing/commands.hpp"

namespace ventanilla::ticketing {

/// A message of the ticket with its files.
struct Said {
    const record::TicketMessageRecord& message;
    const std::vector<record::FileRecord>& files;
};

/// To the requester, with all that was captured. `said` may be null.
void mail_created(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                  const Said* said);
/// The same again, once the visitor's form has completed what the chat's end had made of it.
void mail_completed(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                    const Said* said);
/// An agent's answer. If it also solved the ticket, this mail says so and there is no other.
void mail_answered(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                   const Said& said);
/// An agent set it to solved without an answer.
void mail_solved(record::Database& database, const Policy& policy, const record::TicketRecord& ticket);
/// Closed by itself after the customer's silence.
void mail_closed(record::Database& database, const Policy& policy, const record::TicketRecord& ticket);
/// It took the ticket `part` in: what every earlier link to it opened, only the one in this mail opens now.
void mail_merged(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                 std::int64_t part);

}  // namespace ventanilla::ticketing
