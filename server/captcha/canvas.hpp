#pragma once
// A small grey picture on which pens of changing width draw smooth lines.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ventanilla::captcha {

struct Point {
    float x = 0;
    float y = 0;
};

/// A place on a line, and how wide the pen is there.
struct Dab {
    Point at;
    float radius = 1;
};

class Canvas {
public:
    Canvas(int width, int height)
        : width_(width), height_(height), ink_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

    int width() const { return width_; }
    int height() const { return height_; }
    /// How much ink covers this pixel: 0 none, 1 all.
    float& at(int x, int y) { return ink_[index(x, y)]; }
    float at(int x, int y) const { return ink_[index(x, y)]; }

    /// Draws straight from dab to dab with soft edges; where lines cross the ink does not add up.
    void draw(const std::vector<Dab>& line);

private:
    std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
    }
    void segment(const Dab& from, const Dab& to);

    int width_;
    int height_;
    std::vector<float> ink_;
};

/// The smooth curve (Catmull-Rom) through all points, `steps` pieces from each to the next.
std::vector<Point> smooth(const std::vector<Point>& points, int steps);

/// A PNG of 8 bit grey, row by row.
std::string png(const std::vector<std::uint8_t>& pixels, int width, int height);

}  // namespace ventanilla::captcha
