#pragma once
// Whether the live store that is there belongs to the record: two installations must not be mixed up.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/live/redis_pool.hpp"
#include "store/live/types.hpp"
#include "store/record/live_store_id.hpp"

namespace ventanilla::app {

/// What is asked of a Redis to know which store of the site it holds.
std::vector<std::string> identity_question(std::string_view site);
/// The answer; nothing if it holds none.
std::optional<record::FoundStore> found_store(const live::RedisValue& answer);
/// Why the store is left alone, and what to do; empty if it is the record's own, which knows the store `known`.
std::string foreign_store_message(const record::FoundStore& store, std::string_view known, std::string_view site);
/// What a server or command may register with, by the store that the record knows.
live::ExpectedStore expected_store(const std::string& known);

}  // namespace ventanilla::app
