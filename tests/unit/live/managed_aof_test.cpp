#include "store/live/managed_aof.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace ventanilla::live {
namespace {

namespace fs = std::filesystem;

const std::string kWhole = "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$3\r\n\r\n*\r\n";

/// A Redis directory with one increment of an append-only file.
class ManagedAof : public testing::Test {
protected:
    ManagedAof() {
        std::string pattern = (fs::temp_directory_path() / "ventanilla-aof-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        fs::create_directories(root_ / "appendonlydir");
    }
    ~ManagedAof() override { fs::remove_all(root_); }

    void write(const std::string& text, const char* name = "appendonly.aof.1.incr.aof") {
        std::ofstream(root_ / "appendonlydir" / name, std::ios::binary) << text;
    }
    std::string text(const char* name = "appendonly.aof.1.incr.aof") {
        std::ifstream in(root_ / "appendonlydir" / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    bool kept_aside() {
        return std::any_of(fs::directory_iterator(root_), fs::directory_iterator(), [](const auto& item) {
            return item.path().filename().string().starts_with("appendonlydir.torn-");
        });
    }

    fs::path root_;
};

TEST_F(ManagedAof, ATailOfZerosIsCutAndTheOldDirectoryKept) {
    write(kWhole + std::string(4096, '\0'));
    ASSERT_TRUE(mend_aof(root_).has_value());
    EXPECT_EQ(text(), kWhole);
    EXPECT_TRUE(kept_aside());
}

TEST_F(ManagedAof, OneIncompleteCommandBeforeTheZerosIsCutToo) {
    write(kWhole + "*3\r\n$3\r\nSE" + std::string(100, '\0'));
    ASSERT_TRUE(mend_aof(root_).has_value());
    EXPECT_EQ(text(), kWhole);
}

TEST_F(ManagedAof, AnythingAfterTheZerosIsDamageAndNothingIsTouched) {
    const auto damaged = kWhole + std::string(10, '\0') + kWhole + std::string(1, '\0');
    write(damaged);
    EXPECT_FALSE(mend_aof(root_).has_value());
    EXPECT_EQ(text(), damaged);
    EXPECT_FALSE(kept_aside());
}

TEST_F(ManagedAof, AWholeFileOrNoneIsLeftAlone) {
    EXPECT_TRUE(mend_aof(root_).has_value()) << "a first start";
    write(kWhole);
    EXPECT_TRUE(mend_aof(root_).has_value());
    EXPECT_EQ(text(), kWhole);
    EXPECT_FALSE(kept_aside());
}

TEST_F(ManagedAof, TheNewestIncrementByNumberIsLookedAt) {
    write(kWhole, "appendonly.aof.9.incr.aof");
    write(kWhole + std::string(8, '\0'), "appendonly.aof.10.incr.aof");
    ASSERT_TRUE(mend_aof(root_).has_value());
    EXPECT_EQ(text("appendonly.aof.10.incr.aof"), kWhole);
}

}  // namespace
}  // namespace ventanilla::live
