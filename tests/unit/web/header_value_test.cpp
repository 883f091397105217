#include <gtest/gtest.h>

#include "web/header_value.hpp"

namespace ventanilla::web {
namespace {

TEST(HeaderValue, NamesOfDownloads) {
    EXPECT_EQ(attachment_named("factura.xml"), "attachment; filename=\"factura.xml\"; filename*=UTF-8''factura.xml");
    EXPECT_EQ(attachment_named("ñu 100%.txt"),
              "attachment; filename=\"_u 100_.txt\"; filename*=UTF-8''%C3%B1u%20100%25.txt");
    EXPECT_EQ(attachment_named("a\"b\\c'd*.txt"),
              "attachment; filename=\"a_b_c'd*.txt\"; filename*=UTF-8''a%22b%5Cc%27d%2A.txt");
    EXPECT_EQ(attachment_named("x\r\nSet-Cookie: a=b"),
              "attachment; filename=\"x__Set-Cookie: a=b\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20a%3Db");
}

TEST(HeaderValue, WhatIsNamedIsFoundAgain) {
    for (const std::string name :
         {"plain.txt", "ñandú (1).pdf", "a;b=\"c\".png", "100%25.txt", "\xf0\x9f\x98\x80.gif"}) {
        const auto parsed = parse_header_value(attachment_named(name));
        ASSERT_TRUE(parsed) << name;
        EXPECT_EQ(parsed->value, "attachment");
        EXPECT_EQ(decode_extended(find(parsed->parameters, "filename*").value_or("")), name);
    }
}

TEST(HeaderValue, Fields) {
    const auto field = split_field("Content-Type:  text/plain \t");
    ASSERT_TRUE(field);
    EXPECT_EQ(field->first, "content-type");
    EXPECT_EQ(field->second, "text/plain");
    for (const std::string_view line : {"", "no colon", ": x", "a b: c", " a: b"})
        EXPECT_FALSE(split_field(line)) << line;
}

}  // namespace
}  // namespace ventanilla::web
