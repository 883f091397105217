#pragma once
// Random identifiers. All come from libsodium's generator.

#include <string>
#include <string_view>

namespace ventanilla {

/// `prefix` followed by 128 random bits in base64url without padding (22 characters), e.g. random_id("c_").
std::string random_id(std::string_view prefix);

/// A secret of 256 random bits in base64url without padding (43 characters): visitor tokens, agent sessions.
std::string random_token();

/// SHA-256 of `token` in lower-case hex: what the stores keep instead of the secret itself.
std::string token_hash(std::string_view token);

}  // namespace ventanilla
