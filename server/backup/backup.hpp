#pragma once
// `ventanilla backup DIR` and `ventanilla restore DIR` (contract.md 8). Both block and may take long.

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

#include "backup/manifest.hpp"
#include "store/live/redis_pool.hpp"
#include "store/record/database.hpp"

namespace ventanilla::backup {

/// What is backed up, or restored into.
struct Stores {
    std::filesystem::path data;
    bool private_redis = true;  ///< the one under `data`; else the one at `redis`
    live::RedisAddress redis;
    record::DatabaseUrl database;
};

/// Backs up the site with a server running, or without one: the live store first, then the record, the files and the
/// configuration, so that what closes meanwhile is in both. `to` must be new or empty; it comes into being whole.
/// Error: one line.
tl::expected<Manifest, std::string> take(const Stores& stores, const std::string& site,
                                         const std::filesystem::path& configuration, const std::filesystem::path& to);

struct Restored {
    Manifest manifest;
    std::uint64_t erased = 0;  ///< chats and tickets of people who were erased since the backup, erased again
};

/// Brings a backup into empty stores. Error: one line; stores that were not empty are as they were.
tl::expected<Restored, std::string> restore(const Stores& stores, const std::filesystem::path& from);

}  // namespace ventanilla::backup
