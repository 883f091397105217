#pragma once
// After a restore: the live store was copied before the record, and people may have been erased since.

#include <cstdint>
#include <string>
#include <vector>

#include "store/live/redis_pool.hpp"
#include "store/record/database.hpp"
#include "store/record/person.hpp"

namespace ventanilla::backup {

/// Takes out of the live store every open chat that the record has: it closed between the two copies, and the record is
/// right. False if the live store does not answer. Throws what the record throws.
bool drop_filed_chats(const live::RedisAddress& address, const std::string& site, record::Database& database);

/// Closes and files the open chats of those who were erased, and forgets them as visitors; afterwards
/// record::replay_erasures has them all. False if the live store does not answer.
bool erase_from_live(const live::RedisAddress& address, const std::string& site, record::Database& database,
                     const std::vector<record::Erasure>& erasures);

}  // namespace ventanilla::backup
