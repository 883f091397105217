#pragma once
// A message on a ticket, from the API or from the requester's page.

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "api/repeats.hpp"
#include "api/routes.hpp"
#include "api/ticket_access.hpp"
#include "protocol/codes.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::api {

class Form;

/// What an agent or a requester wants to say; wrong fields are told to `form`. Agents have to say what kind it is; what a
/// requester says is a comment, and the only state that they may give is `solved`.
ticketing::NewMessage read_message(Form& form, const TicketCaller& caller);

/// Stores it, once for one RepeatKey, and tells the consoles. The answer is that of POST …/messages; bad_field names a file
/// that cannot be attached.
boost::asio::awaitable<protocol::Result<record::StoredAnswer>>
write_message(Services& services, TicketCaller caller, ticketing::NewMessage message, std::optional<RepeatKey> repeat);

}  // namespace ventanilla::api
