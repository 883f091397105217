// Bodies out of their framing, however the bytes come.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "web/body_decoder.hpp"

namespace ventanilla::web {
namespace {

struct Outcome {
    std::string body;
    std::size_t taken = 0;  ///< bytes of the input, what follows the body not included
    bool done = false;
    unsigned status = 0;  ///< of the refusal; 0: none

    bool operator==(const Outcome&) const = default;
};

/// Feeds `bytes` in pieces whose sizes `piece` gives.
template <typename Piece>
Outcome decode(const Framing& framing, std::string_view bytes, std::uint64_t limit, Piece piece) {
    BodyDecoder decoder(framing, limit);
    Outcome outcome;
    while (true) {
        if (decoder.done()) {
            outcome.done = true;
            return outcome;
        }
        if (outcome.taken == bytes.size()) return outcome;
        const auto step = decoder.step(bytes.substr(outcome.taken, piece()));
        if (!step) {
            outcome.status = step.error().status;
            return outcome;
        }
        outcome.taken += step->taken;
        outcome.body += step->body;
    }
}

Outcome decode_whole(const Framing& framing, std::string_view bytes, std::uint64_t limit = 1000) {
    const auto whole = decode(framing, bytes, limit, [] { return std::string_view::npos; });
    auto bitwise = decode(framing, bytes, limit, [] { return std::size_t{1}; });
    EXPECT_EQ(whole.body, bitwise.body);
    EXPECT_EQ(whole.done, bitwise.done);
    EXPECT_EQ(whole.status, bitwise.status);
    return whole;
}

Framing sized(std::uint64_t length) {
    Framing framing;
    framing.length = length;
    return framing;
}

Framing chunked() {
    Framing framing;
    framing.chunked = true;
    return framing;
}

TEST(BodyDecoder, TakesNoMoreThanTheLength) {
    EXPECT_EQ(decode_whole(sized(3), "abcGET /"), (Outcome{"abc", 3, true, 0}));
    EXPECT_EQ(decode_whole(sized(0), "GET /"), (Outcome{"", 0, true, 0}));
    EXPECT_FALSE(decode_whole(sized(4), "abc").done);
    EXPECT_EQ(decode_whole(sized(4), "abcd", 3).status, 413U);
    EXPECT_EQ(decode_whole(sized(3), "abc", 3).body, "abc");
}

TEST(BodyDecoder, PutsChunksTogether) {
    const std::string_view bytes =
        "2;x=y\r\nab\r\n00A \r\n0123456789\r\n1\r\n\r\r\n0\r\nTrailer: t\r\nMore: \r\n\r\nGET /";
    EXPECT_EQ(decode_whole(chunked(), bytes), (Outcome{"ab0123456789\r", bytes.size() - 5, true, 0}));
    EXPECT_EQ(decode_whole(chunked(), "0\r\n\r\n").done, true);
    EXPECT_FALSE(decode_whole(chunked(), "1\r\nx\r\n0\r\n\r").done);
    EXPECT_EQ(decode_whole(chunked(), "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 3).body, "abc");
    EXPECT_EQ(decode_whole(chunked(), "2\r\nab\r\n2\r\n", 3).status, 413U) << "before the bytes have come";
    EXPECT_EQ(decode_whole(chunked(), "FFFFFFFFFFFFFFFF\r\n").status, 413U);
}

TEST(BodyDecoder, RefusesWhatTwoReadersCouldReadInTwoWays) {
    for (const std::string_view bytes : {"1\nx\n0\n\n",
                                         "\r\n",
                                         "z\r\n",
                                         "-1\r\n",
                                         "+1\r\n",
                                         "0x1\r\n",
                                         " 1\r\n",
                                         "1\r\nxy\r\n",
                                         "1\r\nx\n",
                                         "1\r\nx\rx",
                                         "1\rx",
                                         ";a\r\n",
                                         "1;a\nb\r\n",
                                         "1;\x01\r\n",
                                         "00000000000000001\r\n",
                                         "0\r\n\n",
                                         "0\r\nno colon\r\n\r\n",
                                         "0\r\n: t\r\n\r\n",
                                         "0\r\n folded: t\r\n\r\n",
                                         "0\r\na:\x01\r\n\r\n",
                                         "0\r\na: t\rx"}) {
        EXPECT_EQ(decode_whole(chunked(), bytes).status, 400U) << bytes;
    }
    EXPECT_EQ(decode_whole(chunked(), "1;" + std::string(300, 'e')).status, 400U);
    EXPECT_EQ(decode_whole(chunked(), "0\r\nX: " + std::string(9000, 't')).status, 400U);
}

TEST(BodyDecoder, PiecesOfAnySizeGiveTheSame) {
    constexpr unsigned seed = 4711;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string body;
    std::string bytes;
    for (int chunk = 0; chunk < 200; ++chunk) {
        std::string content(1 + random() % 3000, '\0');
        for (char& c : content) c = static_cast<char>(random());
        body += content;
        bytes += fmt::format("{:x}\r\n{}\r\n", content.size(), content);
    }
    bytes += "0\r\n\r\n";
    for (int round = 0; round < 20; ++round) {
        const auto outcome = decode(chunked(), bytes, 1'000'000, [&] { return 1 + random() % 5000; });
        EXPECT_TRUE(outcome.done && outcome.body == body) << "round " << round;
    }
}

}  // namespace
}  // namespace ventanilla::web
