#include "web/http_connection.hpp"

#include <algorithm>
#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <spdlog/spdlog.h>

#include "web/http_write.hpp"
#include "web/websocket.hpp"

namespace ventanilla::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 4096;
constexpr std::size_t buffer_limit = 64UL * 1024;
/// What is read and thrown away after a refusal, so that the client gets to see it.
constexpr std::size_t linger_bytes = 1024UL * 1024;

/// Counts a request while it is answered, so that a drain waits for it.
class InHand {
public:
    InHand(std::size_t& count, bool& flag) : count_(count), flag_(flag) {
        ++count_;
        flag_ = true;
    }
    ~InHand() {
        --count_;
        flag_ = false;
    }
    InHand(const InHand&) = delete;
    InHand& operator=(const InHand&) = delete;

private:
    std::size_t& count_;
    bool& flag_;
};

std::string_view view(const boost::beast::flat_buffer& buffer) {
    const auto data = buffer.cdata();
    return {static_cast<const char*>(data.data()), data.size()};
}

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<Engine> engine, tcp::socket socket)
    : engine_(std::move(engine)), socket_(std::move(socket)), buffer_(buffer_limit) {
    error_code error;
    const auto endpoint = socket_.remote_endpoint(error);
    if (!error) remote_ = endpoint.address().to_string();
    socket_.set_option(tcp::no_delay(true), error);
    ++engine_->counters.connections_open;
}

HttpConnection::~HttpConnection() {
    --engine_->counters.connections_open;
    engine_->connections.erase(this);
}

void HttpConnection::start(std::shared_ptr<HttpConnection> connection) {
    connection->engine_->connections.emplace(connection.get(), connection);
    auto work = run(connection);
    asio::co_spawn(connection->engine_->io, std::move(work), [connection](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            spdlog::error("connection of {} failed: {}", connection->remote_, error.what());
        }
    });
}

void HttpConnection::cut() {
    error_code ignored;
    socket_.close(ignored);
}

void HttpConnection::cut_if_idle() {
    if (idle_ && !in_hand_) cut();
}

void HttpConnection::on_time() {
    timed_out_ = true;
    error_code ignored;
    socket_.cancel(ignored);
}

boost::asio::awaitable<void> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
    while (true) {
        const bool again = co_await self->serve_one();
        if (!again) break;
    }
    TimerWheel::cancel(*self);
    self->cut();
}

boost::asio::awaitable<bool> HttpConnection::serve_one() {
    exchange_ = {};
    const auto length = co_await read_head();
    TimerWheel::cancel(*this);
    if (length && *length == 0) co_return false;

    auto next = Next::end;
    {
        const InHand in_hand(engine_->requests_in_hand, in_hand_);
        next = co_await answer_one(length);
    }
    if (next == Next::linger) co_await linger();
    co_return next == Next::keep;
}

boost::asio::awaitable<HttpConnection::Next> HttpConnection::answer_one(Checked<std::size_t> length) {
    Response response;
    if (length) {
        exchange_.head = view(buffer_).substr(0, *length);
        buffer_.consume(*length);
        response = co_await answer();
    } else {
        const auto status = length.error().status;
        response = refuse(length.error(), status == 431   ? Refusal::head_too_big
                                          : status == 408 ? Refusal::too_late
                                                          : Refusal::malformed);
    }
    if (exchange_.upgraded || !socket_.is_open()) co_return Next::end;
    const bool keep = exchange_.keep && !engine_->draining;
    const bool written = co_await write(std::move(response), keep);
    served_ = true;
    co_return !written ? Next::end : keep ? Next::keep : Next::linger;
}

void HttpConnection::begin_request() {
    idle_ = false;
    complete_until_ = TimerWheel::Clock::now() + engine_->options.timing.request;
    engine_->wheel.set(*this, engine_->options.timing.request);
}

