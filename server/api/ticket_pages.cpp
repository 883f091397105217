// /ticket and /ticket/{number}: the form and the requester's page, which work without a script.

#include <optional>
#include <string>
#include <utility>

#include "api/body.hpp"
#include "api/page_kit.hpp"
#include "api/plain_files.hpp"
#include "api/plain_form.hpp"
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
    Failure failure{web::status_of(error.code), protocol::message_for(error.code, "", locale), 0};
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
        const auto allowed = co_await check_limit(services.desk.live, limit, peer);
        tl::expected<captcha::Challenge, protocol::Error> made = protocol::fail(Code::slow_down);
        if (allowed) made = co_await services.tickets.captchas.make(captcha::Kind::code, asked.locale);
        if (made) {
            form.challenge = std::move(*made);
            co_await count_use(services.desk.live, limit, std::move(peer));
        } else if (form.notice.empty()) {
            const auto& error = allowed ? made.error() : allowed.error();
            failure = failure_of(error, asked.locale);
            form.notice = failure.notice;
        }
    }
    form.once = random_token();
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

json body_of(const TypedTicket& typed, const PlainForm& form) {
    return {{"email", typed.email},
            {"rfc", typed.rfc},
            {"department", typed.department},
            {"subject", typed.subject},
            {"priority", typed.priority},
            {"comments", typed.comments},
            {"captcha", {{"id", form.value("captcha_id")}, {"answer", form.value("captcha_answer")}}}};
}

/// What a form was made with: the same again is the same form sent twice, not another ticket.
std::optional<RepeatKey> once_of(const PlainForm& form, std::string_view scope, const json& body) {
    const auto once = form.value("once");
    if (once.empty()) return std::nullopt;
    return RepeatKey{std::string(scope), "page:" + token_hash(once),
                     token_hash(body.dump(-1, ' ', false, json::error_handler_t::replace))};
}

/// Where the requester reads the new ticket, told from the answer of the API.
std::string sent_path(const record::StoredAnswer& answer, const PageRequest& asked) {
    const auto url = json::parse(answer.body).at("url").get<std::string>();
    auto path = url.substr(url.find("/ticket/")) + "&sent=1";
    if (asked.chosen) path += asked.locale == protocol::Locale::en ? "&lang=en" : "&lang=es";
    return path;
}

/// Who the files of the form belong to until there is a ticket: the challenge that it came with first, whether it has expired
/// since or not. "" for one that is none of ours.
std::string uploader_of(const Services& services, const std::string& challenge) {
    const auto checked = services.tickets.captchas.captchas().check(challenge, "", wall_clock_ms());
    return checked.verdict == captcha::Verdict::malformed ? "" : "c:" + checked.challenge.nonce;
}

std::string files_challenge(const PlainForm& form) {
    auto first = form.value("files_captcha");
    return first.empty() ? form.value("captcha_id") : first;
}

json ids_of(const std::vector<record::FileRecord>& files) {
    auto ids = json::array();
    for (const auto& file : files) ids.push_back(file.id);
    return ids;
}

/// The form with its files, which are kept; or what went wrong with all of it.
boost::asio::awaitable<OrRefusal<PlainBody>> read_limited(Services& services, web::Request request) {
    auto& limit = services.tickets.limits.uploads;
    if (request.media_type() == "multipart/form-data") {
        const auto allowed = co_await check_limit(services.desk.live, limit, request.peer);
        if (!allowed) co_return tl::unexpected(web::problem(allowed.error(), request.locale));
    }
    auto body = co_await read_plain_form(services, request);
    if (!body) co_return body;
    for (std::size_t i = 0; i < body->files.size(); ++i) {
        co_await count_use(services.desk.live, limit, request.peer);
    }
    co_return body;
}

