// What a file is, by its content only.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "config/checks.hpp"
#include "config/site.hpp"
#include "store/files/media_type.hpp"

namespace ventanilla::files {
namespace {

using namespace std::string_literals;

struct Example {
    std::string name;
    std::string content;
    std::string type;
};

std::vector<Example> examples() {
    const auto png = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1"s;
    return {
        {"PNG", png, "image/png"},
        {"PNG without its header", png.substr(0, 12), ""},
        {"JPEG", "\xff\xd8\xff\xe0\0\x10JFIF\0"s, "image/jpeg"},
        {"GIF 87", "GIF87a\1\0\1\0"s, "image/gif"},
        {"GIF 89", "GIF89a\1\0\1\0"s, "image/gif"},
        {"no GIF, but text", "GIF88a", "text/plain"},
        {"WebP", "RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0"s, "image/webp"},
        {"lossless WebP", "RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0"s, "image/webp"},
        {"WAV", "RIFF\x24\0\0\0WAVEfmt "s, ""},
        {"PDF", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0"s, "application/pdf"},
        {"PDF with something before it", "x%PDF-1.7\n\0"s, ""},
        {"ZIP", "PK\x03\x04\x14\0\0\0"s, "application/zip"},
        {"empty ZIP", "PK\x05\x06"s + std::string(18, '\0'), "application/zip"},
        {"RAR", "Rar!\x1a\x07\x01\0"s, ""},
        {"program", "MZ\x90\0\3"s, ""},
        {"ELF",
         "\x7f"
         "ELF\2\1\1\0"s,
         ""},
        {"nothing", "", ""},
        {"text", "Buenos días,\r\n\tuna pregunta.\f\n", "text/plain"},
        {"Latin-1",
         "Buenos d\xed"
         "as",
         "text/plain"},
        {"UTF-8 with a mark", "\xef\xbb\xbfhola", "text/plain"},
        {"cut UTF-8 is Latin-1", "caf\xc3", "text/plain"},
        {"text with NUL", "hola\0"s, ""},
        {"text with escape", "hola\x1b[31m", ""},
        {"text with DEL", "hola\x7f", ""},
        {"UTF-16", "\xff\xfeh\0o\0"s, ""},
        {"C1 in UTF-8", "hola\xc2\x9bx", ""},
        {"C1 in Latin-1",
         "d\xed"
         "a\x9b",
         ""},
        {"emoji", "\xf0\x9f\x98\x80", "text/plain"},
        {"overlong is Latin-1 with C1", "\xc0\x80", ""},
        {"surrogate", "\xed\xa0\x80", ""},
        {"CFDI", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cfdi:Comprobante xmlns:cfdi=\"http://x\"/>", "text/xml"},
        {"CFDI with a mark", "\xef\xbb\xbf<?xml version='1.0'?><cfdi:Comprobante/>", "text/xml"},
        {"CFDI in Latin-1", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a n=\"\xf1\"/>", "text/xml"},
        {"XML without prolog", "\n  <Factura total=\"1\">", "text/xml"},
        {"XML behind comment, instruction and doctype",
         "<?xml version=\"1.0\"?><!-- <svg> --><?p <html?><!DOCTYPE a [<!ENTITY b \"c\">]>\n<a/>", "text/xml"},
        {"p in XML", "<?xml version=\"1.0\"?><p/>", "text/xml"},
        {"prolog alone", "<?xml version=\"1.0\"?>", ""},
        {"root beyond the head", "<?xml version=\"1.0\"?><!--" + std::string(20'000, 'x') + "--><a/>", ""},
        {"no prolog", "<?xmlx?>", "text/plain"},
        {"SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>", ""},
        {"SVG in XML", "<?xml version=\"1.0\"?>\n<!-- x -->\n<svg>", ""},
        {"SVG with a prefix", "<?xml version=\"1.0\"?><s:SVG xmlns:s=\"http://www.w3.org/2000/svg\"/>", ""},
        {"SVG by its doctype", "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\"><a/>", ""},
        {"HTML", "<!doctype HTML><p>x", ""},
        {"HTML without doctype", " \n<HTML lang=es>", ""},
        {"HTML fragment", "<script>alert(1)</script>", ""},
        {"HTML behind a comment", "<!-- hola -->\n<body onload=x>", ""},
        {"HTML behind an endless comment", "<!-- " + std::string(20'000, ' ') + "--><script>", ""},
        {"XHTML", "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>", ""},
        {"HTML inside a text is text", "Mire: <script>alert(1)</script>", "text/plain"},
        {"less than", "< 5 y > 3", "text/plain"},
        {"arrow", "<- aquí", "text/plain"},
        {"XML with NUL", "<?xml version=\"1.0\"?><a>\0</a>"s, ""},
    };
}

TEST(MediaType, ByContent) {
    for (const auto& [name, content, type] : examples()) EXPECT_EQ(media_type_of(content), type) << name;
}

TEST(MediaType, AConfigurationMayNameTheseAndNoOther) {
    std::set<std::string> types;
    for (const auto& example : examples()) types.insert(example.type);
    types.erase("");
    const auto known = config::Files{}.types;
    EXPECT_EQ(std::set(known.begin(), known.end()), types);
    for (const auto& type : types) EXPECT_TRUE(config::media_type_form.admits(type)) << type;
    for (const auto& type : types) EXPECT_THAT(config::media_type_form.name, ::testing::HasSubstr(type));
}

TEST(MediaType, PiecesOfAnySizeGiveTheSame) {
    constexpr unsigned seed = 20261123;
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (const auto& [name, content, type] : examples()) {
        MediaTypeSniffer sniffer;
        for (std::size_t at = 0; at < content.size();) {
            const auto size = 1 + random() % 9;
            sniffer.feed(std::string_view(content).substr(at, size));
            at += size;
        }
        EXPECT_EQ(sniffer.type(), type) << name;
    }
}

TEST(MediaType, AControlCharacterAnywhereIsNoText) {
    std::string text(100'000, 'a');
    EXPECT_EQ(media_type_of(text), "text/plain");
    text.back() = '\x01';
    EXPECT_EQ(media_type_of(text), "");
}

}  // namespace
}  // namespace ventanilla::files
