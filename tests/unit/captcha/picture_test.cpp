// The pictures are good PNGs with something on them. That people read them and tesseract does not is
// tests/captcha/tesseract_test.py.

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "captcha/canvas.hpp"
#include "captcha/digits.hpp"
#include "captcha/picture.hpp"
#include "unit/captcha/captcha_support.hpp"

namespace ventanilla::captcha {
namespace {

constexpr int width = 240;
constexpr int height = 80;

std::uint32_t number(std::string_view bytes) {
    std::uint32_t result = 0;
    for (const char byte : bytes.substr(0, 4)) result = result << 8 | static_cast<unsigned char>(byte);
    return result;
}

/// The grey values of a PNG whose chunks have good sums.
std::vector<int> pixels_of(std::string_view file) {
    EXPECT_TRUE(file.starts_with("\x89PNG\r\n\x1a\n"));
    std::string deflated;
    std::string order;
    for (auto rest = file.substr(8); !rest.empty();) {
        const auto length = number(rest);
        const auto body = rest.substr(4, 4 + length);
        const auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
        EXPECT_EQ(number(rest.substr(8 + length)), sum);
        order += body.substr(0, 4);
        if (body.starts_with("IHDR")) {
            EXPECT_EQ(number(body.substr(4)), static_cast<std::uint32_t>(width));
            EXPECT_EQ(number(body.substr(8)), static_cast<std::uint32_t>(height));
        }
        if (body.starts_with("IDAT")) deflated = body.substr(4);
        rest.remove_prefix(12 + length);
    }
    EXPECT_EQ(order, "IHDRIDATIEND");
    std::string rows((width + 1) * height, '\0');
    uLong size = rows.size();
    EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(rows.data()), &size, reinterpret_cast<const Bytef*>(deflated.data()),
                         deflated.size()),
              Z_OK);
    EXPECT_EQ(size, rows.size());
    std::vector<int> pixels;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (i % (width + 1) != 0) pixels.push_back(static_cast<unsigned char>(rows[i]));
    return pixels;
}

std::string picture(std::string_view code, unsigned start) {
    Dice dice(testing::seed(start), Dice::Stream::picture);
    return picture_of(code, dice);
}

TEST(Picture, is_a_png_with_light_and_dark) {
    for (unsigned start = 0; start < 20; ++start) {
        const auto pixels = pixels_of(picture("305718", start));
        const auto dark = std::ranges::count_if(pixels, [](int grey) { return grey < 110; });
        EXPECT_GT(dark, width * height / 5) << "seed " << start;
        EXPECT_LT(dark, width * height * 4 / 5) << "seed " << start;
    }
}

TEST(Picture, one_code_looks_different_each_time) {
    const auto first = pixels_of(picture("305718", 1));
    const auto second = pixels_of(picture("305718", 2));
    int different = 0;
    for (std::size_t i = 0; i < first.size(); ++i) different += std::abs(first[i] - second[i]) > 80 ? 1 : 0;
    EXPECT_GT(different, width * height / 10);
    EXPECT_EQ(picture("305718", 1), picture("305718", 1));
}

TEST(Picture, ink_is_where_the_pen_was_and_nowhere_else) {
    Canvas canvas(20, 10);
    canvas.draw({{{2, 5}, 1}, {{17, 5}, 1}});
    EXPECT_FLOAT_EQ(canvas.at(10, 5), 1);
    EXPECT_FLOAT_EQ(canvas.at(10, 2), 0);
    EXPECT_FLOAT_EQ(canvas.at(0, 5), 0);
    canvas.draw({{{-50, -50}, 3}, {{70, 60}, 3}});  // beyond all sides
    EXPECT_GT(canvas.at(10, 5), 0);
}

TEST(Picture, a_smooth_curve_goes_through_its_points) {
    const std::vector<Point> points = {{0, 0}, {4, 8}, {9, 3}, {12, 12}};
    const auto curve = smooth(points, 10);
    ASSERT_EQ(curve.size(), 31U);
    for (std::size_t i = 0; i < points.size(); ++i) {
        EXPECT_NEAR(curve[i * 10].x, points[i].x, 1e-4);
        EXPECT_NEAR(curve[i * 10].y, points[i].y, 1e-4);
    }
}

TEST(Picture, every_digit_has_shapes_within_its_box) {
    for (int digit = 0; digit < 10; ++digit) {
        ASSERT_FALSE(shapes_of(digit).empty());
        for (const auto& shape : shapes_of(digit))
            for (const auto& stroke : shape) {
                EXPECT_GE(stroke.size(), 2U);
                for (const Point& point : stroke) {
                    EXPECT_TRUE(point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1) << digit;
                }
            }
    }
}

}  // namespace
}  // namespace ventanilla::captcha
