#include "api/authenticate.hpp"

#include <utility>

#include "base/random.hpp"

namespace ventanilla::api {

boost::asio::awaitable<OrRefusal<Signed>> authenticate(Services& services, web::Request request) {
    Signed found;
    auto token = request.bearer();
    if (!token) {
        token = request.cookie(services.cookie_name);
        found.by_cookie = token.has_value();
    }
    if (!token) co_return tl::unexpected(web::problem({protocol::Code::unauthenticated}, request.locale));
    if (found.by_cookie) {
        if (auto refused = web::refuse_cross_site(request)) co_return tl::unexpected(std::move(*refused));
    }
    found.session_hash = token_hash(*token);
    auto agent = co_await services.desk.live.session_check(found.session_hash, wall_clock_ms());
    if (!agent) co_return tl::unexpected(web::problem(agent.error(), request.locale));
    found.agent = std::move(*agent);
    co_return found;
}

boost::asio::awaitable<OrRefusal<Bearer>> by_bearer(Services& services, web::Request request) {
    auto& live = services.desk.live;
    const auto hash = token_hash(*request.bearer());
    auto agent = co_await live.session_check(hash, wall_clock_ms());
    if (agent) co_return Bearer{std::move(*agent), {}};
    if (agent.error().code != protocol::Code::unauthenticated) {
        co_return tl::unexpected(web::problem(agent.error(), request.locale));
    }
    auto visitor = co_await live.visitor_check(hash);
    if (!visitor) co_return tl::unexpected(web::problem(visitor.error(), request.locale));
    co_return Bearer{std::nullopt, std::move(*visitor)};
}

}  // namespace ventanilla::api
