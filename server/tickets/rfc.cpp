#include "tickets/rfc.hpp"

#include <algorithm>
#include <cstddef>

#include <date/date.h>

#include "protocol/text.hpp"

namespace ventanilla::tickets {
namespace {

constexpr char32_t kUpperEnye = 0xD1;
constexpr char32_t kLowerEnye = 0xF1;
constexpr char32_t kCombiningTilde = 0x303;

// Letters of the name, AAMMDD, and what tells apart who has both alike; the last sign is the check digit.
constexpr std::size_t kDateDigits = 6;
constexpr std::size_t kHomoclave = 3;

bool is_letter(char32_t sign) {
    return (sign >= U'A' && sign <= U'Z') || sign == U'&' || sign == kUpperEnye;
}

bool is_digit(char32_t sign) {
    return sign >= U'0' && sign <= U'9';
}

// What people put between the parts: blanks, the hyphen of the keyboard and the typographic ones.
bool is_separator(char32_t sign) {
    return sign == U' ' || sign == U'-' || sign == 0x2010 || sign == 0x2011;
}

// Upper case and NFC for the signs that an RFC may have, one kind of blank; all others stay as they are and are refused
// later.
std::u32string composed(std::string_view typed) {
    std::u32string out;
    for (std::string_view rest = protocol::trim(typed); !rest.empty();) {
        const std::string_view before = rest;
        const char32_t sign = protocol::next_code_point(rest);
        if (protocol::is_blank(before.substr(0, before.size() - rest.size()))) {
            out.push_back(U' ');
        } else if (sign >= U'a' && sign <= U'z') {
            out.push_back(sign - U'a' + U'A');
        } else if (sign == kLowerEnye) {
            out.push_back(kUpperEnye);
        } else if (sign == kCombiningTilde && !out.empty() && out.back() == U'N') {
            out.back() = kUpperEnye;
        } else {
            out.push_back(sign);
        }
    }
    return out;
}

// Takes signs off the front as long as they are `wanted`, at most `most`.
template <typename Wanted>
std::u32string take(std::u32string_view& rest, std::size_t most, Wanted wanted) {
    std::size_t length = 0;
    while (length < std::min(most, rest.size()) && wanted(rest[length])) ++length;
    std::u32string out(rest.substr(0, length));
    rest.remove_prefix(length);
    return out;
}

void skip_separators(std::u32string_view& rest) {
    while (!rest.empty() && is_separator(rest.front())) rest.remove_prefix(1);
}

// AAMMDD. The century is not written: 00 is also 2000, a leap year, so every fourth year may have a 29 February.
bool is_date(std::u32string_view digits) {
    const auto two = [&](std::size_t at) { return (digits[at] - U'0') * 10 + (digits[at + 1] - U'0'); };
    const auto year = date::year{2000 + static_cast<int>(two(0))};
    return date::year_month_day{year, date::month{two(2)}, date::day{two(4)}}.ok();
}

// The sign that the last one must be, from all before it (seeds.md).
char32_t check_digit(std::u32string_view signs) {
    static constexpr std::u32string_view values = U"0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ \u00D1";
    constexpr std::size_t first_weight = 13;
    // A company has one sign less: as if a blank stood before.
    std::size_t weight = first_weight;
    std::size_t sum = 0;
    if (signs.size() + 1 < first_weight) sum += values.find(U' ') * weight--;
    for (const char32_t sign : signs) sum += values.find(sign) * weight--;
    const std::size_t rest = sum % 11;
    if (rest == 0) return U'0';
    return rest == 1 ? U'A' : static_cast<char32_t>(U'0' + (11 - rest));
}

std::string to_utf8(std::u32string_view signs) {
    std::string out;
    for (const char32_t sign : signs) {
        if (sign == kUpperEnye) {
            out += "\u00D1";
        } else {
            out.push_back(static_cast<char>(sign));
        }
    }
    return out;
}

}  // namespace

std::optional<Rfc> parse_rfc(std::string_view typed) {
    const std::u32string signs = composed(typed);
    std::u32string_view rest = signs;
    const std::u32string name = take(rest, 4, is_letter);
    skip_separators(rest);
    const std::u32string date = take(rest, kDateDigits, is_digit);
    skip_separators(rest);
    const bool shaped = name.size() >= 3 && date.size() == kDateDigits && rest.size() == kHomoclave &&
                        std::ranges::all_of(rest.substr(0, 2), [](char32_t sign) {
                            return is_digit(sign) || (sign >= U'A' && sign <= U'Z');
                        });
    if (!shaped || !(is_digit(rest.back()) || rest.back() == U'A') || !is_date(date)) return std::nullopt;

    const std::u32string whole = name + date + std::u32string(rest);
    Rfc rfc;
    rfc.text = to_utf8(whole);
    // The two that the tax authority gives to many have no check digit.
    if (rfc.text == "XAXX010101000") {
        rfc.kind = RfcKind::general_public;
    } else if (rfc.text == "XEXX010101000") {
        rfc.kind = RfcKind::foreigner;
    } else {
        rfc.kind = name.size() == 3 ? RfcKind::company : RfcKind::person;
        rfc.check_digit_good = whole.back() == check_digit(std::u32string_view(whole).substr(0, whole.size() - 1));
    }
    return rfc;
}

}  // namespace ventanilla::tickets
