// Any bytes as what Redis answers: whatever hiredis makes of them, and whatever JSON our functions are said to have answered,
// becomes values without an exception.
#include <hiredis/hiredis.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "store/live/decisions.hpp"
#include "store/live/redis_link.hpp"
#include "store/live/replies.hpp"

namespace {

using namespace ventanilla;
using namespace ventanilla::live;

struct FreeReader {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
};

void decode(const nlohmann::json& json) {
    events_of(json);
    chat_of(json);
    visitor_of(json);
    agent_of(json);
    queue_of(json);
    changed_of(json);
    to_json(note_of(json));
}

void decode(const RedisValue& value) {
    text_of(value);
    number_of(value);
    code_of(text_of(value));
    const auto json = json_of(value);
    decode(json);
    for (const char* list : {"events", "chats", "agents", "queues", "notes"}) {
        for (const auto& item : items_of(json, list)) decode(item);
    }
    if (const auto* words = value.array()) {
        archive_of(*words);
        decisions_json(*words);
        for (const auto& word : *words) decode(word);
    }
}

/// hiredis 0.14 makes room at once for as many elements as an array announces, and has no limit to set: Redis is believed.
bool announces_millions(std::string_view bytes) {
    for (auto at = bytes.find('*'); at != std::string_view::npos; at = bytes.find('*', at + 1)) {
        const auto digits = std::min(bytes.find_first_not_of("+0123456789", at + 1), bytes.size()) - at - 1;
        if (digits > 6) return true;
    }
    return false;
}

void decode_stream(std::string_view bytes) {
    if (announces_millions(bytes)) return;
    const std::unique_ptr<redisReader, FreeReader> reader(redisReaderCreate());
    if (redisReaderFeed(reader.get(), bytes.data(), bytes.size()) != REDIS_OK) return;
    void* reply = nullptr;
    while (redisReaderGetReply(reader.get(), &reply) == REDIS_OK && reply != nullptr) {
        decode(copy_reply(static_cast<redisReply*>(reply)));
        freeReplyObject(reply);
        reply = nullptr;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    decode_stream(bytes);
    decode(RedisValue{std::string(bytes)});
    return 0;
}
