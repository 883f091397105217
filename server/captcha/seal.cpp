#include "captcha/seal.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace ventanilla::captcha {
namespace {

int variant(Base64 form) {
    return form == Base64::url ? sodium_base64_VARIANT_URLSAFE_NO_PADDING : sodium_base64_VARIANT_ORIGINAL;
}

}  // namespace

std::span<const unsigned char> bytes_of(std::string_view text) {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

Mac mac(std::span<const unsigned char> key, std::span<const unsigned char> data) {
    Mac result{};
    unsigned int size = result.size();
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(), result.data(), &size) ||
        size != result.size())
        throw std::runtime_error("OpenSSL could not make an HMAC");
    return result;
}

bool same(std::span<const unsigned char> left, std::span<const unsigned char> right) {
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string hex(std::span<const unsigned char> bytes) {
    std::string text(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();  // the terminating NUL
    return text;
}

std::optional<std::vector<unsigned char>> from_hex(std::string_view text) {
    const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (text.size() % 2 != 0 || !std::ranges::all_of(text, digit)) return std::nullopt;
    std::vector<unsigned char> bytes(text.size() / 2);
    // libsodium wants a place to write to even for nothing.
    if (!bytes.empty() &&
        sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, nullptr, nullptr) != 0)
        return std::nullopt;
    return bytes;
}

std::string base64(std::span<const unsigned char> bytes, Base64 form) {
    std::string text(sodium_base64_encoded_len(bytes.size(), variant(form)), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant(form));
    text.pop_back();  // the terminating NUL
    return text;
}

std::optional<std::string> from_base64(std::string_view text, Base64 form) {
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                          nullptr, &size, nullptr, variant(form)) != 0)
        return std::nullopt;
    bytes.resize(size);
    return bytes;
}

}  // namespace ventanilla::captcha
