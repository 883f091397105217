// /ticket and /ticket/{number}: the form and the requester's page, which work without a script.

#include <optional>
#include <string>
#include <utility>

#include "api/body.hpp"
#include "api/page_kit.hpp"
#include "api/plain_files.hpp"
#include "api/plain_form.hpp"
#include "api/plain_gate.hpp"
#include "api/submit_ticket.hpp"
#include "api/ticket_access.hpp"
#include "api/ticket_page_model.hpp"
#include "api/ticket_views.hpp"
#include "api/write_message.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "protocol/messages.hpp"
#include "protocol/text.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Code;

/// On everything under /ticket/, whose address holds a key.
web::Response secret(web::Response response) {
    response.set("cache-control", "no-store").set("referrer-policy", "no-referrer");
    return response;
}

/// What went wrong with the whole of a form, and with which status its page comes.
struct Failure {
    unsigned status = 422;
    std::string notice;
    std::int64_t retry_after_s = 0;
};

Failure failure_of(const protocol::Error& error, protocol::Locale locale) {
    if (error.code == Code::bad_field) return {};
    Failure failure{web::status_of(error.code), protocol::message_for(error, locale), 0};
    if (error.retry_after_ms > 0) failure.retry_after_s = (error.retry_after_ms + 999) / 1000;
    return failure;
}

web::Response with_retry(web::Response response, const Failure& failure) {
    if (failure.retry_after_s > 0) response.set("retry-after", std::to_string(failure.retry_after_s));
    return response;
}

// ---------------------------------------------------------------- the form

/// The page with a fresh challenge, where one can be shown without a script.
Answer form_page(Services& services, PagesPtr pages, PageRequest asked, FormPage form, Failure failure,
                 std::string peer) {
    co_await services.desk.board.refresh();
    if (captcha::allows(services.site.captcha, captcha::Kind::code)) {
        auto& limit = services.tickets.limits.captcha;
        const auto allowed = co_await use_limit(services.desk.live, limit, std::move(peer));
        tl::expected<captcha::Challenge, protocol::Error> made = protocol::fail(Code::slow_down);
        if (allowed) made = co_await services.tickets.captchas.make(captcha::Kind::code, asked.locale);
        if (made) {
            form.challenge = std::move(*made);
        } else if (form.notice.empty()) {
            const auto& error = allowed ? made.error() : allowed.error();
            failure = failure_of(error, asked.locale);
            form.notice = failure.notice;
        }
    }
    if (form.once.empty()) form.once = random_token();
    auto model = ticket_form_model(services.site, pages->words(asked.locale), asked, form);
    auto response = page(services, *pages, asked, failure.status, "ticket", "ticket_title", std::move(model));
    co_return with_retry(secret(std::move(response)), failure);
}

Answer show_form(Services& services, PagesPtr pages, web::Request request) {
    FormPage form;
    Failure none{200, "", 0};
    return form_page(services, std::move(pages), page_request(request), std::move(form), std::move(none), request.peer);
}

TypedTicket typed_of(const PlainForm& form) {
    return {form.value("email"),   form.value("rfc"),      form.value("department"),
            form.value("subject"), form.value("priority"), form.value("comments")};
}

json body_of(const TypedTicket& typed) {
    return {{"email", typed.email},     {"rfc", typed.rfc},           {"department", typed.department},
            {"subject", typed.subject}, {"priority", typed.priority}, {"comments", typed.comments}};
}

/// What a form was made with: the same again is the same form sent twice, not another ticket. What answers the challenge is
/// no part of `body`: after a failure the page shows another one.
std::optional<RepeatKey> once_of(const PlainForm& form, std::string_view scope, const json& body) {
    const auto once = form.value("once");
    if (once.empty()) return std::nullopt;
    return RepeatKey{std::string(scope), "page:" + token_hash(once),
                     token_hash(body.dump(-1, ' ', false, json::error_handler_t::replace))};
}

/// Whether the store has it is not known after some failures: sent again it has to be the same form.
std::string once_after(const PlainForm& form, const protocol::Error& error) {
    constexpr std::size_t kMostOnce = 128;
    auto once = form.value("once");
    const bool same = error.code == Code::unavailable || error.code == Code::slow_down;
    return same && once.size() <= kMostOnce ? once : std::string();
}

/// Where the requester reads the new ticket, told from the answer of the API.
std::string sent_path(const record::StoredAnswer& answer, const PageRequest& asked) {
    const auto url = json::parse(answer.body).at("url").get<std::string>();
    auto path = url.substr(url.find("/ticket/")) + "&sent=1";
    if (asked.chosen) path += asked.locale == protocol::Locale::en ? "&lang=en" : "&lang=es";
    return path;
}

