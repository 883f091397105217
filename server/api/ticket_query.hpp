#pragma once
// What lists of tickets are asked for, and what is to be changed. Pure.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/body.hpp"
#include "config/site.hpp"
#include "store/live/types.hpp"
#include "store/record/tickets.hpp"
#include "ticketing/commands.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// The query of GET /api/v1/tickets, within what the agent may see. not_found for a department that they may not know of,
/// bad_field names a parameter.
protocol::Result<record::TicketQuery> read_ticket_query(const web::Request& request, const live::AgentMeta& agent,
                                                        const config::Site& site);

/// A PATCH: what changes, and the id of the assignee whose name is yet to be looked up.
struct WantedChanges {
    ticketing::Changes changes;
    std::optional<std::optional<std::string>> assignee;  ///< null in the body: nobody
};
WantedChanges read_changes(Form& form, const nlohmann::json& body, const config::Site& site);

/// `numbers` of a PATCH of many, each once.
std::vector<std::int64_t> read_numbers(Form& form, const nlohmann::json& body);

}  // namespace ventanilla::api
