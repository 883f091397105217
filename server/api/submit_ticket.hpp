#pragma once
// A new ticket, from the API or from the plain form: fields, captcha, store.

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "api/repeats.hpp"
#include "api/routes.hpp"
#include "protocol/codes.hpp"
#include "store/live/types.hpp"
#include "ticketing/commands.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

struct TicketInput {
    nlohmann::json body;
    std::optional<live::AgentMeta> agent;  ///< with a session
    std::string visitor = {};              ///< with a visitor's token: whose chat the ticket may belong to
    protocol::Locale locale = protocol::Locale::es_mx;
    std::string peer;
    std::optional<RepeatKey> repeat;
    /// Who uploaded the files, if it was not the challenge that is answered.
    std::string uploader = {};
    /// What was found wrong with it before.
    std::vector<web::FieldError> wrong = {};
};

/// Why there is no ticket; `errors` are all wrong fields.
struct TicketRefused {
    protocol::Error error;
    std::vector<web::FieldError> errors;
};

/// Opens the ticket, once for one RepeatKey, and tells the consoles. The answer is that of POST /api/v1/tickets.
boost::asio::awaitable<tl::expected<record::StoredAnswer, TicketRefused>> submit_ticket(Services& services,
                                                                                        TicketInput input);

}  // namespace ventanilla::api
