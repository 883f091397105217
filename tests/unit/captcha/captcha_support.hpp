#pragma once
// What the tests of the captchas share: fixed secrets and seeds, and a solver that knows the secret.

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "captcha/captcha.hpp"

namespace ventanilla::captcha::testing {

inline constexpr std::string_view secret = "a secret of the tests, 43 characters of it.";
inline constexpr std::int64_t now = 1'795'449'600'000;

/// A seed of its own for each number.
Captchas::Seed seed(unsigned number);

/// The digits of a code, as docs/decisions/captcha.md says that they follow from the secret and the id.
std::string code_of(std::string_view id, std::string_view with_secret = secret);

/// What ALTCHA's widget would send for this challenge.
nlohmann::json solve(const Challenge& challenge);
std::string payload(const nlohmann::json& document);

}  // namespace ventanilla::captcha::testing
