#include <random>
#include <string>

#include <gtest/gtest.h>

#include "loadtest/crowd/incoming.hpp"
#include "loadtest/wire/frame.hpp"
#include "loadtest/wire/scan.hpp"

namespace ventanilla::load {
namespace {

/// What a server makes of our frame: unmasked, with the mask bit away.
std::string unmasked(const std::string& frame, std::size_t payload) {
    const auto header = frame.size() - payload - 4;
    auto text = frame.substr(0, header);
    text[1] = static_cast<char>(text[1] & 0x7F);
    for (std::size_t i = 0; i < payload; ++i) text += static_cast<char>(frame[header + 4 + i] ^ frame[header + i % 4]);
    return text;
}

TEST(LoadFrame, EveryLengthComesBackWhole) {
    std::mt19937_64 random(5);
    for (const std::size_t size : {0U, 1U, 7U, 8U, 125U, 126U, 127U, 400U, 65535U, 65536U, 70001U}) {
        std::string payload(size, ' ');
        for (auto& byte : payload) byte = static_cast<char>(random());
        std::string out;
        append_frame(out, Opcode::text, payload, static_cast<std::uint32_t>(random()));
        const auto bytes = unmasked(out, size) + "more";
        FrameError error{};
        const auto frame = first_frame(bytes, error);
        ASSERT_TRUE(frame) << size;
        EXPECT_EQ(frame->payload, payload) << size;
        EXPECT_EQ(frame->size, bytes.size() - 4) << size;
        EXPECT_EQ(frame->opcode, Opcode::text);
        EXPECT_FALSE(first_frame(std::string_view(bytes).substr(0, bytes.size() - 5), error)) << size;
        EXPECT_EQ(error, FrameError::none);
    }
}

TEST(LoadFrame, AMaskedOneFromAServerIsBroken) {
    std::string out;
    append_frame(out, Opcode::text, "hola", 17);
    FrameError error{};
    EXPECT_FALSE(first_frame(out, error));
    EXPECT_EQ(error, FrameError::masked);
}

TEST(LoadScan, FindsMembersWhateverStandsInStrings) {
    const auto in = read_frame(
        R"({"type":"entry","from":{"role":"visitor","name":"a \"}, \\"},"x":[{"y":"]"},2],"chat":"c_1","seq":17,"text":"{\"seq\":9}","client_id":"m12.ab"})");
    EXPECT_EQ(in.type, "entry");
    EXPECT_EQ(in.seq, 17U);
    EXPECT_EQ(text_of(in.chat), "c_1");
    EXPECT_EQ(text_of(member(in.from, "role")), "visitor");
    EXPECT_EQ(message_number(in.client_id, ".ab"), 12U);
    EXPECT_EQ(message_number(in.client_id, ".cd"), 0U);
    EXPECT_FALSE(in.is_reply);
}

TEST(LoadScan, WalksThroughArraysOfObjects) {
    Elements elements(R"([{"a":[1,2]}, {"a":"],"},{"a":3}])");
    std::size_t count = 0;
    while (elements.next()) {
        ++count;
        EXPECT_FALSE(member(elements.value(), "a").empty());
    }
    EXPECT_EQ(count, 3U);
    Elements none("[]");
    EXPECT_FALSE(none.next());
}

TEST(LoadScan, WhatIsCutOffEndsTheScan) {
    const std::string whole = R"({"type":"ok","re":7,"chat":{"id":"c_1","last":3},"seq":5})";
    for (std::size_t i = 0; i < whole.size(); ++i) static_cast<void>(read_frame(whole.substr(0, i)));
    EXPECT_EQ(read_frame(whole).re, 7U);
}

}  // namespace
}  // namespace ventanilla::load
