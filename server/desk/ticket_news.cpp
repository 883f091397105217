// Tickets that are new or have changed, told to the consoles of all who may see them; and who has one open.

#include <algorithm>

#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "desk/rights.hpp"
#include "store/record/tickets.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::desk {
namespace {

using nlohmann::json;
using protocol::Code;

json sight_json(const record::TicketRecord& ticket) {
    return {{"department", ticket.department}, {"assignee", ticket.assignee_id.value_or("")}};
}

/// As much of a ticket as decides about who may see it.
record::TicketRecord sight_of(const json& object) {
    record::TicketRecord ticket;
    ticket.department = object.value("department", "");
    const auto assignee = object.value("assignee", "");
    if (!assignee.empty()) ticket.assignee_id = assignee;
    return ticket;
}

}  // namespace

void tell_ticket_here(Desk& desk, const live::Event& event) {
    const auto sight = json::parse(event.reason, nullptr, false);
    if (!sight.is_array()) return;
    std::vector<record::TicketRecord> seen;
    for (const auto& item : sight) seen.push_back(sight_of(item));
    const auto frame = protocol::verbatim(event.frame);
    desk.hub.each(Member::Kind::agent, [&](const MemberPtr& member) {
        const auto* agent = desk.board.agent(member->person);
        if (agent == nullptr) return;
        // Who may see it no longer is told once more: that it has gone to another department.
        const bool may = std::any_of(seen.begin(), seen.end(),
                                     [&](const record::TicketRecord& ticket) { return may_read(*agent, ticket); });
        if (may) Hub::push(member, frame);
    });
}

void tell_ticket(Desk& desk, const record::TicketRecord& now, const record::TicketRecord* before) {
    live::Event event;
    event.kind = live::Event::Kind::ticket;
    event.frame = *protocol::ticket(protocol::to_json(to_wire(now)));
    auto sight = json::array({sight_json(now)});
    if (before != nullptr) sight.push_back(sight_json(*before));
    event.reason = protocol::dump(sight);
    tell_ticket_here(desk, event);
    broadcast(desk, std::move(event));
}

Task<Answer> view_ticket(Desk& desk, AgentActor actor, std::int64_t re, protocol::TicketView request) {
    if (!request.number) {
        desk.viewing.view(actor.member, 0, actor.agent.name);
        co_return Answer{protocol::ok(re)};
    }
    const auto number = tickets::number_from(*request.number);
    if (!number) co_return protocol::fail(Code::not_found);
    auto find = [number = *number](record::Database& database) {
        return record::TicketRepository(database).find(number);
    };
    auto found = co_await desk.record.run(std::move(find));
    if (!found) co_return tl::unexpected(found.error());
    if (!*found || !may_read(actor.agent, **found)) co_return protocol::fail(Code::not_found);
    // A console that went while SQL was asked has nothing open.
    if (actor.member->joined) desk.viewing.view(actor.member, *number, actor.agent.name);
    co_return Answer{protocol::ok(re)};
}

}  // namespace ventanilla::desk
