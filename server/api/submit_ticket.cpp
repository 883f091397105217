#include "api/submit_ticket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "api/ticket_form.hpp"
#include "api/ticket_views.hpp"
#include "base/clock.hpp"
#include "desk/ticket_log.hpp"
#include "desk/ticket_origin.hpp"
#include "protocol/encode.hpp"
#include "store/record/once.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;
using protocol::Result;
using Refused = tl::unexpected<TicketRefused>;

constexpr int kCreated = 201;

Refused refused(protocol::Error error) {
    return Refused(TicketRefused{std::move(error), {}});
}

Refused refused(const Form& form) {
    return Refused(TicketRefused{{Code::bad_field, form.errors().front().field}, form.errors()});
}

/// What is wrong with an answer to a challenge ("" if nothing is). A wrong code spends its challenge at once, before its
/// other answers are looked at.
boost::asio::awaitable<Result<std::string>> judge(Services& services, captcha::Checked checked) {
    if (checked.verdict == captcha::Verdict::malformed) co_return "wrong";
    if (checked.verdict == captcha::Verdict::expired) co_return "expired";
    const bool right = checked.verdict == captcha::Verdict::right;
    const bool spend = !right && checked.challenge.kind == captcha::Kind::code;
    auto look = [challenge = std::move(checked.challenge), spend](record::Database& database) {
        record::OnceRepository once(database);
        if (!spend) return once.captcha_spent(challenge.nonce);
        record::Transaction transaction(database);
        const bool fresh = once.spend_captcha(challenge.nonce, challenge.expires_at);
        transaction.commit();
        return !fresh;
    };
    const auto spent = co_await services.desk.record.run(std::move(look));
    if (!spent) co_return tl::unexpected(spent.error());
    if (*spent) co_return "used";
    co_return right ? "" : "wrong";
}

/// Adds what is wrong with the captcha to the form; gives the challenge that the ticket will spend.
boost::asio::awaitable<Result<ticketing::Captcha>> check_captcha(Services& services, Form& form, CaptchaAnswer answer) {
    auto& tickets = services.tickets;
    auto checked = co_await tickets.captchas.check(std::move(answer.id), std::move(answer.answer));
    if (!checked) co_return tl::unexpected(checked.error());
    ticketing::Captcha challenge{checked->challenge.nonce, checked->challenge.expires_at};
    const auto fault = co_await judge(services, std::move(*checked));
    if (!fault) co_return tl::unexpected(fault.error());
    if (!fault->empty()) {
        ++tickets.wrong_captchas;
        form.fail("captcha", *fault);
    }
    co_return challenge;
}

ticketing::NewTicket new_ticket(const TicketForm& form, const TicketInput& input) {
    ticketing::NewTicket ticket;
    ticket.channel = form.channel;
    ticket.email = form.email;
    ticket.name = form.name;
    ticket.rfc = form.rfc;
    ticket.department = form.department;
    ticket.subject = form.subject;
    ticket.priority = form.priority;
    ticket.comments = form.comments;
    // The agent's browser says nothing of the person on the phone, who is written to in the site's language.
    if (!input.agent) ticket.locale = protocol::to_string(input.locale);
    ticket.attach = {input.uploader, form.files};
    ticket.by.role = protocol::TicketRole::requester;
    if (input.agent) ticket.by = {protocol::TicketRole::agent, input.agent->id, input.agent->name};
    return ticket;
}

/// The chat that the form names as what it is about; nothing if it names none.
desk::Task<void> take_chat(Services& services, ticketing::NewTicket& ticket, std::string visitor, std::string chat) {
    if (chat.empty()) co_return Result<void>();
    auto origin = co_await desk::ticket_origin(services.desk, std::move(visitor), std::move(chat));
    if (!origin) co_return tl::unexpected(origin.error());
    ticket.chat_id = std::move(origin->chat);
    ticket.started_at = origin->started_at;
    ticket.first_responded_at = origin->first_responded_at;
    ticket.completes_chat_end = true;
    co_return Result<void>();
}

/// Tells who should know of it: the consoles, and the chat's log, after the answer.
void spread(Services& services, const ticketing::Created& created) {
    auto& shared = services.tickets;
    if (!created.completed) ++shared.opened;
    if (shared.tell) shared.tell(created.ticket, created.completed ? &*created.completed : nullptr);
    if (!created.ticket.chat_id) return;
    auto& io = services.desk.io;
    boost::asio::co_spawn(io, desk::deliver_ticket_entries(services.desk), boost::asio::detached);
}

