#include "web/frame_size.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/web/raw_client.hpp"

namespace ventanilla::web {
namespace {

TEST(FrameSize, IsThatOfAWholeFrameAsSoonAsItsLengthIsThere) {
    for (const std::size_t payload : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70000U}) {
        for (const bool masked : {true, false}) {
            const auto frame = testing::client_frame(1, std::string(payload, 'x'), true, masked);
            const std::size_t told = payload < 126 ? 2 : payload < 65536 ? 4 : 10;
            for (std::size_t there = 0; there < told; ++there) {
                EXPECT_FALSE(frame_size(std::string_view(frame).substr(0, there))) << payload << " " << there;
            }
            EXPECT_EQ(frame_size(std::string_view(frame).substr(0, told)), frame.size()) << payload;
            EXPECT_EQ(frame_size(frame + "more"), frame.size()) << payload;
        }
    }
}

TEST(FrameSize, OfTheLargestLengthDoesNotOverflow) {
    const std::string huge("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44", 14);
    EXPECT_GT(frame_size(huge), std::uint64_t{1} << 62);
}

}  // namespace
}  // namespace ventanilla::web
