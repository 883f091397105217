#pragma once
// Which live store belongs to this record: the two must not be mixed up with those of others, nor the loss of one missed.

#include <cstdint>
#include <string>
#include <string_view>

namespace ventanilla::record {

class Database;

/// How the id begins that a record has from its creation, before it has met a live store.
inline constexpr std::string_view no_live_store = "s_";

/// A live store as it says itself what it is.
struct FoundStore {
    std::string id;
    std::int64_t made_at = 0;
    std::string replaces;  ///< the one whose place it took, when that was lost
};

/// Whether it is the record's own, by the id that the record knows: that one, one that took its place, or the first.
bool is_own_store(const FoundStore& store, std::string_view known);

/// What adopting a live store has found.
struct Adopted {
    std::string before;    ///< the live store that the record knew; empty if it knew none yet
    bool foreign = false;  ///< not the record's own: nothing was changed
    bool replaced = false;
    std::int64_t files_freed = 0;  ///< of chats that only the live store before knew; purged like other unused uploads
};

/// Makes `store` the record's live store, unless it is not its own. Any server may repeat it at any time.
Adopted adopt_live_store(Database& database, const FoundStore& store);

}  // namespace ventanilla::record