Answer send_form(Services& services, PagesPtr pages, web::Request request) {
    const auto body = co_await read_limited(services, request);
    if (!body) co_return body.error();
    const auto& form = body->form;
    const auto asked = page_request(request);
    FormPage shown;
    shown.typed = typed_of(form);
    shown.files_captcha = files_challenge(form);
    TicketInput input;
    input.uploader = uploader_of(services, shown.files_captcha);
    auto kept = co_await keep_files(services, *body, input.uploader, asked.locale);
    if (!kept) {
        auto failure = failure_of(kept.error(), asked.locale);
        shown.notice = failure.notice;
        co_return co_await form_page(services, pages, asked, std::move(shown), std::move(failure), request.peer);
    }
    shown.kept = std::move(kept->files);
    if (form.value("action") == "new_code") {
        shown.to_captcha = true;
        shown.errors = std::move(kept->errors);
        Failure none{200, "", 0};
        co_return co_await form_page(services, pages, asked, std::move(shown), std::move(none), request.peer);
    }
    input.body = body_of(shown.typed, form);
    input.body["files"] = ids_of(shown.kept);
    input.locale = asked.locale;
    input.peer = request.peer;
    input.wrong = std::move(kept->errors);
    input.repeat = once_of(form, "tickets", body_of(shown.typed, form));
    auto answer = co_await submit_ticket(services, std::move(input));
    if (answer) co_return secret(web::see_other(sent_path(*answer, asked)));
    auto& refused = answer.error();
    auto failure = failure_of(refused.error, asked.locale);
    shown.errors = std::move(refused.errors);
    shown.notice = failure.notice;
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
    shown.once = random_token();
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

/// Writes what the form says, within the limit of its address.
boost::asio::awaitable<protocol::Result<record::StoredAnswer>> write_limited(Services& services, TicketCaller caller,
                                                                             ticketing::NewMessage message,
                                                                             std::optional<RepeatKey> repeat,
                                                                             std::string peer) {
    auto& limit = services.tickets.limits.messages;
    const auto allowed = co_await check_limit(services.desk.live, limit, peer);
    if (!allowed) co_return tl::unexpected(allowed.error());
    auto answer = co_await write_message(services, std::move(caller), std::move(message), std::move(repeat));
    if (answer) co_await count_use(services.desk.live, limit, std::move(peer));
    co_return answer;
}

Answer answer_ticket(Services& services, PagesPtr pages, web::Request request) {
    auto asked = page_request(request);
    const auto caller = co_await requester(services, request);
    if (!caller) co_return away(services, *pages, std::move(asked), caller.error());
    const auto plain = co_await read_limited(services, request);
    if (!plain) co_return plain.error();
    TicketPage shown;
    shown.typed = plain->form.value("text");
    Failure failure;
    auto kept = co_await keep_files(services, *plain, caller->uploader(), asked.locale);
    if (!kept) {
        failure = failure_of(kept.error(), asked.locale);
        shown.notice = failure.notice;
        co_return co_await ticket_page(services, pages, std::move(asked), *caller, std::move(shown), std::move(failure),
                                       false);
    }
    shown.kept = std::move(kept->files);
    const auto body = answer_body(plain->form, pages->words(asked.locale), shown.kept);
    Form form(body, asked.locale);
    auto message = read_message(form, *caller);
    for (auto& error : kept->errors) form.add(std::move(error));
    if (form.good()) {
        const auto typed = json{{"text", shown.typed}, {"action", plain->form.value("action")}};
        auto repeat = once_of(plain->form, "messages:" + std::to_string(caller->number) + ":requester", typed);
        const auto answer =
            co_await write_limited(services, *caller, std::move(message), std::move(repeat), request.peer);
        if (answer) co_return secret(web::see_other(after_answer(*answer, asked, request)));
        failure = failure_of(answer.error(), asked.locale);
        if (answer.error().code == Code::bad_field) form.fail(answer.error().field, "unknown");
    }
    shown.errors = form.errors();
    shown.notice = failure.notice;
    co_return co_await ticket_page(services, pages, std::move(asked), *caller, std::move(shown), std::move(failure),
                                   false);
}

}  // namespace

void add_ticket_pages(web::Router& router, Services& services, const PagesPtr& pages) {
    router.add("GET", "/ticket", bind(services, pages, show_form));
    router.add("POST", "/ticket", bind(services, pages, send_form), plain_form_options(services));
    router.add("GET", "/ticket/{number}", bind(services, pages, show_ticket));
    router.add("POST", "/ticket/{number}", bind(services, pages, answer_ticket), plain_form_options(services));
}

}  // namespace ventanilla::api
