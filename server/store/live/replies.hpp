#pragma once
// From what the functions answer to the types of types.hpp.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.hpp"
#include "store/live/redis_pool.hpp"
#include "store/live/types.hpp"

namespace ventanilla::live {

/// What a function answered after "ok".
using Words = RedisValue::Array;

/// The code that a function named; nothing for one that is not of the wire ("fenced", "schema").
std::optional<protocol::Code> code_of(std::string_view name);

/// Text and number of one word, "" and 0 if it is neither.
std::string text_of(const RedisValue& value);
std::int64_t number_of(const RedisValue& value);

/// The JSON of one word; an empty object if it is none.
nlohmann::json json_of(const RedisValue& value);

/// The members of a list. Lua cannot tell an empty list from an empty object, so both are none.
std::vector<nlohmann::json> items_of(const nlohmann::json& object, const char* member);

Event event_of(const nlohmann::json& json);
Events events_of(const nlohmann::json& object);
ChatMeta chat_of(const nlohmann::json& json);
VisitorMeta visitor_of(const nlohmann::json& json);
AgentMeta agent_of(const nlohmann::json& json);
QueueSnapshot queue_of(const nlohmann::json& json);
ArchiveNote note_of(const nlohmann::json& json);
nlohmann::json to_json(const ArchiveNote& note);
Changed changed_of(const nlohmann::json& json);
ArchiveChat archive_of(const Words& words);

}  // namespace ventanilla::live
