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
using protocol::Code;
using protocol::Result;
using protocol::TicketMessageKind;

constexpr int kCreated = 201;

/// What was written, what the ticket was before, and what the client is told.
struct Outcome {
    std::optional<record::TicketRecord> before;
    ticketing::Written written;
    record::StoredAnswer answer;
};

std::string body_of(const ticketing::Written& written, const ticketing::Policy& policy, bool to_requester) {
    json body{{"message", message_json(written.message, written.files)}, {"ticket", ticket_json(written.ticket)}};
    if (written.new_ticket && to_requester) {
        // Their link leads to the ticket that is closed for good; this is the one that goes on from it.
        const auto number = written.ticket.number;
        body["url"] = ticket_url(policy.public_url, number, ticketing::requester_key(policy, number));
    }
    return protocol::dump(body);
}

/// On a pool thread.
Result<Outcome> write_on_pool(record::Database& database, const ticketing::Policy& policy, const TicketCaller& caller,
                              const ticketing::NewMessage& message, const std::optional<RepeatKey>& repeat) {
    const auto now = wall_clock_ms();
    Outcome outcome;
    outcome.before = record::TicketRepository(database).find(part_of(database, caller.number));
    if (!outcome.before || !may_read(caller, *outcome.before)) return protocol::fail(Code::not_found);
    auto written = ticketing::write(database, policy, caller.number, message, now);
    if (!written) return tl::unexpected(written.error());
    outcome.written = std::move(*written);
    outcome.answer = {repeat ? repeat->body_hash : "", kCreated, body_of(outcome.written, policy, !caller.agent)};
    // The message's id is made of the key: should this server end right here, the repeated request finds the message.
    if (repeat) record::OnceRepository(database).keep_answer(repeat->scope, repeat->key, outcome.answer, now);
    return outcome;
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

boost::asio::awaitable<Result<record::StoredAnswer>> write_message(Services& services, TicketCaller caller,
                                                                   ticketing::NewMessage message,
                                                                   std::optional<RepeatKey> repeat) {
    Repeats::Turn turn;
    message.id = random_id("m_");
    if (repeat) {
        turn = co_await services.tickets.repeats.enter(*repeat);
        auto before = co_await answered_before(services.desk.record, *repeat);
        if (!before) co_return tl::unexpected(before.error());
        if (*before) co_return std::move(**before);
        message.id = id_for(*repeat, "m_");
    }
    auto write = [caller = std::move(caller), message = std::move(message), repeat = std::move(repeat),
                  policy = services.tickets.policy()](record::Database& database) {
        return write_on_pool(database, *policy, caller, message, repeat);
    };
    auto outcome = co_await services.desk.record.run(std::move(write));
    if (!outcome) co_return tl::unexpected(outcome.error());
    const auto& written = outcome->written;
    if (services.tickets.tell && !written.existed) {
        services.tickets.tell(written.ticket, written.new_ticket ? nullptr : &*outcome->before);
    }
    co_return std::move(outcome->answer);
}

}  // namespace ventanilla::api
