#pragma once
// Who is asking: client addresses behind proxies, and origins.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"

namespace ventanilla::web {

/// The client's address: `peer` itself, or, if a trusted proxy connects, the right-most address of X-Forwarded-For that
/// is not a trusted proxy. What is not an address ends the search: the last good one counts. Without port; an IPv4
/// address mapped into IPv6 comes out as IPv4.
std::string client_address(std::string_view peer, const Pairs& headers,
                           const std::function<bool(std::string_view)>& trusted);

/// What limits count by: an IPv4 address, or the /64 of an IPv6 address ("2001:db8:1:2::/64").
std::string limit_key(std::string_view address);

enum class OriginKind : std::uint8_t {
    absent,
    own,      ///< the server's own pages
    site,     ///< a page that may embed the widget
    foreign,  ///< anything else, "null" included
};

/// What `origin` is. Own are `own` and scheme://host; scheme, host and port are compared exactly, default ports aside.
OriginKind classify_origin(std::string_view origin, std::string_view scheme, std::string_view host,
                           const std::vector<std::string>& own, const std::vector<std::string>& site);

}  // namespace ventanilla::web
