#pragma once
// ALTCHA's challenge, version 2, with PBKDF2/SHA-256: find the number whose key begins with `keyPrefix`. Its names and
// signatures are those of altcha-lib 2.8, which can solve and verify what is made here and the other way round.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "captcha/captcha.hpp"
#include "captcha/dice.hpp"

namespace ventanilla::captcha {

struct PowChallenge {
    std::string parameters;  ///< a JSON object, its members in the order of their names
    std::string signature;
};

/// The number to be found lies anywhere below twice the median, so the work is bounded.
PowChallenge make_pow(std::span<const unsigned char> nonce, std::int64_t expires_at, const PowSecrets& secrets,
                      Dice& dice);

/// Whether ALTCHA's payload (base64 of `{"challenge":{"parameters","signature"},"solution":{"counter","derivedKey"}}`)
/// solves a challenge signed with these secrets that has this nonce. Says nothing about its time.
bool solves_pow(std::string_view payload, std::span<const unsigned char> nonce, const PowSecrets& secrets);

}  // namespace ventanilla::captcha
