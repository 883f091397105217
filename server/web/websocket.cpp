#include "web/websocket.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "protocol/limits.hpp"
#include "web/frame_size.hpp"
#include "web/request_check.hpp"

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

error_code last_error() {
    return {errno, boost::system::system_category()};
}

bool is_only_busy(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/// Out of Asio's hands.
int released(boost::asio::ip::tcp::socket& socket) {
    socket.native_non_blocking(true);
    return socket.release();
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

void WebSocket::on_ready(std::uint32_t events) {
    const auto self = shared_from_this();
    if (waiting_writable_ && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
        waiting_writable_ = false;
        watch();
        flush();
    }
    if (state_ == State::gone) return;
    if (input_over_) return discard_input();
    // Nobody reads what has come before the end, but the end is reported until it is heard.
    if (paused_ && (events & (EPOLLERR | EPOLLHUP)) != 0) return cut("gone while paused");
    if (may_read()) receive();
}

void WebSocket::receive() {
    if (kept_.size() >= longest_frame_header) return read_kept();  // resumed just now; what is new is reported again
    auto& input = engine_->input;
    const auto kept = std::exchange(kept_, {});
    std::copy(kept.begin(), kept.end(), input.begin());
    const auto size = ::recv(fd_, input.data() + kept.size(), input.size() - kept.size(), 0);
    if (size > 0) {
        heard_at_ = TimerWheel::Clock::now();
        read_frames({input.data(), kept.size() + static_cast<std::size_t>(size)});
        return;
    }
    kept_ = kept;
    if (size == 0) return read_no_more(boost::asio::error::eof);
    if (!is_only_busy(errno)) read_no_more(last_error());
}

void WebSocket::read_kept() {
    if (!may_read() || kept_.empty()) return;
    const auto kept = std::exchange(kept_, {});
    read_frames(kept);
}

void WebSocket::read_frames(std::string_view bytes) {
    input_ = bytes;
    while (!input_.empty() && may_read()) {
        if (frame_left_ == 0) {
            const auto size = frame_size(input_);
            if (!size) break;
            frame_left_ = *size;
        }
        read_frame();
    }
    if (state_ != State::gone && !input_over_) kept_ = input_;
    input_ = {};
}

std::size_t WebSocket::take_input(char* to, std::size_t most) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(frame_left_, std::min(most, input_.size())));
    std::memcpy(to, input_.data(), size);
    input_.remove_prefix(size);
    frame_left_ -= size;
    return size;
}

void WebSocket::read_frame() {
    if (message_.capacity() == 0) message_ = std::exchange(engine_->message, {});
    error_code error;
    try {
        do {
            stream_.read_some(message_, 0, error);
        } while (!error && !stream_.is_message_done());
    } catch (const NothingMore&) {
        // A message of which nothing has come needs no buffer.
        if (message_.size() == 0) engine_->message = std::exchange(message_, {});
        return;
    }
    if (error) return read_no_more(error);
    deliver();
    message_.consume(message_.size());
    engine_->message = std::exchange(message_, {});
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
}

void WebSocket::read_no_more(error_code error) {
    if (state_ == State::gone) return;
    input_over_ = true;
    message_ = {};
    kept_ = {};
    // Beast puts its close frame into the queue where the peer closed or broke the protocol.
    const bool answered = error == websocket::error::closed ||
                          error.category() == websocket::make_error_code(websocket::error::bad_opcode).category();
    if (!answered) return cut(error.message());
    spdlog::debug("socket of {} ends: {}", peer_, error.message());
    peer_closed_ = error == websocket::error::closed;
    if (state_ == State::open) begin_closing();
    finish_if_flushed();
}

// Closing with unread input would reset the connection, and the peer might lose the close frame.
void WebSocket::discard_input() {
    auto& input = engine_->input;
    const auto size = ::recv(fd_, input.data(), input.size(), 0);
    if (size > 0 || (size < 0 && is_only_busy(errno))) return;
    peer_closed_ = true;
    finish_if_flushed();
    // Reported again and again until it is closed; the linger time ends it.
    if (state_ != State::gone) watch();
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
