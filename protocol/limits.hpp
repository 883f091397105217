#pragma once
// The limits of protocol.md 1. Lengths of texts are Unicode code points, never bytes.

#include <cstddef>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace ventanilla::protocol::limits {

inline constexpr std::size_t frame_bytes = 65536;
/// Objects and arrays inside each other, the outermost counted.
inline constexpr std::size_t nesting = 16;

inline constexpr std::size_t text = 4000;
inline constexpr std::size_t name = 80;
inline constexpr std::size_t email = 254;
inline constexpr std::size_t comments = 8000;
inline constexpr std::size_t client_id = 64;
inline constexpr std::size_t url = 2048;
inline constexpr std::size_t title = 300;
inline constexpr std::size_t comment = 1000;
inline constexpr std::size_t device = 64;
inline constexpr std::size_t subject = 200;
inline constexpr std::size_t fields = 20;
inline constexpr std::size_t field_value = 500;

// Where the contract names no limit (protocol/README.md).
inline constexpr std::size_t id = 128;
inline constexpr std::size_t field_key = 80;
inline constexpr std::size_t token = 256;
inline constexpr std::size_t locale = 35;
inline constexpr std::size_t signature = 128;
inline constexpr std::size_t rfc = 40;

/// Largest `id`, `seq` and time: what a JavaScript number holds exactly.
inline constexpr std::int64_t max_integer = (std::int64_t{1} << 53) - 1;
inline constexpr std::int64_t sync_entries = 200;
/// A `chat.sync` reply may hold fewer entries than asked for, so as not to grow beyond this.
inline constexpr std::size_t sync_reply_bytes = 128UL * 1024;

// Defaults of the site's own limits; `limits_json` is told the configured ones.
inline constexpr std::int64_t sockets_per_visitor = 5;
inline constexpr std::int64_t messages_per_s = 10;
inline constexpr std::int64_t message_burst = 20;
inline constexpr std::int64_t requests_per_s = 50;
inline constexpr std::int64_t request_burst = 200;

inline constexpr std::size_t http_head_bytes = 8UL * 1024;
inline constexpr std::size_t http_json_body_bytes = 256UL * 1024;
inline constexpr std::int64_t http_complete_s = 10;

inline constexpr std::int64_t hello_within_s = 10;
inline constexpr std::int64_t ping_every_s = 20;
inline constexpr std::int64_t silent_for_s = 45;
inline constexpr std::int64_t tick_every_s = 20;
/// So many `slow_down` refusals within `abuse_window_s` end a connection with 4429.
inline constexpr std::int64_t abuse_refusals = 200;
inline constexpr std::int64_t abuse_window_s = 10;

}  // namespace ventanilla::protocol::limits

namespace ventanilla::protocol {

/// The member `limits` of a hello reply: the documented keys and no others.
nlohmann::json limits_json(std::int64_t messages_per_s, std::int64_t message_burst, std::int64_t sockets_per_visitor);

}  // namespace ventanilla::protocol
