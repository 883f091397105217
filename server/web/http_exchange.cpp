// What becomes of one request: refused, answered by a handler, or upgraded. The bytes are http_connection.cpp's.

#include <exception>

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/verb.hpp>
#include <spdlog/spdlog.h>

#include "web/http_connection.hpp"
#include "web/websocket.hpp"

namespace ventanilla::web {

namespace http = boost::beast::http;

Response HttpConnection::refuse(const Bad& bad, Refusal refusal) {
    engine_->refused(refusal);
    spdlog::debug("request of {} refused with {}: {}", remote_, bad.status, bad.why);
    exchange_.keep = false;
    const auto locale = exchange_.request.verb.empty() ? engine_->options.locale : exchange_.request.locale;
    return problem(bad.status, bad.why, locale);
}

boost::asio::awaitable<Response> HttpConnection::answer() {
    auto decided = take_apart();
    if (!decided) decided = decide();
    if (decided) {
        // What follows may be the body: it is not worth reading.
        if (exchange_.framing.has_body()) exchange_.keep = false;
    } else if (exchange_.match.route->socket) {
        decided = co_await upgrade();
    } else if (exchange_.match.route->options.stream_limit) {
        decided = co_await handle_stream();
    } else {
        decided = co_await read_body();
        close_body();
        if (!decided) decided = co_await handle();
    }
    add_cors(*decided);
    co_return *std::move(decided);
}

std::optional<Response> HttpConnection::take_apart() {
    auto head = parse_head(exchange_.head);
    if (!head) return refuse(head.error(), Refusal::malformed);
    auto framing = check_framing(*head);
    if (!framing) return refuse(framing.error(), Refusal::malformed);
    auto target = parse_target(head->method, head->target, framing->host);
    if (!target) return refuse(target.error(), Refusal::malformed);
    exchange_.framing = *std::move(framing);
    exchange_.keep = exchange_.framing.keep_alive;
    fill_request(*std::move(head), *std::move(target));
    return std::nullopt;
}

void HttpConnection::fill_request(Head head, Target target) {
    const auto& options = engine_->options;
    auto& request = exchange_.request;
    request.verb = std::move(head.method);
    request.path = std::move(target.path);
    request.query = std::move(target.query);
    request.headers = std::move(head.headers);
    request.cookies = parse_cookies(request.headers);
    request.peer = client_address(remote_, request.headers, options.trusted_proxy);
    request.locale = best_language(request.header("accept-language").value_or(""), options.locale);
    if (const auto origin = request.header("origin")) {
        // An empty Origin names nobody; as one that was not sent it would be trusted.
        request.origin = origin->empty() ? "null" : *origin;
    }
    exchange_.origin =
        classify_origin(request.origin, options.scheme, exchange_.framing.host, options.own_origins, options.origins);
    request.own_origin = exchange_.origin == OriginKind::own;

    const auto asked = request.header("access-control-request-method");
    exchange_.match = engine_->router.find(request.verb == "OPTIONS" && asked ? *asked : request.verb, request.path);
    request.params = exchange_.match.params;
}

std::optional<Response> HttpConnection::decide() {
    if (auto refused = check_origin()) return refused;
    const auto& request = exchange_.request;
    if (request.verb == "OPTIONS") return answer_options();
    const auto* route = exchange_.match.route;
    if (route == nullptr && exchange_.match.allow.empty()) {
        return problem(protocol::Error{protocol::Code::not_found}, request.locale);
    }
    if (route == nullptr) {
        auto response = problem(405, "this address does not know the method", request.locale);
        response.set("allow", exchange_.match.allow);
        return response;
    }
    const auto& options = route->options;
    if (exchange_.framing.length > (options.stream_limit ? options.stream_limit() : options.body_limit)) {
        return refuse(Bad{413, "the body is too large"}, Refusal::body_too_big);
    }
    return std::nullopt;
}

std::optional<Response> HttpConnection::check_origin() {
    const auto& request = exchange_.request;
    const auto* route = exchange_.match.route;
    const bool for_site = exchange_.origin == OriginKind::site && route != nullptr && route->options.site_origins &&
                          !request.cookie(engine_->options.session_cookie);
    if (for_site) exchange_.cors_origin = request.origin;
    if (request.origin == "null" && route != nullptr && route->options.null_origin) {
        forget_who_sent_it();
        return std::nullopt;
    }
    const bool reads_only = request.verb == "GET" || request.verb == "HEAD";
    const bool trusted = exchange_.origin == OriginKind::own || exchange_.origin == OriginKind::absent;
    if (reads_only || trusted || for_site) return std::nullopt;
    return refuse(Bad{403, "this origin is not allowed"}, Refusal::origin);
}

void HttpConnection::forget_who_sent_it() {
    // Any page can have its forms sent like this, and a browser adds the cookies of whoever looks at it.
    auto& request = exchange_.request;
    request.cookies.clear();
    std::erase_if(request.headers,
                  [](const auto& header) { return header.first == "cookie" || header.first == "authorization"; });
}

Response HttpConnection::answer_options() const {
    const auto& match = exchange_.match;
    if (match.allow.empty() && exchange_.request.path != "*") {
        return problem(protocol::Error{protocol::Code::not_found}, exchange_.request.locale);
    }
    auto response = no_content();
    response.set("allow", match.allow.empty() ? std::string_view("GET, HEAD, OPTIONS") : match.allow);
    if (!exchange_.cors_origin.empty()) {
        response.set("access-control-allow-methods", match.route->verb);
        response.set("access-control-allow-headers",
                     "content-type, authorization, idempotency-key, x-captcha, x-ventanilla");
        response.set("access-control-max-age", "600");
    }
    return response;
}

void HttpConnection::add_cors(Response& response) const {
    const auto* route = exchange_.match.route;
    if (route == nullptr || !route->options.site_origins) return;
    response.set("vary", "Origin");
    if (exchange_.cors_origin.empty()) return;
    response.set("access-control-allow-origin", exchange_.cors_origin);
    response.set("access-control-expose-headers", "retry-after");
    response.set("cross-origin-resource-policy", "cross-origin");
}

boost::asio::awaitable<Response> HttpConnection::handle() {
    const auto locale = exchange_.request.locale;
    try {
        auto work = exchange_.match.route->handler(std::move(exchange_.request));
        auto response = co_await std::move(work);
        co_return response;
    } catch (const std::exception& error) {
        spdlog::error("a handler failed: {}", error.what());
    }
    co_return problem(500, "the server failed", locale);
}

std::optional<Response> HttpConnection::check_upgrade() {
    const auto& request = exchange_.request;
    exchange_.keep = false;
    if (const auto bad = check_handshake(request.headers, exchange_.framing)) {
        auto response = refuse(*bad, Refusal::handshake);
        if (bad->status == 426) response.set("sec-websocket-version", "13").set("upgrade", "websocket");
        return response;
    }
    if (exchange_.origin == OriginKind::foreign) {
        return refuse(Bad{403, "this origin is not allowed"}, Refusal::origin);
    }
    if (engine_->draining) {
        engine_->refused(Refusal::draining);
        return problem(protocol::Error{protocol::Code::unavailable, "", 1000}, request.locale);
    }
    return std::nullopt;
}

boost::asio::awaitable<Response> HttpConnection::upgrade() {
    auto refused = check_upgrade();
    if (refused) co_return *std::move(refused);
    const auto locale = exchange_.request.locale;
    const auto peer = exchange_.request.peer;
    const auto page = exchange_.origin == OriginKind::site ? exchange_.request.origin : std::string();
    // Taken before the handler runs: many handshakes at once must not pass together.
    const auto& options = engine_->options;
    auto slot = AddressSlot::take(engine_, &Engine::sockets_by_address, options.sockets_per_address, limit_key(peer));
    if (!slot || engine_->sockets_by_address.total > options.sockets_per_site) {
        engine_->refused(slot ? Refusal::site_limit : Refusal::address_limit);
        co_return problem(protocol::Error{protocol::Code::slow_down, "", crowded_ms}, locale);
    }
    WebSocket::Handshake handshake{http::verb::get, "/", 11};
    for (const auto* name : {"host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version"}) {
        handshake.set(name, exchange_.request.header(name).value_or(""));
    }
    try {
        auto work = exchange_.match.route->socket(std::move(exchange_.request));
        auto decision = co_await std::move(work);
        if (!decision) co_return std::move(decision.error());
        if (engine_->draining) co_return problem(protocol::Error{protocol::Code::unavailable, "", 1000}, locale);
        if (!engine_->may_embed(page)) {  // taken out by a reload meanwhile
            co_return refuse(Bad{403, "this origin is not allowed"}, Refusal::origin);
        }
        exchange_.upgraded = true;
        auto behind = boost::beast::buffers_to_string(buffer_.cdata());
        std::make_shared<WebSocket>(engine_, WebSocket::Start{std::move(socket_), std::move(behind),
                                                              *std::move(decision), peer, page, std::move(slot)})
            ->start(handshake);
        co_return Response{};
    } catch (const std::exception& error) {
        spdlog::error("a socket handler failed: {}", error.what());
    }
    co_return problem(500, "the server failed", locale);
}

}  // namespace ventanilla::web
