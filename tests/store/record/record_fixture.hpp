#pragma once
// Every record-store contract runs on both databases: an empty one per test.

#include "store/record/chats.hpp"
#include "store/record/database.hpp"
#include "support/postgres.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace ventanilla::record {

/// A directory that goes with its owner.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ventanilla-record-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("cannot make a temporary directory");
        }
        path_ = pattern;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class RecordTest : public ::testing::TestWithParam<Backend> {
protected:
    DatabaseUrl url() {
        if (url_.target.empty()) {
            const bool sqlite = GetParam() == Backend::sqlite;
            url_ = DatabaseUrl::parse(sqlite ? "" : test::shared_postgres().new_database(), directory_.path());
        }
        return url_;
    }

private:
    TemporaryDirectory directory_;
    DatabaseUrl url_;
};

/// A closed chat of `length` messages, in `soporte-tecnico` of channel `soporte`.
inline ChatRecord closed_chat(const std::string& id, std::int64_t length, std::int64_t closed_at = 1'789'000'000'000) {
    ChatRecord chat;
    chat.id = id;
    chat.visitor_id = "v_1";
    chat.visitor = R"({"name":"Ana Ibáñez","email":"ana@example.mx"})";
    chat.channel = "soporte";
    chat.department = "soporte-tecnico";
    chat.agent_id = "a_1";
    chat.agent_name = "Beto";
    chat.outcome = "solved";
    chat.closed_by = "agent";
    chat.started_at = closed_at - 60'000;
    chat.assigned_at = closed_at - 50'000;
    chat.closed_at = closed_at;
    chat.last = length;
    chat.read_by_visitor = length - 1;
    chat.read_by_agent = length;
    for (std::int64_t seq = 1; seq <= length; ++seq) {
        const std::string number = std::to_string(seq);
        chat.entries.push_back({seq, chat.started_at + seq, "message", "v:v_1", "client-" + number, "hash-" + number,
                                R"({"type":"entry","seq":)" + number + R"(,"text":"mensaje )" + number + R"("})"});
    }
    return chat;
}

inline std::string backend_name(const ::testing::TestParamInfo<Backend>& info) {
    return info.param == Backend::sqlite ? "SQLite" : "PostgreSQL";
}

}  // namespace ventanilla::record

#define ON_BOTH_DATABASES(suite)                                                                                       \
    INSTANTIATE_TEST_SUITE_P(On, suite, ::testing::Values(Backend::sqlite, Backend::postgresql), backend_name)
