#include "api/file_access.hpp"

#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "api/uploads.hpp"
#include "base/random.hpp"
#include "captcha/captcha.hpp"
#include "desk/rights.hpp"
#include "store/record/database.hpp"
#include "store/record/once.hpp"
#include "store/record/tickets.hpp"
#include "ticketing/commands.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;
using protocol::Result;

constexpr std::string_view kChat = "chat:";
constexpr std::string_view kTicket = "ticket:";

tl::unexpected<web::Response> refuse(const web::Request& request, protocol::Error error) {
    return tl::unexpected(web::problem(error, request.locale));
}

boost::asio::awaitable<OrRefusal<FileCaller>> by_token(Services& services, web::Request request) {
    auto found = co_await by_bearer(services, std::move(request));
    if (!found) co_return tl::unexpected(std::move(found.error()));
    FileCaller caller{found->agent ? "a:" + found->agent->id : "v:" + found->visitor};
    caller.agent = std::move(found->agent);
    caller.visitor = std::move(found->visitor);
    co_return caller;
}

/// The secrets are made once per store: asked for once.
desk::Task<void> load_secrets(Services& services) {
    if (services.uploads->captchas) co_return Result<void>();
    struct Secrets {
        std::string ticket;
        std::string captcha;
    };
    auto read = [](record::Database& database) {
        record::Transaction transaction(database);
        record::OnceRepository once(database);
        Secrets secrets{once.secret("ticket-key"), once.secret("captcha")};
        transaction.commit();
        return secrets;
    };
    const auto secrets = co_await services.desk.record.run(std::move(read));
    if (!secrets) co_return tl::unexpected(secrets.error());
    services.uploads->ticket_secret = secrets->ticket;
    services.uploads->captchas = std::make_shared<const captcha::Captchas>(secrets->captcha);
    co_return Result<void>();
}

boost::asio::awaitable<OrRefusal<FileCaller>> by_key(Services& services, web::Request request,
                                                     std::optional<std::int64_t> ticket) {
    if (const auto named = request.query_value("ticket")) ticket = tickets::number_from(*named);
    if (!ticket) co_return refuse(request, {Code::not_found});
    auto loaded = co_await load_secrets(services);
    if (!loaded) co_return refuse(request, loaded.error());
    auto look = [number = *ticket, key = std::string(*request.query_value("key")),
                 secret = services.uploads->ticket_secret](record::Database& database) {
        ticketing::Policy policy;
        policy.key_secret = secret;
        const auto found = record::TicketRepository(database).find(number);
        return found && ticketing::key_fits(policy, *found, key);
    };
    const auto fits = co_await services.desk.record.run(std::move(look));
    if (!fits) co_return refuse(request, fits.error());
    if (!*fits) co_return refuse(request, {Code::not_found});
    FileCaller caller{fmt::format("t:{}", *ticket)};
    caller.ticket = ticket;
    co_return caller;
}

/// A challenge that is genuine, lives, and has not been spent on a ticket.
boost::asio::awaitable<OrRefusal<FileCaller>> by_challenge(Services& services, web::Request request) {
    auto loaded = co_await load_secrets(services);
    if (!loaded) co_return refuse(request, loaded.error());
    const auto identity = services.uploads->captchas->peek(*request.header("x-captcha"), wall_clock_ms());
    if (!identity) co_return refuse(request, {Code::unauthenticated});
    auto ask = [nonce = identity->nonce](record::Database& database) {
        return record::OnceRepository(database).captcha_spent(nonce);
    };
    const auto spent = co_await services.desk.record.run(std::move(ask));
    if (!spent) co_return refuse(request, spent.error());
    if (*spent) co_return refuse(request, {Code::unauthenticated});
    FileCaller caller{"c:" + identity->nonce};
    caller.challenge = identity->nonce;
    co_return caller;
}

boost::asio::awaitable<OrRefusal<FileCaller>> by_cookie(Services& services, web::Request request) {
    auto found = co_await authenticate(services, std::move(request));
    if (!found) co_return tl::unexpected(std::move(found.error()));
    FileCaller caller{"a:" + found->agent.id};
    caller.agent = std::move(found->agent);
    co_return caller;
}