json ids_of(const std::vector<record::FileRecord>& files) {
    auto ids = json::array();
    for (const auto& file : files) ids.push_back(file.id);
    return ids;
}

/// What went wrong while the form was read; nothing if all of it is there.
std::optional<Failure> reading_failure(const PlainBody& body, protocol::Locale locale) {
    if (body.failure) return failure_of(*body.failure, locale);
    if (body.complete) return std::nullopt;
    Failure failure;
    if (body.too_big) failure.status = 413;
    return failure;
}

Answer send_form(Services& services, PagesPtr pages, web::Request request) {
    PlainGate gate(services, request.peer, "");
    const auto body = co_await read_plain_form(services, request, gate);
    if (!body) co_return secret(body.error());
    const auto& form = body->form;
    const auto asked = page_request(request);
    FormPage shown;
    shown.typed = typed_of(form);
    shown.files_captcha = files_challenge(form);
    TicketInput input;
    input.uploader = uploader_of(services, form);
    auto kept = co_await keep_files(services, *body, input.uploader, asked.locale);
    auto failed = reading_failure(*body, asked.locale);
    auto error = body->failure.value_or(protocol::Error{Code::bad_field});
    if (!kept) {
        error = kept.error();
        failed = failure_of(error, asked.locale);
    } else {
        shown.kept = std::move(kept->files);
        shown.errors = std::move(kept->errors);
    }
    if (!failed && form.value("action") == "new_code") {
        shown.to_captcha = true;
        failed = Failure{200, "", 0};
    }
    if (failed) {
        shown.notice = failed->notice;
        shown.once = once_after(form, error);
        co_return co_await form_page(services, pages, asked, std::move(shown), std::move(*failed), request.peer);
    }
    input.body = body_of(shown.typed);
    input.repeat = once_of(form, "tickets", input.body);
    input.body["captcha"] = {{"id", form.value("captcha_id")}, {"answer", form.value("captcha_answer")}};
    input.body["files"] = ids_of(shown.kept);
    input.locale = asked.locale;
    input.peer = request.peer;
    input.wrong = std::move(shown.errors);
    auto answer = co_await submit_ticket(services, std::move(input));
    if (answer) co_return secret(web::see_other(sent_path(*answer, asked)));
    auto& refused = answer.error();
    auto failure = failure_of(refused.error, asked.locale);
    shown.errors = std::move(refused.errors);
    shown.notice = failure.notice;
    shown.once = once_after(form, refused.error);
    co_return co_await form_page(services, pages, asked, std::move(shown), std::move(failure), request.peer);
}

// ---------------------------------------------------------------- one ticket

boost::asio::awaitable<protocol::Result<ticketing::Whole>> load(Services& services, TicketCaller caller) {
    auto read = [caller = std::move(caller)](record::Database& database) { return read_for(database, caller); };
    co_return co_await services.desk.record.run(std::move(read));
}

/// A page that says that it could not be had now; the ticket is where it was.
web::Response away(const Services& services, const Pages& pages, PageRequest asked, const protocol::Error& error) {
    if (error.code == Code::not_found) return secret(missing_page(services, pages, std::move(asked)));
    const auto failure = failure_of(error, asked.locale);
    asked.path = "/";
    const json more{{"notice", failure.notice}};
    auto response = page(services, pages, asked, failure.status, "away", "away_title", more);
    return with_retry(secret(std::move(response)), failure);
}

Answer ticket_page(Services& services, PagesPtr pages, PageRequest asked, TicketCaller caller, TicketPage shown,
                   Failure failure, bool sent) {
    co_await services.desk.board.refresh();
    const auto whole = co_await load(services, caller);
    if (!whole) co_return away(services, *pages, asked, whole.error());
    const auto& policy = *services.tickets.policy();
    shown.key = caller.key;
    shown.public_url = policy.public_url;
    if (shown.once.empty()) shown.once = random_token();
    const auto& words = pages->words(asked.locale);
    auto model = sent ? ticket_sent_model(services.site, words, asked, *whole, shown)
                      : ticket_page_model(services.site, words, asked, *whole, shown);
    auto response = page(services, *pages, asked, failure.status, sent ? "ticket-sent" : "ticket-view",
                         sent ? "sent_title" : "ticket_title", std::move(model));
    co_return with_retry(secret(std::move(response)), failure);
}

Answer show_ticket(Services& services, PagesPtr pages, web::Request request) {
    auto asked = page_request(request);
    const auto caller = co_await requester(services, request);
    if (!caller) co_return away(services, *pages, std::move(asked), caller.error());
    const bool sent = request.query_value("sent").has_value();
    TicketPage shown;
    Failure none{200, "", 0};
    co_return co_await ticket_page(services, pages, std::move(asked), *caller, std::move(shown), std::move(none), sent);
}

