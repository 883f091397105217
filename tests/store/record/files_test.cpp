#include "store/record/files.hpp"
#include "store/record/record_fixture.hpp"

#include <atomic>
#include <limits>
#include <thread>

namespace ventanilla::record {
namespace {

using protocol::Code;

class RecordFiles : public RecordTest {
protected:
    Database database{url()};
    FileRepository files{database};

    std::vector<std::string> held_by(const std::string& holder) {
        std::vector<std::string> ids;
        for (const FileRecord& file : files.held_by(holder)) {
            ids.push_back(file.id);
        }
        return ids;
    }
};
ON_BOTH_DATABASES(RecordFiles);

FileRecord upload(const std::string& id, std::int64_t at = 1'789'000'000'000, const std::string& uploader = "v:v_1") {
    FileRecord file;
    file.id = id;
    file.blob = "blob-" + id;
    file.name = "constancia 'año' \"2026\" :x ?.pdf";
    file.size = 1LL << 40;
    file.media_type = "application/pdf";
    file.uploader = uploader;
    file.created_at = at;
    return file;
}

TEST_P(RecordFiles, ComeBackAsTheyWereStored) {
    FileRecord attached = upload("f_2", std::numeric_limits<std::int64_t>::max());
    attached.holder = "ticket:1";
    attached.message = "m_1";
    attached.erased = true;
    for (const FileRecord& file : {upload("f_1"), attached}) {
        files.insert(file);
        EXPECT_EQ(files.find(file.id), file);
    }
    EXPECT_EQ(files.find("f_3"), std::nullopt);
    EXPECT_ANY_THROW(files.insert(upload("f_1")));
}

TEST_P(RecordFiles, OnlyTheUploaderAttachesAndOnlyOnce) {
    files.insert(upload("f_1"));
    EXPECT_EQ(files.attach("f_1", "v:v_2", "chat:c_1", "").error().code, Code::not_found);
    EXPECT_EQ(files.attach("f_9", "v:v_1", "chat:c_1", "").error().code, Code::not_found);
    FileRecord expected = upload("f_1");
    expected.holder = "ticket:1";
    expected.message = "m_1";
    EXPECT_EQ(files.attach("f_1", "v:v_1", "ticket:1", "m_1"), expected);
    EXPECT_EQ(files.attach("f_1", "v:v_1", "ticket:1", "m_1"), expected);
    // The message it came with stays.
    EXPECT_EQ(files.attach("f_1", "v:v_1", "ticket:1", "m_2"), expected);
    EXPECT_EQ(files.attach("f_1", "v:v_1", "ticket:2", "m_1").error().code, Code::not_found);
    EXPECT_EQ(files.find("f_1"), expected);
}

TEST_P(RecordFiles, WithoutAMessage) {
    files.insert(upload("f_1"));
    EXPECT_EQ(files.attach("f_1", "v:v_1", "chat:c_1", "").value().message, std::nullopt);
}

TEST_P(RecordFiles, ErasedOnesAreNotAttached) {
    FileRecord file = upload("f_1");
    file.erased = true;
    files.insert(file);
    EXPECT_EQ(files.attach("f_1", "v:v_1", "chat:c_1", "").error().code, Code::not_found);
}

TEST_P(RecordFiles, OfSeveralWhoAttachAtOnceOneGetsIt) {
    constexpr int rounds = 15;
    for (int i = 0; i < rounds; ++i) {
        files.insert(upload("f_" + std::to_string(i)));
    }
    std::atomic<int> attached{0};
    const auto attach_all = [&](const std::string& holder) {
        Database own(url());
        for (int i = 0; i < rounds; ++i) {
            attached += FileRepository(own).attach("f_" + std::to_string(i), "v:v_1", holder, "") ? 1 : 0;
        }
    };
    std::thread other(attach_all, "ticket:1");
    attach_all("ticket:2");
    other.join();
    EXPECT_EQ(attached, rounds);
    EXPECT_EQ(held_by("ticket:1").size() + held_by("ticket:2").size(), static_cast<std::size_t>(rounds));
}

TEST_P(RecordFiles, OfAHolderOldestFirst) {
    files.insert(upload("f_1", 3));
    files.insert(upload("f_2", 1));
    files.insert(upload("f_3", 2));
    files.insert(upload("f_4", 0));
    for (const char* const id : {"f_1", "f_2", "f_3"}) {
        ASSERT_TRUE(files.attach(id, "v:v_1", "ticket:1", ""));
    }
    EXPECT_EQ(held_by("ticket:1"), (std::vector<std::string>{"f_2", "f_3", "f_1"}));
    EXPECT_TRUE(held_by("ticket:2").empty());
}

TEST_P(RecordFiles, MoveToAnotherHolder) {
    for (const char* const id : {"f_1", "f_2"}) {
        files.insert(upload(id));
    }
    ASSERT_TRUE(files.attach("f_1", "v:v_1", "ticket:1", "m_1"));
    ASSERT_TRUE(files.attach("f_2", "v:v_1", "ticket:2", ""));
    files.move("ticket:1", "ticket:2");
    EXPECT_TRUE(held_by("ticket:1").empty());
    EXPECT_EQ(held_by("ticket:2"), (std::vector<std::string>{"f_1", "f_2"}));
    EXPECT_EQ(files.find("f_1")->message, "m_1");
}

TEST_P(RecordFiles, UnattachedOnesAreCountedAndFoundByAge) {
    files.insert(upload("f_1", 10));
    files.insert(upload("f_2", 20));
    files.insert(upload("f_3", 30));
    files.insert(upload("f_4", 5));
    files.insert(upload("f_5", 5, "c:challenge"));
    ASSERT_TRUE(files.attach("f_4", "v:v_1", "chat:c_1", ""));
    EXPECT_EQ(files.count_unattached("v:v_1"), 3);
    EXPECT_EQ(files.count_unattached("c:challenge"), 1);
    EXPECT_EQ(files.count_unattached("v:v_2"), 0);
    const auto ids = [&](std::int64_t before, std::int64_t limit) {
        std::vector<std::string> found;
        for (const FileRecord& file : files.unattached_before(before, limit)) {
            found.push_back(file.id);
        }
        return found;
    };
    EXPECT_EQ(ids(30, 10), (std::vector<std::string>{"f_5", "f_1", "f_2"}));
    EXPECT_EQ(ids(30, 2), (std::vector<std::string>{"f_5", "f_1"}));
    files.remove("f_5");
    files.remove("f_5");
    EXPECT_EQ(files.find("f_5"), std::nullopt);
    EXPECT_EQ(ids(31, 10), (std::vector<std::string>{"f_1", "f_2", "f_3"}));
}

}  // namespace
}  // namespace ventanilla::record
