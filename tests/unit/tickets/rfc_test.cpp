#include "tickets/rfc.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace ventanilla::tickets {
namespace {

Rfc good(std::string text, RfcKind kind) {
    return {std::move(text), kind, true};
}

TEST(Rfc, real_ones_of_persons_and_companies) {
    for (const char* person : {"GODE561231GR8", "COSC8001137NA", "CACX7605101P8"})
        EXPECT_EQ(parse_rfc(person), good(person, RfcKind::person)) << person;
    for (const char* company : {"MAB9307148T4", "EKU9003173C9"})
        EXPECT_EQ(parse_rfc(company), good(company, RfcKind::company)) << company;
}

TEST(Rfc, the_two_that_many_share_have_no_check_digit) {
    EXPECT_EQ(parse_rfc("XAXX010101000"), good("XAXX010101000", RfcKind::general_public));
    EXPECT_EQ(parse_rfc("xexx-010101-000"), good("XEXX010101000", RfcKind::foreigner));
    EXPECT_EQ(parse_rfc("XIXX010101000")->kind, RfcKind::person);
}

TEST(Rfc, check_digits_nought_and_a) {
    EXPECT_EQ(parse_rfc("AB&010203XY0"), good("AB&010203XY0", RfcKind::company));
    EXPECT_EQ(parse_rfc("NU\u00D1O920115AG0"), good("NU\u00D1O920115AG0", RfcKind::person));
    EXPECT_EQ(parse_rfc("NU\u00D1O920115ABA"), good("NU\u00D1O920115ABA", RfcKind::person));
    EXPECT_EQ(parse_rfc("PEPJ8001019QA"), good("PEPJ8001019QA", RfcKind::person));
}

TEST(Rfc, a_wrong_check_digit_is_no_refusal) {
    const std::string all = "0123456789A";
    for (const std::string real : {"GODE561231GR8", "MAB9307148T4", "AB&010203XY0", "NU\u00D1O920115ABA"}) {
        for (const char digit : all) {
            std::string typed = real;
            typed.back() = digit;
            const auto rfc = parse_rfc(typed);
            ASSERT_TRUE(rfc) << typed;
            EXPECT_EQ(rfc->text, typed);
            EXPECT_EQ(rfc->check_digit_good, digit == real.back()) << typed;
        }
    }
}

struct Typed {
    const char* typed;
    const char* kept;
};

TEST(Rfc, is_kept_trimmed_upper_case_composed_and_without_separators) {
    const std::vector<Typed> rows = {
        {"gode561231gr8", "GODE561231GR8"},
        {"GoDe561231gR8", "GODE561231GR8"},
        {"  GODE561231GR8\t\n", "GODE561231GR8"},
        {"\u00A0GODE561231GR8\u3000", "GODE561231GR8"},
        {"GODE-561231-GR8", "GODE561231GR8"},
        {"GODE 561231 GR8", "GODE561231GR8"},
        {"GODE - 561231 -  GR8", "GODE561231GR8"},
        {"GODE561231-GR8", "GODE561231GR8"},
        {"GODE\u00A0561231\u2011GR8", "GODE561231GR8"},
        {"GODE\u2010561231\u202FGR8", "GODE561231GR8"},
        {"mab 930714 8t4", "MAB9307148T4"},
        {"nu\u00F1o920115ag0", "NU\u00D1O920115AG0"},   // ñ of one piece
        {"nun\u0303o920115ag0", "NU\u00D1O920115AG0"},  // n and a tilde
        {"NUN\u0303O920115AG0", "NU\u00D1O920115AG0"},
        {"\u00F1&a 000229 1a4", "\u00D1&A0002291A4"},
        {"N\u0303&A0002291A4", "\u00D1&A0002291A4"},
        {"cosc800113 7na", "COSC8001137NA"},
    };
    for (const Typed& row : rows) {
        SCOPED_TRACE(row.typed);
        const auto rfc = parse_rfc(row.typed);
        ASSERT_TRUE(rfc);
        EXPECT_EQ(rfc->text, row.kept);
        EXPECT_TRUE(rfc->check_digit_good);
    }
}

TEST(Rfc, days_that_exist_in_some_century) {
    for (const char* date : {"000229", "040229", "960229", "010101", "991231", "230131", "230430", "230228"})
        EXPECT_TRUE(parse_rfc(std::string("ABC") + date + "XY0")) << date;
    for (const char* date : {"010229", "990229", "020229", "230230", "230431", "230631", "230931", "231131", "230132",
                             "230100", "230001", "231301", "239901", "000000", "230015"})
        EXPECT_FALSE(parse_rfc(std::string("ABC") + date + "XY0")) << date;
}

TEST(Rfc, wrong_shapes) {
    const std::vector<std::string> wrong = {
        "",
        "   ",
        "-",
        "GODE",
        "GODE561231",
        "GODE561231GR",         // too short
        "GODE561231GR88",       // too long
        "GO561231GR8",          // two letters
        "GODEX561231GR8",       // five
        "GOD3561231GR8",        // a digit in the name
        "GODE56123GR8",         // five digits
        "GODE5612311GR8",       // seven
        "GODE56I231GR8",        // a letter in the date
        "GODE561231GRB",        // the last is a digit or A
        "GODE561231GR&",        //
        "GODE561231\u00D1R8",   // the name only has Ñ and &
        "GODE561231G&8",        //
        "GO DE561231GR8",       // separators within a part
        "GODE56-12-31GR8",      //
        "GODE561231G R8",       //
        "GODE561231GR-8",       //
        "-GODE561231GR8",       // and around the whole
        "GODE561231GR8-",       //
        "GODE/561231/GR8",      // other separators
        "GODE.561231.GR8",      //
        "GODE_561231_GR8",      //
        "G\u00D3DE561231GR8",   // Ó
        "GO\u0301DE561231GR8",  // O and an accent
        "GO\u0303DE561231GR8",  // O and a tilde
        "\u0303GODE561231GR8",  // a tilde alone
        "NUN\u0303\u0303O920115AG0",
        "NU\u00D1\u0303O920115AG0",
        "\uFF27ODE561231GR8",                // a wide G
        "\u0413ODE561231GR8",                // Cyrillic
        "GODE\u0665\u0666\u0661231GR8",      // Arabic digits
        "GODE561231GR8 GODE561231GR8",       // two
        "RFC: GODE561231GR8",                //
        std::string("GODE561231GR8\0", 14),  //
        std::string("GODE\0561231GR8", 12),  //
        "GODE561231GR\xC3",                  // broken bytes
        "\xFFGODE561231GR8",                 //
        std::string(100'000, 'A'),           //
        "GODE" + std::string(100'000, ' '),  //
        "ABC" + std::string(100'000, '-') + "010101",
    };
    for (const auto& typed : wrong) EXPECT_EQ(parse_rfc(typed), std::nullopt) << typed.substr(0, 60);
}

}  // namespace
}  // namespace ventanilla::tickets
