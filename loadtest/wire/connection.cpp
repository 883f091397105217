#include "loadtest/wire/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ventanilla::load {
namespace {

// The example of RFC 6455, with its answer: a key is there to tell a WebSocket server from another one, not for secrecy.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accept_value = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

int new_socket(const Target& target, std::size_t source) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fd;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!target.sources.empty()) {
        // The port is chosen at connect: each address has its own 28,000 towards the server, not all of them together.
        ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        sockaddr_in from{};
        from.sin_family = AF_INET;
        from.sin_addr = target.sources[source % target.sources.size()];
        if (::bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
            ::close(fd);
            return -1;
        }
    }
    return fd;
}

}  // namespace

void Connection::open(std::string_view path, std::string_view bearer, std::size_t source) {
    drop();
    request_ = fmt::format("GET {} HTTP/1.1\r\nHost: {}:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n",
                           path, target_.host, target_.port, key);
    if (target_.dialect != Dialect::socketio) request_ += "Sec-WebSocket-Protocol: ventanilla.v1\r\n";
    if (!bearer.empty()) request_ += fmt::format("Authorization: Bearer {}\r\n", bearer);
    request_ += "\r\n";
    ++life_;
    fd_ = new_socket(target_, source);
    if (fd_ < 0) {
        fail(0, fmt::format("no socket: {}", std::strerror(errno)));
        return;
    }
    state_ = State::connecting;
    const auto* address = reinterpret_cast<const sockaddr*>(&target_.address);
    if (::connect(fd_, address, sizeof target_.address) != 0 && errno != EINPROGRESS) {
        fail(0, fmt::format("connect: {}", std::strerror(errno)));
        return;
    }
    watched_ = EPOLLIN | EPOLLOUT;
    loop_.watch(fd_, watched_, *this, false);
}

void Connection::watch() {
    const std::uint32_t wanted = (paused_ ? 0U : EPOLLIN) | (out_.empty() ? 0U : EPOLLOUT);
    if (wanted == watched_) return;
    watched_ = wanted;
    loop_.watch(fd_, watched_, *this, true);
}

void Connection::pause(bool stuck) {
    paused_ = stuck;
    if (state_ != State::open) return;
    watch();
    if (stuck || in_.empty()) return;
    // What had been read before it got stuck comes first; nothing may follow that would wake the socket.
    std::string bytes;
    bytes.swap(in_);
    const auto life = life_;
    const auto done = consume(bytes);
    if (life == life_ && state_ != State::down) in_.assign(bytes, done);
}

void Connection::drop() noexcept {
    if (fd_ >= 0) {
        loop_.remove(fd_);
        ::close(fd_);
    }
    fd_ = -1;
    state_ = State::down;
    paused_ = false;
    in_.clear();
    in_.shrink_to_fit();
    out_.clear();
    out_.shrink_to_fit();
}

void Connection::close(std::uint16_t code) {
    if (state_ == State::open) {
        const char payload[2] = {static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
        queue(Opcode::close, {payload, 2});
    }
    drop();
}

void Connection::fail(int code, std::string_view why) {
    drop();
    listener_.on_closed(code, why);
}

void Connection::on_ready(std::uint32_t events) {
    if (state_ == State::down) return;
    if (state_ == State::connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            fail(0, fmt::format("connect: {}", std::strerror(error)));
            return;
        }
        if ((events & EPOLLOUT) == 0) return;
        begin_upgrade();
        return;
    }
    const auto life = life_;
    if ((events & EPOLLOUT) != 0) {
        flush();
        if (life != life_ || state_ == State::down) return;
    }
    // A paused client notices nothing, not even that it was hung up.
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !paused_) read();
    if (paused_ && (events & (EPOLLHUP | EPOLLERR)) != 0) fail(1006, "hung up while it was stuck");
}

void Connection::begin_upgrade() {
    state_ = State::upgrading;
    out_.swap(request_);
    request_.clear();
    request_.shrink_to_fit();
    flush();
}

void Connection::queue(Opcode opcode, std::string_view payload) {
    mask_ = mask_ * 1664525U + 1013904223U;
    append_frame(out_, opcode, payload, mask_);
    flush();
}

void Connection::send(std::string_view text) {
    queue(Opcode::text, text);
}

void Connection::flush() {
    if (out_.empty()) return;
    const auto sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOTCONN) {
        // Told by the next read, not out of the middle of a send.
        out_.clear();
    } else if (sent > 0) {
        out_.erase(0, static_cast<std::size_t>(sent));
    }
    watch();
}

void Connection::read() {
    auto& scratch = loop_.scratch();
    const auto before = in_.size();
    if (before > scratch.size() / 2) scratch.resize(scratch.size() * 2);
    std::memcpy(scratch.data(), in_.data(), before);
    const auto got = ::recv(fd_, scratch.data() + before, scratch.size() - before, 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOTCONN)) return;
    if (got <= 0) {
        const bool upgraded = state_ == State::open;
        fail(upgraded ? 1006 : 0, got == 0 ? "the server hung up" : std::strerror(errno));
        return;
    }
    const auto life = life_;
    const std::string_view bytes(scratch.data(), before + static_cast<std::size_t>(got));
    const auto done = consume(bytes);
    if (life != life_ || state_ == State::down) return;
    in_.assign(bytes.substr(done));
    if (in_.empty() && in_.capacity() > 4096) in_.shrink_to_fit();
}

std::size_t Connection::consume(std::string_view bytes) {
    const auto life = life_;
    std::size_t done = 0;
    if (state_ == State::upgrading) {
        done = read_upgrade(bytes);
        if (done == 0 || life != life_) return 0;
    }
    FrameError error = FrameError::none;
    while (state_ == State::open && !paused_) {
        const auto frame = first_frame(bytes.substr(done), error);
        if (!frame) break;
        done += frame->size;
        take(*frame);
        if (life != life_) return done;
    }
    if (error != FrameError::none) fail(1002, "the server sent a broken frame");
    return done;
}

std::size_t Connection::read_upgrade(std::string_view bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const auto head = bytes.substr(0, end);
    if (head.substr(0, 12) != "HTTP/1.1 101" || head.find(accept_value) == std::string_view::npos) {
        const auto body = bytes.substr(end + 4, 300);
        const bool later = head.substr(0, 12) == "HTTP/1.1 503";
        fail(later ? not_now : 0,
             fmt::format("the upgrade was answered with {} {}", head.substr(0, head.find('\r')), body));
        return 0;
    }
    state_ = State::open;
    watch();
    listener_.on_open();
    return end + 4;
}

void Connection::take(const Frame& frame) {
    switch (frame.opcode) {
        case Opcode::text:
            if (!frame.final) {
                fail(1003, "the server splits a message over frames, which this client does not read");
                return;
            }
            listener_.on_text(frame.payload);
            return;
        case Opcode::ping: queue(Opcode::pong, frame.payload); return;
        case Opcode::pong: return;
        case Opcode::close: {
            const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(frame.payload[i]); };
            const int code = frame.payload.size() < 2 ? 1005 : byte(0) << 8 | byte(1);
            const std::string why(frame.payload.substr(std::min<std::size_t>(2, frame.payload.size())));
            if (code != 1005) queue(Opcode::close, frame.payload.substr(0, 2));
            fail(code, why);
            return;
        }
        case Opcode::continuation:
        case Opcode::binary: fail(1003, "the server sent a frame that is no text"); return;
    }
}

}  // namespace ventanilla::load
