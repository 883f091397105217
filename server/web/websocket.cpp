#include "web/websocket.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "protocol/limits.hpp"
#include "web/request_check.hpp"
#include "web/wire_impl.hpp"

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
constexpr std::size_t kept_message_bytes = 4096;

void set_kernel_send_bytes(boost::asio::ip::tcp::socket& socket, int bytes) {
    error_code ignored;
    socket.set_option(boost::asio::socket_base::send_buffer_size(bytes), ignored);
}

/// Whether the last character of well-formed UTF-8 lacks bytes. Beast does not look where the last fragment is empty.
bool is_cut_short(std::string_view text) noexcept {
    for (std::size_t back = 1; back <= std::min<std::size_t>(text.size(), 4); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xc0) == 0x80) continue;
        const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        return length > back;
    }
    return false;
}

}  // namespace

Wire::executor_type Wire::get_executor() const noexcept {
    return owner_->tcp().get_executor();
}

void teardown(boost::beast::role_type, Wire&, error_code& error) {
    error = {};
}

void beast_close_socket(Wire&) {}

WebSocket::WebSocket(std::shared_ptr<Engine> engine, Start start)
    : engine_(std::move(engine)),
      socket_(std::move(start.socket)),
      behind_handshake_(std::move(start.behind_handshake)),
      events_(std::move(start.events)),
      peer_(std::move(start.peer)),
      page_origin_(std::move(start.page_origin)),
      slot_(std::move(start.slot)),
      handshake_(std::move(start.handshake)),
      stream_(*this),
      heard_at_(TimerWheel::Clock::now()),
      ping_at_(heard_at_ + engine_->options.timing.ping) {}

void WebSocket::start() {
    engine_->sockets.emplace(this, shared_from_this());
    ++engine_->counters.sockets_open;
    ++engine_->counters.sockets_opened;

    error_code ignored;
    socket_.non_blocking(true, ignored);
    set_kernel_send_bytes(socket_, kernel_send_bytes);
    // A peer that acknowledges nothing is dead even while reading is paused.
    const auto silence = static_cast<unsigned>(engine_->options.timing.silence.count());
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof silence);

    // Beast's own timer would cost one per connection; the wheel does it.
    stream_.set_option(
        websocket::stream_base::timeout{websocket::stream_base::none(), websocket::stream_base::none(), false});
    stream_.read_message_max(protocol::limits::frame_bytes);
    stream_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
        response.set(boost::beast::http::field::server, engine_->options.server_name);
        response.set(boost::beast::http::field::sec_websocket_protocol, subprotocol);
    }));
    wait_for_next_check();
    stream_.async_accept(handshake_, [self = shared_from_this()](error_code error) {
        if (error) return self->cut(error.message());
        self->handshake_ = {};
        if (self->state_ != State::opening) return;
        self->state_ = State::open;
        self->opened_ = true;
        self->tell_owner([&](SocketEvents& events) { events.on_open(self); });
        self->read();
    });
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
        set_kernel_send_bytes(socket_, kernel_last_bytes);
        boost::asio::post(engine_->io, [self = shared_from_this()] { self->write_out(); });
    }
    out_.push_close(code, reason);
    begin_closing();
    mark_dirty();
}

void WebSocket::begin_closing() {
    state_ = State::closing;
    engine_->wheel.set(*this, engine_->options.timing.linger);
    // A message that was held by a pause would hold up the peer's close frame too.
    if (std::exchange(paused_, false) && std::exchange(held_, false)) {
        boost::asio::post(engine_->io, [self = shared_from_this()] { self->deliver(); });
    }
    tell_gone();
}

void WebSocket::resume() {
    if (!std::exchange(paused_, false)) return;
    heard();
    if (!held_) return;
    boost::asio::post(engine_->io, [self = shared_from_this()] {
        if (!self->paused_ && std::exchange(self->held_, false)) self->deliver();
    });
}

void WebSocket::read() {
    if (state_ == State::gone) return;
    if (message_.capacity() > kept_message_bytes) message_ = {};
    stream_.async_read(message_, [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
}

void WebSocket::on_read(error_code error) {
    if (error) return read_no_more(error);
    if (paused_ && state_ == State::open) {
        held_ = true;
        return;
    }
    deliver();
}

void WebSocket::deliver() {
    if (state_ == State::open) {
        const auto data = message_.cdata();
        const std::string_view text(static_cast<const char*>(data.data()), data.size());
        if (stream_.got_binary()) {
            close(Close::binary, "text frames only");
        } else if (is_cut_short(text)) {
            close(Close::bad_utf8, "a character is cut short");
        } else {
            ++engine_->counters.frames_in;
            engine_->counters.bytes_in += text.size();
            tell_owner([&](SocketEvents& events) { events.on_frame(text); });
        }
    }
    message_.consume(message_.size());
    read();
}

void WebSocket::read_no_more(error_code error) {
    if (state_ == State::gone) return;
    input_over_ = true;
    message_ = {};
    // Beast puts its close frame into the queue where the peer closed or broke the protocol.
    const bool answered = error == websocket::error::closed ||
                          error.category() == websocket::make_error_code(websocket::error::bad_opcode).category();
    if (!answered) return cut(error.message());
    spdlog::debug("socket of {} ends: {}", peer_, error.message());
    peer_closed_ = error == websocket::error::closed;
    if (state_ == State::open) begin_closing();
    if (!peer_closed_) discard_input();
    finish_if_flushed();
}

void WebSocket::discard_input() {
    // Closing with unread input would reset the connection, and the peer might lose the close frame.
    socket_.async_read_some(boost::asio::buffer(engine_->nowhere),
                            [self = shared_from_this()](error_code error, std::size_t) {
                                if (self->state_ == State::gone) return;
                                if (!error) return self->discard_input();
                                self->peer_closed_ = true;
                                self->finish_if_flushed();
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
        error_code error;
        const auto written = socket_.write_some(buffers, error);
        if (error == boost::asio::error::would_block) return wait_writable();
        if (error) return cut(error.message());
        out_.consume(written);
    }
    if (had_any && state_ == State::open) {
        tell_owner([](SocketEvents& events) { events.on_drain(); });
    }
    finish_if_flushed();
}

void WebSocket::wait_writable() {
    if (std::exchange(waiting_writable_, true)) return;
    socket_.async_wait(boost::asio::socket_base::wait_write, [self = shared_from_this()](error_code error) {
        self->waiting_writable_ = false;
        if (error) return;
        self->flush();
    });
}

void WebSocket::finish_if_flushed() {
    if (state_ != State::closing || !out_.empty()) return;
    if (peer_closed_) return cut("closed");
    error_code ignored;
    if (input_over_) socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
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
    error_code ignored;
    socket_.close(ignored);
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

template <typename Call>
void WebSocket::tell_owner(Call call) {
    const auto events = events_;
    if (!events) return;
    try {
        call(*events);
    } catch (const std::exception& error) {
        spdlog::error("the owner of a socket failed: {}", error.what());
        close(Close::server_failed, "the server failed");
    }
}

}  // namespace ventanilla::web
