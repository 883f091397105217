// /api/v1/tickets: lists, one, new ones, changes, merging, and how due times were counted.

#include <utility>

#include "api/authenticate.hpp"
#include "api/body.hpp"
#include "api/handlers.hpp"
#include "api/submit_ticket.hpp"
#include "api/ticket_access.hpp"
#include "api/ticket_query.hpp"
#include "api/ticket_views.hpp"
#include "base/clock.hpp"
#include "desk/rights.hpp"
#include "protocol/encode.hpp"
#include "store/record/agents.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Code;
using protocol::Result;
using Tickets = std::vector<record::TicketRecord>;
using Changed = std::vector<ticketing::Changed>;

json tickets_json(const Tickets& tickets) {
    auto list = json::array();
    for (const auto& ticket : tickets) list.push_back(ticket_json(ticket));
    return list;
}

Answer list_tickets(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    auto query = read_ticket_query(request, caller->agent, services.site);
    if (!query) co_return web::problem(query.error(), request.locale);
    auto read = [query = std::move(*query)](record::Database& database) {
        return record::TicketRepository(database).list(query);
    };
    const auto page = co_await services.desk.record.run(std::move(read));
    if (!page) co_return web::problem(page.error(), request.locale);
    const json body{{"tickets", tickets_json(page->tickets)},
                    {"next", page->next.empty() ? json(nullptr) : json(page->next)}};
    co_return web::json(200, protocol::dump(body));
}

Answer one_ticket(Services& services, web::Request request) {
    auto caller = co_await ticket_caller(services, request);
    if (!caller) co_return std::move(caller.error());
    const auto reader = caller->agent ? Reader::agent : Reader::requester;
    auto read = [caller = std::move(*caller)](record::Database& database) { return read_for(database, caller); };
    const auto whole = co_await services.desk.record.run(std::move(read));
    if (!whole) co_return web::problem(whole.error(), request.locale);
    co_return web::json(200, protocol::dump(ticket_view(*whole, reader, services.site, request.locale)));
}

/// Who sends a ticket: an agent with a session, a visitor with a token, or nobody known. A browser may carry the cookie of a
/// session that has ended: with a captcha its request is a stranger's, as it would be without the cookie.
boost::asio::awaitable<OrRefusal<Bearer>> sender_of(Services& services, web::Request request, bool has_captcha) {
    if (request.bearer()) co_return co_await by_bearer(services, std::move(request));
    if (!request.cookie(services.cookie_name)) co_return Bearer{};
    auto caller = co_await authenticate(services, std::move(request));
    if (caller) co_return Bearer{std::move(caller->agent), {}};
    if (has_captcha && caller.error().status == web::status_of(Code::unauthenticated)) co_return Bearer{};
    co_return tl::unexpected(std::move(caller.error()));
}

Answer create_ticket(Services& services, web::Request request) {
    auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    auto sender = co_await sender_of(services, request, body->contains("captcha"));
    if (!sender) co_return std::move(sender.error());
    auto& [agent, visitor] = *sender;
    if (!agent && visitor.empty() && body->contains("chat")) {
        co_return web::problem({Code::unauthenticated}, request.locale);
    }
    const auto scope = agent ? "tickets:" + agent->id : std::string("tickets");
    auto repeat = repeat_key(request, scope);
    if (!repeat) co_return web::problem(repeat.error(), request.locale);
    TicketInput input{std::move(*body), std::move(agent), std::move(visitor),
                      request.locale,   request.peer,     std::move(*repeat)};
    const auto answer = co_await submit_ticket(services, std::move(input));
    if (!answer) co_return web::problem(answer.error().error, request.locale, answer.error().errors);
    co_return repeated(*answer);
}

ticketing::Allowed allowed_for(const live::AgentMeta& agent) {
    return [agent](const record::TicketRecord& ticket) { return desk::may_read(agent, ticket); };
}

/// On a pool thread: whether the agent may read all of them, who the assignee is, and the change.
Result<Changed> change_on_pool(record::Database& database, const ticketing::Policy& policy,
                               const live::AgentMeta& agent, const std::vector<std::int64_t>& numbers,
                               WantedChanges wanted) {
    const auto allowed = allowed_for(agent);
    // Before an unknown assignee is told; the change looks again, at what it holds.
    for (const auto number : numbers) {
        const auto ticket = record::TicketRepository(database).find(number);
        if (!ticket || !allowed(*ticket)) return protocol::fail(Code::not_found);
    }
    if (wanted.assignee) {
        wanted.changes.assignee.emplace();
        if (const auto& id = *wanted.assignee) {
            const auto assignee = record::AgentRepository(database).find(*id);
            if (!assignee || assignee->disabled) return protocol::fail(Code::bad_field, "assignee");
            wanted.changes.assignee->emplace(assignee->id, assignee->name);
        }
    }
    const ticketing::Author by{protocol::TicketRole::agent, agent.id, agent.name};
    return ticketing::change(database, policy, numbers, wanted.changes, by, wall_clock_ms(), allowed);
}

void tell(const Services& services, const Changed& changed) {
    if (!services.tickets.tell) return;
    for (const auto& ticket : changed) services.tickets.tell(ticket.now, &ticket.before);
}

