#pragma once
// The site's accent colour, made readable wherever it is used. Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace ventanilla::api {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;

    bool operator==(const Colour&) const = default;
};

/// "#rrggbb", as the configuration has checked it; black for anything else.
Colour parse_colour(std::string_view text);
std::string to_string(Colour colour);

/// The contrast of WCAG 2: 1 to 21.
double contrast(Colour a, Colour b);

/// `colour` moved towards black or white, whichever leads away from `background`, until it has a contrast of 4.5 to it.
Colour readable_on(Colour colour, Colour background);

/// The style sheet with the colours that a site adds to the pages' own.
std::string site_css(std::string_view accent);

}  // namespace ventanilla::api
