// The bodies of a connection: of requests, whole or as a stream, and of answers that come from a source.

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "web/http_connection.hpp"

namespace ventanilla::web {
namespace {

namespace asio = boost::asio;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 16UL * 1024;

std::string_view view(const boost::beast::flat_buffer& buffer) {
    const auto data = buffer.cdata();
    return {static_cast<const char*>(data.data()), data.size()};
}

Refusal refusal_of(const Bad& bad) noexcept {
    return bad.status == 413 ? Refusal::body_too_big : bad.status == 408 ? Refusal::too_late : Refusal::malformed;
}

milliseconds time_for(std::uint64_t bytes, std::uint64_t rate) {
    return milliseconds(bytes * 1000 / std::max<std::uint64_t>(rate, 1));
}

}  // namespace

void HttpConnection::open_body(std::uint64_t limit) {
    exchange_.body.emplace(Body{BodyDecoder(exchange_.framing, limit)});
}

void HttpConnection::close_body() {
    auto& body = *exchange_.body;
    buffer_.consume(std::exchange(body.handed, 0));
    if (!body.decoder.done()) exchange_.keep = false;
}

Response HttpConnection::refuse_body(const Bad& bad) {
    return refuse(bad, refusal_of(bad));
}

boost::asio::awaitable<std::optional<Response>> HttpConnection::read_body() {
    open_body(exchange_.match.route->options.body_limit);
    while (true) {
        const auto piece = co_await next();
        if (!piece) co_return refuse_body(piece.error());
        if (piece->empty()) co_return std::nullopt;
        exchange_.request.body += *piece;
    }
}

boost::asio::awaitable<Response> HttpConnection::handle_stream() {
    open_body(exchange_.match.route->options.stream_limit());
    exchange_.body->left = engine_->options.timing.request;
    exchange_.request.stream = this;
    auto response = co_await handle();
    if (const auto& failed = exchange_.body->failed) engine_->refused(refusal_of(*failed));
    close_body();
    co_return response;
}

boost::asio::awaitable<Checked<std::string_view>> HttpConnection::next() {
    auto& body = *exchange_.body;
    buffer_.consume(std::exchange(body.handed, 0));
    while (!body.failed && !body.decoder.done()) {
        const auto step = body.decoder.step(view(buffer_));
        if (!step) {
            body.failed = step.error();
            break;
        }
        if (!step->body.empty()) {
            body.handed = step->taken;
            if (body.left) {
                const auto& timing = engine_->options.timing;
                *body.left = std::min(timing.request, *body.left + time_for(step->body.size(), timing.least_rate));
            }
            co_return step->body;
        }
        buffer_.consume(step->taken);
        if (!body.decoder.done()) body.failed = co_await receive();
    }
    if (body.failed) co_return tl::unexpected<Bad>(*body.failed);
    co_return std::string_view{};
}

boost::asio::awaitable<std::optional<Bad>> HttpConnection::begin_body() {
    if (std::exchange(exchange_.body->begun, true) || !exchange_.framing.expect_continue) co_return std::nullopt;
    const auto until = TimerWheel::Clock::now() + engine_->options.timing.response;
    const bool told = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", {}, until);
    if (told) co_return std::nullopt;
    co_return Bad{400, "the client is gone"};
}

boost::asio::awaitable<std::optional<Bad>> HttpConnection::receive() {
    auto failed = co_await begin_body();
    if (failed) co_return failed;
    auto& body = *exchange_.body;
    const auto asked = TimerWheel::Clock::now();
    const auto patience = body.left ? *body.left : duration_cast<milliseconds>(complete_until_ - asked);
    timed_out_ = false;
    engine_->wheel.set(*this, std::max(patience, milliseconds(0)));
    const auto [error, size] = co_await socket_.async_read_some(buffer_.prepare(read_bytes), use_tuple);
    TimerWheel::cancel(*this);
    if (timed_out_) co_return Bad{408, "the request was not complete in time"};
    if (error) co_return Bad{400, "the connection ended within the body"};
    buffer_.commit(size);
    // Only the client's time counts, not what the server took for the piece before.
    if (body.left) *body.left -= duration_cast<milliseconds>(TimerWheel::Clock::now() - asked);
    co_return std::nullopt;
}

boost::asio::awaitable<bool> HttpConnection::write_source(std::shared_ptr<BodySource> source) {
    const auto& timing = engine_->options.timing;
    const auto until = TimerWheel::Clock::now() + timing.response + time_for(source->size(), timing.least_rate);
    std::uint64_t left = source->size();
    while (left > 0) {
        const auto piece = co_await source->next();
        if (!piece || piece->empty() || piece->size() > left) {
            spdlog::warn("an answer could not be sent to its end: its source failed");
            co_return false;
        }
        left -= piece->size();
        const bool taken = co_await write_all(*piece, {}, until);
        if (!taken) co_return false;
    }
    co_return true;
}

}  // namespace ventanilla::web