boost::asio::awaitable<Checked<std::size_t>> HttpConnection::read_head() {
    const auto& timing = engine_->options.timing;
    if (buffer_.size() == 0) buffer_.shrink_to_fit();
    idle_ = buffer_.size() == 0;
    timed_out_ = false;
    engine_->wheel.set(*this, served_ ? timing.idle : timing.request);
    if (!idle_) begin_request();
    std::size_t seen = 0;
    while (true) {
        const auto found = scan_head(view(buffer_), seen);
        if (!found || *found > 0) co_return found;
        if (timed_out_) {
            if (idle_) co_return std::size_t{0};
            co_return tl::unexpected<Bad>(Bad{408, "the request was not complete in time"});
        }
        seen = buffer_.size();
        const auto [error, size] = co_await socket_.async_read_some(buffer_.prepare(read_bytes), use_tuple);
        if (error && !timed_out_) co_return std::size_t{0};
        if (error) continue;
        buffer_.commit(size);
        if (idle_) begin_request();
    }
}

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
    } else {
        decided = co_await read_body();
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
    exchange_.origin = classify_origin(request.origin, options.scheme, exchange_.framing.host, options.own_origins,
                                       options.origins);
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
    if (exchange_.framing.length > route->options.body_limit) {
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
    const bool reads_only = request.verb == "GET" || request.verb == "HEAD";
    const bool trusted = exchange_.origin == OriginKind::own || exchange_.origin == OriginKind::absent;
    if (reads_only || trusted || for_site) return std::nullopt;
    return refuse(Bad{403, "this origin is not allowed"}, Refusal::origin);
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

boost::asio::awaitable<std::optional<Response>> HttpConnection::read_body() {
    const auto& framing = exchange_.framing;
    if (!framing.has_body()) co_return std::nullopt;
    if (framing.expect_continue && buffer_.size() == 0) {
        const bool told = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", {});
        if (!told) cut();
    }
    http::request_parser<http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(exchange_.head.size() + 1));
    parser.body_limit(exchange_.match.route->options.body_limit);
    error_code error;
    parser.put(asio::buffer(exchange_.head), error);
    if (!error) {
        timed_out_ = false;
        const auto left = complete_until_ - TimerWheel::Clock::now();
        engine_->wheel.set(*this, std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left),
                                           std::chrono::milliseconds(0)));
        const auto result = co_await http::async_read(socket_, buffer_, parser, use_tuple);
        TimerWheel::cancel(*this);
        error = std::get<0>(result);
    }
    if (timed_out_) co_return refuse(Bad{408, "the request was not complete in time"}, Refusal::too_late);
    if (error == http::error::body_limit) co_return refuse(Bad{413, "the body is too large"}, Refusal::body_too_big);
    if (error) co_return refuse(Bad{400, "malformed body"}, Refusal::malformed);
    exchange_.request.body = std::move(parser.get().body());
    co_return std::nullopt;
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
    // Taken before the handler runs: many handshakes at once must not pass together.
    auto slot = AddressSlot::take(engine_, limit_key(peer));
    if (!slot) {
        engine_->refused(Refusal::address_limit);
        co_return problem(protocol::Error{protocol::Code::slow_down, "", 10000}, locale);
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
        exchange_.upgraded = true;
        std::string behind(view(buffer_));
        std::make_shared<WebSocket>(engine_, WebSocket::Start{std::move(socket_), std::move(behind),
                                                              *std::move(decision), peer, std::move(slot),
                                                              std::move(handshake)})
            ->start();
        co_return Response{};
    } catch (const std::exception& error) {
        spdlog::error("a socket handler failed: {}", error.what());
    }
    co_return problem(500, "the server failed", locale);
}

boost::asio::awaitable<bool> HttpConnection::write(Response response, bool keep) {
    ++engine_->counters.responses[std::min<std::size_t>(response.status / 100, 5)];
    const auto head = response_head(response, {engine_->options.server_name, engine_->http_date(), keep});
    const auto body = exchange_.head.starts_with("HEAD ") ? std::string_view{} : response_body(response);
    co_return co_await write_all(head, body);
}

boost::asio::awaitable<bool> HttpConnection::write_all(std::string_view head, std::string_view body) {
    timed_out_ = false;
    while (!head.empty() || !body.empty()) {
        engine_->wheel.set(*this, engine_->options.timing.response);
        const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head), asio::buffer(body)};
        const auto [error, size] = co_await socket_.async_write_some(buffers, use_tuple);
        if (error || timed_out_) break;
        const auto of_head = std::min(size, head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(size - of_head);
    }
    TimerWheel::cancel(*this);
    co_return head.empty() && body.empty();
}

boost::asio::awaitable<void> HttpConnection::linger() {
    // Closing with unread input would reset the connection, and the client might lose the answer.
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    timed_out_ = false;
    engine_->wheel.set(*this, engine_->options.timing.linger);
    std::size_t discarded = 0;
    while (discarded < linger_bytes && !timed_out_) {
        const auto [error, size] = co_await socket_.async_read_some(asio::buffer(engine_->nowhere), use_tuple);
        if (error) break;
        discarded += size;
    }
    TimerWheel::cancel(*this);
}

}  // namespace ventanilla::web