/// Whoever may read a ticket may read its chat (protocol.md 3.5).
desk::Task<bool> reads_a_ticket_of(Services& services, FileCaller caller, std::string chat) {
    auto find = [chat](record::Database& database) { return record::TicketRepository(database).of_chat(chat); };
    const auto tickets = co_await services.desk.record.run(std::move(find));
    if (!tickets) co_return tl::unexpected(tickets.error());
    for (const auto& ticket : *tickets) {
        if (caller.agent && desk::may_read(*caller.agent, ticket)) co_return true;
        if (caller.ticket == ticket.number) co_return true;
    }
    co_return false;
}

desk::Task<bool> reads_chat(Services& services, FileCaller caller, std::string chat) {
    auto meta = co_await desk::find_chat(services.desk, chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (!caller.visitor.empty()) co_return meta->visitor == caller.visitor;
    if (caller.agent && desk::may_read(*caller.agent, *meta, services.site)) co_return true;
    co_return co_await reads_a_ticket_of(services, std::move(caller), std::move(chat));
}

/// Requesters know of no notes, and so not of their files.
desk::Task<bool> is_of_a_note(Services& services, std::string message) {
    auto find = [message](record::Database& database) { return record::TicketRepository(database).message(message); };
    const auto found = co_await services.desk.record.run(std::move(find));
    if (!found) co_return tl::unexpected(found.error());
    co_return found->has_value() && (*found)->kind == protocol::TicketMessageKind::note;
}

desk::Task<bool> reads_as_requester(Services& services, FileCaller caller, std::int64_t number, std::string message) {
    if (caller.ticket != number) co_return false;
    if (message.empty()) co_return true;
    const auto hidden = co_await is_of_a_note(services, std::move(message));
    if (!hidden) co_return tl::unexpected(hidden.error());
    co_return !*hidden;
}

desk::Task<bool> reads_ticket(Services& services, FileCaller caller, std::int64_t number) {
    if (!caller.agent) co_return false;
    auto find = [number](record::Database& database) { return record::TicketRepository(database).find(number); };
    const auto ticket = co_await services.desk.record.run(std::move(find));
    if (!ticket) co_return tl::unexpected(ticket.error());
    co_return ticket->has_value() && desk::may_read(*caller.agent, **ticket);
}

desk::Task<bool> reads(Services& services, FileCaller caller, record::FileRecord file) {
    if (!file.holder) co_return caller.uploader == file.uploader;
    if (file.holder->starts_with(kChat)) {
        co_return co_await reads_chat(services, std::move(caller), file.holder->substr(kChat.size()));
    }
    const auto number = held_ticket(file);
    if (!number) co_return false;
    if (caller.ticket) {
        auto message = file.message.value_or("");
        co_return co_await reads_as_requester(services, std::move(caller), *number, std::move(message));
    }
    co_return co_await reads_ticket(services, std::move(caller), *number);
}

}  // namespace

std::optional<std::int64_t> held_ticket(const record::FileRecord& file) {
    if (!file.holder || !file.holder->starts_with(kTicket)) return std::nullopt;
    const auto text = std::string_view(*file.holder).substr(kTicket.size());
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

boost::asio::awaitable<OrRefusal<FileCaller>> identify(Services& services, web::Request request,
                                                       std::optional<std::int64_t> ticket) {
    if (request.bearer()) co_return co_await by_token(services, std::move(request));
    if (request.query_value("key")) co_return co_await by_key(services, std::move(request), ticket);
    if (request.header("x-captcha")) co_return co_await by_challenge(services, std::move(request));
    co_return co_await by_cookie(services, std::move(request));
}

desk::Task<void> check_readable(Services& services, FileCaller caller, record::FileRecord file) {
    const auto may = co_await reads(services, std::move(caller), std::move(file));
    if (!may) co_return tl::unexpected(may.error());
    if (!*may) co_return protocol::fail(Code::not_found);
    co_return Result<void>();
}

}  // namespace ventanilla::api
