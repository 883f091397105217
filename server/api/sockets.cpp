// /ws/visitor and /ws/agent.

#include <algorithm>
#include <utility>

#include "api/authenticate.hpp"
#include "api/handlers.hpp"

namespace ventanilla::api {
namespace {

using Decision = tl::expected<std::shared_ptr<web::SocketEvents>, web::Response>;

/// A socket can do nothing without Redis; its client comes back by itself.
std::optional<web::Response> refuse_without_store(const Services& services, protocol::Locale locale) {
    const auto broken = services.broken();
    if (std::find(broken.begin(), broken.end(), "redis") == broken.end()) return std::nullopt;
    return web::problem({protocol::Code::unavailable, "", 1000}, locale);
}

boost::asio::awaitable<Decision> open_visitor(Services& services, web::Request request) {
    if (auto refused = refuse_without_store(services, request.locale)) co_return tl::unexpected(std::move(*refused));
    co_return session::visitor_session(services.sessions, request.locale);
}

boost::asio::awaitable<Decision> open_agent(Services& services, web::Request request) {
    const auto locale = request.locale;
    // Browsers send the cookie with an upgrade from any page and CORS does not apply: the origin is all there is.
    const bool by_token = request.bearer().has_value();
    const bool trusted = request.origin.empty() ? by_token : request.own_origin;
    const bool has_session = by_token || request.cookie(services.cookie_name);
    if (has_session && !trusted) {
        co_return tl::unexpected(web::problem(403, "the console's socket is for this server's own origin", locale));
    }
    if (auto refused = refuse_without_store(services, locale)) co_return tl::unexpected(std::move(*refused));
    auto caller = co_await authenticate(services, std::move(request));
    if (!caller) co_return tl::unexpected(std::move(caller.error()));
    co_return session::agent_session(services.sessions, locale, std::move(caller->agent),
                                     std::move(caller->session_hash));
}

}  // namespace

void add_sockets(web::Router& router, Services& services) {
    router.socket("/ws/visitor",
                  [&services](web::Request request) { return open_visitor(services, std::move(request)); });
    router.socket("/ws/agent", [&services](web::Request request) { return open_agent(services, std::move(request)); });
}

}  // namespace ventanilla::api
