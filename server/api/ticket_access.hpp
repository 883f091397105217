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

/// Somebody who may ask about the ticket `number`: a requester's key was found right when they came. What they may know of
/// is looked at again with each step, for it depends on what the store says then.
struct TicketCaller {
    std::int64_t number = 0;
    std::optional<live::AgentMeta> agent;  ///< nothing: the requester
    std::string key = {};                  ///< the requester's
    ticketing::PolicyPtr policy = {};      ///< what the key is checked with

    ticketing::Author author() const;
    /// Whose files may be attached.
    std::string uploader() const;
};

/// The requester, by the `?key=` of the request: not_found unless it is this ticket's, slow_down if their address reads too
/// much.
boost::asio::awaitable<protocol::Result<TicketCaller>> requester(Services& services, web::Request request);

/// With `?key=` the requester, whatever session there is. Else an agent: 401, and 404 for what is no number.
boost::asio::awaitable<OrRefusal<TicketCaller>> ticket_caller(Services& services, web::Request request);

/// Whether the caller may know of this ticket.
bool may_read(const TicketCaller& caller, const record::TicketRecord& ticket);

/// The same as commands on tickets take it.
ticketing::Allowed allowed_to(TicketCaller caller);

/// Runs on a pool thread: the ticket with everything, for this caller; not_found if it is not theirs to know of. Of a ticket
/// that was merged its requester learns that it is part of another, and no more: whoever opened it may have typed
/// somebody else's address.
protocol::Result<ticketing::Whole> read_for(record::Database& database, const TicketCaller& caller);

}  // namespace ventanilla::api
