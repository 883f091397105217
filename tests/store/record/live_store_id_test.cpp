#include "store/record/live_store_id.hpp"

#include "store/record/files.hpp"
#include "store/record/record_fixture.hpp"

namespace ventanilla::record {
namespace {

constexpr std::int64_t made_at = 1'789'000'000'000;

class RecordLiveStore : public RecordTest {
protected:
    Database database{url()};
    FileRepository files{database};

    void add_file(const std::string& id, std::optional<std::string> holder, std::int64_t created_at) {
        files.insert({id, "blob-" + id, "a.png", 1, "image/png", "v:v_1", std::move(holder), {}, created_at, false});
    }
    std::optional<std::string> holder(const std::string& id) { return files.find(id)->holder; }
};
ON_BOTH_DATABASES(RecordLiveStore);

TEST_P(RecordLiveStore, TheFirstIsNoLoss) {
    add_file("f_1", "chat:c_open", made_at - 1);
    const auto first = adopt_live_store(database, {"live-1", made_at, "none"});
    EXPECT_EQ(first.before, "");
    EXPECT_FALSE(first.replaced);
    EXPECT_EQ(database.store_id(), "live-1");
    EXPECT_FALSE(adopt_live_store(database, {"live-1", made_at, ""}).replaced) << "the same again changes nothing";
    EXPECT_EQ(holder("f_1"), "chat:c_open");
}

TEST_P(RecordLiveStore, OneInItsPlaceIsALossAndFreesWhatOnlyLostChatsHeld) {
    adopt_live_store(database, {"live-1", made_at - 1000, ""});
    ChatRepository(database).archive(closed_chat("c_past", 1));
    add_file("f_lost", "chat:c_open", made_at - 1);
    add_file("f_past", "chat:c_past", made_at - 1);
    add_file("f_ticket", "ticket:7", made_at - 1);
    add_file("f_new", "chat:c_new", made_at + 1);  // of a chat that began before the record heard of its store
    const auto other = adopt_live_store(database, {"live-2", made_at, "live-1"});
    EXPECT_TRUE(other.replaced);
    EXPECT_EQ(other.before, "live-1");
    EXPECT_EQ(other.files_freed, 1);
    EXPECT_EQ(database.store_id(), "live-2");
    EXPECT_EQ(holder("f_lost"), std::nullopt);
    EXPECT_EQ(holder("f_past"), "chat:c_past");
    EXPECT_EQ(holder("f_ticket"), "ticket:7");
    EXPECT_EQ(holder("f_new"), "chat:c_new");
    EXPECT_FALSE(adopt_live_store(database, {"live-2", made_at, "live-1"}).replaced)
        << "the second server finds it done";
}

TEST_P(RecordLiveStore, OneOfAnotherRecordIsNotAdopted) {
    adopt_live_store(database, {"live-1", made_at - 1000, ""});
    add_file("f_1", "chat:c_open", made_at - 1);
    for (const auto* replaces : {"", "none", "live-0"}) {
        const auto other = adopt_live_store(database, {"live-2", made_at, replaces});
        EXPECT_TRUE(other.foreign);
        EXPECT_FALSE(other.replaced);
        EXPECT_EQ(other.before, "live-1");
        EXPECT_EQ(database.store_id(), "live-1");
        EXPECT_EQ(holder("f_1"), "chat:c_open");
    }
}

}  // namespace
}  // namespace ventanilla::record
