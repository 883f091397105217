#include "captcha/captcha.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "captcha/dice.hpp"
#include "captcha/picture.hpp"
#include "captcha/pow.hpp"
#include "captcha/seal.hpp"
#include "captcha/sound.hpp"

namespace ventanilla::captcha {
namespace {

constexpr std::size_t digits = 6;
constexpr std::uint64_t codes = 1'000'000;

// An id's bytes: kind, expiry, nonce, and the seal over all three.
constexpr std::size_t expiry_bytes = 8;
constexpr std::size_t nonce_bytes = 16;
constexpr std::size_t body_bytes = 1 + expiry_bytes + nonce_bytes;
constexpr std::size_t tag_bytes = 16;
constexpr char code_mark = 1;
constexpr char pow_mark = 2;

/// Without the blanks that people put between and around digits.
std::string without_blanks(std::string_view answer) {
    std::string kept;
    for (std::size_t i = 0; i < answer.size(); ++i) {
        if (answer.substr(i, 2) == "\u00a0") {
            ++i;
        } else if (std::string_view(" \t\r\n").find(answer[i]) == std::string_view::npos) {
            kept.push_back(answer[i]);
        }
    }
    return kept;
}

std::string data_url(std::string_view type, const std::string& bytes) {
    return fmt::format("data:{};base64,{}", type, base64(bytes_of(bytes), Base64::plain));
}

}  // namespace

std::string_view to_string(Kind kind) noexcept {
    return kind == Kind::code ? "code" : "pow";
}

bool allows(config::CaptchaMode mode, Kind kind) noexcept {
    switch (mode) {
        case config::CaptchaMode::code: return kind == Kind::code;
        case config::CaptchaMode::pow: return kind == Kind::pow;
        case config::CaptchaMode::both: return true;
    }
    return false;
}

std::optional<Kind> choose(config::CaptchaMode mode, std::optional<std::string_view> wanted) {
    for (const Kind kind : {Kind::code, Kind::pow})
        if (allows(mode, kind) && (!wanted || *wanted == to_string(kind))) return kind;
    return std::nullopt;
}

std::string Challenge::json() const {
    // Nothing in it needs escaping: base64, hex, and a JSON object.
    if (kind == Kind::code)
        return fmt::format(R"({{"id":"{}","kind":"code","image":"{}","audio":"{}"}})", id, image, audio);
    return fmt::format(R"({{"id":"{}","kind":"pow","parameters":{},"signature":"{}"}})", id, parameters, signature);
}

Captchas::Captchas(std::string_view secret) {
    constexpr std::size_t shortest = 32;
    if (secret.size() < shortest) throw std::invalid_argument("the secret of the captchas is too short");
    if (sodium_init() < 0) throw std::runtime_error("libsodium could not be started");
    const auto key_for = [secret](std::string_view use) { return mac(bytes_of(secret), bytes_of(use)); };
    id_key_ = key_for("captcha id");
    code_key_ = key_for("captcha code");
    pow_secrets_ = {hex(key_for("captcha pow parameters")), hex(key_for("captcha pow key"))};
}

Challenge Captchas::make(Kind kind, protocol::Locale locale, std::int64_t now_ms) const {
    Seed seed{};
    randombytes_buf(seed.data(), seed.size());
    return make(kind, locale, now_ms, seed);
}

Challenge Captchas::make(Kind kind, protocol::Locale locale, std::int64_t now_ms, const Seed& seed) const {
    Nonce nonce{};
    Dice(seed, Dice::Stream::names).fill(nonce);
    Challenge challenge;
    challenge.kind = kind;
    challenge.expires_at = now_ms + lifetime_ms;
    challenge.id = seal(kind, nonce, challenge.expires_at);
    if (kind == Kind::code) {
        const auto code = code_of(nonce);
        Dice pen(seed, Dice::Stream::picture);
        challenge.image = data_url("image/png", picture_of(code, pen));
        Dice voice(seed, Dice::Stream::sound);
        challenge.audio = data_url("audio/wav", wav(speak(code, locale, voice)));
    } else {
        Dice work(seed, Dice::Stream::work);
        auto made = make_pow(nonce, challenge.expires_at, pow_secrets_, work);
        challenge.parameters = std::move(made.parameters);
        challenge.signature = std::move(made.signature);
    }
    return challenge;
}

Checked Captchas::check(std::string_view id, std::string_view answer, std::int64_t now_ms) const {
    auto opened = open(id);
    if (!opened) return {};
    Checked checked{Verdict::wrong, std::move(opened->identity)};
    if (checked.challenge.expires_at <= now_ms) {
        checked.verdict = Verdict::expired;
        return checked;
    }
    const auto said = without_blanks(answer);
    const bool right = checked.challenge.kind == Kind::code ? same(bytes_of(said), bytes_of(code_of(opened->nonce)))
                                                            : solves_pow(said, opened->nonce, pow_secrets_);
    if (right) checked.verdict = Verdict::right;
    return checked;
}

std::optional<Identity> Captchas::peek(std::string_view id, std::int64_t now_ms) const {
    auto opened = open(id);
    if (!opened || opened->identity.expires_at <= now_ms) return std::nullopt;
    return std::move(opened->identity);
}

std::string Captchas::seal(Kind kind, const Nonce& nonce, std::int64_t expires_at) const {
    std::string bytes(1, kind == Kind::code ? code_mark : pow_mark);
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(expires_at) >> shift & 0xff));
    bytes.append(nonce.begin(), nonce.end());
    const auto tag = mac(id_key_, bytes_of(bytes));
    bytes.append(tag.begin(), tag.begin() + tag_bytes);
    return base64(bytes_of(bytes), Base64::url);
}

std::optional<Captchas::Opened> Captchas::open(std::string_view id) const {
    constexpr std::size_t bytes_in_all = body_bytes + tag_bytes;
    constexpr std::size_t id_length = (bytes_in_all * 8 + 5) / 6;
    if (id.size() != id_length) return std::nullopt;
    const auto bytes = from_base64(id, Base64::url);
    if (!bytes || bytes->size() != bytes_in_all) return std::nullopt;
    const auto body = bytes_of(*bytes).first(body_bytes);
    const auto tag = mac(id_key_, body);
    if (!same(std::span(tag).first(tag_bytes), bytes_of(*bytes).subspan(body_bytes))) return std::nullopt;

    Opened opened;
    opened.identity.kind = bytes->front() == code_mark ? Kind::code : Kind::pow;
    std::uint64_t expires_at = 0;
    for (const auto byte : body.subspan(1, expiry_bytes)) expires_at = expires_at << 8 | byte;
    opened.identity.expires_at = static_cast<std::int64_t>(expires_at);
    std::ranges::copy(body.last(nonce_bytes), opened.nonce.begin());
    opened.identity.nonce = base64(opened.nonce, Base64::url);
    return opened;
}

std::string Captchas::code_of(const Nonce& nonce) const {
    const auto hash = mac(code_key_, nonce);
    std::uint64_t number = 0;
    for (const auto byte : std::span(hash).first<8>()) number = number << 8 | byte;
    return fmt::format("{:0{}}", number % codes, digits);
}

}  // namespace ventanilla::captcha
