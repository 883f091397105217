// What several commands do alike.
#include <fmt/format.h>

#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {

using protocol::TicketState;

void add_line(record::Database& database, const record::TicketRecord& ticket, const Author& by, std::string_view what,
              std::string_view from, std::string_view to) {
    record::TicketHistoryRecord line;
    line.ticket = ticket.number;
    line.at = ticket.updated_at;
    line.role = by.role;
    line.author_id = by.id;
    line.author_name = by.name;
    line.what = what;
    line.from = from;
    line.to = to;
    record::TicketRepository(database).add_history(line);
}

bool set_state(record::Database& database, record::TicketRecord& ticket, const Author& by, TicketState state,
               std::string_view what) {
    if (ticket.state == state) return false;
    add_line(database, ticket, by, what, protocol::to_string(ticket.state), protocol::to_string(state));
    ticket.state = state;
    ticket.state_since = ticket.updated_at;
    ticket.resolution_due_at.reset();
    const bool over = state == TicketState::solved || state == TicketState::closed;
    if (!over) ticket.resolved_at.reset();
    if (over && !ticket.resolved_at) ticket.resolved_at = ticket.updated_at;
    return true;
}

std::optional<std::int64_t> whole_of(record::Database& database, std::int64_t number, const Allowed& allowed) {
    record::TicketRepository rows(database);
    auto ticket = rows.find(number);
    if (!ticket || !passes(allowed, *ticket)) return std::nullopt;
    // A merge makes a ticket part of one that is not merged, so this ends.
    while (ticket && ticket->merged_into) ticket = rows.find(*ticket->merged_into);
    return ticket ? std::optional(ticket->number) : std::nullopt;
}

std::optional<record::TicketRecord> lock_ticket(record::Database& database, std::int64_t number,
                                                const Allowed& allowed) {
    record::TicketRepository rows(database);
    while (const auto whole = whole_of(database, number, allowed)) {
        auto ticket = rows.lock(*whole);
        // It may have been merged while the lock was waited for.
        if (ticket && ticket->merged_into) continue;
        if (ticket && !passes(allowed, *ticket)) return std::nullopt;
        return ticket;
    }
    return std::nullopt;
}

std::string holder_of(std::int64_t number) {
    return fmt::format("ticket:{}", number);
}

protocol::Result<std::vector<record::FileRecord>> attach_files(record::Database& database, std::int64_t number,
                                                               const Attach& attach, std::string_view message) {
    record::FileRepository rows(database);
    std::vector<record::FileRecord> files;
    for (std::size_t i = 0; i < attach.files.size(); ++i) {
        auto file = rows.attach(attach.files[i], attach.uploader, holder_of(number), message);
        // Held by another message of this ticket already: a file is shown once.
        if (!file || file->message != std::string(message)) {
            return protocol::fail(protocol::Code::bad_field, fmt::format("files[{}]", i));
        }
        files.push_back(*std::move(file));
    }
    return files;
}

}  // namespace ventanilla::ticketing
