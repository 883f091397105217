#include "captcha/picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "captcha/canvas.hpp"
#include "captcha/digits.hpp"

namespace ventanilla::captcha {
namespace {

constexpr int width = 240;
constexpr int height = 80;
constexpr float full_turn = 2 * std::numbers::pi_v<float>;

/// Bends the whole picture: two waves along each direction.
class Wave {
public:
    explicit Wave(Dice& dice) {
        for (auto& part : parts_) {
            part.length = dice.between(45, 110);
            part.height = dice.between(1.2F, 2.8F);
            part.phase = dice.between(0, full_turn);
        }
    }

    Point bent(Point point) const {
        return {point.x + at(parts_[0], point.y) + at(parts_[1], point.y),
                point.y + at(parts_[2], point.x) + at(parts_[3], point.x)};
    }

private:
    struct Part {
        float length = 0;
        float height = 0;
        float phase = 0;
    };
    static float at(const Part& part, float along) {
        return part.height * std::sin(full_turn * along / part.length + part.phase);
    }

    std::array<Part, 4> parts_{};
};

/// Where a digit lies: its own tilt, slant and size.
struct Place {
    Point middle;
    float across = 0;
    float down = 0;
    float turn = 0;
    float slant = 0;

    Point of(Point unit) const {
        const float y = (unit.y - 0.5F) * down;
        const float x = (unit.x - 0.5F) * across - slant * y;
        return {middle.x + x * std::cos(turn) - y * std::sin(turn), middle.y + x * std::sin(turn) + y * std::cos(turn)};
    }
};

/// Draws the curve through `points` with a pen whose pressure comes and goes.
void pen(Canvas& canvas, const std::vector<Point>& points, float radius, const Wave& wave, Dice& dice) {
    constexpr int steps = 10;
    const float phase = dice.between(0, full_turn);
    const float change = dice.between(0.15F, 0.3F);
    std::vector<Dab> line;
    // A straight stroke has two ends only, and bends as well: it gets points between them.
    auto path = points;
    if (path.size() == 2) {
        const auto [from, to] = std::array{path[0], path[1]};
        path.insert(path.begin() + 1,
                    {(from.x + to.x) / 2 + dice.between(-1.2F, 1.2F), (from.y + to.y) / 2 + dice.between(-1.2F, 1.2F)});
    }
    for (const Point& point : smooth(path, steps)) {
        const float pressure = 1 + change * std::sin(phase + 0.12F * static_cast<float>(line.size()));
        line.push_back({wave.bent(point), radius * pressure});
    }
    canvas.draw(line);
}

void draw_digits(Canvas& canvas, std::string_view code, const Wave& wave, Dice& dice) {
    const float step = dice.between(34, 36.5F);
    const float left = (width - step * static_cast<float>(code.size() - 1)) / 2;
    for (std::size_t i = 0; i < code.size(); ++i) {
        Place place;
        place.middle = {left + step * static_cast<float>(i) + dice.between(-2, 2), height / 2.0F + dice.between(-6, 6)};
        place.across = dice.between(23, 29);
        place.down = dice.between(41, 50);
        place.turn = dice.between(-0.26F, 0.26F);
        place.slant = dice.between(-0.15F, 0.25F);
        const auto& shapes = shapes_of(code[i] - '0');
        const float radius = dice.between(2.2F, 2.9F);
        for (const auto& stroke : shapes[dice.below(static_cast<std::uint32_t>(shapes.size()))]) {
            std::vector<Point> points;
            for (const Point& unit : stroke) {
                const Point point = place.of(unit);
                points.push_back({point.x + dice.between(-0.7F, 0.7F), point.y + dice.between(-0.7F, 0.7F)});
            }
            pen(canvas, points, radius, wave, dice);
        }
    }
}

/// Lines from side to side through the digits, and short ones between them.
void draw_clutter(Canvas& canvas, const Wave& wave, Dice& dice) {
    for (int i = 0; i < 2; ++i) {
        std::vector<Point> points;
        const float middle = dice.between(16, 64);
        for (float x = -10; x <= width + 30; x += 44)
            points.push_back({x + dice.between(-9, 9), std::clamp(middle + dice.between(-16, 16), 4.0F, 76.0F)});
        pen(canvas, points, dice.between(1.2F, 1.7F), wave, dice);
    }
    for (int i = 0; i < 4; ++i) {
        const Point from{dice.between(0, width), dice.between(2, 78)};
        const float turn = dice.between(0, full_turn);
        const float length = dice.between(8, 18);
        const Point to{from.x + length * std::cos(turn), from.y + length * std::sin(turn)};
        const Point bend{(from.x + to.x) / 2 + dice.between(-5, 5), (from.y + to.y) / 2 + dice.between(-5, 5)};
        pen(canvas, {from, bend, to}, dice.between(1.2F, 1.8F), wave, dice);
    }
}

/// How far light and dark are exchanged here: a band across the picture, with soft edges.
class Exchange {
public:
    explicit Exchange(Dice& dice)
        : from_(dice.between(20, 130)),
          wide_(dice.between(60, 90)),
          lean_(dice.between(-0.6F, 0.6F)),
          phase_(dice.between(0, full_turn)) {}

    float at(float x, float y) const {
        const float edge = from_ + lean_ * (y - height / 2.0F) + 4 * std::sin(phase_ + y / 11);
        return std::clamp(std::min(x - edge, edge + wide_ - x), 0.0F, 1.0F);
    }

private:
    float from_;
    float wide_;
    float lean_;
    float phase_;
};

}  // namespace

std::string picture_of(std::string_view code, Dice& dice) {
    const Wave wave(dice);
    Canvas canvas(width, height);
    draw_digits(canvas, code, wave, dice);
    draw_clutter(canvas, wave, dice);

    const Exchange exchange(dice);
    // Paper that gets lighter and darker from place to place, so that no one threshold parts it from the ink.
    const float shade_phase = dice.between(0, full_turn);
    const float shade_length = dice.between(70, 160);
    const float shade_lean = dice.between(-1, 1);
    std::vector<std::uint8_t> pixels;
    pixels.reserve(static_cast<std::size_t>(width) * height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto fx = static_cast<float>(x);
            const auto fy = static_cast<float>(y);
            const float ink = std::abs(canvas.at(x, y) - exchange.at(fx, fy));
            const float shade = 18 * std::sin(shade_phase + full_turn * (fx + shade_lean * fy) / shade_length);
            const float paper = 222 + shade;
            const float dark = 52 + shade;
            const float noise = dice.between(-22, 22) + (dice.chance(0.03F) ? dice.between(-70, 70) : 0);
            pixels.push_back(static_cast<std::uint8_t>(std::clamp(paper + (dark - paper) * ink + noise, 0.0F, 255.0F)));
        }
    }
    return png(pixels, width, height);
}

}  // namespace ventanilla::captcha
