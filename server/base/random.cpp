#include "base/random.hpp"

#include <sodium.h>

#include <array>
#include <cstddef>

namespace ventanilla {
namespace {

template <std::size_t Bytes>
std::string random_base64url() {
    std::array<unsigned char, Bytes> raw{};
    randombytes_buf(raw.data(), raw.size());
    std::string text(sodium_base64_ENCODED_LEN(Bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), raw.data(), raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.pop_back();  // the terminating NUL that libsodium counts
    return text;
}

}  // namespace

std::string random_id(std::string_view prefix) {
    return std::string(prefix) + random_base64url<16>();
}

std::string random_token() {
    return random_base64url<32>();
}

std::string token_hash(std::string_view token) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    std::string hex(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

}  // namespace ventanilla