/// What the requester's form says. A button or a file alone says it in words, for a ticket keeps no empty messages.
json answer_body(const PlainForm& form, const json& words, const std::vector<record::FileRecord>& files) {
    json body{{"text", form.value("text")}, {"files", ids_of(files)}};
    const bool solves = form.value("action") == "solve";
    if (solves) body["state"] = "solved";
    if (!protocol::is_blank(body.at("text").get_ref<const std::string&>())) return body;
    if (solves) {
        body["text"] = words.at("view_solved_text");
    } else if (!files.empty()) {
        body["text"] = words.at("view_files_text");
    }
    return body;
}

/// Back to the page, or to the ticket that goes on from one closed for long.
std::string after_answer(const record::StoredAnswer& answer, const PageRequest& asked, const web::Request& request) {
    const auto body = json::parse(answer.body);
    std::string path;
    if (const auto url = body.find("url"); url != body.end()) {
        const auto whole = url->get<std::string>();
        path = whole.substr(whole.find("/ticket/"));
    } else {
        path = request.path + "?key=" + std::string(request.query_value("key").value_or(""));
    }
    if (asked.chosen) path += asked.locale == protocol::Locale::en ? "&lang=en" : "&lang=es";
    return path + "#last";
}

/// Writes what the form says, within the limit of its address; one that was written before counts no more.
boost::asio::awaitable<protocol::Result<record::StoredAnswer>> write_limited(Services& services, TicketCaller caller,
                                                                             ticketing::NewMessage message,
                                                                             std::optional<RepeatKey> repeat,
                                                                             std::string peer) {
    if (repeat) {
        auto before = co_await answered_before(services.desk.record, *repeat);
        if (!before) co_return tl::unexpected(before.error());
        if (*before) co_return std::move(**before);
    }
    const auto allowed = co_await use_limit(services.desk.live, services.tickets.limits.messages, std::move(peer));
    if (!allowed) co_return tl::unexpected(allowed.error());
    co_return co_await write_message(services, std::move(caller), std::move(message), std::move(repeat));
}

Answer answer_ticket(Services& services, PagesPtr pages, web::Request request) {
    auto asked = page_request(request);
    const auto caller = co_await requester(services, request);
    if (!caller) co_return away(services, *pages, std::move(asked), caller.error());
    PlainGate gate(services, request.peer, caller->uploader());
    const auto plain = co_await read_plain_form(services, request, gate);
    if (!plain) co_return secret(plain.error());
    TicketPage shown;
    shown.typed = plain->form.value("text");
    auto kept = co_await keep_files(services, *plain, caller->uploader(), asked.locale);
    auto failed = reading_failure(*plain, asked.locale);
    auto error = plain->failure.value_or(protocol::Error{Code::bad_field});
    if (!kept) {
        error = kept.error();
        failed = failure_of(error, asked.locale);
    } else {
        shown.kept = std::move(kept->files);
        shown.errors = std::move(kept->errors);
    }
    if (!failed) {
        const auto body = answer_body(plain->form, pages->words(asked.locale), shown.kept);
        Form form(body, asked.locale);
        auto message = read_message(form, *caller);
        for (auto& wrong : shown.errors) form.add(std::move(wrong));
        if (form.good()) {
            const auto typed = json{{"text", shown.typed}, {"action", plain->form.value("action")}};
            auto repeat = once_of(plain->form, "messages:" + std::to_string(caller->number) + ":requester", typed);
            const auto answer =
                co_await write_limited(services, *caller, std::move(message), std::move(repeat), request.peer);
            if (answer) co_return secret(web::see_other(after_answer(*answer, asked, request)));
            error = answer.error();
            if (error.code == Code::bad_field) form.fail(error.field, "unknown");
        }
        failed = failure_of(error, asked.locale);
        shown.errors = form.errors();
    }
    shown.notice = failed->notice;
    shown.once = once_after(plain->form, error);
    co_return co_await ticket_page(services, pages, std::move(asked), *caller, std::move(shown), std::move(*failed),
                                   false);
}

}  // namespace

void add_ticket_pages(web::Router& router, Services& services, const PagesPtr& pages) {
    router.add("GET", "/ticket", bind(services, pages, show_form));
    router.add("POST", "/ticket", bind(services, pages, send_form), plain_form_options());
    router.add("GET", "/ticket/{number}", bind(services, pages, show_ticket));
    router.add("POST", "/ticket/{number}", bind(services, pages, answer_ticket), plain_form_options());
}

}  // namespace ventanilla::api
