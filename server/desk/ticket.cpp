// chat.ticket: what needs follow-up becomes a ticket, with the chat as its first page (protocol.md 3.5).

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "desk/follow_up.hpp"
#include "desk/refusal.hpp"
#include "desk/rights.hpp"
#include "desk/ticket_log.hpp"
#include "desk/ticket_origin.hpp"
#include "store/record/chats.hpp"
#include "tickets/rfc.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

/// The holder, or who held it last, for 24 h after the chat ended.
Task<live::ChatMeta> ticketable(Desk& desk, AgentActor actor, std::string chat) {
    auto meta = co_await find_chat(desk, std::move(chat));
    if (!meta) co_return tl::unexpected(meta.error());
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    if (meta->agent != actor.agent.id) co_return protocol::fail(Code::not_assigned);
    if (is_long_over(*meta, wall_clock_ms())) co_return protocol::fail(Code::chat_closed);
    co_return meta;
}

/// Who the ticket is for: address, name and language of the chat's visitor.
Task<live::VisitorMeta> visitor_of(Desk& desk, live::ChatMeta meta) {
    auto visitor = co_await desk.live.visitor(meta.visitor);
    if (visitor || visitor.error().code != Code::not_found) co_return visitor;
    auto read = [chat = meta.id](record::Database& database) { return record::ChatRepository(database).header(chat); };
    auto header = co_await desk.record.run(std::move(read));
    if (!header) co_return tl::unexpected(header.error());
    co_return *header ? to_visitor(**header) : live::VisitorMeta{};
}

protocol::Result<ticketing::NewTicket> new_ticket(const Desk& desk, const AgentActor& actor,
                                                  const protocol::ChatTicket& request, const live::ChatMeta& meta,
                                                  const live::VisitorMeta& visitor) {
    ticketing::NewTicket ticket;
    ticket.channel = protocol::TicketChannel::chat;
    ticket.email = request.email.value_or(visitor.email);
    if (ticket.email.empty()) return protocol::fail(Code::bad_field, "email");
    if (request.rfc && !request.rfc->empty()) {
        const auto rfc = tickets::parse_rfc(*request.rfc);
        if (!rfc) return protocol::fail(Code::bad_field, "rfc");
        ticket.rfc = rfc->text;
    }
    ticket.name = visitor.name;
    ticket.department = ticket_department(desk.site, meta.channel, request.department.value_or(meta.department));
    ticket.subject = request.subject;
    ticket.priority = request.priority;
    ticket.comments = request.comments.value_or("");
    const auto fallback = desk.site.locale == "en" ? protocol::Locale::en : protocol::Locale::es_mx;
    ticket.locale = protocol::to_string(protocol::locale_for(visitor.locale, fallback));
    ticket.by = {protocol::TicketRole::agent, actor.agent.id, actor.agent.name};
    const auto& own = actor.agent.departments;
    if (std::find(own.begin(), own.end(), ticket.department) != own.end()) {
        ticket.assignee_id = actor.agent.id;
        ticket.assignee_name = actor.agent.name;
    }
    ticket.chat_id = meta.id;
    ticket.started_at = meta.started_at;
    ticket.client_key = meta.id + ":" + request.client_id;
    return ticket;
}

/// What follows the reply: the log's entry, and the news for other consoles.
boost::asio::awaitable<void> spread(Desk& desk, record::TicketRecord ticket) {
    tell_ticket(desk, ticket, nullptr);
    co_await deliver_ticket_entries(desk);
}

}  // namespace

Task<Answer> open_ticket(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTicket request) {
    if (request.department && desk.site.find_department(*request.department) == nullptr) {
        co_return protocol::fail(Code::bad_field, "department");
    }
    auto meta = co_await ticketable(desk, actor, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    const auto visitor = co_await visitor_of(desk, *meta);
    if (!visitor) co_return tl::unexpected(visitor.error());
    auto ticket = new_ticket(desk, actor, request, *meta, *visitor);
    if (!ticket) co_return tl::unexpected(ticket.error());
    const auto answered = co_await first_answer(desk, meta->id);
    if (!answered) co_return tl::unexpected(answered.error());
    ticket->first_responded_at = *answered;

    auto open = [policy = desk.ticket_policy(), ticket = std::move(*ticket)](record::Database& database) {
        return ticketing::create(database, *policy, ticket, wall_clock_ms());
    };
    auto created = co_await desk.record.run(std::move(open));
    if (!created) co_return tl::unexpected(created.error());
    if (!created->existed) {
        // Posted, so that the reply comes first.
        boost::asio::co_spawn(desk.io, spread(desk, created->ticket), boost::asio::detached);
    }
    co_return Answer{protocol::ok(re, {{"ticket", protocol::to_json(to_wire(created->ticket))}})};
}

}  // namespace ventanilla::desk
