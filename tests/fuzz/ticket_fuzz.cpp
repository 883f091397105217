// Any bytes as the link to a ticket, `NUMBER?key=…`, and as the query of a list of tickets. Only the ticket's own key opens it, and
// a list never leaves what the agent may see.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/ticket_query.hpp"
#include "ticketing/commands.hpp"
#include "tickets/sla.hpp"
#include "web/escape.hpp"

namespace {

using namespace ventanilla;

void require(bool promise) {
    if (!promise) std::abort();
}

ticketing::Policy policy_with(std::string secret) {
    ticketing::Policy policy;
    policy.key_secret = std::move(secret);
    return policy;
}

void open(std::int64_t number, std::string_view key) {
    static const auto policy = policy_with(std::string(32, 'k'));
    record::TicketRecord ticket;
    ticket.number = number;
    for (const int generation : {0, 1}) {
        ticket.key_generation = generation;
        const auto own = ticketing::requester_key(policy, ticket);
        require(ticketing::key_fits(policy, ticket, own));
        require(ticketing::key_fits(policy, ticket, key) == (key == own));
        auto other = ticket;
        other.number = number == 1 ? 2 : number - 1;
        require(!ticketing::key_fits(policy, other, own));
        other = ticket;
        other.key_generation = generation + 1;
        require(!ticketing::key_fits(policy, other, own));
        other = ticket;
        other.erased = true;
        require(!ticketing::key_fits(policy, other, own));
        require(!ticketing::key_fits(policy_with({}), ticket, key));
    }
}

void list(web::Pairs query) {
    static const auto site = [] {
        config::Site made;
        for (const auto* id : {"ventas", "soporte"}) made.departments.emplace_back().id = id;
        return made;
    }();
    live::AgentMeta agent;
    agent.id = "a_1";
    agent.role = "agent";
    agent.departments = {"ventas"};
    web::Request request;
    request.query = std::move(query);
    const auto read = api::read_ticket_query(request, agent, site);
    if (!read) {
        require(read.error().code == protocol::Code::bad_field || read.error().code == protocol::Code::not_found);
        return;
    }
    require(read->limit >= 1 && read->limit <= 200);
    // One's own tickets are one's own wherever they are.
    require(read->assignee == agent.id || read->departments == agent.departments);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view link(reinterpret_cast<const char*>(data), size);
    const auto mark = std::min(link.find('?'), link.size());
    const auto number = tickets::number_from(link.substr(0, mark));
    if (number) require(*number > 0 && tickets::number_from(tickets::number_text(*number)) == number);
    auto query = web::decode_form(link.substr(std::min(mark + 1, link.size())));
    if (!query) return 0;
    open(number.value_or(1), web::find(*query, "key").value_or(""));
    list(std::move(*query));
    return 0;
}
