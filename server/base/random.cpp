#include "base/random.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <cstddef>
#include <memory>
#include <stdexcept>

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
    // Each message is hashed: OpenSSL has the processor do it, and looks an algorithm up once where it is kept.
    static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                       &EVP_MD_CTX_free);
    std::array<unsigned char, 32> digest{};
    const bool hashed = EVP_DigestInit_ex2(context.get(), sha256, nullptr) == 1 &&
                        EVP_DigestUpdate(context.get(), token.data(), token.size()) == 1 &&
                        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
    if (!hashed) throw std::runtime_error("SHA-256 is not to be had");
    std::string hex(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

}  // namespace ventanilla
