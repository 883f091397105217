#include "store/record/record_fixture.hpp"

#include <algorithm>
#include <limits>
#include <thread>

namespace ventanilla::record {
namespace {

using protocol::Code;

class RecordChats : public RecordTest {
protected:
    Database database{url()};
    ChatRepository chats{database};

    std::vector<std::string> search(const std::string& q) {
        std::vector<std::string> ids;
        const auto page = chats.list({.departments = {}, .any_channels = {}, .q = q, .cursor = {}}).value();
        for (const ChatRecord& chat : page.chats) {
            ids.push_back(chat.id);
        }
        return ids;
    }
};
ON_BOTH_DATABASES(RecordChats);

ChatRecord saying(const std::string& id, const std::string& text, const std::string& name = "Nadie") {
    ChatRecord chat = closed_chat(id, 1);
    chat.visitor = R"({"name":")" + name + R"(","email":"nadie@example.mx"})";
    chat.entries[0].frame = R"({"text":")" + text + R"("})";
    return chat;
}

LateEntry rating(const std::string& client_id, const std::string& hash = "h") {
    return {.at = 1'789'000'100'000,
            .kind = "rated",
            .sender = "v:v_1",
            .client_id = client_id,
            .content_hash = hash,
            .rating = 5,
            .frame = [](std::int64_t seq, std::int64_t) { return "{\"seq\":" + std::to_string(seq) + "}"; }};
}

TEST_P(RecordChats, ComesBackAsItWasArchived) {
    ChatRecord chat = closed_chat("c_1", 3);
    chat.notes.push_back({"n_1", 5, "a_1", "Beto", "llamar el lunes"});
    chat.rating = 4;
    chat.decisions = R"([{"rule":"least share"}])";
    chat.entries[1].client_id.clear();
    EXPECT_EQ(chats.archive(chat), 3);
    EXPECT_EQ(chats.find("c_1"), chat);
    EXPECT_EQ(chats.find("c_2"), std::nullopt);
}

TEST_P(RecordChats, WithoutAnAgent) {
    ChatRecord chat = closed_chat("c_1", 1);
    chat.agent_id = chat.agent_name = std::nullopt;
    chat.assigned_at = std::nullopt;
    chats.archive(chat);
    EXPECT_EQ(chats.find("c_1"), chat);
}

TEST_P(RecordChats, ArchivingMayBeRepeated) {
    const ChatRecord chat = closed_chat("c_1", 5);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(chats.archive(chat), 5);
    }
    EXPECT_EQ(chats.find("c_1"), chat);
}

TEST_P(RecordChats, LongerLogWins) {
    const ChatRecord longer = closed_chat("c_1", 5);
    ChatRecord shorter = closed_chat("c_1", 3);
    shorter.outcome = "left";
    EXPECT_EQ(chats.archive(shorter), 3);
    EXPECT_EQ(chats.archive(longer), 5);
    EXPECT_EQ(chats.archive(shorter), 5);
    EXPECT_EQ(chats.find("c_1"), longer);
}

TEST_P(RecordChats, ReadMarksNeverFall) {
    ChatRecord chat = closed_chat("c_1", 5);
    chat.read_by_visitor = 2;
    chat.read_by_agent = 4;
    chats.archive(chat);
    EXPECT_EQ(chats.header("c_1"), chats.list({}).value().chats.at(0));
    chat.read_by_visitor = 3;
    chat.read_by_agent = 1;
    chats.archive(chat);
    EXPECT_EQ(chats.header("c_1")->read_by_visitor, 3);
    EXPECT_EQ(chats.header("c_1")->read_by_agent, 4);
}

TEST_P(RecordChats, OnlyTheTailIsEnough) {
    ChatRecord chat = closed_chat("c_1", 5);
    chats.archive(closed_chat("c_1", 3));
    ChatRecord tail = chat;
    tail.entries.erase(tail.entries.begin(), tail.entries.begin() + 2);
    EXPECT_EQ(chats.archive(tail), 5);
    EXPECT_EQ(chats.find("c_1"), chat);
}

TEST_P(RecordChats, LogWithAGapIsRefusedWhole) {
    ChatRecord chat = closed_chat("c_1", 5);
    chat.entries.erase(chat.entries.begin() + 2);
    EXPECT_THROW(chats.archive(chat), DatabaseError);
    EXPECT_EQ(chats.header("c_1"), std::nullopt);
}

TEST_P(RecordChats, TwoArchiveTheSameAtOnce) {
    constexpr int rounds = 20;
    const auto archive_all = [this](std::int64_t extra) {
        Database own(url());
        for (int i = 0; i < rounds; ++i) {
            EXPECT_GE(ChatRepository(own).archive(closed_chat("c_" + std::to_string(i), 10 + extra)), 10 + extra);
        }
    };
    std::thread other(archive_all, 5);
    archive_all(0);
    other.join();
    for (int i = 0; i < rounds; ++i) {
        EXPECT_EQ(chats.find("c_" + std::to_string(i)), closed_chat("c_" + std::to_string(i), 15));
    }
}

TEST_P(RecordChats, EntriesPageByPage) {
    chats.archive(closed_chat("c_1", 10));
    const auto page = chats.entries("c_1", 4, 3);
    ASSERT_EQ(page.size(), 3u);
    EXPECT_EQ(page.front().seq, 5);
    EXPECT_EQ(page.back().seq, 7);
    EXPECT_TRUE(chats.entries("c_1", 10, 3).empty());
    EXPECT_TRUE(chats.entries("c_1", 0, 0).empty());
}

TEST_P(RecordChats, NumbersKeepTheir64Bits) {
    ChatRecord chat = closed_chat("c_1", 1, std::numeric_limits<std::int64_t>::max());
    chat.started_at = std::numeric_limits<std::int64_t>::min();
    chats.archive(chat);
    EXPECT_EQ(chats.find("c_1"), chat);
}

TEST_P(RecordChats, TextIsKeptVerbatim) {
    ChatRecord chat = closed_chat("c_1", 1);
    chat.agent_name = "O'Higgins \"x\" :name $1 ? \\ % 𝒳 👩‍👧 ñ\t\n";
    chat.entries[0].frame = R"({"text":"'; DROP TABLE chat; -- 😀 :id \u0027"})";
    chats.archive(chat);
    EXPECT_EQ(chats.find("c_1"), chat);
}

TEST_P(RecordChats, AgainBySenderAndClientId) {
    chats.archive(closed_chat("c_1", 3));
    EXPECT_EQ(chats.find_by_client_id("c_1", "v:v_1", "client-2")->seq, 2);
    EXPECT_FALSE(chats.find_by_client_id("c_1", "a:a_1", "client-2"));
    EXPECT_FALSE(chats.find_by_client_id("c_2", "v:v_1", "client-2"));
}

TEST_P(RecordChats, LateEntryGetsTheNextSeqOnce) {
    chats.archive(closed_chat("c_1", 3));
    const auto first = chats.append_after_close("c_1", rating("r-1"));
    ASSERT_TRUE(first);
    EXPECT_EQ(*first, (Appended{4, 1'789'000'100'000, false}));
    EXPECT_EQ(chats.append_after_close("c_1", rating("r-1")).value(), (Appended{4, 1'789'000'100'000, true}));
    EXPECT_EQ(chats.append_after_close("c_1", rating("r-1", "other")).error().code, Code::client_id_reuse);
    EXPECT_EQ(chats.append_after_close("c_1", rating("r-2")).error().code, Code::chat_closed);
    EXPECT_EQ(chats.append_after_close("c_9", rating("r-1")).error().code, Code::not_found);
    const auto chat = chats.find("c_1");
    EXPECT_EQ(chat->last, 4);
    EXPECT_EQ(chat->rating, 5);
    EXPECT_EQ(chat->entries.back().frame, R"({"seq":4})");
    // Whoever still archives the log as it was before changes nothing.
    EXPECT_EQ(chats.archive(closed_chat("c_1", 3)), 4);
    EXPECT_EQ(chats.find("c_1"), chat);
}

TEST_P(RecordChats, LateEntryIsNeverEarlierThanTheOneBefore) {
    chats.archive(closed_chat("c_1", 3));
    LateEntry entry = rating("r-1");
    entry.at = 1;
    EXPECT_EQ(chats.append_after_close("c_1", entry)->at, closed_chat("c_1", 3).entries.back().at);
}

TEST_P(RecordChats, LateEntriesFromTwoAtOnceHaveNoGap) {
    chats.archive(closed_chat("c_1", 1));
    const auto append = [this](const std::string& name) {
        Database own(url());
        for (int i = 0; i < 20; ++i) {
            LateEntry entry = rating(name + std::to_string(i));
            entry.rating.reset();
            EXPECT_TRUE(ChatRepository(own).append_after_close("c_1", entry));
        }
    };
    std::thread other(append, "x");
    append("y");
    other.join();
    const auto entries = chats.entries("c_1", 0, 100);
    ASSERT_EQ(entries.size(), 41u);
    EXPECT_EQ(entries.back().seq, 41);
}

TEST_P(RecordChats, NotesAfterTheEnd) {
    chats.archive(closed_chat("c_1", 1));
    const NoteRecord note{"n_1", 5, "a_1", "Beto", "revisado"};
    EXPECT_TRUE(chats.add_note("c_1", note));
    EXPECT_TRUE(chats.add_note("c_1", note));
    EXPECT_EQ(chats.notes("c_1"), std::vector{note});
    EXPECT_EQ(chats.add_note("c_2", note).error().code, Code::not_found);
}

TEST_P(RecordChats, NewestFirstPageByPageWithoutDoubling) {
    // Many share one closed_at: the id decides then.
    for (int i = 0; i < 25; ++i) {
        chats.archive(closed_chat("c_" + std::to_string(100 + i), 1, 1'789'000'000'000 + i / 10));
    }
    std::vector<std::string> seen;
    ChatQuery query;
    query.limit = 7;
    do {
        const auto page = chats.list(query).value();
        for (const ChatRecord& chat : page.chats) {
            seen.push_back(chat.id);
        }
        query.cursor = page.next;
        // What is archived meanwhile is newer, and does not shift the pages.
        chats.archive(closed_chat("c_new" + std::to_string(seen.size()), 1, 1'789'000'999'000));
    } while (!query.cursor.empty());
    ASSERT_EQ(seen.size(), 25u);
    EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
}

TEST_P(RecordChats, CursorOfSomebodyElseIsRefused) {
    for (const char* const cursor : {"x", "12", "12x", ".c_1", "99999999999999999999.c_1"}) {
        const auto page = chats.list({.departments = {}, .any_channels = {}, .q = {}, .cursor = cursor});
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error(), (protocol::Error{Code::bad_field, "cursor", 0}));
    }
}

