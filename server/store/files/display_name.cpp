#include "store/files/display_name.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ventanilla::files {
namespace {

constexpr char32_t kReplacement = 0xfffd;
constexpr std::size_t kMostEnding = 20;  ///< of a name that is cut, with its dot

/// The code point at the front of `text`, which loses it. What is not UTF-8 costs one byte and is U+FFFD.
char32_t take_code_point(std::string_view& text) noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    char32_t value = size == 1 ? first : first & (0xffU >> (size + 1));
    bool good = first < 0x80 || (first >= 0xc2 && first <= 0xf4);
    good = good && text.size() >= size;
    for (std::size_t i = 1; good && i < size; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        good = (byte & 0xc0U) == 0x80;
        value = (value << 6U) | (byte & 0x3fU);
    }
    const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    if (!good || overlong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        text.remove_prefix(1);
        return kReplacement;
    }
    text.remove_prefix(size);
    return value;
}

void append(std::string& out, char32_t c) {
    const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | (c >> 6U));
        put(0x80 | (c & 0x3fU));
    } else if (c < 0x10000) {
        put(0xe0 | (c >> 12U));
        put(0x80 | ((c >> 6U) & 0x3fU));
        put(0x80 | (c & 0x3fU));
    } else {
        put(0xf0 | (c >> 18U));
        put(0x80 | ((c >> 12U) & 0x3fU));
        put(0x80 | ((c >> 6U) & 0x3fU));
        put(0x80 | (c & 0x3fU));
    }
}

bool is_dropped(char32_t c) noexcept {
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;        // C0, DEL, C1
    if (c == 0x2028 || c == 0x2029 || c == 0xfeff) return true;  // separators, byte order mark
    if (c == 0x061c || c == 0x200e || c == 0x200f) return true;  // marks of direction
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe007f);
}

bool is_edge(char32_t c) noexcept {
    return c == ' ' || c == 0xa0;
}

void trim(std::vector<char32_t>& name) {
    while (!name.empty() && is_edge(name.back())) name.pop_back();
    name.erase(name.begin(), std::find_if_not(name.begin(), name.end(), is_edge));
}

void cut(std::vector<char32_t>& name) {
    if (name.size() <= kMostName) return;
    const auto dot = std::find(name.rbegin(), name.rend(), U'.');
    auto ending = static_cast<std::size_t>(dot - name.rbegin()) + 1;
    if (dot == name.rend() || ending > kMostEnding) ending = 0;
    const auto from = name.begin() + static_cast<std::ptrdiff_t>(kMostName - ending);
    name.erase(from, name.end() - static_cast<std::ptrdiff_t>(ending));
}

}  // namespace

std::string display_name(std::string_view raw) {
    const auto slash = raw.find_last_of("/\\");
    if (slash != std::string_view::npos) raw.remove_prefix(slash + 1);
    std::vector<char32_t> name;
    while (!raw.empty()) {
        const auto c = take_code_point(raw);
        if (!is_dropped(c)) name.push_back(c);
    }
    trim(name);
    cut(name);
    trim(name);
    const bool dots = std::all_of(name.begin(), name.end(), [](char32_t c) { return c == '.'; });
    if (dots) return "file";
    std::string out;
    for (const auto c : name) append(out, c);
    return out;
}

}  // namespace ventanilla::files
