#pragma once
// Challenges that keep robots out of the ticket form (protocol.md 3.2): a code drawn and spoken, or a proof of work.
// Nothing is remembered here, so strangers take no memory: a challenge's id carries all that its check needs, sealed
// with the secret that all servers of a site share. What is spent lies in record::OnceRepository, by `nonce`.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/site.hpp"
#include "protocol/words.hpp"

namespace ventanilla::captcha {

enum class Kind : std::uint8_t { code, pow };
std::string_view to_string(Kind kind) noexcept;

/// How long a challenge may be answered.
inline constexpr std::int64_t lifetime_ms = 10 * 60 * 1000;

/// The median work of a `pow`: `pow_median_tries` keys of `pow_cost` rounds of PBKDF2/SHA-256 each.
inline constexpr unsigned pow_cost = 5000;
inline constexpr unsigned pow_median_tries = 440;

bool allows(config::CaptchaMode mode, Kind kind) noexcept;
/// What to make when asked for `wanted` (the body's `kind`): nothing if that is no kind, or not one that the site
/// allows. Left out it is the site's kind, and `code` where both are allowed, for it needs no script.
std::optional<Kind> choose(config::CaptchaMode mode, std::optional<std::string_view> wanted);

/// A fresh challenge. `image` and `audio` are data: URLs and only of a code, `parameters` (a JSON object) and
/// `signature` only of a pow.
struct Challenge {
    std::string id;
    Kind kind = Kind::code;
    std::int64_t expires_at = 0;
    std::string image = {};  ///< PNG, 240x80, on a background of its own
    std::string audio = {};  ///< WAV, 8 kHz mono, about six seconds
    std::string parameters = {};
    std::string signature = {};

    /// The answer of `POST /api/v1/captcha`.
    std::string json() const;
};

/// What an id of ours says.
struct Identity {
    Kind kind = Kind::code;
    std::string nonce = {};  ///< names the challenge where it is spent: 22 characters of base64url
    std::int64_t expires_at = 0;
};

/// `malformed`: the id was not made with our secret; people are told the same as for `wrong`.
enum class Verdict : std::uint8_t { right, wrong, expired, malformed };

struct Checked {
    Verdict verdict = Verdict::malformed;
    Identity challenge = {};  ///< empty if malformed; a wrong answer to a `code` spends it as a right one does
};

/// What signs a pow's parameters and the key that its solver has to find: altcha-lib's `hmacSignatureSecret` and
/// `hmacKeySignatureSecret`.
struct PowSecrets {
    std::string parameters;
    std::string key;
};

/// All functions are pure but for their random numbers, and may be called from any thread. Making a code takes some
/// milliseconds (see docs/decisions/captcha.md): not on the event loop.
class Captchas {
public:
    /// What the randomness of one challenge comes from.
    using Seed = std::array<unsigned char, 32>;

    /// `secret`: the same on all servers (OnceRepository::secret("captcha")). Throws std::invalid_argument if shorter
    /// than 32 bytes.
    explicit Captchas(std::string_view secret);

    /// The language is that of the audio.
    Challenge make(Kind kind, protocol::Locale locale, std::int64_t now_ms) const;
    /// The same from given randomness, for tests: one seed, one challenge.
    Challenge make(Kind kind, protocol::Locale locale, std::int64_t now_ms, const Seed& seed) const;

    /// Whether `answer` (the digits; or ALTCHA's base64 payload) belongs to the challenge. It does not know what is
    /// spent. Blanks in the answer are ignored; anything unexpected is `wrong`.
    Checked check(std::string_view id, std::string_view answer, std::int64_t now_ms) const;

    /// What a genuine id says if it has not expired yet, else nothing.
    std::optional<Identity> peek(std::string_view id, std::int64_t now_ms) const;

private:
    using Key = std::array<unsigned char, 32>;
    using Nonce = std::array<unsigned char, 16>;

    struct Opened {
        Identity identity;
        Nonce nonce{};
    };
    std::string seal(Kind kind, const Nonce& nonce, std::int64_t expires_at) const;
    std::optional<Opened> open(std::string_view id) const;
    std::string code_of(const Nonce& nonce) const;

    Key id_key_{};    ///< seals ids
    Key code_key_{};  ///< makes a code's digits of its nonce
    PowSecrets pow_secrets_;
};

}  // namespace ventanilla::captcha
