#include "unit/captcha/captcha_support.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "captcha/seal.hpp"

namespace ventanilla::captcha::testing {

Captchas::Seed seed(unsigned number) {
    Captchas::Seed bytes{};
    for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<unsigned char>(number >> (8 * i) & 0xff);
    return bytes;
}

std::string code_of(std::string_view id, std::string_view with_secret) {
    constexpr std::size_t nonce_at = 9;
    const auto bytes = from_base64(id, Base64::url).value();
    const auto hash = mac(mac(bytes_of(with_secret), bytes_of("captcha code")), bytes_of(bytes).subspan(nonce_at, 16));
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number = number * 256 + hash[i];
    return fmt::format("{:06}", number % 1'000'000);
}

nlohmann::json solve(const Challenge& challenge) {
    const auto parameters = nlohmann::json::parse(challenge.parameters);
    const auto bytes = [&parameters](const char* name) {
        return from_hex(parameters.at(name).get<std::string>()).value();
    };
    const auto salt = bytes("salt");
    auto password = bytes("nonce");
    password.resize(password.size() + 4);
    std::array<unsigned char, 32> key{};
    for (unsigned counter = 0; counter < 2 * pow_median_tries; ++counter) {
        for (std::size_t i = 0; i < 4; ++i)
            password[password.size() - 1 - i] = static_cast<unsigned char>(counter >> (8 * i) & 0xff);
        PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()),
                          salt.data(), static_cast<int>(salt.size()), parameters.at("cost").get<int>(), EVP_sha256(),
                          static_cast<int>(key.size()), key.data());
        const auto found = hex(key);
        if (!found.starts_with(parameters.at("keyPrefix").get<std::string>())) continue;
        return {{"challenge", {{"parameters", parameters}, {"signature", challenge.signature}}},
                {"solution", {{"counter", counter}, {"derivedKey", found}, {"time", 12.5}}}};
    }
    throw std::runtime_error("no counter below the bound solves the challenge");
}

std::string payload(const nlohmann::json& document) {
    return base64(bytes_of(document.dump()), Base64::plain);
}

}  // namespace ventanilla::captcha::testing