TEST_P(RecordChats, DepartmentsLimitTheList) {
    ChatRecord sales = closed_chat("c_sales", 1);
    sales.channel = sales.department = "ventas";
    ChatRecord missed = closed_chat("c_missed", 1);
    missed.department = "any";
    for (const ChatRecord& chat : {sales, missed, closed_chat("c_support", 1)}) {
        chats.archive(chat);
    }
    const auto count = [this](ChatQuery query) { return chats.list(query).value().chats.size(); };
    EXPECT_EQ(count({}), 3u);
    EXPECT_EQ(count({.departments = {{}}, .any_channels = {}, .q = {}, .cursor = {}}), 0u);
    EXPECT_EQ(count({.departments = {{"ventas"}}, .any_channels = {}, .q = {}, .cursor = {}}), 1u);
    EXPECT_EQ(count({.departments = {{"ventas", "soporte-tecnico"}}, .any_channels = {}, .q = {}, .cursor = {}}), 2u);
    EXPECT_EQ(count({.departments = {{"soporte-tecnico"}}, .any_channels = {"soporte"}, .q = {}, .cursor = {}}), 2u);
    EXPECT_EQ(count({.departments = {{"ventas"}}, .any_channels = {"ventas"}, .q = {}, .cursor = {}}), 1u);
}

