#include "api/ticket_access.hpp"

#include <utility>

#include "desk/rights.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;

// A ticket that took another in may itself have been merged since.
constexpr int kMostMerges = 16;

}  // namespace

ticketing::Author TicketCaller::author() const {
    if (agent) return {protocol::TicketRole::agent, agent->id, agent->name};
    return {protocol::TicketRole::requester, "", ""};
}

std::string TicketCaller::uploader() const {
    return agent ? "a:" + agent->id : "t:" + std::to_string(number);
}

boost::asio::awaitable<OrRefusal<TicketCaller>> ticket_caller(Services& services, web::Request request) {
    const auto number = tickets::number_from(request.param("number"));
    TicketCaller caller;
    caller.number = number.value_or(0);
    if (const auto key = request.query_value("key")) {
        if (number && ticketing::key_fits(*services.tickets.policy(), *number, *key)) co_return caller;
        co_return tl::unexpected(web::problem({Code::not_found}, request.locale));
    }
    auto found = co_await authenticate(services, request);
    if (!found) co_return tl::unexpected(std::move(found.error()));
    if (!number) co_return tl::unexpected(web::problem({Code::not_found}, request.locale));
    caller.agent = std::move(found->agent);
    co_return caller;
}

bool may_read(const TicketCaller& caller, const record::TicketRecord& ticket) {
    return !caller.agent || desk::may_read(*caller.agent, ticket);
}

std::int64_t part_of(record::Database& database, std::int64_t number) {
    record::TicketRepository rows(database);
    for (int step = 0; step < kMostMerges; ++step) {
        const auto ticket = rows.find(number);
        if (!ticket || !ticket->merged_into) break;
        number = *ticket->merged_into;
    }
    return number;
}

protocol::Result<ticketing::Whole> read_for(record::Database& database, const TicketCaller& caller) {
    auto whole = ticketing::read(database, caller.agent ? caller.number : part_of(database, caller.number));
    if (!whole || !may_read(caller, whole->ticket)) return protocol::fail(Code::not_found);
    return std::move(*whole);
}

}  // namespace ventanilla::api
