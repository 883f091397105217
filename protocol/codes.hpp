#pragma once
// Reply codes and close codes of the wire (protocol.md 2.1). Two families: an Error says that one request failed,
// a Close ends the connection; a client needs only the band of the latter to know whether to come back.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace ventanilla::protocol {

/// Why a request was refused. The spelling on the wire is `to_string`.
enum class Code : std::uint8_t {
    bad_json,
    unknown_type,
    bad_field,
    unauthenticated,
    forbidden,
    not_found,
    offline,
    not_assigned,
    chat_closed,
    client_id_reuse,
    slow_down,
    unavailable,
};

/// The code as it stands on the wire, e.g. "bad_field".
std::string_view to_string(Code code) noexcept;

/// One refused request. `field` names the wrong field (dotted when nested) for bad_field; `retry_after_ms` is above 0
/// where trying again makes sense (slow_down, unavailable).
struct Error {
    Code code = Code::unavailable;
    std::string field = {};
    std::int64_t retry_after_ms = 0;

    bool operator==(const Error&) const = default;
};

/// A value, or the error that the client is told.
template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Code code, std::string field = {}, std::int64_t retry_after_ms = 0) {
    return tl::unexpected<Error>(Error{code, std::move(field), retry_after_ms});
}

/// WebSocket close codes in use. 44xx: do not come back by yourself; 45xx and 1001/1012: reconnect and resume.
enum class Close : std::uint16_t {
    done = 1000,
    going_away = 1001,
    protocol_error = 1002,
    binary = 1003,
    bad_utf8 = 1007,
    too_big = 1009,
    restart = 1012,
    bad_hello = 4400,
    bad_token = 4401,
    forbidden = 4403,
    displaced = 4409,
    abuse = 4429,
    server_failed = 4500,
    too_slow = 4513,
};

}  // namespace ventanilla::protocol
