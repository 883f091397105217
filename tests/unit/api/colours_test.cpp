#include "api/colours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ventanilla::api {
namespace {

using ::testing::HasSubstr;

TEST(Colours, ParsesAndPrints) {
    EXPECT_EQ(parse_colour("#0b6E4f"), (Colour{0x0b, 0x6e, 0x4f}));
    EXPECT_EQ(to_string(Colour{0x0b, 0x6e, 0x4f}), "#0b6e4f");
    for (const auto* wrong : {"", "#fff", "0b6e4f0", "#0b6e4g", "red"})
        EXPECT_EQ(parse_colour(wrong), Colour{}) << wrong;
}

TEST(Colours, ContrastIsThatOfWcag) {
    EXPECT_NEAR(contrast({0, 0, 0}, {255, 255, 255}), 21.0, 0.01);
    EXPECT_NEAR(contrast({119, 119, 119}, {255, 255, 255}), 4.48, 0.01);
    EXPECT_DOUBLE_EQ(contrast({1, 2, 3}, {200, 100, 50}), contrast({200, 100, 50}, {1, 2, 3}));
}

TEST(Colours, EveryAccentBecomesReadable) {
    constexpr Colour light{244, 246, 248};
    constexpr Colour dark{29, 33, 39};
    for (int red = 0; red < 256; red += 51) {
        for (int green = 0; green < 256; green += 51) {
            for (int blue = 0; blue < 256; blue += 51) {
                const Colour accent{static_cast<std::uint8_t>(red), static_cast<std::uint8_t>(green),
                                    static_cast<std::uint8_t>(blue)};
                EXPECT_GE(contrast(readable_on(accent, light), light), 4.5) << to_string(accent);
                EXPECT_GE(contrast(readable_on(accent, dark), dark), 4.5) << to_string(accent);
                const auto css = site_css(to_string(accent));
                const auto at = css.find("--on-accent:") + 12;
                EXPECT_GE(contrast(parse_colour(css.substr(at, 7)), accent), 4.5) << to_string(accent);
            }
        }
    }
}

TEST(Colours, AnAccentThatIsReadableStaysAsItIs) {
    EXPECT_THAT(site_css("#0b6e4f"), HasSubstr("--accent:#0b6e4f;--on-accent:#ffffff;--accent-text:#0b6e4f}"));
}

}  // namespace
}  // namespace ventanilla::api
