#include "unit/web/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace ventanilla::web::testing {

int Frame::close_code() const {
    if (opcode != 8 || payload.size() < 2) return 0;
    return static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
}

RawClient::RawClient(std::uint16_t port, int receive_buffer) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int yes = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("cannot connect");
    }
}

RawClient::~RawClient() {
    ::close(fd_);
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        pollfd waiting{fd_, POLLOUT, 0};
        if (::poll(&waiting, 1, static_cast<int>(patience.count())) != 1) return false;
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void RawClient::shutdown_send() {
    ::shutdown(fd_, SHUT_WR);
}

bool RawClient::fill() {
    pollfd waiting{fd_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) != 1) return false;
    char bytes[65536];
    const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

bool RawClient::silent_for(std::chrono::milliseconds time) {
    pollfd waiting{fd_, POLLIN, 0};
    return buffer_.empty() && ::poll(&waiting, 1, static_cast<int>(time.count())) == 0;
}

bool RawClient::at_end() {
    pollfd waiting{fd_, POLLIN, 0};
    if (!buffer_.empty() || ::poll(&waiting, 1, static_cast<int>(patience.count())) != 1) return false;
    char byte = 0;
    return ::recv(fd_, &byte, 1, MSG_PEEK) <= 0;
}

Answer RawClient::read_answer(bool head_only) {
    Answer answer;
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
        if (!fill()) return answer;
    }
    const auto end = buffer_.find("\r\n\r\n");
    std::string head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    answer.status = std::stoi(head.substr(9, 3));
    for (auto at = head.find("\r\n") + 2; at < head.size();) {
        const auto line_end = head.find("\r\n", at);
        const auto colon = head.find(':', at);
        auto name = head.substr(at, colon - at);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        answer.headers[name] = head.substr(colon + 2, line_end - colon - 2);
        at = line_end + 2;
    }
    const auto length = answer.headers.count("content-length") > 0 && !head_only
                            ? static_cast<std::size_t>(std::stoul(answer.header("content-length")))
                            : 0;
    while (buffer_.size() < length) {
        if (!fill()) break;
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
}

Answer RawClient::upgrade(std::string_view more_headers, std::string_view behind) {
    send(handshake("/ws/visitor", more_headers) + std::string(behind));
    return read_answer();
}

bool RawClient::send_frame(int opcode, std::string_view payload, bool fin) {
    return send(client_frame(opcode, payload, fin));
}

Frame RawClient::read_frame() {
    Frame frame;
    const auto need = [&](std::size_t size) {
        while (buffer_.size() < size) {
            if (!fill()) return false;
        }
        return true;
    };
    if (!need(2)) return frame;
    const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(buffer_[at])); };
    std::size_t size = byte(1) & 0x7f;
    std::size_t head = 2;
    if (size >= 126) {
        const std::size_t width = size == 126 ? 2 : 8;
        if (!need(2 + width)) return frame;
        size = 0;
        for (std::size_t i = 0; i < width; ++i) size = size * 256 + byte(2 + i);
        head += width;
    }
    if (!need(head + size)) return frame;
    frame.fin = (byte(0) & 0x80) != 0;
    frame.opcode = static_cast<int>(byte(0) & 0x0f);
    frame.payload = buffer_.substr(head, size);
    buffer_.erase(0, head + size);
    return frame;
}

Frame RawClient::read_data_frame() {
    while (true) {
        auto frame = read_frame();
        if (frame.opcode != 9 && frame.opcode != 10) return frame;
    }
}

std::string client_frame(int opcode, std::string_view payload, bool fin, bool masked, int reserved) {
    std::string frame;
    frame.push_back(static_cast<char>((fin ? 0x80 : 0) | (reserved << 4) | opcode));
    const int mask_bit = masked ? 0x80 : 0;
    if (payload.size() < 126) {
        frame.push_back(static_cast<char>(mask_bit | static_cast<int>(payload.size())));
    } else {
        const int width = payload.size() < 65536 ? 2 : 8;
        frame.push_back(static_cast<char>(mask_bit | (width == 2 ? 126 : 127)));
        for (int i = width - 1; i >= 0; --i) frame.push_back(static_cast<char>(payload.size() >> (8 * i)));
    }
    constexpr std::string_view mask = "\x11\x22\x33\x44";
    if (masked) frame += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame.push_back(masked ? static_cast<char>(payload[i] ^ mask[i % 4]) : payload[i]);
    }
    return frame;
}

std::string handshake(std::string_view path, std::string_view more) {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: desk.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Protocol: ventanilla.v1\r\n" +
           std::string(more) + "\r\n";
}

}  // namespace ventanilla::web::testing
