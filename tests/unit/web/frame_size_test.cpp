#include "web/frame_size.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/web/raw_client.hpp"

namespace ventanilla::web {
namespace {

TEST(FrameSize, IsThatOfAWholeFrameAsSoonAsItsHeaderIsThere) {
    for (const std::size_t payload : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70000U}) {
        for (const bool masked : {true, false}) {
            const auto frame = testing::client_frame(1, std::string(payload, 'x'), true, masked);
            const auto header = frame.size() - payload;
            for (std::size_t there = 0; there < header; ++there) {
                EXPECT_FALSE(frame_size(std::string_view(frame).substr(0, there))) << payload << " " << there;
            }
            EXPECT_EQ(frame_size(std::string_view(frame).substr(0, header)), frame.size()) << payload;
            EXPECT_EQ(frame_size(frame + "more"), frame.size()) << payload;
        }
    }
}

TEST(FrameSize, OfAControlFrameNeedsAllOfIt) {
    for (const int opcode : {8, 9, 10, 11}) {
        const auto frame = testing::client_frame(opcode, std::string(125, 'x'));
        ASSERT_EQ(frame.size(), longest_control_frame);
        EXPECT_FALSE(frame_size(std::string_view(frame).substr(0, frame.size() - 1)));
        EXPECT_EQ(frame_size(frame), frame.size());
        const auto too_long = testing::client_frame(opcode, std::string(126, 'x'));
        EXPECT_EQ(frame_size(std::string_view(too_long).substr(0, 8)), too_long.size())
            << "refused as soon as it is seen";
    }
}

TEST(FrameSize, OfTheLargestLengthDoesNotOverflow) {
    const std::string huge("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44", 14);
    EXPECT_GT(frame_size(huge), std::uint64_t{1} << 62);
}

}  // namespace
}  // namespace ventanilla::web
