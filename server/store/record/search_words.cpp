#include "store/record/search_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>

namespace ventanilla::record {
namespace {

constexpr std::size_t max_word = 64;
constexpr std::size_t max_words_bytes = 256 * 1024;
constexpr std::size_t max_query_words = 16;
constexpr char32_t separator = U' ';
constexpr char32_t combining_tilde = 0x303;

// The next code point from `at` on, which moves behind it; a byte that begins none separates words.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char first = byte(at++);
    if (first < 0x80) {
        return first;
    }
    const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || at + more > text.size()) {
        return separator;
    }
    char32_t point = first & (0x3Fu >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            return separator;
        }
        point = (point << 6) | (byte(at + i) & 0x3F);
    }
    at += more;
    return point;
}

void append(std::string& out, char32_t point) {
    const auto byte = [&](char32_t value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0 | (point >> 6));
        byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        byte(0xE0 | (point >> 12));
        byte(0x80 | ((point >> 6) & 0x3F));
        byte(0x80 | (point & 0x3F));
    } else {
        byte(0xF0 | (point >> 18));
        byte(0x80 | ((point >> 12) & 0x3F));
        byte(0x80 | ((point >> 6) & 0x3F));
        byte(0x80 | (point & 0x3F));
    }
}

// Latin-1's letters U+00C0–U+00FF without their accents; two letters where one stands for two, blanks for × and ÷.
constexpr std::array<std::string_view, 64> latin1{
    "a", "a", "a", "a", "a", "a", "ae", "c", "e",  "e",  "e", "e", "i", "i", "i", "i", "d",  "ñ", "o",  "o", "o", "o",
    "o", " ", "o", "u", "u", "u", "u",  "y", "th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e",  "e", "e", "e",
    "i", "i", "i", "i", "d", "ñ", "o",  "o", "o",  "o",  "o", " ", "o", "u", "u", "u", "u",  "y", "th", "y"};

// The same for U+0100–U+017F, one letter each; * where none fits.
constexpr std::string_view latin_a = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**"
                                     "jjkkkllllllllllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuu"
                                     "wwyyyzzzzzzs";
static_assert(latin_a.size() == 128);

char32_t lower_beyond_latin(char32_t point) {
    const bool greek = point >= 0x391 && point <= 0x3A9;
    const bool cyrillic = point >= 0x410 && point <= 0x42F;
    if (greek || cyrillic) {
        return point + 0x20;
    }
    return point >= 0x400 && point <= 0x40F ? point + 0x50 : point;
}

bool separates(char32_t point) {
    return (point >= 0x80 && point <= 0xBF && point != 0xAA && point != 0xBA)  // Latin-1's signs, but not ª and º
           || (point >= 0x2000 && point <= 0x206F)                             // general punctuation
           || (point >= 0x3000 && point <= 0x303F)                             // that of Chinese and Japanese
           || (point >= 0xFE00 && point <= 0xFE0F) || point == 0xFEFF;         // invisible
}

void append_folded(std::string& out, char32_t point) {
    if (point < 0x80) {
        const bool upper = point >= U'A' && point <= U'Z';
        const bool word = upper || (point >= U'a' && point <= U'z') || (point >= U'0' && point <= U'9');
        append(out, upper ? point + 0x20 : word ? point : separator);
    } else if (point >= 0xC0 && point <= 0xFF) {
        out += latin1[point - 0xC0];
    } else if (point >= 0x100 && point <= 0x17F && latin_a[point - 0x100] != '*') {
        out += latin_a[point - 0x100];
    } else if (separates(point)) {
        append(out, separator);
    } else {
        append(out, lower_beyond_latin(point));
    }
}

std::string fold(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char32_t point = next_code_point(text, at);
        if (point < 0x300 || point > 0x36F) {
            append_folded(out, point);
        } else if (point == combining_tilde && out.ends_with('n')) {
            out.replace(out.size() - 1, 1, "ñ");  // written as n and ~, as macOS does in file names
        }
    }
    return out;
}

template <typename Visit>
void each_word(std::string_view folded, Visit visit) {
    for (std::size_t begin = folded.find_first_not_of(' '); begin != std::string_view::npos;) {
        const std::size_t end = std::min(folded.find(' ', begin), folded.size());
        visit(folded.substr(begin, end - begin));
        begin = folded.find_first_not_of(' ', end);
    }
}

// Cut between code points.
std::string_view shortened(std::string_view word) {
    std::size_t size = std::min(word.size(), max_word);
    while (size < word.size() && size > 0 && (static_cast<unsigned char>(word[size]) & 0xC0) == 0x80) {
        --size;
    }
    return word.substr(0, size);
}

std::string without_enye(std::string_view word) {
    constexpr std::string_view enye = "ñ";
    std::string out(word);
    for (std::size_t at = out.find(enye); at != std::string::npos; at = out.find(enye, at)) {
        out.replace(at, enye.size(), "n");
    }
    return out;
}

}  // namespace

std::string normalise(std::string_view text) {
    std::string out;
    each_word(fold(text), [&](std::string_view word) {
        if (!out.empty()) {
            out += ' ';
        }
        out += word;
    });
    return out;
}

std::vector<std::string> index_words(std::string_view text) {
    std::set<std::string, std::less<>> words;
    std::size_t bytes = 0;
    const auto insert = [&](std::string word) {
        if (bytes + word.size() < max_words_bytes) {
            const std::size_t size = word.size() + 1;
            bytes += words.insert(std::move(word)).second ? size : 0;
        }
    };
    each_word(fold(text), [&](std::string_view word) {
        const std::string_view cut = shortened(word);
        insert(std::string(cut));
        insert(without_enye(cut));
    });
    return {words.begin(), words.end()};
}

std::vector<std::string> query_words(std::string_view q) {
    std::set<std::string, std::less<>> words;
    each_word(fold(q), [&](std::string_view word) {
        if (words.size() < max_query_words) {
            words.emplace(shortened(word));
        }
    });
    return {words.begin(), words.end()};
}

}  // namespace ventanilla::record
