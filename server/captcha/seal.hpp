#pragma once
// HMAC-SHA256 and the texts that bytes become.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::captcha {

using Mac = std::array<unsigned char, 32>;

std::span<const unsigned char> bytes_of(std::string_view text);

Mac mac(std::span<const unsigned char> key, std::span<const unsigned char> data);

/// In a time that does not tell where they differ.
bool same(std::span<const unsigned char> left, std::span<const unsigned char> right);

std::string hex(std::span<const unsigned char> bytes);
/// Nothing unless it is an even number of lower-case hex digits.
std::optional<std::vector<unsigned char>> from_hex(std::string_view text);

enum class Base64 { plain, url };  ///< with padding; for URLs, without
std::string base64(std::span<const unsigned char> bytes, Base64 form);
std::optional<std::string> from_base64(std::string_view text, Base64 form);

}  // namespace ventanilla::captcha
