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
        engine_->wheel.set(
            *this, std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left), std::chrono::milliseconds(0)));
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
