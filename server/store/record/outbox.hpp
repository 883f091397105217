#pragma once
// What has been promised and must still be done outside (mails, transcripts): written with the promise, done later,
// by any server, at least once.

#include "store/record/types.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ventanilla::record {

class Database;

/// Whether a row's payload names one of these chats or tickets: mails hold "number" as text, transcripts "chat", and the
/// promise of a log entry both, with the number as a number.
bool is_about(const nlohmann::json& payload, const std::set<std::string>& chats, const std::set<std::string>& tickets);

class OutboxRepository {
public:
    explicit OutboxRepository(Database& database) : database_(database) {}

    /// False if `kind` and `key` were put before, done or not: a promise is kept once. `payload` is JSON.
    bool put(std::string_view kind, std::string_view key, std::string_view payload);
    /// The same, and gives the id of the row: the one there was, if there was one.
    std::int64_t put_numbered(std::string_view kind, std::string_view key, std::string_view payload);
    /// What is not done, oldest first.
    std::vector<OutboxRow> pending(std::int64_t limit);
    /// The same of one kind, with ids above `after`.
    std::vector<OutboxRow> pending(std::string_view kind, std::int64_t after, std::int64_t limit);
    /// False if it was done already or never there.
    bool done(std::int64_t id);
    /// Deletes what was done before, at most `limit`; gives how many.
    std::int64_t purge_done(std::int64_t before_ms, std::int64_t limit);
    /// Deletes, done or not, what is about these chats and tickets ("T-000042").
    void forget(const std::set<std::string>& chats, const std::set<std::string>& tickets);

private:
    Database& database_;
};

}  // namespace ventanilla::record
