#pragma once
// Uploads that nobody attached in time.

#include <cstdint>

#include "store/files/file_store.hpp"
#include "store/record/database.hpp"

namespace ventanilla::files {

inline constexpr std::int64_t kUnattachedKept_ms = 3'600'000;

struct Purged {
    std::int64_t files = 0;   ///< that are gone
    std::int64_t failed = 0;  ///< that could not be deleted and stand before all others the next time
    bool more = false;        ///< there may be others
};

/// Deletes files, rows and bytes, that nothing has held for an hour at `now_ms`: the oldest, at most `limit`, behind the
/// first `skip`, which are those that could not be deleted just now: they hold nothing up. Runs on a thread of the record
/// store (record::Worker::run); any number of servers may do it at the same time. One that is being attached meanwhile
/// stays.
Purged purge_unattached(record::Database& database, const FileStore& store, std::int64_t now_ms,
                        std::int64_t limit = 100, std::int64_t skip = 0);

}  // namespace ventanilla::files
