#pragma once
// Who the host site says a visitor is (protocol.md 6).

#include <cstdint>
#include <string_view>

#include "protocol/codes.hpp"
#include "protocol/frames.hpp"

namespace ventanilla::session {

/// True if `identity` is signed by the site: hex HMAC-SHA-256 with `secret` over `email + "\n" + expires_at`, not expired
/// at `now_ms`. False if it carries no signature. bad_field identity.signature for a wrong one, identity.expires_at for an
/// expired one.
protocol::Result<bool> verified(const protocol::Identity& identity, std::string_view secret, std::int64_t now_ms);

}  // namespace ventanilla::session
