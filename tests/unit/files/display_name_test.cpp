#include <gtest/gtest.h>

#include "protocol/text.hpp"
#include "store/files/display_name.hpp"

namespace ventanilla::files {
namespace {

using namespace std::string_literals;

TEST(DisplayName, WhatIsLeftOfHostileNames) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"factura.xml", "factura.xml"},
        {"  Año 2026 (1).PDF ", "Año 2026 (1).PDF"},
        {"../../etc/passwd", "passwd"},
        {"C:\\Users\\ana\\foto.png", "foto.png"},
        {"/", "file"},
        {"..", "file"},
        {".", "file"},
        {"", "file"},
        {" \xc2\xa0 ", "file"},
        {".bashrc", ".bashrc"},
        {"a\0b\r\nc\x1b\x7f.txt"s, "abc.txt"},
        {"foto\xe2\x80\xaegpj.exe", "fotogpj.exe"},
        {"\xe2\x81\xa6"
         "a\xe2\x81\xa9\xe2\x80\x8f\xd8\x9c.txt",
         "a.txt"},
        {"a\xe2\x80\xa8"
         "b\xef\xbb\xbf\xc2\x85.txt",
         "ab.txt"},
        {"caf\xe9.txt", "caf\xef\xbf\xbd.txt"},
        {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb.png", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb.png"},
        {"<script>.txt", "<script>.txt"},
        {"\xed\xa0\x80\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (const auto& [raw, shown] : cases) EXPECT_EQ(display_name(raw), shown) << raw;
}

TEST(DisplayName, LongNamesKeepTheirEnding) {
    std::string letters;
    for (int i = 0; i < 500; ++i) letters += "ñ";
    const auto shown = display_name(letters + ".pdf");
    EXPECT_EQ(protocol::code_points(shown), kMostName);
    EXPECT_TRUE(shown.ends_with("ñ.pdf"));
    EXPECT_EQ(protocol::code_points(display_name("a." + letters)), kMostName);
    EXPECT_EQ(protocol::code_points(display_name(letters)), kMostName);
}

}  // namespace
}  // namespace ventanilla::files
