// Requesters' keys: derived, so that nothing secret is stored and every mail can carry the same link.
#include <sodium.h>

#include <array>

#include "ticketing/commands.hpp"

namespace ventanilla::ticketing {

std::string requester_key(const Policy& policy, const record::TicketRecord& ticket) {
    // The first generation has no mark: links from before there were generations stay.
    std::string text = tickets::number_text(ticket.number);
    if (ticket.key_generation > 0) text += '/' + std::to_string(ticket.key_generation);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(policy.key_secret.data()),
                                policy.key_secret.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
    crypto_auth_hmacsha256_final(&state, digest.data());
    std::string key(sodium_base64_ENCODED_LEN(digest.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(key.data(), key.size(), digest.data(), digest.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    key.pop_back();  // the terminating NUL that libsodium counts
    return key;
}

bool key_fits(const Policy& policy, const record::TicketRecord& ticket, std::string_view key) {
    // Without a secret everybody could count the keys. What is left of an erased person is nobody's any more.
    if (policy.key_secret.empty() || ticket.erased) return false;
    const std::string expected = requester_key(policy, ticket);
    return key.size() == expected.size() && sodium_memcmp(key.data(), expected.data(), expected.size()) == 0;
}

}  // namespace ventanilla::ticketing
