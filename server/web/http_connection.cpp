#include "web/http_connection.hpp"

#include <algorithm>
#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "web/http_write.hpp"

namespace ventanilla::web {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 4096;
constexpr std::size_t buffer_limit = 64UL * 1024;
/// What is read and thrown away after a refusal, so that the client gets to see it.
constexpr std::uint64_t linger_bytes = 1024UL * 1024;
/// So many connections beyond their address' limit are told so at once; the others are just closed.
constexpr std::size_t turned_away_limit = 64;

/// One more, as long as it lives.
class Counted {
public:
    explicit Counted(std::size_t& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::size_t& count_;
};

/// Counts a request while it is answered, so that a drain waits for it.
class InHand {
public:
    InHand(std::size_t& count, bool& flag) : count_(count), flag_(flag) { flag_ = true; }
    ~InHand() { flag_ = false; }
    InHand(const InHand&) = delete;
    InHand& operator=(const InHand&) = delete;

private:
    Counted count_;
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
    auto& engine = *connection->engine_;
    const bool placed = connection->take_place();
    if (!placed) engine.refused(Refusal::connection_limit);
    if (!placed && engine.turned_away >= turned_away_limit) return connection->cut();
    engine.connections.emplace(connection.get(), connection);
    auto work = placed ? run(connection) : turn_away(connection);
    asio::co_spawn(connection->engine_->io, std::move(work), [connection](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            spdlog::error("connection of {} failed: {}", connection->remote_, error.what());
        }
    });
}

bool HttpConnection::take_place() {
    const auto& options = engine_->options;
    // Who is behind a proxy is known only once the head has come.
    if (options.trusted_proxy && options.trusted_proxy(remote_)) return true;
    slot_ = AddressSlot::take(engine_, &Engine::connections_by_address, options.connections_per_address,
                              limit_key(remote_));
    return slot_ != nullptr;
}

boost::asio::awaitable<void> HttpConnection::turn_away(std::shared_ptr<HttpConnection> self) {
    const Counted turned_away(self->engine_->turned_away);
    protocol::Error error{protocol::Code::slow_down, "", crowded_ms};
    auto response = problem(error, self->engine_->options.locale);
    const bool written = co_await self->write(std::move(response), false);
    if (written) co_await self->linger();
    TimerWheel::cancel(*self);
    self->cut();
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

boost::asio::awaitable<bool> HttpConnection::write(Response response, bool keep) {
    ++engine_->counters.responses[std::min<std::size_t>(response.status / 100, 5)];
    const auto head = response_head(response, {engine_->options.server_name, engine_->http_date(), keep});
    const bool head_only = exchange_.head.starts_with("HEAD ");
    const auto body = head_only ? std::string_view{} : response_body(response);
    const bool written = co_await write_all(head, body, TimerWheel::Clock::time_point::max());
    if (!written || head_only || !response.source) co_return written;
    co_return co_await write_source(std::move(response.source));
}

boost::asio::awaitable<bool> HttpConnection::write_all(std::string_view head, std::string_view body,
                                                       TimerWheel::Clock::time_point until) {
    timed_out_ = false;
    while (!head.empty() || !body.empty()) {
        if (TimerWheel::Clock::now() > until) break;
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
    // Closing with unread input would reset the connection, and the client might lose the answer. Whoever uploads has more
    // on the way, and browsers look for an answer only when they have sent it all.
    const auto* route = exchange_.match.route;
    const bool upload = route != nullptr && route->options.stream_limit;
    const auto& timing = engine_->options.timing;
    const auto most = linger_bytes + (upload ? 2 * route->options.stream_limit() : 0);
    const auto until = TimerWheel::Clock::now() + (upload ? timing.response : timing.linger);
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    timed_out_ = false;
    engine_->wheel.set(*this, timing.linger);
    std::uint64_t discarded = 0;
    while (discarded < most && !timed_out_) {
        const auto [error, size] = co_await socket_.async_read_some(asio::buffer(engine_->input), use_tuple);
        if (error) break;
        discarded += size;
        if (upload && TimerWheel::Clock::now() < until) engine_->wheel.set(*this, timing.linger);
    }
    TimerWheel::cancel(*this);
}

}  // namespace ventanilla::web
