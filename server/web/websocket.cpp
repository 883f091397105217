#include "web/websocket.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "protocol/limits.hpp"
#include "web/request_check.hpp"
#include "web/socket_error.hpp"

namespace ventanilla::web {
namespace {

namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using protocol::Close;

/// The kernel doubles what it is told. Without a bound it would take megabytes for a peer that does not read, and ours
/// would be noticed late.
constexpr int kernel_send_bytes = 64 * 1024;
/// Room for the rest of one frame and the close frame when a slow reader is let go.
constexpr int kernel_last_bytes = 1024 * 1024;

void set_kernel_send_bytes(int fd, int bytes) {
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

/// Out of Asio's hands.
int released(boost::asio::ip::tcp::socket& socket) {
    socket.native_non_blocking(true);
    return socket.release();
}

}  // namespace

Wire::executor_type Wire::get_executor() const noexcept {
    return owner_->io().get_executor();
}

std::size_t Wire::take(char* to, std::size_t most) {
    return owner_->take_input(to, most);
}

void Wire::put(Bytes bytes) {
    owner_->push_raw(std::move(bytes));
}

void teardown(boost::beast::role_type, Wire&, error_code& error) {
    error = {};
}

void beast_close_socket(Wire&) {}

WebSocket::WebSocket(std::shared_ptr<Engine> engine, Start start)
    : engine_(std::move(engine)),
      fd_(released(start.socket)),
      kept_(std::move(start.behind_handshake)),
      events_(std::move(start.events)),
      peer_(std::move(start.peer)),
      page_origin_(std::move(start.page_origin)),
      slot_(std::move(start.slot)),
      stream_(*this),
      heard_at_(TimerWheel::Clock::now()),
      ping_at_(heard_at_ + engine_->options.timing.ping) {}

WebSocket::~WebSocket() {
    if (fd_ >= 0) ::close(fd_);
}

void WebSocket::start(const Handshake& handshake) {
    engine_->sockets.emplace(this, shared_from_this());
    ++engine_->counters.sockets_open;
    ++engine_->counters.sockets_opened;
    wait_for_next_check();
    if (!engine_->poller->add(fd_, 0, *this)) return cut(last_error().message());

    set_kernel_send_bytes(fd_, kernel_send_bytes);
    // A peer that acknowledges nothing is dead even while reading is paused.
    const auto silence = static_cast<unsigned>(engine_->options.timing.silence.count());
    ::setsockopt(fd_, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof silence);

    // Beast's own timer would cost one per connection; the wheel does it.
    stream_.set_option(
        websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
    stream_.read_message_max(protocol::limits::frame_bytes);
    stream_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
        response.set(boost::beast::http::field::server, engine_->options.server_name);
        response.set(boost::beast::http::field::sec_websocket_protocol, subprotocol);
    }));
    error_code error;
    stream_.accept(handshake, error);
    if (error) return cut(error.message());
    // The owner hears of it from the event loop, as of everything.
    boost::asio::post(engine_->io, [self = shared_from_this()] { self->open(); });
}

void WebSocket::open() {
    if (state_ != State::opening) return;
    state_ = State::open;
    opened_ = true;
    tell_owner([this](SocketEvents& events) { events.on_open(shared_from_this()); });
    read_kept();
    watch();
}

Push WebSocket::send(Bytes text) {
    if (state_ != State::open) return Push::closed;
    if (!out_.fits(text->size())) {
        close(Close::too_slow, "reading too slowly");
        return Push::slow;
    }
    ++engine_->counters.frames_out;
    engine_->counters.bytes_out += text->size();
    out_.push_text(std::move(text));
    mark_dirty();
    return Push::queued;
}

void WebSocket::push_raw(Bytes bytes) {
    // Behind our close frame nothing may follow, not even Beast's answer to the peer's.
    if (state_ == State::closing || state_ == State::gone || bytes->empty()) return;
    if (!out_.fits(bytes->size())) return close(Close::too_slow, "reading too slowly");
    const bool is_close = (static_cast<unsigned char>(bytes->front()) & 0x0f) == 0x08 && state_ == State::open;
    out_.push_raw(std::move(bytes));
    mark_dirty();
    if (is_close) begin_closing();
}

