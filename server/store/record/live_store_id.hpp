#pragma once
// Which live store belongs to this record: the two must not be mixed up with those of others, nor the loss of one missed.

#include <cstdint>
#include <string>
#include <string_view>

namespace ventanilla::record {

class Database;

/// How the id begins that a record has from its creation, before it has met a live store.
inline constexpr std::string_view no_live_store = "s_";

/// What adopting a live store has found.
struct Adopted {
    std::string before;  ///< the live store that the record knew; empty if it knew none yet
    bool replaced = false;
    std::int64_t files_freed = 0;  ///< of chats that only the live store before knew; purged like other unused uploads
};

/// Makes `store_id`, which was made at `made_at`, the record's live store. Any server may repeat it at any time.
Adopted adopt_live_store(Database& database, const std::string& store_id, std::int64_t made_at);

}  // namespace ventanilla::record
