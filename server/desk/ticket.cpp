// chat.ticket: what needs follow-up. The promise is written to the outbox; its row gives the number.

#include <fmt/format.h>

#include "desk/desk.hpp"
#include "desk/refusal.hpp"
#include "desk/rights.hpp"
#include "store/record/outbox.hpp"
#include "tickets/calendar.hpp"

namespace ventanilla::desk {
namespace {

using nlohmann::json;
using protocol::Code;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kAfterCloseMs = 24 * kHourMs;

json due(const tickets::Calendar& calendar, std::int64_t from_ms, int hours) {
    const auto when = calendar.add_business_time(from_ms, hours * kHourMs);
    return when ? json(when->due_ms) : json(nullptr);
}

/// TICKET of protocol.md 3, but for its number. No clock starts anew: both count from the chat's first entry.
json ticket_of(const config::Site& site, const protocol::ChatTicket& request, const live::ChatMeta& meta,
               const std::string& email, std::int64_t now_ms) {
    const auto calendar = site.calendar(site.sla.calendar);
    return {{"state", "open"},
            {"channel", "chat"},
            {"email", email},
            {"rfc", request.rfc.value_or("")},
            {"department", request.department.value_or(meta.department)},
            {"subject", request.subject},
            {"priority", protocol::to_string(request.priority)},
            {"created_at", now_ms},
            {"updated_at", now_ms},
            {"assignee", nullptr},
            {"chat", meta.id},
            {"follows", nullptr},
            {"first_response_due_at", due(calendar, meta.started_at, site.sla.first_response_h)},
            {"first_responded_at", nullptr},
            {"resolution_due_at", due(calendar, meta.started_at, site.sla.resolution_h)},
            {"resolved_at", nullptr},
            {"closes_at", nullptr}};
}

/// The holder, or who held it last, for 24 h after the chat ended.
Task<live::ChatMeta> ticketable(Desk& desk, AgentActor actor, std::string chat) {
    auto meta = co_await find_chat(desk, std::move(chat));
    if (!meta) co_return tl::unexpected(meta.error());
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    if (meta->agent != actor.agent.id) co_return protocol::fail(Code::not_assigned);
    if (meta->status == "closed" && meta->closed_at > 0 && wall_clock_ms() - meta->closed_at > kAfterCloseMs) {
        co_return protocol::fail(Code::chat_closed);
    }
    co_return meta;
}

}  // namespace

Task<Answer> open_ticket(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTicket request) {
    if (request.department && desk.site.find_department(*request.department) == nullptr) {
        co_return protocol::fail(Code::bad_field, "department");
    }
    auto meta = co_await ticketable(desk, actor, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    auto email = request.email.value_or("");
    if (email.empty()) {
        const auto visitor = co_await desk.live.visitor(meta->visitor);
        if (visitor) email = visitor->email;
    }
    auto ticket = ticket_of(desk.site, request, *meta, email, wall_clock_ms());
    auto promise = ticket;
    promise["comments"] = request.comments.value_or("");
    promise["by"] = actor.agent.id;
    const auto key = request.chat + ":" + request.client_id;
    const auto payload = protocol::dump(promise);
    auto keep = [key, payload](record::Database& database) {
        return record::OutboxRepository(database).put_numbered("ticket", key, payload);
    };
    auto row = co_await desk.record.run(std::move(keep));
    if (!row) co_return tl::unexpected(row.error());
    ticket["number"] = fmt::format("T-{:06}", *row);
    co_return Answer{protocol::ok(re, {{"ticket", ticket}})};
}

}  // namespace ventanilla::desk
