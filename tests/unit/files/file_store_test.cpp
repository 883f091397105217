// Blobs on disk.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <future>
#include <latch>

#include "base/random.hpp"
#include "store/files/file_store.hpp"

namespace ventanilla::files {
namespace {

namespace fs = std::filesystem;
using protocol::Code;

class FileStoreTest : public ::testing::Test {
protected:
    FileStoreTest() : data_(fs::temp_directory_path() / random_id("ventanilla-files-")) { fs::create_directory(data_); }
    ~FileStoreTest() override { fs::remove_all(data_); }

    template <typename T>
    protocol::Result<T> run(Task<T> task) {
        auto future = boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future);
        io_.restart();
        io_.run();
        return future.get();
    }
    std::unique_ptr<FileStore> open(FileStoreOptions options = {}) {
        return std::make_unique<FileStore>(io_.get_executor(), data_, std::move(options));
    }
    /// Regular files below DATA/files.
    std::vector<fs::path> all_files() const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(data_ / "files")) {
            if (entry.is_regular_file()) found.push_back(entry.path());
        }
        return found;
    }
    static ::mode_t mode_of(const fs::path& path) {
        struct ::stat about {};
        EXPECT_EQ(::stat(path.c_str(), &about), 0);
        return about.st_mode & 0777U;
    }
    std::string stored(FileStore& store, const std::string& content) {
        auto incoming = run(store.receive(content.size())).value();
        EXPECT_TRUE(run(incoming->write(content)));
        EXPECT_TRUE(run(incoming->sync()));
        EXPECT_TRUE(run(incoming->keep()));
        return incoming->blob();
    }

    fs::path data_;
    boost::asio::io_context io_{1};
};

TEST_F(FileStoreTest, WhatIsKeptIsReadAgainInPieces) {
    auto store = open();
    auto incoming = run(store->receive(100)).value();
    EXPECT_TRUE(run(incoming->write("hello ")));
    EXPECT_TRUE(run(incoming->write("world")));
    EXPECT_FALSE(run(store->open(incoming->blob()))) << "it is no blob before it is kept";
    EXPECT_TRUE(run(incoming->sync()));
    EXPECT_TRUE(run(incoming->keep()));
    const auto blob = incoming->blob();
    incoming.reset();
    auto file = run(store->open(blob)).value();
    EXPECT_EQ(file->size(), 11U);
    EXPECT_EQ(run(file->read(0, 6)).value(), "hello ");
    EXPECT_EQ(run(file->read(6, 100)).value(), "world");
    EXPECT_EQ(run(file->read(11, 100)).value(), "");
    const auto path = data_ / "files" / blob.substr(0, 2) / blob.substr(2, 2) / blob;
    EXPECT_EQ(all_files(), std::vector{path});
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_EQ(mode_of(path.parent_path()), 0700U);
    EXPECT_EQ(mode_of(data_ / "files"), 0700U);
}

TEST_F(FileStoreTest, NothingIsLeftOfWhatWasNotKept) {
    auto store = open();
    auto incoming = run(store->receive(100)).value();
    EXPECT_TRUE(run(incoming->write("hello")));
    EXPECT_EQ(all_files().size(), 1U);
    incoming.reset();
    store.reset();  // its threads have ended
    EXPECT_TRUE(all_files().empty());
}

TEST_F(FileStoreTest, RemovalIsRepeatable) {
    auto store = open();
    const auto blob = stored(*store, "x");
    auto reading = run(store->open(blob)).value();
    EXPECT_TRUE(run(store->remove(blob)));
    EXPECT_TRUE(run(store->remove(blob)));
    EXPECT_TRUE(store->remove_now(blob));
    EXPECT_EQ(run(store->open(blob)).error().code, Code::not_found);
    EXPECT_EQ(run(reading->read(0, 1)).value(), "x") << "whoever reads it already reads it to the end";
}

TEST_F(FileStoreTest, OnlyNamesOfBlobsBecomePaths) {
    auto store = open();
    for (const std::string name : {"", "..", "../../etc/passwd", "/etc/passwd", "0123456789abcdef0123456789abcde",
                                   "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdeg"}) {
        EXPECT_EQ(run(store->open(name)).error().code, Code::not_found) << name;
        EXPECT_FALSE(store->remove_now(name)) << name;
    }
}

TEST_F(FileStoreTest, AStartSweepsWhatDeadServersLeft) {
    open().reset();
    const auto incoming = data_ / "files" / "incoming";
    std::ofstream(incoming / "left-behind") << "half";
    std::ofstream(incoming / "being-written") << "half";
    const int other = ::open((incoming / "being-written").c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(::flock(other, LOCK_EX), 0);
    open().reset();
    EXPECT_EQ(all_files(), std::vector{incoming / "being-written"}) << "another server on the same data writes it";
    ::close(other);
    open().reset();
    EXPECT_TRUE(all_files().empty());
}

TEST_F(FileStoreTest, AFullDiskRefusesUploads) {
    FileStoreOptions options;
    options.reserve_bytes = 1000;
    std::uint64_t free = 1009;
    options.free_bytes = [&free](const fs::path&) { return free; };
    auto store = open(options);
    EXPECT_EQ(run(store->receive(10)).error().code, Code::unavailable);
    EXPECT_TRUE(all_files().empty());
    free = 1010;
    EXPECT_TRUE(run(store->receive(10)));
}

TEST_F(FileStoreTest, WhatIsComingInHasItsRoom) {
    FileStoreOptions options;
    options.reserve_bytes = 1000;
    std::uint64_t free = 1025;
    options.free_bytes = [&free](const fs::path&) { return free; };
    auto store = open(options);
    auto first = run(store->receive(10)).value();
    auto second = run(store->receive(10)).value();
    EXPECT_EQ(run(store->receive(10)).error().code, Code::unavailable) << "it is promised to the two before";
    EXPECT_TRUE(run(first->write("12345")));
    free -= 5;
    EXPECT_EQ(run(store->receive(6)).error().code, Code::unavailable) << "what was written is not free twice";
    EXPECT_TRUE(run(store->receive(5)));
    first.reset();
    EXPECT_TRUE(run(store->receive(10))) << "one that has ended needs no more";
    second.reset();
    EXPECT_TRUE(run(store->receive(20)));
    EXPECT_FALSE(run(store->receive(21))) << "those that were refused hold nothing";
}

TEST_F(FileStoreTest, AStoreThatHangsCostsItsCallersAnUnavailable) {
    std::latch go(1);
    std::latch begun(1);
    FileStoreOptions options;
    options.threads = 1;
    options.queue = 1;
    options.deadline = std::chrono::milliseconds(50);
    options.free_bytes = [&](const fs::path&) -> std::uint64_t {
        begun.count_down();
        go.wait();
        throw std::runtime_error("it hung");
    };
    auto store = open(options);
    EXPECT_EQ(run(store->receive(1)).error().code, Code::unavailable);
    begun.wait();
    EXPECT_EQ(run(store->open("waits")).error().code, Code::unavailable) << "in the queue";
    EXPECT_EQ(run(store->open("too many")).error().code, Code::unavailable);
    go.count_down();
}

}  // namespace
}  // namespace ventanilla::files
