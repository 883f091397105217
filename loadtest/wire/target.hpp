#pragma once
// Where the server is, and what is spoken there.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>
#include <tl/expected.hpp>

namespace ventanilla::load {

enum class Dialect : std::uint8_t {
    ventanilla,  ///< one JSON object a WebSocket message
    bare,        ///< nothing after the upgrade: what accepting alone costs, for a peer
    socketio,    ///< the same objects as events of Socket.IO (engine.io 4 over WebSocket), for a peer
};

struct Target {
    std::string host;  ///< as given, for the Host header
    std::uint16_t port = 0;
    sockaddr_in address{};
    Dialect dialect = Dialect::ventanilla;
    /// Local addresses to connect from, in turn; empty: the kernel's choice.
    std::vector<in_addr> sources;
    [[nodiscard]] bool loopback() const noexcept { return (ntohl(address.sin_addr.s_addr) >> 24U) == 127; }
};

/// `url` is http://HOST:PORT (IPv4; names are resolved once, here). An error is a sentence.
tl::expected<Target, std::string> parse_target(std::string_view url);

/// `text` is one IPv4 address.
tl::expected<in_addr, std::string> parse_source(const std::string& text);

}  // namespace ventanilla::load
