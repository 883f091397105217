#include "session/identity.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <string>

namespace ventanilla::session {
namespace {

std::string hmac_hex(std::string_view secret, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    std::string hex(size * 2UL + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), size);
    hex.pop_back();
    return hex;
}

std::string lower(std::string text) {
    for (auto& c : text) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

}  // namespace

protocol::Result<bool> verified(const protocol::Identity& identity, std::string_view secret, std::int64_t now_ms) {
    using protocol::Code;
    if (!identity.signature) return false;
    const auto expires_at = identity.expires_at.value_or(0);
    const auto expected = hmac_hex(secret, identity.email.value_or("") + "\n" + std::to_string(expires_at));
    const auto given = lower(*identity.signature);
    const bool same = !secret.empty() && given.size() == expected.size() &&
                      sodium_memcmp(given.data(), expected.data(), expected.size()) == 0;
    if (!same) return protocol::fail(Code::bad_field, "identity.signature");
    if (expires_at <= now_ms) return protocol::fail(Code::bad_field, "identity.expires_at");
    return true;
}

}  // namespace ventanilla::session
