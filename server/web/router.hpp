#pragma once
// Which handler answers which path.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "protocol/limits.hpp"
#include "web/http.hpp"
#include "web/socket.hpp"

namespace ventanilla::web {

using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

/// Decides about an upgrade after web's own checks: the future owner of the socket, or the refusal (401, 429, 503 …).
using SocketHandler =
    std::function<boost::asio::awaitable<tl::expected<std::shared_ptr<SocketEvents>, Response>>(Request)>;

struct RouteOptions {
    std::size_t body_limit = protocol::limits::http_json_body_bytes;  ///< bytes; beyond: 413
    bool site_origins = false;  ///< also for the site's `origins`, with CORS answers (protocol.md 3)
    /// Also for `Origin: null`, without its cookies and its Authorization: what a browser sends with the form of a page that
    /// has `Referrer-Policy: no-referrer`. Only for handlers that something in the form itself authorises.
    bool null_origin = false;
    /// If set, the handler reads the body itself while it comes (Request::stream), up to so many bytes; beyond: 413.
    std::function<std::uint64_t()> stream_limit = {};
};

/// Routes by exact segments; `{name}` stands for one non-empty segment. Where two patterns fit, the one with the earlier
/// exact segment wins: "/chats/mine" before "/chats/{id}".
class Router {
public:
    /// GET handlers answer HEAD too. A second handler for the same verb and pattern is a mistake in the program and
    /// throws std::logic_error.
    void add(std::string_view verb, std::string_view pattern, Handler handler, RouteOptions options = {});
    /// A WebSocket at `pattern`.
    void socket(std::string_view pattern, SocketHandler handler);
    /// What GET and HEAD of an unknown path get; without it a problem that says 404. Set once.
    void fallback(Handler handler);

    struct Route {
        std::string verb;
        std::vector<std::string> segments;
        Handler handler;
        SocketHandler socket;
        RouteOptions options;
    };
    struct Match {
        const Route* route = nullptr;  ///< null: 404, or 405 if `allow` is not empty
        Pairs params;
        std::string allow;  ///< the value of an Allow header, e.g. "GET, HEAD, POST, OPTIONS"
    };
    /// The route for a verb and a decoded path.
    Match find(std::string_view verb, std::string_view path) const;

private:
    void insert(Route route);

    std::vector<Route> routes_;
    Route fallback_;  ///< without a handler: there is none
};

}  // namespace ventanilla::web
