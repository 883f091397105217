#pragma once
// The shapes of the digits: what a pen does, not what a font looks like.

#include <vector>

#include "captcha/canvas.hpp"

namespace ventanilla::captcha {

/// A stroke goes smoothly through its points; corners are where one ends and the next begins. x and y run from 0 to 1,
/// y downwards.
using Shape = std::vector<std::vector<Point>>;

/// The ways in which people write `digit` (0 to 9), at least one.
const std::vector<Shape>& shapes_of(int digit);

}  // namespace ventanilla::captcha
