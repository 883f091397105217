#pragma once
// Requests and responses as handlers see them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/codes.hpp"
#include "protocol/words.hpp"

namespace ventanilla::web {

/// Names (of header fields: in lower case) with their values, in the order in which they came.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The first value of `name` in `pairs`.
std::optional<std::string_view> find(const Pairs& pairs, std::string_view name) noexcept;

class BodyStream;
class BodySource;

/// A request that has passed the checks of request_check.hpp.
struct Request {
    std::string verb;  ///< "GET", "POST", …
    std::string path;  ///< percent-decoded, valid UTF-8, without `.`, `..` or control characters
    Pairs params;      ///< of the route: {id} of "/api/v1/chats/{id}"
    Pairs query;       ///< decoded
    Pairs headers;     ///< names in lower case
    Pairs cookies;
    std::string body;
    BodyStream* stream =
        nullptr;              ///< of a route with `stream_limit`, in place of `body`; lives until its handler returns
    std::string peer;         ///< the client's address, as trusted proxies tell it
    std::string origin;       ///< "" where none was sent; else it was allowed for this route
    bool own_origin = false;  ///< `origin` is the server's own
    protocol::Locale locale = protocol::Locale::es_mx;  ///< the best of Accept-Language, else the site's

    /// The value of a route parameter; "" if the route has none of that name.
    std::string_view param(std::string_view name) const noexcept { return find(params, name).value_or(""); }
    std::optional<std::string_view> query_value(std::string_view name) const noexcept { return find(query, name); }
    std::optional<std::string_view> header(std::string_view name) const noexcept { return find(headers, name); }
    std::optional<std::string_view> cookie(std::string_view name) const noexcept { return find(cookies, name); }
    /// The token of `Authorization: Bearer …`; nothing if there is none.
    std::optional<std::string_view> bearer() const;
    /// The media type of the body in lower case, without parameters; "" if none is named.
    std::string media_type() const;
};

/// The cookies in the fields `cookie` of `headers`, values without quotes.
Pairs parse_cookies(const Pairs& headers);

/// The best of es and en in the value of an Accept-Language header; `fallback` if it wants neither.
protocol::Locale best_language(std::string_view accepted, protocol::Locale fallback);

/// An answer. Content-Length, Date, Server, the security headers and `Cache-Control: no-store` are added on the way out
/// unless the handler has set them.
struct Response {
    unsigned status = 200;
    Pairs headers;
    std::string body;
    std::string_view embedded;           ///< sent in place of `body` if not empty; must live as long as the program
    std::shared_ptr<BodySource> source;  ///< sent in place of both, piece by piece, if there is one

    Response& set(std::string_view name, std::string_view value);
};

/// `body` is finished JSON text.
Response json(unsigned status, std::string body);
/// 204 without a body.
Response no_content();
/// 303 to `location`.
Response see_other(std::string_view location);

/// One wrong field of a form.
struct FieldError {
    std::string field;
    std::string code;     ///< required, invalid, too_long, unknown, wrong_type; for captcha also wrong, expired, used
    std::string message;  ///< for people
};

/// The status of a reply code (protocol.md 3.1).
unsigned status_of(protocol::Code code) noexcept;

/// An `application/problem+json` (RFC 9457) for `error`, with Retry-After where trying again makes sense.
Response problem(const protocol::Error& error, protocol::Locale locale, const std::vector<FieldError>& errors = {});
/// The same for what has a status of its own and no code of the table, e.g. 405, 413 or 431. `detail` names the cause
/// for developers; it never holds internals.
Response problem(unsigned status, std::string_view detail, protocol::Locale locale);

/// What a request with the session cookie must be beside GET and HEAD: `application/json`, or multipart with
/// `X-Ventanilla: 1`, and from the server's own origin if one is sent (protocol.md 3.6). The refusal, or nothing.
std::optional<Response> refuse_cross_site(const Request& request);

}  // namespace ventanilla::web
