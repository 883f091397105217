#pragma once
// The log's entry `ticket`. The ticket is committed in SQL together with a row of the outbox that promises the entry; any
// server writes it, to Redis or to the record, until it is there (live-store.md, "Closing and the record").

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "desk/desk.hpp"
#include "store/record/database.hpp"
#include "store/record/tickets.hpp"
#include "store/record/types.hpp"

namespace ventanilla::desk {

/// Writes the entries that are promised and not there yet, some at a time; tells everybody who follows the chats.
boost::asio::awaitable<void> deliver_ticket_entries(Desk& desk);

/// An ended chat for the record, and the ticket that it becomes by itself, if it does.
struct Filing {
    std::shared_ptr<const record::ChatRecord> chat;
    std::optional<ticketing::NewTicket> follow_up;
};
/// What recording a chat committed.
struct Filed {
    std::int64_t last = 0;
    std::optional<record::TicketRecord> opened;  ///< the ticket that it became by itself, if it is new
    std::vector<record::TicketRecord> changed;   ///< tickets of the chat whose first response was in it
};
/// Writes ended chats to the record with their tickets, all in one transaction: what became of each, in the same order.
/// Throws if one of them cannot be written, or if somebody else holds one for longer than a moment while there are several.
std::vector<Filed> file_chats(record::Database& database, const std::vector<Filing>& filings,
                              const ticketing::Policy& policy, std::int64_t now_ms);

}  // namespace ventanilla::desk
