#pragma once
// Who asks about a ticket: an agent with a session, or its requester with the key of the link.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "api/authenticate.hpp"
#include "api/routes.hpp"
#include "ticketing/commands.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// Somebody who may ask about the ticket `number`: a requester's key was found right, an agent's rights depend on what the
/// store says.
struct TicketCaller {
    std::int64_t number = 0;
    std::optional<live::AgentMeta> agent;  ///< nothing: the requester

    ticketing::Author author() const;
    /// Whose files may be attached.
    std::string uploader() const;
};

/// With `?key=` the requester, whatever session there is: 404 unless it is this ticket's. Else an agent: 401, and 404 for
/// what is no number.
boost::asio::awaitable<OrRefusal<TicketCaller>> ticket_caller(Services& services, web::Request request);

/// Whether the caller may know of this ticket.
bool may_read(const TicketCaller& caller, const record::TicketRecord& ticket);

/// The ticket that `number` is part of now: itself, unless it was merged.
std::int64_t part_of(record::Database& database, std::int64_t number);

/// Runs on a pool thread: the ticket with everything, for this caller; not_found if it is not theirs to know of. A
/// requester whose ticket was merged gets the one that it is part of.
protocol::Result<ticketing::Whole> read_for(record::Database& database, const TicketCaller& caller);

}  // namespace ventanilla::api
