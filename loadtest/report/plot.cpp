#include "loadtest/report/plot.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace ventanilla::load {
namespace {

constexpr double width = 720;
constexpr double height = 300;
constexpr double left = 64;
constexpr double right = 12;
constexpr double top = 12;
constexpr double bottom = 44;

/// Where values lie on the paper, and the round numbers to mark.
struct Axis {
    double from = 0;
    double to = 1;
    bool logarithmic = false;

    [[nodiscard]] double share(double value) const {
        if (!logarithmic) return (value - from) / (to - from);
        return (std::log10(value) - std::log10(from)) / (std::log10(to) - std::log10(from));
    }
    [[nodiscard]] std::vector<double> marks() const {
        std::vector<double> found;
        if (logarithmic) {
            for (double mark = from; mark <= to * 1.0001; mark *= 10) found.push_back(mark);
            return found;
        }
        const auto rough = (to - from) / 6;
        const auto power = std::pow(10.0, std::floor(std::log10(rough)));
        auto step = 10 * power;
        for (const auto nice : {1.0, 2.0, 5.0})
            if (nice * power >= rough) {
                step = nice * power;
                break;
            }
        for (int i = 0; i * step <= to * 1.0001; ++i) found.push_back(i * step);
        return found;
    }
};

std::string number(double value) {
    if (value >= 1e6) return fmt::format("{:.4g} M", value / 1e6);
    if (value >= 1e4) return fmt::format("{:.4g} k", value / 1e3);
    return fmt::format("{:.4g}", value);
}

double px(const Axis& axis, double value) {
    return left + axis.share(value) * (width - left - right);
}
double py(const Axis& axis, double value) {
    return height - bottom - axis.share(value) * (height - top - bottom);
}

Axis axis_of(const Plot& plot, bool is_x) {
    double low = 0;
    double high = 0;
    for (const auto& line : plot.lines)
        for (const auto& [x, y] : line.points) {
            const auto value = is_x ? x : y;
            high = std::max(high, value);
            if (value > 0) low = low == 0 ? value : std::min(low, value);
        }
    if (high <= 0) high = 1;
    if (!plot.logarithmic || is_x) return {.from = 0, .to = high * 1.05, .logarithmic = false};
    const auto from = std::pow(10.0, std::floor(std::log10(low)));
    return {.from = from, .to = std::max(from * 10, std::pow(10.0, std::ceil(std::log10(high)))), .logarithmic = true};
}

void add_axes(std::string& out, const Plot& plot, const Axis& x, const Axis& y) {
    const auto add = [&]<class... Values>(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(out), format, std::forward<Values>(values)...);
    };
    for (const auto mark : y.marks())
        add(R"(<line class="grid" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/><text x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>)",
            left, width - right, py(y, mark), py(y, mark), left - 6, py(y, mark) + 4, number(mark));
    for (const auto mark : x.marks())
        add(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)", px(x, mark), height - bottom + 18,
            number(mark));
    add(R"(<text class="axis" x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>)", width - right, height - 6,
        escaped(plot.x));
    add(R"svg(<text class="axis" x="14" y="{:.1f}" text-anchor="end" transform="rotate(-90 14 {:.1f})">{}</text>)svg",
        top, top, escaped(plot.y));
}

void add_line(std::string& out, const Line& line, std::size_t colour, const Axis& x, const Axis& y) {
    std::string path;
    std::string dots;
    for (const auto& [at, value] : line.points) {
        if (y.logarithmic && value <= 0) continue;
        fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", path.empty() ? "M" : "L", px(x, at), py(y, value));
        fmt::format_to(std::back_inserter(dots),
                       R"(<circle cx="{:.1f}" cy="{:.1f}" r="2.5"><title>{}: {:.4g}, {:.4g}</title></circle>)",
                       px(x, at), py(y, value), escaped(line.name), at, value);
    }
    fmt::format_to(std::back_inserter(out), R"(<g class="line-{}"><path d="{}"/>{}</g>)", colour, path, dots);
}

}  // namespace

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string svg(const Plot& plot) {
    if (std::all_of(plot.lines.begin(), plot.lines.end(), [](const Line& line) { return line.points.size() < 2; }))
        return {};
    const auto x = axis_of(plot, true);
    const auto y = axis_of(plot, false);
    auto out = fmt::format(R"(<figure><figcaption>{}</figcaption><svg viewBox="0 0 {} {}" role="img" aria-label="{}">)",
                           escaped(plot.title), width, height, escaped(plot.title));
    add_axes(out, plot, x, y);
    for (std::size_t i = 0; i < plot.lines.size(); ++i) add_line(out, plot.lines[i], i + 1, x, y);
    out += R"(</svg><p class="legend">)";
    for (std::size_t i = 0; i < plot.lines.size(); ++i)
        fmt::format_to(std::back_inserter(out), R"(<span class="line-{}"><i></i>{}</span> )", i + 1,
                       escaped(plot.lines[i].name));
    return out + "</p></figure>\n";
}

}  // namespace ventanilla::load
