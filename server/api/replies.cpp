// /api/v1/replies: texts that agents use often.

#include <utility>

#include "api/authenticate.hpp"
#include "api/body.hpp"
#include "api/handlers.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "desk/rights.hpp"
#include "protocol/encode.hpp"
#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "store/record/saved_replies.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Code;
using protocol::Result;

constexpr std::size_t kMostTitle = 80;

json reply_json(const record::SavedReply& reply) {
    return {{"id", reply.id},
            {"title", reply.title},
            {"text", reply.text},
            {"department", reply.department ? json(*reply.department) : json(nullptr)}};
}

std::string answer_of(const record::SavedReply& reply) {
    const json body{{"reply", reply_json(reply)}};
    return protocol::dump(body);
}

/// Those of other departments are as if they were not there.
bool may_know(const live::AgentMeta& agent, const record::SavedReply& reply) {
    return !reply.department || desk::may_write_reply(agent, reply.department);
}

/// The members that the body has, over those of `reply`.
void read_reply(Form& form, const json& body, const config::Site& site, record::SavedReply& reply) {
    if (form.has("title") || reply.id.empty()) {
        reply.title = form.need_text("title", kMostTitle);
        if (!protocol::is_one_line(reply.title)) form.fail("title", "invalid");
    }
    if (form.has("text") || reply.id.empty()) reply.text = form.need_text("text", protocol::limits::text);
    const auto department = body.find("department");
    if (department == body.end()) return;
    reply.department.reset();
    if (department->is_null()) return;
    reply.department = form.need_text("department", protocol::limits::id);
    if (!form.failed("department") && site.find_department(*reply.department) == nullptr) {
        form.fail("department", "unknown");
    }
}

Answer list_replies(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    auto read = [departments = desk::visible_departments(caller->agent)](record::Database& database) {
        return record::SavedReplyRepository(database).list(departments);
    };
    const auto replies = co_await services.desk.record.run(std::move(read));
    if (!replies) co_return web::problem(replies.error(), request.locale);
    auto list = json::array();
    for (const auto& reply : *replies) list.push_back(reply_json(reply));
    const json body{{"replies", std::move(list)}};
    co_return web::json(200, protocol::dump(body));
}

/// On a pool thread: stores it, and what the client is told with it, in one step. False if another request with this key was
/// faster: nothing was stored.
bool put_reply(record::Database& database, const record::SavedReply& reply, const std::optional<RepeatKey>& repeat) {
    record::Transaction transaction(database);
    record::SavedReplyRepository(database).put(reply);
    if (repeat) {
        const record::StoredAnswer answer{repeat->body_hash, 201, answer_of(reply)};
        record::OnceRepository once(database);
        if (!once.keep_answer(repeat->scope, repeat->key, answer, wall_clock_ms())) return false;
    }
    transaction.commit();
    return true;
}

/// What the client is told of a reply that another request with the same key has stored.
boost::asio::awaitable<web::Response> told_by_another(Services& services, RepeatKey repeat, protocol::Locale locale) {
    const auto answer = co_await answered_before(services.desk.record, std::move(repeat));
    if (!answer) co_return web::problem(answer.error(), locale);
    if (*answer) co_return repeated(**answer);
    co_return web::problem({Code::unavailable, "", 1000}, locale);
}

Answer create_reply(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    Form form(*body, request.locale);
    record::SavedReply reply;
    read_reply(form, *body, services.site, reply);
    if (!form.good()) co_return form.refusal();
    if (!desk::may_write_reply(caller->agent, reply.department)) {
        co_return web::problem({Code::forbidden}, request.locale);
    }
    auto repeat = repeat_key(request, "replies:" + caller->agent.id);
    if (!repeat) co_return web::problem(repeat.error(), request.locale);
    Repeats::Turn turn;
    reply.id = random_id("r_");
    if (*repeat) {
        turn = co_await services.tickets.repeats.enter(**repeat);
        const auto before = co_await answered_before(services.desk.record, **repeat);
        if (!before) co_return web::problem(before.error(), request.locale);
        if (*before) co_return repeated(**before);
    }
    reply.author_id = caller->agent.id;
    reply.updated_at = wall_clock_ms();
    auto store = [reply, repeat = *repeat](record::Database& database) { return put_reply(database, reply, repeat); };
    const auto stored = co_await services.desk.record.run(std::move(store));
    if (!stored) co_return web::problem(stored.error(), request.locale);
    if (!*stored) co_return co_await told_by_another(services, **repeat, request.locale);
    co_return web::json(201, answer_of(reply));
}

/// The reply, if the agent may write it: not_found if they may not know of it, forbidden if they may only use it.
boost::asio::awaitable<Result<record::SavedReply>> writable(Services& services, live::AgentMeta agent, std::string id) {
    auto find = [id](record::Database& database) { return record::SavedReplyRepository(database).find(id); };
    auto found = co_await services.desk.record.run(std::move(find));
    if (!found) co_return tl::unexpected(found.error());
    if (!*found || !may_know(agent, **found)) co_return protocol::fail(Code::not_found);
    if (!desk::may_write_reply(agent, (*found)->department)) co_return protocol::fail(Code::forbidden);
    co_return std::move(**found);
}

Answer change_reply(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    auto reply = co_await writable(services, caller->agent, std::string(request.param("id")));
    if (!reply) co_return web::problem(reply.error(), request.locale);
    Form form(*body, request.locale);
    read_reply(form, *body, services.site, *reply);
    if (!form.good()) co_return form.refusal();
    if (!desk::may_write_reply(caller->agent, reply->department)) {
        co_return web::problem({Code::forbidden}, request.locale);
    }
    reply->updated_at = wall_clock_ms();
    auto store = [reply = *reply](record::Database& database) { return put_reply(database, reply, std::nullopt); };
    const auto stored = co_await services.desk.record.run(std::move(store));
    if (!stored) co_return web::problem(stored.error(), request.locale);
    co_return web::json(200, answer_of(*reply));
}

Answer delete_reply(Services& services, web::Request request) {
    const auto caller = co_await authenticate(services, request);
    if (!caller) co_return caller.error();
    const auto reply = co_await writable(services, caller->agent, std::string(request.param("id")));
    if (!reply) co_return web::problem(reply.error(), request.locale);
    auto remove = [id = reply->id](record::Database& database) {
        record::Transaction transaction(database);
        record::SavedReplyRepository(database).remove(id);
        transaction.commit();
    };
    const auto removed = co_await services.desk.record.run(std::move(remove));
    if (!removed) co_return web::problem(removed.error(), request.locale);
    co_return web::no_content();
}

}  // namespace

void add_replies(web::Router& router, Services& services) {
    on(router, services, "GET", "/api/v1/replies", list_replies);
    on(router, services, "POST", "/api/v1/replies", create_reply);
    on(router, services, "PATCH", "/api/v1/replies/{id}", change_reply);
    on(router, services, "DELETE", "/api/v1/replies/{id}", delete_reply);
}

}  // namespace ventanilla::api
