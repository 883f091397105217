#include "store/record/search_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ventanilla::record {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SearchWords, LowerCaseWithoutAccentsButWithEnye) {
    EXPECT_EQ(normalise("¿Año FISCAL, Adrián?"), "año fiscal adrian");
    EXPECT_EQ(normalise("ÁÉÍÓÚÜÑ áéíóúüñ"), "aeiouuñ aeiouuñ");
    EXPECT_EQ(normalise("Çelik Žižek Łódź straße Ærø"), "celik zizek lodz strasse aero");
    EXPECT_EQ(normalise("ΑΒΓ Привет ЁЖ"), "αβγ привет ёж");
}

TEST(SearchWords, ComposedOrNotIsTheSame) {
    EXPECT_EQ(normalise("an\xCC\x83o"), "año");
    EXPECT_EQ(normalise("AN\xCC\x83O"), "año");
    EXPECT_EQ(normalise("a\xCC\x81rbol"), "arbol");
    EXPECT_EQ(normalise("\xCC\x83x"), "x");
}

TEST(SearchWords, EverythingElseSeparates) {
    EXPECT_EQ(normalise("ana@example.mx"), "ana example mx");
    EXPECT_EQ(normalise("  A-1021 / «x» “y”\t\n"), "a 1021 x y");
    EXPECT_EQ(normalise("ok😀no"), "ok😀no");
    EXPECT_EQ(normalise("日本、東京"), "日本 東京");
    EXPECT_EQ(normalise(""), "");
    EXPECT_EQ(normalise(" ¡! "), "");
}

TEST(SearchWords, BrokenUtf8Separates) {
    EXPECT_EQ(normalise("a\xFF"
                        "b"),
              "a b");
    EXPECT_EQ(normalise("a\xC3"), "a");
    EXPECT_EQ(normalise("\xF0\x9F"), "");
    EXPECT_EQ(normalise("\x80\xBF"), "");
}

TEST(SearchWords, IndexHoldsBothSpellingsOfEnye) {
    EXPECT_THAT(index_words("Año año ANO"), ElementsAre("ano", "año"));
    EXPECT_THAT(query_words("año"), ElementsAre("año"));
    EXPECT_THAT(query_words("Ano ano"), ElementsAre("ano"));
    EXPECT_THAT(index_words("¿?"), IsEmpty());
}

TEST(SearchWords, LongWordsAreCutAlikeBetweenCharacters) {
    const std::string longest = "x" + std::string(200, 'y');
    EXPECT_EQ(index_words(longest).front().size(), 64u);
    EXPECT_EQ(index_words(longest), query_words(longest));
    std::string emoji = "x";
    for (int i = 0; i < 40; ++i) {
        emoji += "😀";
    }
    EXPECT_EQ(index_words(emoji).front().size(), 61u);
}

TEST(SearchWords, SizesAreBounded) {
    std::string many;
    for (int i = 0; i < 100'000; ++i) {
        many += "word" + std::to_string(i) + " ";
    }
    std::size_t bytes = 0;
    for (const std::string& word : index_words(many)) {
        bytes += word.size() + 1;
    }
    EXPECT_LE(bytes, 256u * 1024u + 64u);
    EXPECT_EQ(query_words(many).size(), 16u);
}

}  // namespace
}  // namespace ventanilla::record
