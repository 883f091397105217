#pragma once
// The listener: accepts connections, checks and answers requests, upgrades sockets.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <tl/expected.hpp>

#include "protocol/limits.hpp"
#include "protocol/words.hpp"
#include "web/counters.hpp"
#include "web/router.hpp"

namespace ventanilla::web {

/// Time limits. Tests shorten them; the resolution is a tenth of a second.
struct Timing {
    std::chrono::milliseconds request = std::chrono::seconds(protocol::limits::http_complete_s);
    std::chrono::milliseconds idle = std::chrono::seconds(60);      ///< of a kept connection between two requests
    std::chrono::milliseconds response = std::chrono::seconds(30);  ///< without a byte being taken by the client
    /// Bytes a second that a client must at least send of an upload or take of a download, after as long as `request` and
    /// `response`. Slower ones are given up: each holds a file open.
    std::uint64_t least_rate = 8UL * 1024;
    std::chrono::milliseconds ping = std::chrono::seconds(protocol::limits::ping_every_s);
    std::chrono::milliseconds silence = std::chrono::seconds(protocol::limits::silent_for_s);
    std::chrono::milliseconds linger = std::chrono::seconds(3);  ///< from the close frame to the end of the connection
    std::chrono::milliseconds drain_spread = std::chrono::milliseconds(4500);  ///< over which the sockets are closed
};

struct ServerOptions {
    std::vector<std::string> origins = {};      ///< pages that may embed the widget: "https://www.example.com"
    std::vector<std::string> own_origins = {};  ///< of the server itself, beside scheme://Host
    std::string scheme = "http";                ///< of public_url: "http" or "https"
    std::function<bool(std::string_view address)> trusted_proxy = {};  ///< whose X-Forwarded-For counts; none: nobody's
    protocol::Locale locale = protocol::Locale::es_mx;
    std::string session_cookie = "ventanilla_session";  ///< its presence takes away what `origins` are allowed
    std::size_t sockets_per_address = 2000;             ///< IPv6: per /64
    std::size_t sockets_per_site = 100'000;
    std::size_t connections_per_address = 2000;  ///< that speak HTTP; a trusted proxy's are not counted
    std::string server_name = "ventanilla";
    Timing timing = {};
};

/// Whether other processes of this user may listen on the same port, too; the kernel spreads the clients.
enum class Port { own, shared };

/// All listeners, connections and sockets of one event loop. The io_context must outlive it; handlers that are running
/// when it is destroyed must not be resumed any more (stop the io_context first, or drain).
class Server {
public:
    Server(boost::asio::io_context& io, Router router, ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Starts to accept on `host` (a name or an address) and `port` (0: a free one). The bound address, or what went
    /// wrong in words.
    tl::expected<boost::asio::ip::tcp::endpoint, std::string> listen(std::string_view host, std::uint16_t port,
                                                                     Port port_is = Port::own);

    /// Adds an origin that is the server's own: the address that `listen` returned.
    void add_own_origin(std::string origin);

    /// Ends everything in order: no new upgrades (503), requests in hand are answered, all sockets are closed with
    /// 1012, spread over Timing::drain_spread; then the listeners. `done` is called when nothing is left, at `deadline`
    /// at the latest (what is left then is cut off).
    void drain(std::chrono::milliseconds deadline, std::function<void()> done);

    /// Takes over `origins` and the limits of `options`. A socket of a page that may not embed the widget any more is
    /// closed with 4403.
    void reconfigure(const ServerOptions& options);

    /// Ends without waiting for anything in hand: all sockets are told 1001. `done` is called once their peers have heard
    /// it, after a second at most.
    void stop_at_once(std::function<void()> done);

    const Counters& counters() const noexcept;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace ventanilla::web