/// The body of the 201.
std::string created_body(const ticketing::Created& created, const std::string& public_url, bool good_check_digit,
                         protocol::Locale locale) {
    nlohmann::json body{{"ticket", ticket_json(created.ticket)},
                        {"url", ticket_url(public_url, created.ticket.number, created.key)}};
    if (!good_check_digit) {
        body["warnings"] = {{{"field", "rfc"}, {"code", "rfc_check_digit"}, {"message", check_digit_words(locale)}}};
    }
    return protocol::dump(body);
}

/// What the store found wrong that the form could not know.
Refused refused_by_store(Form& form, const protocol::Error& error) {
    if (error.code != Code::bad_field) return refused(error);
    form.fail(error.field, error.field == "captcha"           ? "used"
                           : error.field.starts_with("files") ? "unknown"
                                                              : "invalid");
    return refused(form);
}

/// What became of a form that nobody has answered before.
struct Opened {
    record::StoredAnswer answer;
    bool repeated = false;  ///< another server was faster with the same Idempotency-Key
};

boost::asio::awaitable<tl::expected<Opened, TicketRefused>> open_ticket(Services& services, TicketInput input) {
    auto& shared = services.tickets;
    Form form(input.body, input.locale);
    auto fields = read_ticket_form(form, input.body, services.site, input.agent.has_value());
    for (auto& error : input.wrong) form.add(std::move(error));
    std::optional<ticketing::Captcha> challenge;
    if (fields.captcha) {
        auto checked = co_await check_captcha(services, form, std::move(*fields.captcha));
        if (!checked) co_return refused(checked.error());
        challenge = std::move(*checked);
    }
    if (!form.good()) co_return refused(form);

    if (input.uploader.empty()) input.uploader = input.agent ? "a:" + input.agent->id : "c:" + challenge->challenge;
    auto ticket = new_ticket(fields, input);
    ticket.captcha = challenge;
    const auto about = co_await take_chat(services, ticket, input.visitor, std::move(fields.chat));
    if (!about) co_return refused(about.error());
    auto answer_of = [url = shared.public_url(), good = fields.rfc_check_digit_good, locale = input.locale,
                      hash =
                          input.repeat ? input.repeat->body_hash : std::string()](const ticketing::Created& created) {
        return record::StoredAnswer{hash, kCreated, created_body(created, url, good, locale)};
    };
    if (input.repeat) {
        ticket.repeatable = {input.repeat->scope, input.repeat->key, input.repeat->body_hash, answer_of};
    }
    auto create = [ticket = std::move(ticket), policy = shared.policy()](record::Database& database) {
        return ticketing::create(database, *policy, ticket, wall_clock_ms());
    };
    auto created = co_await services.desk.record.run(std::move(create));
    if (!created) co_return refused_by_store(form, created.error());
    if (created->repeated) co_return Opened{std::move(*created->repeated), true};
    spdlog::info("ticket {} {} by {}", created->ticket.number, created->completed ? "completed" : "opened",
                 input.agent ? input.agent->id : "form");
    spread(services, *created);
    co_return Opened{answer_of(*created)};
}

/// Tickets count for an address, and wrong answers to a challenge; not a form that has to be corrected.
bool counts(const tl::expected<Opened, TicketRefused>& opened) {
    if (opened) return !opened->repeated;
    const auto& errors = opened.error().errors;
    return std::any_of(errors.begin(), errors.end(),
                       [](const auto& error) { return error.field == "captcha" && error.code != "required"; });
}

}  // namespace

boost::asio::awaitable<tl::expected<record::StoredAnswer, TicketRefused>> submit_ticket(Services& services,
                                                                                        TicketInput input) {
    auto& shared = services.tickets;
    Repeats::Turn turn;
    if (input.repeat) {
        turn = co_await shared.repeats.enter(*input.repeat);
        auto before = co_await answered_before(services.desk.record, *input.repeat);
        if (!before) co_return refused(before.error());
        if (*before) co_return std::move(**before);
    }
    const bool stranger = !input.agent;
    const auto peer = input.peer;
    auto& live = services.desk.live;
    if (stranger) {
        // Before it is known whether it counts: many that are sent at once must not all pass.
        const auto allowed = co_await use_limit(live, shared.limits.tickets, peer);
        if (!allowed) co_return refused(allowed.error());
    }
    auto opened = co_await open_ticket(services, std::move(input));
    if (stranger && !counts(opened)) co_await give_back(live, shared.limits.tickets, peer);
    if (!opened) co_return tl::unexpected(std::move(opened.error()));
    co_return std::move(opened->answer);
}

}  // namespace ventanilla::api
