#include "protocol/text.hpp"

#include <gtest/gtest.h>

#include "protocol/email.hpp"
#include "protocol/words.hpp"

namespace ventanilla::protocol {
namespace {

TEST(Text, CountsCodePoints) {
    EXPECT_EQ(code_points(""), 0U);
    EXPECT_EQ(code_points("año"), 3U);
    EXPECT_EQ(code_points("🙂🙂"), 2U);
}

TEST(Text, IsCutBetweenCodePoints) {
    EXPECT_EQ(cut("añ🙂o", 0), "");
    EXPECT_EQ(cut("añ🙂o", 2), "añ");
    EXPECT_EQ(cut("añ🙂o", 3), "añ🙂");
    EXPECT_EQ(cut("añ🙂o", 4), "añ🙂o");
    EXPECT_EQ(cut("añ🙂o", 9), "añ🙂o");
}

TEST(Text, IsTrimmedAsJavaScriptDoes) {
    EXPECT_EQ(trim("\u00a0\u2003\ufeff hola \t\n\u2028\u3000"), "hola");
    EXPECT_EQ(trim("ñ"), "ñ");
    EXPECT_EQ(trim(" \u00a0"), "");
    EXPECT_EQ(trim("\u200b"), "\u200b") << "a zero width space is no white space";
    EXPECT_EQ(trim("\u0085"), "\u0085") << "nor is U+0085";
}

TEST(Text, OfBrokenBytesIsNeverReadBeyondItsEnd) {
    for (const std::string_view bytes : {"\x80\x80", "\xf0", " \xbf", "\xe2\x80", "\xc3 "}) {
        EXPECT_FALSE(is_utf8(bytes));
        static_cast<void>(trim(bytes));
        static_cast<void>(cut(bytes, 1));
        static_cast<void>(is_one_line(bytes));
    }
    EXPECT_TRUE(is_utf8("\ufffd año 🙂"));
}

TEST(Text, OfOneLineHasNoBreakOfAnyKind) {
    EXPECT_TRUE(is_one_line("uno\tdos"));
    for (const std::string_view text : {"a\n", "a\r", "a\v", "a\f", "a\u0085", "a\u2028", "a\u2029"}) {
        EXPECT_FALSE(is_one_line(text));
    }
}

TEST(Email, IsOneAddressWithADottedDomain) {
    for (const std::string_view good : {"ana@example.mx", "a.b+c@sub.example.com", "x!#$%&'*/=?^_`{|}~-@example.mx",
                                        "ANA@EXAMPLE.MX", "peña@correo.ñandú.mx", "a@b-c.mx", "1@2.3com", "_@a.b"}) {
        EXPECT_EQ(parse_email(good), good);
    }
    EXPECT_EQ(parse_email(" \u00a0ana@example.mx\n"), "ana@example.mx");
}

TEST(Email, IsNothingElse) {
    for (const std::string_view bad : {"",
                                       " ",
                                       "ana",
                                       "@example.mx",
                                       "ana@",
                                       "ana@localhost",
                                       "ana@.mx",
                                       "ana@example.",
                                       "ana@example..mx",
                                       "ana@-a.mx",
                                       "ana@a-.mx",
                                       ".ana@example.mx",
                                       "ana.@example.mx",
                                       "a..b@example.mx",
                                       "a@b@example.mx",
                                       "Ana <ana@example.mx>",
                                       "<ana@example.mx>",
                                       "ana@example.mx, eva@example.mx",
                                       "ana@example.mx;eva@example.mx",
                                       "\"ana\"@example.mx",
                                       "ana@[127.0.0.1]",
                                       "ana@127.0.0.1",
                                       "ana(x)@example.mx",
                                       "ana@exam_ple.mx",
                                       "a na@example.mx",
                                       "ana\t@example.mx",
                                       "ana@example.mx\r\nBcc: x@y.mx",
                                       "ana\u0085@example.mx",
                                       "ana\u202e@example.mx",
                                       "ana\u200b@example.mx",
                                       "ana\u00a0@example.mx",
                                       "ana\x7f@example.mx",
                                       "mailto:ana@example.mx",
                                       "ana\\@example.mx"}) {
        EXPECT_FALSE(parse_email(bad)) << bad;
    }
    EXPECT_FALSE(parse_email(std::string(65, 'a') + "@example.mx"));
    EXPECT_FALSE(parse_email("a@" + std::string(64, 'a') + ".mx"));
    const std::string labels = std::string(62, 'a') + "." + std::string(62, 'a') + "." + std::string(62, 'a') + ".";
    EXPECT_TRUE(parse_email("a@" + labels + std::string(63, 'b')));
    EXPECT_FALSE(parse_email("aa@" + labels + std::string(63, 'b')));
}

TEST(Words, AreSpelledAsOnTheWire) {
    EXPECT_EQ(to_string(AgentState::away), "away");
    EXPECT_EQ(parse_word<AgentState>("offline"), AgentState::offline);
    EXPECT_FALSE(parse_word<AgentState>("Online"));
    EXPECT_EQ(parse_word<Outcome>("missed"), Outcome::missed);
    EXPECT_EQ(parse_word<Locale>("es-MX"), Locale::es_mx);
}

TEST(Words, FindTheLanguageOfATag) {
    EXPECT_EQ(locale_for("es", Locale::en), Locale::es_mx);
    EXPECT_EQ(locale_for("ES-ar", Locale::en), Locale::es_mx);
    EXPECT_EQ(locale_for("en-GB", Locale::es_mx), Locale::en);
    EXPECT_EQ(locale_for("fr", Locale::en), Locale::en);
    EXPECT_EQ(locale_for("est", Locale::en), Locale::en);
    EXPECT_EQ(locale_for("", Locale::es_mx), Locale::es_mx);
}

}  // namespace
}  // namespace ventanilla::protocol
