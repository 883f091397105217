#include "api/colours.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace ventanilla::api {
namespace {

constexpr double kReadable = 4.5;  // WCAG 2 AA for text
constexpr Colour kWhite{255, 255, 255};
constexpr Colour kInk{};  // pure black: with it or with white every colour reaches 4.5
// The darkest and the lightest surface that text in the accent colour stands on (page.css).
constexpr Colour kLightSurface{244, 246, 248};
constexpr Colour kDarkSurface{29, 33, 39};

double linear(std::uint8_t value) {
    const double part = value / 255.0;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

double luminance(Colour colour) {
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

Colour mix(Colour from, Colour to, double share) {
    const auto channel = [share](std::uint8_t a, std::uint8_t b) {
        return static_cast<std::uint8_t>(std::lround(a + (b - a) * share));
    };
    return {channel(from.red, to.red), channel(from.green, to.green), channel(from.blue, to.blue)};
}

}  // namespace

Colour parse_colour(std::string_view text) {
    std::uint32_t value = 0;
    if (text.size() != 7 || text.front() != '#') return {};
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>((value >> 8) & 0xff),
            static_cast<std::uint8_t>(value & 0xff)};
}

std::string to_string(Colour colour) {
    return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

double contrast(Colour a, Colour b) {
    const double one = luminance(a) + 0.05;
    const double other = luminance(b) + 0.05;
    return one > other ? one / other : other / one;
}

Colour readable_on(Colour colour, Colour background) {
    const Colour away = contrast(kWhite, background) > contrast({}, background) ? kWhite : Colour{};
    constexpr int kSteps = 50;
    for (int step = 0; step <= kSteps; ++step) {
        const auto moved = mix(colour, away, static_cast<double>(step) / kSteps);
        if (contrast(moved, background) >= kReadable) return moved;
    }
    return away;
}

std::string site_css(std::string_view accent) {
    const auto colour = parse_colour(accent);
    const auto on = contrast(kWhite, colour) >= contrast(kInk, colour) ? kWhite : kInk;
    return fmt::format(":root{{--accent:{};--on-accent:{};--accent-text:{}}}\n"
                       "@media (prefers-color-scheme:dark){{:root{{--accent-text:{}}}}}\n",
                       to_string(colour), to_string(on), to_string(readable_on(colour, kLightSurface)),
                       to_string(readable_on(colour, kDarkSurface)));
}

}  // namespace ventanilla::api
