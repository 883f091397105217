#pragma once
// The log's entry `ticket`. The ticket is committed in SQL together with a row of the outbox that promises the entry; any
// server writes it, to Redis or to the record, until it is there (live-store.md, "Closing and the record").

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "desk/desk.hpp"
#include "store/record/database.hpp"
#include "store/record/tickets.hpp"
#include "store/record/types.hpp"

namespace ventanilla::desk {

/// Writes the entries that are promised and not there yet, some at a time; tells everybody who follows the chats.
boost::asio::awaitable<void> deliver_ticket_entries(Desk& desk);

/// What archiving a chat committed.
struct Filed {
    std::int64_t last = 0;
    std::optional<record::TicketRecord> opened;  ///< the ticket that it became by itself, if it is new
    std::vector<record::TicketRecord> changed;   ///< tickets of the chat whose first response was in it
};
/// Writes an ended chat to the record, and in the same transaction the ticket that it becomes by itself.
Filed file_chat(record::Database& database, const record::ChatRecord& chat,
                const std::optional<ticketing::NewTicket>& follow_up, const ticketing::Policy& policy,
                std::int64_t now_ms);

}  // namespace ventanilla::desk
