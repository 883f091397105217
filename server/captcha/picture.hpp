#pragma once
// A code as a picture that people read and programs should not.

#include <string>
#include <string_view>

#include "captcha/dice.hpp"

namespace ventanilla::captcha {

/// A PNG of 240x80 in greys, with a background of its own (it looks the same on light and on dark pages). Digits are
/// drawn as pen strokes, bent, tilted, touching each other, crossed by lines of the same pen, and partly light on dark.
std::string picture_of(std::string_view code, Dice& dice);

}  // namespace ventanilla::captcha
