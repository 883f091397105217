#pragma once
// The number of the shape of the live store's data, docs/live-store.md: an older release leaves newer data alone.

#include <cstdint>
#include <string>

#include "store/live/live_store.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::live {

/// What this program knows. It rises when an older release could no longer work on the keys.
inline constexpr std::int64_t kLiveSchema = 1;

/// The schema number of the site's data; 0 if there are none.
Task<std::int64_t> stored_schema(RedisPool& pool, std::string site);

/// Why this program leaves data of the later `schema` alone.
std::string newer_schema_message(std::int64_t schema);

}  // namespace ventanilla::live
