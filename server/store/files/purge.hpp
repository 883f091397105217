#pragma once
// Uploads that nobody attached in time.

#include <cstddef>
#include <cstdint>

#include "store/files/file_store.hpp"
#include "store/record/database.hpp"

namespace ventanilla::files {

inline constexpr std::int64_t kUnattachedKept_ms = 3'600'000;

/// Deletes at most `limit` files, rows and bytes, that nothing has held for an hour at `now_ms`; how many they were. Runs on
/// a thread of the record store (record::Worker::run); any number of servers may do it at the same time. One that is being
/// attached meanwhile stays.
std::size_t purge_unattached(record::Database& database, const FileStore& store, std::int64_t now_ms,
                             std::int64_t limit = 100);

}  // namespace ventanilla::files
