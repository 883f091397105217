#include "store/record/record_fixture.hpp"
#include "store/record/saved_replies.hpp"

#include <limits>

namespace ventanilla::record {
namespace {

class RecordSavedReplies : public RecordTest {
protected:
    Database database{url()};
    SavedReplyRepository replies{database};

    std::vector<std::string> titles(const std::optional<std::vector<std::string>>& departments) {
        std::vector<std::string> found;
        for (const SavedReply& reply : replies.list(departments)) {
            found.push_back(reply.title);
        }
        return found;
    }
};
ON_BOTH_DATABASES(RecordSavedReplies);

SavedReply reply(const std::string& id, const std::string& title,
                 const std::optional<std::string>& department = std::nullopt) {
    return {id, title, "Hola {{name}}, ' :x ? \"ñ\"\n😀", department, "a_1", std::numeric_limits<std::int64_t>::max()};
}

TEST_P(RecordSavedReplies, ComeBackAsTheyWerePut) {
    const SavedReply for_all = reply("r_1", "Saludo");
    const SavedReply for_one = reply("r_2", "Saludo", "ventas");
    replies.put(for_all);
    replies.put(for_one);
    EXPECT_EQ(replies.find("r_1"), for_all);
    EXPECT_EQ(replies.find("r_2"), for_one);
    EXPECT_EQ(replies.find("r_3"), std::nullopt);
    EXPECT_EQ(replies.list({}), (std::vector{for_all, for_one}));
}

TEST_P(RecordSavedReplies, PutAgainChangesAll) {
    replies.put(reply("r_1", "Saludo", "ventas"));
    const SavedReply changed{"r_1", "Despedida", "Adiós", std::nullopt, "a_2", 7};
    replies.put(changed);
    EXPECT_EQ(replies.list({}), std::vector{changed});
}

TEST_P(RecordSavedReplies, ThoseOfTheDepartmentsAndThoseForAll) {
    replies.put(reply("r_1", "a"));
    replies.put(reply("r_2", "b", "ventas"));
    replies.put(reply("r_3", "c", "pagos"));
    using Titles = std::vector<std::string>;
    EXPECT_EQ(titles({}), (Titles{"a", "b", "c"}));
    EXPECT_EQ(titles({{"ventas"}}), (Titles{"a", "b"}));
    EXPECT_EQ(titles({{"ventas", "pagos"}}), (Titles{"a", "b", "c"}));
    EXPECT_EQ(titles(std::vector<std::string>{}), (Titles{"a"}));
}

TEST_P(RecordSavedReplies, ByTitleAsPeopleSortIt) {
    for (const char* const title : {"zeta", "Álvaro", "beta", "Éxito", "alba", "Espera"}) {
        replies.put(reply(std::string("r_") + title, title));
    }
    EXPECT_EQ(titles({}), (std::vector<std::string>{"alba", "Álvaro", "beta", "Espera", "Éxito", "zeta"}));
}

TEST_P(RecordSavedReplies, RemoveSaysWhetherThereWasOne) {
    replies.put(reply("r_1", "a"));
    EXPECT_TRUE(replies.remove("r_1"));
    EXPECT_FALSE(replies.remove("r_1"));
    EXPECT_EQ(replies.find("r_1"), std::nullopt);
}

}  // namespace
}  // namespace ventanilla::record