void WebSocket::close(Close code, std::string_view reason) {
    if (state_ != State::open) return;
    spdlog::debug("socket of {} closes with {}: {}", peer_, static_cast<int>(code), reason);
    if (code == Close::abuse) ++engine_->counters.abuse_closes;
    if (code == Close::too_slow) {
        ++engine_->counters.slow_closes;
        out_.drop_unstarted();
        // The kernel takes the little that is left, so that the peer learns why whenever it reads on.
        set_kernel_send_bytes(fd_, kernel_last_bytes);
        boost::asio::post(engine_->io, [self = shared_from_this()] { self->write_out(); });
    }
    out_.push_close(code, reason);
    begin_closing();
    mark_dirty();
}

void WebSocket::begin_closing() {
    state_ = State::closing;
    engine_->wheel.set(*this, engine_->options.timing.linger);
    // What a pause holds up would hold up the peer's close frame too.
    if (paused_) resume();
    tell_gone();
}

void WebSocket::pause() {
    paused_ = true;
    watch();
}

void WebSocket::resume() {
    if (!std::exchange(paused_, false)) return;
    heard_at_ = TimerWheel::Clock::now();
    boost::asio::post(engine_->io, [self = shared_from_this()] {
        self->read_kept();
        self->watch();
    });
}

void WebSocket::mark_dirty() {
    if (waiting_writable_ || std::exchange(dirty_, true)) return;
    engine_->mark_dirty(shared_from_this());
}

void WebSocket::flush() {
    dirty_ = false;
    if (!waiting_writable_) write_out();
}

void WebSocket::write_out() {
    if (state_ == State::gone) return;
    auto& buffers = engine_->write_buffers;
    const bool had_any = !out_.empty();
    while (!out_.empty()) {
        out_.gather(buffers);
        msghdr message{};
        message.msg_iov = buffers.data();
        message.msg_iovlen = buffers.size();
        const auto written = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
        if (written < 0) {
            if (errno == EINTR) continue;
            if (!is_only_busy(errno)) return cut(last_error().message());
            waiting_writable_ = true;
            return watch();
        }
        out_.consume(static_cast<std::size_t>(written));
    }
    if (had_any && state_ == State::open) {
        tell_owner([](SocketEvents& events) { events.on_drain(); });
    }
    finish_if_flushed();
}

// Tells the kernel what is waited for.
void WebSocket::watch() {
    if (state_ == State::gone) return;
    const bool reads = input_over_ ? !peer_closed_ : !paused_ && state_ != State::opening;
    const std::uint32_t events =
        (reads ? std::uint32_t{EPOLLIN} : 0) | (waiting_writable_ ? std::uint32_t{EPOLLOUT} : 0);
    if (events != std::exchange(watched_, events)) engine_->poller->change(fd_, events, *this);
}

void WebSocket::finish_if_flushed() {
    if (state_ != State::closing || !out_.empty()) return;
    if (peer_closed_) return cut("closed");
    if (input_over_) ::shutdown(fd_, SHUT_WR);
}

void WebSocket::on_time() {
    const auto self = shared_from_this();
    const auto now = TimerWheel::Clock::now();
    if (state_ == State::closing) return cut("the peer did not answer the close frame");
    if (!paused_ && now - heard_at_ >= engine_->options.timing.silence) {
        ++engine_->counters.silent_closes;
        return cut("silent");
    }
    if (now >= ping_at_ && state_ == State::open) {
        if (out_.fits(0)) out_.push_ping();
        mark_dirty();
        ping_at_ = now + engine_->options.timing.ping;
    }
    wait_for_next_check();
}

void WebSocket::wait_for_next_check() {
    const auto now = TimerWheel::Clock::now();
    auto next = ping_at_;
    if (!paused_) next = std::min(next, heard_at_ + engine_->options.timing.silence);
    const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(next - now);
    engine_->wheel.set(*this, std::max(delay, std::chrono::milliseconds(0)));
}

void WebSocket::cut(std::string_view why) {
    if (state_ == State::gone) return;
    spdlog::debug("socket of {} is gone: {}", peer_, why);
    const auto self = shared_from_this();
    state_ = State::gone;
    TimerWheel::cancel(*this);
    engine_->poller->remove(fd_, *this);
    ::close(std::exchange(fd_, -1));
    slot_.reset();
    --engine_->counters.sockets_open;
    engine_->sockets.erase(this);
    tell_gone();
}

void WebSocket::tell_gone() {
    if (!events_) return;
    // Never from inside a call of the owner.
    boost::asio::post(engine_->io, [self = shared_from_this(), events = std::move(events_)] {
        if (!self->opened_) return;
        try {
            events->on_gone();
        } catch (const std::exception& error) {
            spdlog::error("on_gone failed: {}", error.what());
        }
    });
    events_ = nullptr;
}

}  // namespace ventanilla::web
