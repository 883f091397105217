#include "api/ticket_access.hpp"

#include <utility>

#include "desk/rights.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;
using protocol::Result;

/// That it is part of another, not of which.
void leave_the_shell(ticketing::Whole& whole) {
    whole.messages.clear();
    whole.files.clear();
    std::erase_if(whole.history, [](const auto& line) { return line.what != "merged"; });
    for (auto& line : whole.history) line.to.clear();
}

}  // namespace

ticketing::Author TicketCaller::author() const {
    if (agent) return {protocol::TicketRole::agent, agent->id, agent->name};
    return {protocol::TicketRole::requester, "", ""};
}

std::string TicketCaller::uploader() const {
    return agent ? "a:" + agent->id : "t:" + std::to_string(number);
}

boost::asio::awaitable<Result<TicketCaller>> requester(Services& services, web::Request request) {
    const auto number = tickets::number_from(request.param("number"));
    if (!number) co_return protocol::fail(Code::not_found);
    if (request.verb == "GET") {
        const auto counted = co_await use_limit(services.desk.live, services.tickets.limits_of_reads, request.peer);
        if (!counted) co_return tl::unexpected(counted.error());
    }
    TicketCaller caller;
    caller.number = *number;
    caller.key = request.query_value("key").value_or("");
    caller.policy = services.tickets.policy();
    auto look = [caller](record::Database& database) -> Result<void> {
        const auto ticket = record::TicketRepository(database).find(caller.number);
        if (!ticket || !may_read(caller, *ticket)) return protocol::fail(Code::not_found);
        return {};
    };
    const auto fits = co_await services.desk.record.run(std::move(look));
    if (!fits) co_return tl::unexpected(fits.error());
    co_return caller;
}

boost::asio::awaitable<OrRefusal<TicketCaller>> ticket_caller(Services& services, web::Request request) {
    if (request.query_value("key")) {
        const auto locale = request.locale;
        auto by_key = co_await requester(services, std::move(request));
        if (!by_key) co_return tl::unexpected(web::problem(by_key.error(), locale));
        co_return std::move(*by_key);
    }
    const auto number = tickets::number_from(request.param("number"));
    TicketCaller caller;
    caller.number = number.value_or(0);
    auto found = co_await authenticate(services, request);
    if (!found) co_return tl::unexpected(std::move(found.error()));
    if (!number) co_return tl::unexpected(web::problem({Code::not_found}, request.locale));
    caller.agent = std::move(found->agent);
    co_return caller;
}

bool may_read(const TicketCaller& caller, const record::TicketRecord& ticket) {
    if (caller.agent) return desk::may_read(*caller.agent, ticket);
    return caller.policy && ticket.number == caller.number && ticketing::key_fits(*caller.policy, ticket, caller.key);
}

ticketing::Allowed allowed_to(TicketCaller caller) {
    return [caller = std::move(caller)](const record::TicketRecord& ticket) { return may_read(caller, ticket); };
}

Result<ticketing::Whole> read_for(record::Database& database, const TicketCaller& caller) {
    auto whole = ticketing::read(database, caller.number);
    if (!whole || !may_read(caller, whole->ticket)) return protocol::fail(Code::not_found);
    if (!caller.agent && whole->ticket.merged_into) leave_the_shell(*whole);
    return std::move(*whole);
}

}  // namespace ventanilla::api
