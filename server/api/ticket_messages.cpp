// POST /api/v1/tickets/{number}/messages.

#include <utility>

#include "api/body.hpp"
#include "api/handlers.hpp"
#include "api/ticket_access.hpp"
#include "api/write_message.hpp"
#include "base/random.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;

/// Keeps callers and tickets apart.
std::string scope_of(const TicketCaller& caller) {
    return "messages:" + std::to_string(caller.number) + ':' + (caller.agent ? caller.agent->id : "requester");
}

Answer post_message(Services& services, web::Request request) {
    auto caller = co_await ticket_caller(services, request);
    if (!caller) co_return std::move(caller.error());
    const auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    Form form(*body, request.locale);
    auto message = read_message(form, *caller);
    if (!form.good()) co_return form.refusal();
    auto repeat = repeat_key(request, scope_of(*caller));
    if (!repeat) co_return web::problem(repeat.error(), request.locale);

    if (*repeat) {
        const auto before = co_await answered_before(services.desk.record, **repeat);
        if (!before) co_return web::problem(before.error(), request.locale);
        if (*before) co_return repeated(**before);
    }
    if (!caller->agent) {
        const auto allowed = co_await use_limit(services.desk.live, services.tickets.limits.messages, request.peer);
        if (!allowed) co_return web::problem(allowed.error(), request.locale);
    }
    const auto answer = co_await write_message(services, std::move(*caller), std::move(message), std::move(*repeat));
    if (!answer && answer.error().code == Code::bad_field) {
        const auto& field = answer.error().field;
        form.fail(field, field.starts_with("files") ? "unknown" : "invalid");
        co_return form.refusal();
    }
    if (!answer) co_return web::problem(answer.error(), request.locale);
    co_return repeated(*answer);
}

}  // namespace

void add_ticket_messages(web::Router& router, Services& services) {
    on(router, services, "POST", "/api/v1/tickets/{number}/messages", post_message);
}

}  // namespace ventanilla::api
