#pragma once
// What has been kept for as long as the configuration says goes, with everything that belongs to it. Each call is a
// transaction of its own and may be repeated, by any number of servers at once. Files are held by nobody afterwards, and
// cannot be attached again: they go with the next that nobody attached in time (store/files/purge.hpp).

#include <cstdint>
#include <map>
#include <string>

namespace ventanilla::record {

class Database;

/// What is older than this is not kept.
struct Cutoffs {
    std::int64_t before_ms = 0;  ///< in departments that are not named
    std::map<std::string, std::int64_t> departments = {};
};

/// How long the outbox remembers what it has done: enough to look into a complaint.
inline constexpr std::int64_t kPromisesKeptMs = std::int64_t{30} * 24 * 3'600'000;

class RetentionRepository {
public:
    explicit RetentionRepository(Database& database) : database_(database) {}

    /// Deletes chats that closed before, with entries, notes, transcripts and what the search knows of them. One that
    /// a ticket is there of is kept as long as the ticket. Gives how many, at most `limit`.
    std::int64_t purge_chats(const Cutoffs& cutoffs, std::int64_t limit);

    /// Deletes closed tickets that have not changed since, with messages, history, mails and what the search knows of
    /// them. One that is part of another is kept as long as that one: mails still lead through it. Gives how many, at most
    /// `limit`.
    std::int64_t purge_tickets(const Cutoffs& cutoffs, std::int64_t limit);

    /// Deletes promises (mails, transcripts) that were kept 30 days ago. Gives how many, at most `limit`.
    std::int64_t purge_outbox(std::int64_t now_ms, std::int64_t limit);

private:
    Database& database_;
};

}  // namespace ventanilla::record
