// How a WebSocket is read: what the kernel has, frame by frame, through Beast to the owner.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>

#include "web/engine.hpp"
#include "web/frame_size.hpp"
#include "web/socket_error.hpp"
#include "web/websocket.hpp"

namespace ventanilla::web {
namespace {

namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using protocol::Close;

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
    if (kept_.size() > longest_control_frame) return read_kept();  // resumed just now; what is new is reported again
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

}  // namespace ventanilla::web
