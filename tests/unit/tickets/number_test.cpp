#include <limits>

#include <gtest/gtest.h>

#include "tickets/sla.hpp"

namespace ventanilla::tickets {
namespace {

TEST(TicketNumber, in_words) {
    EXPECT_EQ(number_text(1), "T-000001");
    EXPECT_EQ(number_text(123), "T-000123");
    EXPECT_EQ(number_text(999'999), "T-999999");
    EXPECT_EQ(number_text(1'000'000), "T-1000000");
}

TEST(TicketNumber, comes_back) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t number : {std::int64_t{1}, std::int64_t{123}, std::int64_t{1'000'000}, most})
        EXPECT_EQ(number_from(number_text(number)), number);
}

TEST(TicketNumber, as_people_type_it) {
    EXPECT_EQ(number_from("t-000123"), 123);
    EXPECT_EQ(number_from("T-123"), 123);
    EXPECT_EQ(number_from("t-0000000123"), 123);
}

TEST(TicketNumber, nothing_else_is_one) {
    for (const char* text :
         {"", "T", "T-", "123", "T123", "T-0", "T-000000", "T--1", "T-+1", "T- 1", " T-1", "T-1 ", "T-1a", "T-1.5",
          "X-1", "T-0x1", "T-9223372036854775808", "T-99999999999999999999", "TT-1"})
        EXPECT_EQ(number_from(text), std::nullopt) << text;
    EXPECT_EQ(number_from(std::string_view("T-1\0", 4)), std::nullopt);
}

}  // namespace
}  // namespace ventanilla::tickets