TEST_P(RecordChats, SearchIgnoresAccentsButKeepsEnye) {
    chats.archive(saying("c_1", "¿Cómo timbro el año pasado?", "Adrián Muñoz"));
    chats.archive(saying("c_2", "El ano del perro", "Adrian Munoz"));
    using Ids = std::vector<std::string>;
    EXPECT_EQ(search("COMO"), Ids{"c_1"});
    EXPECT_EQ(search("timbró"), Ids{"c_1"});
    EXPECT_EQ(search("año"), Ids{"c_1"});
    EXPECT_EQ(search("ano"), (Ids{"c_2", "c_1"}));
    EXPECT_EQ(search("muñoz"), Ids{"c_1"});
    EXPECT_EQ(search("adrian"), (Ids{"c_2", "c_1"}));
}

TEST_P(RecordChats, SearchWantsAllWords) {
    chats.archive(saying("c_1", "no puedo timbrar la factura A-1021"));
    using Ids = std::vector<std::string>;
    EXPECT_EQ(search("factura timbrar"), Ids{"c_1"});
    EXPECT_EQ(search("fact 1021"), Ids{"c_1"});
    EXPECT_EQ(search("nadie@example.mx"), Ids{"c_1"});
    EXPECT_EQ(search("factura nomina"), Ids{});
    EXPECT_EQ(search("  "), Ids{"c_1"});
}

TEST_P(RecordChats, SearchTakesWhateverIsTyped) {
    chats.archive(saying("c_1", "hola 😀 1e5 v1.2 http://sat.gob.mx"));
    using Ids = std::vector<std::string>;
    EXPECT_EQ(search("😀"), Ids{"c_1"});
    EXPECT_EQ(search("1e5"), Ids{"c_1"});
    EXPECT_EQ(search("sat.gob.mx"), Ids{"c_1"});
    for (const char* const q : {"\"", "'", "a'b\"c", "* OR x", "NEAR(", "!&|():*\\", "\xff\xfe", ":p0 ?"}) {
        EXPECT_NO_THROW(search(q)) << q;
    }
}

TEST_P(RecordChats, SearchFollowsALongerLog) {
    chats.archive(saying("c_1", "primero"));
    ChatRecord longer = closed_chat("c_1", 2);
    chats.archive(longer);
    EXPECT_EQ(search("mensaje").size(), 1u);
    EXPECT_EQ(search("primero").size(), 1u);
    EXPECT_EQ(search("ibáñez").size(), 1u);
    EXPECT_EQ(search("nadie").size(), 0u);
}

TEST_P(RecordChats, CountsByVisitor) {
    chats.archive(closed_chat("c_1", 1));
    chats.archive(closed_chat("c_2", 1));
    EXPECT_EQ(chats.count_by_visitor("v_1"), 2);
    EXPECT_EQ(chats.count_by_visitor("v_2"), 0);
    EXPECT_EQ(chats.counts_by_visitor({"v_2", "v_1", "v_2"}), (std::vector<std::int64_t>{0, 2, 0}));
    EXPECT_TRUE(chats.counts_by_visitor({}).empty());
}

}  // namespace
}  // namespace ventanilla::record
