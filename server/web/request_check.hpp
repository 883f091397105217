#pragma once
// What a request must look like before anything else is done with it (contract.md 6). Pure functions: no sockets, no
// state. They are stricter than Beast's parser, which lets obs-fold, doubled Host and the like through; a request that
// two parsers could read in two ways is refused, for a proxy before us may be the other one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "web/http.hpp"

namespace ventanilla::web {

/// The refusal of a request: the status and why, for developers. `why` is a literal.
struct Bad {
    unsigned status = 400;
    std::string_view why;

    bool operator==(const Bad&) const = default;
};

template <typename T>
using Checked = tl::expected<T, Bad>;

/// Looks for the end of a head in `data`, of which the first `seen` bytes were looked at before. The length of the head
/// with its empty line; 0 while more must come; 400 as soon as a byte cannot belong to one; 431 beyond 8 KiB.
Checked<std::size_t> scan_head(std::string_view data, std::size_t seen);

struct Head {
    std::string method;
    std::string target;
    bool http_1_0 = false;
    Pairs headers;  ///< names in lower case, values trimmed
};

/// Splits a complete head, as `scan_head` measured it. 400, or 505 for a version that is not spoken here.
Checked<Head> parse_head(std::string_view raw);

/// How the request's body and connection are framed.
struct Framing {
    std::string host;  ///< the value of Host, in lower case
    bool http_1_0 = false;
    bool chunked = false;
    std::uint64_t length = 0;  ///< of the body, if not chunked
    bool keep_alive = true;
    bool expect_continue = false;

    bool has_body() const noexcept { return chunked || length > 0; }
};

/// Checks Host, Content-Length, Transfer-Encoding, Connection, Expect, and that no field stands twice that may stand
/// only once. 400, or 417 for an unknown Expect.
Checked<Framing> check_framing(const Head& head);

struct Target {
    std::string path;  ///< decoded
    Pairs query;       ///< decoded
};

/// Decodes the request target. `host` as in Framing: an absolute-form target must name it. "*" is allowed for OPTIONS.
Checked<Target> parse_target(std::string_view method, std::string_view target, std::string_view host);

/// The checks of a WebSocket handshake on a request that has passed the ones above: 400, or 426 for another version than
/// 13. Whether the origin may is not asked here.
std::optional<Bad> check_handshake(const Pairs& headers, const Framing& framing);

/// The subprotocol that every socket speaks.
inline constexpr std::string_view subprotocol = "ventanilla.v1";

/// Whether the comma-separated lists in all fields `name` hold `token`, ignoring case.
bool has_token(const Pairs& headers, std::string_view name, std::string_view token);

/// ASCII letters in lower case; nothing else changes.
std::string lower(std::string_view text);

}  // namespace ventanilla::web
