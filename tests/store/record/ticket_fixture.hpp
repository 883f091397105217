#pragma once
// Tickets for the contract tests of the record store.

#include "store/record/record_fixture.hpp"
#include "store/record/tickets.hpp"

#include <string>
#include <utility>

namespace ventanilla::record {

/// An open one as the form makes it, in `soporte-tecnico`.
inline TicketRecord form_ticket(std::string subject = "No puedo timbrar", std::int64_t at = 1'789'000'000'000) {
    TicketRecord ticket;
    ticket.email = "ana@example.mx";
    ticket.rfc = "GODE561231GR8";
    ticket.department = "soporte-tecnico";
    ticket.subject = std::move(subject);
    ticket.locale = "es-MX";
    ticket.started_at = ticket.created_at = ticket.updated_at = ticket.state_since = at;
    ticket.calendar_version = "v1";
    return ticket;
}

inline TicketMessageRecord ticket_message(const std::string& id, std::int64_t ticket, const std::string& text,
                                          std::int64_t at = 1'789'000'000'000) {
    TicketMessageRecord message;
    message.id = id;
    message.ticket = ticket;
    message.at = at;
    message.author_name = "Ana";
    message.text = text;
    return message;
}

}  // namespace ventanilla::record
