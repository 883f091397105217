#include "api/write_message.hpp"

#include <utility>

#include "api/body.hpp"
#include "api/ticket_form.hpp"
#include "api/ticket_views.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "protocol/encode.hpp"
#include "protocol/limits.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Result;
using protocol::TicketMessageKind;

constexpr int kCreated = 201;

std::string body_of(const ticketing::Written& written, const ticketing::Policy& policy, bool to_requester) {
    json body{{"message", message_json(written.message, written.files)}, {"ticket", ticket_json(written.ticket)}};
    if (written.new_ticket && to_requester) {
        // Their link leads to the ticket that is closed for good; this is the one that goes on from it.
        const auto key = ticketing::requester_key(policy, written.ticket);
        body["url"] = ticket_url(policy.public_url, written.ticket.number, key);
    }
    return protocol::dump(body);
}

}  // namespace

ticketing::NewMessage read_message(Form& form, const TicketCaller& caller) {
    ticketing::NewMessage message;
    message.by = caller.author();
    message.kind = TicketMessageKind::comment;
    if (caller.agent) {
        const auto kind = form.word<TicketMessageKind>("kind", true);
        message.kind = kind.value_or(TicketMessageKind::answer);
        const bool good = message.kind == TicketMessageKind::answer || message.kind == TicketMessageKind::note;
        if (kind && !good) form.fail("kind", "unknown");
    }
    message.text = form.need_text("text", protocol::limits::comments);
    message.attach = {caller.uploader(), form.texts("files", kMostFiles, protocol::limits::id)};
    message.state = form.word<protocol::TicketState>("state", false);
    if (!caller.agent && message.state && *message.state != protocol::TicketState::solved) {
        form.fail("state", "invalid");
    }
    return message;
}

boost::asio::awaitable<Result<record::StoredAnswer>>
write_message(Services& services, TicketCaller caller, ticketing::NewMessage message, std::optional<RepeatKey> repeat) {
    Repeats::Turn turn;
    message.id = random_id("m_");
    auto policy = services.tickets.policy();
    auto answer_of = [policy, hash = repeat ? repeat->body_hash : std::string(),
                      to_requester = !caller.agent](const ticketing::Written& written) {
        return record::StoredAnswer{hash, kCreated, body_of(written, *policy, to_requester)};
    };
    if (repeat) {
        turn = co_await services.tickets.repeats.enter(*repeat);
        auto before = co_await answered_before(services.desk.record, *repeat);
        if (!before) co_return tl::unexpected(before.error());
        if (*before) co_return std::move(**before);
        message.repeatable = {repeat->scope, repeat->key, repeat->body_hash, answer_of};
    }
    const auto number = caller.number;
    auto write = [number, policy, message = std::move(message),
                  allowed = allowed_to(std::move(caller))](record::Database& database) {
        return ticketing::write(database, *policy, number, message, wall_clock_ms(), allowed);
    };
    auto written = co_await services.desk.record.run(std::move(write));
    if (!written) co_return tl::unexpected(written.error());
    if (written->repeated) co_return std::move(*written->repeated);
    if (services.tickets.tell) services.tickets.tell(written->ticket, written->before ? &*written->before : nullptr);
    co_return answer_of(*written);
}

}  // namespace ventanilla::api
