#include "captcha/canvas.hpp"

#include <algorithm>
#include <cmath>

namespace ventanilla::captcha {

void Canvas::draw(const std::vector<Dab>& line) {
    for (std::size_t i = 1; i < line.size(); ++i) segment(line[i - 1], line[i]);
}

void Canvas::segment(const Dab& from, const Dab& to) {
    const float reach = std::max(from.radius, to.radius) + 1;
    const auto first = [reach](float a, float b) { return static_cast<int>(std::floor(std::min(a, b) - reach)); };
    const auto last = [reach](float a, float b) { return static_cast<int>(std::ceil(std::max(a, b) + reach)); };
    const int left = std::max(0, first(from.at.x, to.at.x));
    const int right = std::min(width_ - 1, last(from.at.x, to.at.x));
    const int top = std::max(0, first(from.at.y, to.at.y));
    const int bottom = std::min(height_ - 1, last(from.at.y, to.at.y));
    const float dx = to.at.x - from.at.x;
    const float dy = to.at.y - from.at.y;
    const float square = std::max(dx * dx + dy * dy, 1e-6F);

    for (int y = top; y <= bottom; ++y) {
        for (int x = left; x <= right; ++x) {
            const float px = static_cast<float>(x) - from.at.x;
            const float py = static_cast<float>(y) - from.at.y;
            const float along = std::clamp((px * dx + py * dy) / square, 0.0F, 1.0F);
            const float distance = std::hypot(px - along * dx, py - along * dy);
            const float radius = from.radius + along * (to.radius - from.radius);
            float& ink = at(x, y);
            ink = std::max(ink, std::clamp(radius - distance + 0.5F, 0.0F, 1.0F));
        }
    }
}

std::vector<Point> smooth(const std::vector<Point>& points, int steps) {
    if (points.size() < 3) return points;
    std::vector<Point> curve;
    curve.reserve(points.size() * static_cast<std::size_t>(steps) + 1);
    const auto last = points.size() - 1;
    for (std::size_t i = 0; i < last; ++i) {
        const Point& before = points[i == 0 ? 0 : i - 1];
        const Point& from = points[i];
        const Point& to = points[i + 1];
        const Point& after = points[std::min(i + 2, last)];
        for (int step = 0; step < steps; ++step) {
            const float t = static_cast<float>(step) / static_cast<float>(steps);
            const auto blend = [t](float a, float b, float c, float d) {
                return 0.5F * (2 * b + t * ((c - a) + t * ((2 * a - 5 * b + 4 * c - d) + t * (3 * b - a - 3 * c + d))));
            };
            curve.push_back({blend(before.x, from.x, to.x, after.x), blend(before.y, from.y, to.y, after.y)});
        }
    }
    curve.push_back(points.back());
    return curve;
}

}  // namespace ventanilla::captcha