/// The tickets after the change, or the refusal.
boost::asio::awaitable<OrRefusal<Tickets>> change_tickets(Services& services, live::AgentMeta agent,
                                                          std::vector<std::int64_t> numbers, WantedChanges wanted,
                                                          protocol::Locale locale) {
    auto change = [agent = std::move(agent), numbers = std::move(numbers), wanted = std::move(wanted),
                   policy = services.tickets.policy()](record::Database& database) {
        return change_on_pool(database, *policy, agent, numbers, wanted);
    };
    auto changed = co_await services.desk.record.run(std::move(change));
    if (!changed && changed.error().code == Code::bad_field) {
        const auto& field = changed.error().field;
        co_return tl::unexpected(refusal_of({{field, "unknown", words_for(field, "unknown", locale)}}, locale));
    }
    if (!changed) co_return tl::unexpected(web::problem(changed.error(), locale));
    tell(services, *changed);
    Tickets now;
    for (auto& ticket : *changed) now.push_back(std::move(ticket.now));
    co_return now;
}

Answer change_one(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    Form form(*body, request.locale);
    auto wanted = read_changes(form, *body, services.site);
    if (!form.good()) co_return form.refusal();
    const auto number = tickets::number_from(request.param("number"));
    if (!number) co_return web::problem({Code::not_found}, request.locale);
    std::vector<std::int64_t> numbers(1, *number);
    const auto now =
        co_await change_tickets(services, caller->agent, std::move(numbers), std::move(wanted), request.locale);
    if (!now) co_return now.error();
    const json answer{{"ticket", ticket_json(now->front())}};
    co_return web::json(200, protocol::dump(answer));
}

Answer change_many(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    Form form(*body, request.locale);
    auto numbers = read_numbers(form, *body);
    auto wanted = read_changes(form, *body, services.site);
    if (!form.good()) co_return form.refusal();
    const auto now =
        co_await change_tickets(services, caller->agent, std::move(numbers), std::move(wanted), request.locale);
    if (!now) co_return now.error();
    const json answer{{"tickets", tickets_json(*now)}};
    co_return web::json(200, protocol::dump(answer));
}

/// On a pool thread. Another's ticket, or none, is an unknown `into`.
Result<Changed> merge_on_pool(record::Database& database, const ticketing::Policy& policy, const live::AgentMeta& agent,
                              std::int64_t number, std::optional<std::int64_t> into) {
    const ticketing::Author by{protocol::TicketRole::agent, agent.id, agent.name};
    // There is no ticket 0: what is no number is refused as an unknown one.
    auto merged = ticketing::merge(database, policy, number, into.value_or(0), by, wall_clock_ms(), allowed_for(agent));
    if (!merged) return tl::unexpected(merged.error());
    return Changed{std::move(merged->part), std::move(merged->whole)};
}

Answer merge(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    Form form(*body, request.locale);
    const auto into = form.need_text("into", protocol::limits::id);
    if (!form.good()) co_return form.refusal();
    const auto number = tickets::number_from(request.param("number"));
    if (!number) co_return web::problem({Code::not_found}, request.locale);
    auto work = [agent = caller->agent, number = *number, into = tickets::number_from(into),
                 policy = services.tickets.policy()](record::Database& database) {
        return merge_on_pool(database, *policy, agent, number, into);
    };
    const auto changed = co_await services.desk.record.run(std::move(work));
    if (!changed && changed.error().code == Code::bad_field) {
        form.fail("into", "invalid");
        co_return form.refusal();
    }
    if (!changed) co_return web::problem(changed.error(), request.locale);
    tell(services, *changed);
    const json answer{{"ticket", ticket_json(changed->back().now)}};
    co_return web::json(200, protocol::dump(answer));
}

Answer due(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto number = tickets::number_from(request.param("number"));
    if (!number) co_return web::problem({Code::not_found}, request.locale);
    auto read = [agent = caller->agent, number = *number,
                 policy = services.tickets.policy()](record::Database& database) -> Result<ticketing::Explained> {
        const auto ticket = record::TicketRepository(database).find(number);
        if (!ticket || !desk::may_read(agent, *ticket)) return protocol::fail(Code::not_found);
        auto explained = ticketing::explain(database, *policy, number);
        if (!explained) return protocol::fail(Code::not_found);
        return std::move(*explained);
    };
    const auto explained = co_await services.desk.record.run(std::move(read));
    if (!explained) co_return web::problem(explained.error(), request.locale);
    co_return web::json(200, protocol::dump(due_json(*explained)));
}

}  // namespace

void add_tickets(web::Router& router, Services& services) {
    on(router, services, "GET", "/api/v1/tickets", list_tickets);
    on(router, services, "POST", "/api/v1/tickets", create_ticket, {.site_origins = true});
    on(router, services, "PATCH", "/api/v1/tickets", change_many);
    on(router, services, "GET", "/api/v1/tickets/{number}", one_ticket);
    on(router, services, "PATCH", "/api/v1/tickets/{number}", change_one);
    on(router, services, "POST", "/api/v1/tickets/{number}/merge", merge);
    on(router, services, "GET", "/api/v1/tickets/{number}/due", due);
}

}  // namespace ventanilla::api
