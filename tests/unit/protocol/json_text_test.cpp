#include "protocol/json_text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include <nlohmann/json.hpp>

namespace ventanilla::protocol {
namespace {

std::string written(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string dumped(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TEST(JsonText, EqualsTheLibraryForEveryByte) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text{'a', static_cast<char>(byte), 'b'};
        EXPECT_EQ(written(text), dumped(text)) << byte;
    }
}

TEST(JsonText, EqualsTheLibraryForRandomStrings) {
    constexpr std::uint32_t seed = 20240917;
    std::mt19937 random(seed);
    // Pieces that a writer of JSON could get wrong, mixed with random bytes.
    const std::vector<std::string> pieces = {"\"",   "\\",   "/",    "\n",           "\x7f",     "\u2028",
                                             "ñ",    "🙂", "\xc3", "\xed\xa0\x80", "\xf0\x9f", "</script>",
                                             "\xff", "x",    "\x1f", "\ufffd"};
    std::uniform_int_distribution<std::size_t> length(0, 40);
    std::uniform_int_distribution<std::size_t> piece(0, pieces.size());
    std::uniform_int_distribution<int> byte(0, 255);
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        for (auto left = length(random); left > 0; --left) {
            const auto chosen = piece(random);
            text += chosen < pieces.size() ? pieces[chosen] : std::string(1, static_cast<char>(byte(random)));
        }
        ASSERT_EQ(written(text), dumped(text)) << "seed " << seed << ", round " << round;
    }
}

TEST(JsonText, WritesNumbers) {
    std::string out;
    append_json_int(out, std::numeric_limits<std::int64_t>::min());
    out += ' ';
    append_json_int(out, std::numeric_limits<std::int64_t>::max());
    out += ' ';
    append_json_int(out, 0);
    EXPECT_EQ(out, "-9223372036854775808 9223372036854775807 0");
}

}  // namespace
}  // namespace ventanilla::protocol
