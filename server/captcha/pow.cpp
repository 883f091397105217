#include "captcha/pow.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <array>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "captcha/seal.hpp"
#include "protocol/json_scan.hpp"

namespace ventanilla::captcha {
namespace {

using Json = nlohmann::json;

constexpr std::size_t key_bytes = 32;
constexpr std::size_t prefix_bytes = key_bytes / 2;
/// Payloads are about 700 characters.
constexpr std::size_t longest_payload = 4096;

/// The key that belongs to `counter`: PBKDF2 of the nonce with the counter behind it, big end first.
std::array<unsigned char, key_bytes> derive(std::span<const unsigned char> nonce, std::uint32_t counter,
                                            std::span<const unsigned char> salt) {
    std::string password(nonce.begin(), nonce.end());
    for (int shift = 24; shift >= 0; shift -= 8) password.push_back(static_cast<char>(counter >> shift & 0xff));
    std::array<unsigned char, key_bytes> key{};
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                          static_cast<int>(salt.size()), static_cast<int>(pow_cost), EVP_sha256(),
                          static_cast<int>(key.size()), key.data()) != 1)
        throw std::runtime_error("OpenSSL could not derive a key");
    return key;
}

std::string signature_of(std::string_view text, const std::string& secret) {
    return hex(mac(bytes_of(secret), bytes_of(text)));
}

const Json* member(const Json& object, std::string_view name) {
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? &*found : nullptr;
}

std::string text(const Json& object, std::string_view name) {
    const auto* found = member(object, name);
    return found && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Json> read(std::string_view payload) {
    if (payload.size() > longest_payload) return std::nullopt;
    const auto document = from_base64(payload, Base64::plain);
    // The scan bounds the nesting before anything is built.
    if (!document || !protocol::scan_json(*document)) return std::nullopt;
    auto parsed = Json::parse(*document, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    return parsed;
}

bool is_counter(const Json* value) {
    return value && value->is_number_unsigned() &&
           value->get<std::uint64_t>() <= std::numeric_limits<std::uint32_t>::max();
}

}  // namespace

PowChallenge make_pow(std::span<const unsigned char> nonce, std::int64_t expires_at, const PowSecrets& secrets,
                      Dice& dice) {
    std::array<unsigned char, 16> salt{};
    dice.fill(salt);
    const auto key = derive(nonce, dice.below(2 * pow_median_tries), salt);
    // nlohmann's objects are sorted by name, which is the order that ALTCHA signs.
    const Json parameters = {
        {"algorithm", "PBKDF2/SHA-256"},
        {"cost", pow_cost},
        {"expiresAt", expires_at / 1000},
        {"keyLength", key_bytes},
        {"keyPrefix", hex(std::span(key).first<prefix_bytes>())},
        {"keySignature", hex(mac(bytes_of(secrets.key), key))},
        {"nonce", hex(nonce)},
        {"salt", hex(salt)},
    };
    PowChallenge challenge;
    challenge.parameters = parameters.dump();
    challenge.signature = signature_of(challenge.parameters, secrets.parameters);
    return challenge;
}

bool solves_pow(std::string_view payload, std::span<const unsigned char> nonce, const PowSecrets& secrets) {
    const auto document = read(payload);
    if (!document) return false;
    const auto* challenge = member(*document, "challenge");
    const auto* solution = member(*document, "solution");
    const auto* parameters = challenge ? member(*challenge, "parameters") : nullptr;
    if (!parameters || !parameters->is_object() || !solution) return false;

    // Whatever order and blanks the client gave them, these are the texts that were signed.
    const auto signature = signature_of(parameters->dump(), secrets.parameters);
    if (!same(bytes_of(signature), bytes_of(text(*challenge, "signature")))) return false;
    if (!same(bytes_of(hex(nonce)), bytes_of(text(*parameters, "nonce")))) return false;

    // The key is enough: who does not know the counter cannot know the key, and its signature saves deriving it again.
    const auto key = from_hex(text(*solution, "derivedKey"));
    if (!is_counter(member(*solution, "counter")) || !key || key->size() != key_bytes) return false;
    return same(bytes_of(hex(mac(bytes_of(secrets.key), *key))), bytes_of(text(*parameters, "keySignature")));
}

}  // namespace ventanilla::captcha
