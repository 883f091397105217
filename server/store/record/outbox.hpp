#pragma once
// What has been promised and must still be done outside (mails, transcripts): written with the promise, done later,
// by any server, at least once.

#include "store/record/types.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace ventanilla::record {

class Database;

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

private:
    Database& database_;
};

}  // namespace ventanilla::record
