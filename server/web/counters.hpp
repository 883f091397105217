#pragma once
// What the web room counts about itself; the app turns it into metrics.

#include <array>
#include <cstdint>

namespace ventanilla::web {

/// Why a connection or a request went no further.
enum class Refusal : std::uint8_t {
    malformed,         ///< 400: the request's form
    head_too_big,      ///< 431
    body_too_big,      ///< 413
    too_late,          ///< 408: head and body were not complete in time
    origin,            ///< 403
    handshake,         ///< 400 or 426 at an upgrade
    address_limit,     ///< 429: sockets of one address
    site_limit,        ///< 429: sockets of the whole site
    connection_limit,  ///< 429: connections of one address that speak HTTP
    draining,          ///< 503: an upgrade while draining
    count_,
};

struct Counters {
    std::uint64_t connections_open = 0;  ///< that speak HTTP; sockets are counted below
    std::uint64_t connections_accepted = 0;
    std::uint64_t accept_pauses = 0;  ///< out of file descriptors
    std::array<std::uint64_t, static_cast<std::size_t>(Refusal::count_)> refused{};
    std::array<std::uint64_t, 6> responses{};  ///< by hundreds: responses[4] counts 4xx
    std::uint64_t sockets_open = 0;
    std::uint64_t sockets_opened = 0;
    std::uint64_t frames_in = 0;
    std::uint64_t frames_out = 0;
    std::uint64_t bytes_in = 0;   ///< of WebSocket text, without frame headers
    std::uint64_t bytes_out = 0;  ///< of WebSocket text, without frame headers
    std::uint64_t slow_closes = 0;
    std::uint64_t silent_closes = 0;
    std::uint64_t abuse_closes = 0;
};

/// A label for `refusal`, e.g. "head_too_big".
const char* to_string(Refusal refusal) noexcept;

}  // namespace ventanilla::web
