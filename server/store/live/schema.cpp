#include "store/live/schema.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "store/live/keys.hpp"

namespace ventanilla::live {

Task<std::int64_t> stored_schema(RedisPool& pool, std::string site) {
    std::vector<std::string> words{"HGET", key::site_prefix(site) + key::meta, "schema"};
    const auto reply = co_await pool.command("schema", std::move(words));
    if (!reply) co_return tl::unexpected(reply.error());
    co_return reply->text() == nullptr ? 0 : std::atoll(reply->text()->c_str());
}

std::string newer_schema_message(std::int64_t schema) {
    return fmt::format("Redis holds schema {}, but this program knows only {}: it belongs to a later release", schema,
                       kLiveSchema);
}

}  // namespace ventanilla::live
