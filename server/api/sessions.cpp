// POST /api/v1/sessions and DELETE /api/v1/sessions/current.

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "api/authenticate.hpp"
#include "api/body.hpp"
#include "api/cookie.hpp"
#include "api/handlers.hpp"
#include "base/random.hpp"
#include "desk/convert.hpp"
#include "desk/routed.hpp"
#include "protocol/data.hpp"
#include "protocol/encode.hpp"
#include "store/record/agents.hpp"
#include "web/address.hpp"
#include "web/request_check.hpp"

namespace ventanilla::api {
namespace {

using protocol::Code;
using protocol::Result;

constexpr std::int64_t kFailuresPerAccount = 10;
constexpr std::int64_t kFailuresPerAddress = 50;
constexpr std::int64_t kWindow_s = 15 * 60;
constexpr std::size_t kMostUsername = 80;
constexpr std::size_t kMostPassword = 1024;

/// The counters that one attempt to sign in falls under. Hashed, for what is typed as a user name may be a password.
struct Counters {
    std::string account;
    std::string address;
};

Counters counters_of(const web::Request& request, const std::string& username) {
    const auto address = web::limit_key(request.peer);
    return {"login:" + token_hash(address + "\n" + username), "login:" + token_hash(address)};
}

boost::asio::awaitable<Result<void>> check_allowed(Services& services, Counters counters) {
    auto& live = services.desk.live;
    const auto account = co_await live.allowed(counters.account, kFailuresPerAccount);
    if (!account) co_return tl::unexpected(account.error());
    const auto address = co_await live.allowed(counters.address, kFailuresPerAddress);
    if (!address) co_return tl::unexpected(address.error());
    if (*account && *address) co_return Result<void>();
    ++(*account ? services.sign_ins.address : services.sign_ins.account);
    co_return protocol::fail(Code::slow_down, "", kWindow_s * 1000);
}

boost::asio::awaitable<Result<void>> count_failure(live::LiveStore& live, Counters counters) {
    auto counted = co_await live.count_failure(counters.account, kWindow_s);
    if (counted) counted = co_await live.count_failure(counters.address, kWindow_s);
    co_return counted;
}

/// The agent whose name and password these are; unauthenticated whatever is wrong with them, after the same time.
boost::asio::awaitable<Result<record::Agent>> find_agent(Services& services, std::string username,
                                                         std::string password) {
    auto look_up = [username](record::Database& database) {
        return record::AgentRepository(database).find_by_username(username);
    };
    auto agent = co_await services.desk.record.run(std::move(look_up));
    if (!agent) co_return tl::unexpected(agent.error());
    const bool known = agent->has_value() && !(*agent)->disabled;
    std::string hash = known ? (*agent)->password_hash : std::string();
    const auto right = co_await services.passwords.verify(std::move(password), std::move(hash));
    if (!right) co_return tl::unexpected(right.error());
    if (!known || !*right) co_return protocol::fail(Code::unauthenticated);
    co_return std::move(**agent);
}

/// find_agent within the limits on guessing.
boost::asio::awaitable<Result<record::Agent>> find_agent_guarded(Services& services, Counters counters,
                                                                 std::string username, std::string password) {
    auto& live = services.desk.live;
    auto allowed = co_await check_allowed(services, counters);
    if (!allowed) co_return tl::unexpected(allowed.error());
    auto agent = co_await find_agent(services, std::move(username), std::move(password));
    if (!agent && agent.error().code == Code::slow_down) ++services.sign_ins.busy;
    if (!agent && agent.error().code == Code::unauthenticated) {
        auto counted = co_await count_failure(live, counters);
        if (!counted) co_return tl::unexpected(counted.error());
        co_return agent;
    }
    // Again: many guesses sent at once would all have passed the first look.
    allowed = co_await check_allowed(services, counters);
    if (!allowed) co_return tl::unexpected(allowed.error());
    co_return agent;
}

/// Gives the agent a session and says by which token. The live store hears of the agent before, for one who was added
/// a moment ago may not have come there yet.
boost::asio::awaitable<Result<std::string>> open_session(Services& services, live::AgentMeta agent) {
    auto& live = services.desk.live;
    const auto id = agent.id;
    auto events = co_await live.agent_put(std::move(agent));
    if (!events) co_return tl::unexpected(events.error());
    desk::dispatch(services.desk, std::move(*events));
    const auto token = random_token();
    const auto created = co_await live.session_create(token_hash(token), id, wall_clock_ms());
    if (!created) co_return tl::unexpected(created.error());
    co_return token;
}

/// The general words, "your session ended", are no help to somebody who is about to begin one.
web::Response refuse(const protocol::Error& error, protocol::Locale locale) {
    auto response = web::problem(error, locale);
    if (error.code != Code::unauthenticated) return response;
    auto body = nlohmann::json::parse(response.body);
    body["detail"] = locale == protocol::Locale::es_mx ? "El usuario o la contraseña no son correctos."
                                                       : "The user name or the password is not right.";
    response.body = protocol::dump(body);
    return response;
}

Answer sign_in(Services& services, web::Request request) {
    if (request.cookie(services.cookie_name)) {
        if (auto refused = web::refuse_cross_site(request)) co_return std::move(*refused);
    }
    const auto body = json_object(request.body);
    if (!body) co_return web::problem(body.error(), request.locale);
    Form form(*body, request.locale);
    auto username = web::lower(form.need_text("username", kMostUsername));
    auto password = form.need_text("password", kMostPassword);
    if (!form.good()) co_return form.refusal();

    auto counters = counters_of(request, username);
    auto agent = co_await find_agent_guarded(services, std::move(counters), std::move(username), std::move(password));
    if (!agent) {
        spdlog::info("sign-in refused for {}: {}", request.peer, protocol::to_string(agent.error().code));
        co_return refuse(agent.error(), request.locale);
    }
    auto meta = desk::routed(*agent, services.site);
    const auto self = desk::to_self(meta);
    auto token = co_await open_session(services, std::move(meta));
    if (!token) co_return web::problem(token.error(), request.locale);
    spdlog::info("agent {} signed in from {}", self.id, request.peer);
    const nlohmann::json answer{{"agent", protocol::to_json(self)}, {"token", *token}};
    auto response = web::json(200, protocol::dump(answer));
    response.set("set-cookie", session_cookie(services.cookie_name, *token, services.secure_cookie));
    co_return response;
}

Answer sign_out(Services& services, web::Request request) {
    const auto locale = request.locale;
    auto caller = co_await authenticate(services, std::move(request));
    if (!caller) co_return std::move(caller.error());
    auto events = co_await services.desk.live.session_end(caller->session_hash);
    if (!events) co_return web::problem(events.error(), locale);
    desk::dispatch(services.desk, std::move(*events));
    auto response = web::no_content();
    response.set("set-cookie", cleared_cookie(services.cookie_name, services.secure_cookie));
    co_return response;
}

}  // namespace

void add_sessions(web::Router& router, Services& services) {
    on(router, services, "POST", "/api/v1/sessions", sign_in);
    on(router, services, "DELETE", "/api/v1/sessions/current", sign_out);
}

}  // namespace ventanilla::api
