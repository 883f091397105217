#pragma once
// Who is asking: the agent behind a session's cookie or token.

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "api/routes.hpp"
#include "web/http.hpp"

namespace ventanilla::api {

/// A value, or the answer that refuses the request.
template <typename T>
using OrRefusal = tl::expected<T, web::Response>;

struct Signed {
    live::AgentMeta agent;
    std::string session_hash;
    bool by_cookie = false;
};

/// The agent whose session the request carries: `Authorization: Bearer` if there is one, else the cookie. Refuses with
/// 401 if neither is good, with what web::refuse_cross_site says of a request by cookie, with 503 while Redis is away.
boost::asio::awaitable<OrRefusal<Signed>> authenticate(Services& services, web::Request request);

/// Who a Bearer token belongs to: an agent's session, or a visitor.
struct Bearer {
    std::optional<live::AgentMeta> agent = {};
    std::string visitor = {};
};
/// For a request that carries one. Refuses with 401 if it is neither's, with 503 while Redis is away.
boost::asio::awaitable<OrRefusal<Bearer>> by_bearer(Services& services, web::Request request);

}  // namespace ventanilla::api
