#include "loadtest/wire/http.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ventanilla::load {
namespace {

struct Socket {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(fd); }
};

tl::expected<std::string, std::string> round_trip(const Target& target, std::string_view request) {
    const Socket socket;
    const timeval limit{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const auto failed = [&](std::string_view what) {
        return tl::unexpected(fmt::format("{}:{}: {}: {}", target.host, target.port, what, std::strerror(errno)));
    };
    if (::connect(socket.fd, reinterpret_cast<const sockaddr*>(&target.address), sizeof target.address) != 0)
        return failed("connect");
    while (!request.empty()) {
        const auto sent = ::send(socket.fd, request.data(), request.size(), MSG_NOSIGNAL);
        if (sent <= 0) return failed("send");
        request.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string answer;
    std::array<char, 65536> part{};
    for (;;) {
        const auto got = ::recv(socket.fd, part.data(), part.size(), 0);
        if (got < 0) return failed("no answer");
        if (got == 0) return answer;
        answer.append(part.data(), static_cast<std::size_t>(got));
    }
}

}  // namespace

tl::expected<HttpAnswer, std::string> http(const Target& target, std::string_view method, std::string_view path,
                                           std::string_view body) {
    auto request =
        fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\nConnection: close\r\n", method, path, target.host, target.port);
    if (!body.empty()) request += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    request += "\r\n";
    request += body;
    const auto answer = round_trip(target, request);
    if (!answer) return tl::unexpected(answer.error());
    const auto end = answer->find("\r\n\r\n");
    if (end == std::string::npos || answer->compare(0, 9, "HTTP/1.1 ") != 0)
        return tl::unexpected(fmt::format("{} {} was not answered in HTTP", method, path));
    return HttpAnswer{.status = std::atoi(answer->c_str() + 9), .body = answer->substr(end + 4)};
}

}  // namespace ventanilla::load
