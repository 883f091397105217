#pragma once
// Line charts as SVG. No script: they can be read, printed and searched as they are.

#include <string>
#include <utility>
#include <vector>

namespace ventanilla::load {

struct Line {
    std::string name;
    std::vector<std::pair<double, double>> points;
    bool operator==(const Line&) const = default;
};

struct Plot {
    std::string title;
    std::string x;  ///< what the axis counts, with its unit
    std::string y;
    bool logarithmic = false;  ///< the y axis; values of 0 or less are left out
    std::vector<Line> lines;   ///< at most six
};

/// A `<figure>` with the chart and its legend; "" if there is nothing to draw. Colours are the page's `--line-1` to
/// `--line-6`.
std::string svg(const Plot& plot);

/// `text` with what HTML would read as markup escaped.
std::string escaped(const std::string& text);

}  // namespace ventanilla::load
