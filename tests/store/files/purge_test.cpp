// What nobody attached within an hour goes, row and bytes.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "store/files/purge.hpp"
#include "store/record/files.hpp"
#include "store/record/record_fixture.hpp"
#include "store/record/sql.hpp"

namespace ventanilla::record {
namespace {

constexpr std::int64_t kNow = 1'789'000'000'000;

class FilesPurge : public RecordTest {
protected:
    template <typename T>
    T run(files::Task<T> task) {
        auto future = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
        io.restart();
        io.run();
        return future.get().value();
    }
    void run(files::Task<void> task) {
        auto future = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
        io.restart();
        io.run();
        EXPECT_TRUE(future.get());
    }
    /// A stored file with its row.
    FileRecord upload(const std::string& id, std::int64_t at) {
        auto incoming = run(store.receive(100));
        run(incoming->write("hola"));
        run(incoming->keep());
        FileRecord file;
        file.id = id;
        file.blob = incoming->blob();
        file.name = "nota.txt";
        file.size = 4;
        file.media_type = "text/plain";
        file.uploader = "v:v_1";
        file.created_at = at;
        rows.insert(file);
        return file;
    }
    bool has_bytes(const FileRecord& file) {
        auto future = boost::asio::co_spawn(io, store.open(file.blob), boost::asio::use_future);
        io.restart();
        io.run();
        return future.get().has_value();
    }

    boost::asio::io_context io{1};
    TemporaryDirectory data;
    files::FileStore store{io.get_executor(), data.path()};
    Database database{url()};
    FileRepository rows{database};
};
ON_BOTH_DATABASES(FilesPurge);

TEST_P(FilesPurge, AfterAnHourAndOnlyWhatNothingHolds) {
    const auto old = upload("f_old", kNow - files::kUnattachedKept_ms - 1);
    const auto fresh = upload("f_fresh", kNow - files::kUnattachedKept_ms);
    const auto held = upload("f_held", kNow - 10 * files::kUnattachedKept_ms);
    ASSERT_TRUE(rows.attach("f_held", "v:v_1", "chat:c_1", ""));
    EXPECT_EQ(files::purge_unattached(database, store, kNow).files, 1);
    EXPECT_FALSE(rows.find("f_old"));
    EXPECT_FALSE(has_bytes(old));
    EXPECT_TRUE(rows.find("f_fresh") && has_bytes(fresh));
    EXPECT_TRUE(rows.find("f_held") && has_bytes(held));
    EXPECT_EQ(files::purge_unattached(database, store, kNow).files, 0);
}

TEST_P(FilesPurge, SomeAtATimeAndRowsWithoutBytesToo) {
    for (int i = 0; i < 5; ++i) upload("f_" + std::to_string(i), i);
    run(store.remove(rows.find("f_0")->blob));
    EXPECT_EQ(files::purge_unattached(database, store, kNow, 3).files, 3);
    EXPECT_EQ(files::purge_unattached(database, store, kNow, 3).files, 2);
    EXPECT_EQ(rows.count_unattached("v:v_1"), 0);
}

TEST_P(FilesPurge, WhatWasErasedHasNoBytesAndGoesToo) {
    auto erased = upload("f_1", 0);
    run(store.remove(erased.blob));
    database.sql() << "UPDATE file SET erased = 1, blob = ''";
    EXPECT_EQ(files::purge_unattached(database, store, kNow).files, 1);
    EXPECT_FALSE(rows.find("f_1"));
}

TEST_P(FilesPurge, WhatCannotBeDeletedHoldsNothingUp) {
    // Both of the first page, of the same time: a folder stands where the bytes should be.
    for (const auto* id : {"f_1", "f_2"}) {
        const auto stuck = upload(id, 0);
        const auto path = data.path() / "files" / stuck.blob.substr(0, 2) / stuck.blob.substr(2, 2) / stuck.blob;
        ASSERT_TRUE(std::filesystem::remove(path));
        std::filesystem::create_directory(path);
    }
    upload("f_3", 0);
    upload("f_4", 1);
    const auto first = files::purge_unattached(database, store, kNow, 2);
    EXPECT_EQ(first.files, 0);
    EXPECT_EQ(first.failed, 2);
    EXPECT_TRUE(first.more);
    const auto second = files::purge_unattached(database, store, kNow, 2, 2);
    EXPECT_EQ(second.files, 2);
    EXPECT_EQ(second.failed, 0);
    EXPECT_TRUE(second.more);
    EXPECT_FALSE(files::purge_unattached(database, store, kNow, 2, 2).more);
    EXPECT_TRUE(rows.find("f_1") && rows.find("f_2"));
    EXPECT_FALSE(rows.find("f_3") || rows.find("f_4"));
}

TEST_P(FilesPurge, WhatIsAttachedMeanwhileStays) {
    const auto file = upload("f_1", 0);
    ASSERT_TRUE(rows.attach("f_1", "v:v_1", "chat:c_1", ""));
    EXPECT_FALSE(rows.remove_unattached("f_1"));
    EXPECT_TRUE(rows.find("f_1") && has_bytes(file));
}

}  // namespace
}  // namespace ventanilla::record
