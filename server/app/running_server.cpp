#include "app/running_server.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "app/live_identity.hpp"
#include "config/load.hpp"
#include "store/live/keys.hpp"
#include "store/live/master_set.hpp"
#include "store/live/schema.hpp"
#include "store/live/sync_redis.hpp"

namespace ventanilla::app {
namespace {

std::optional<live::SyncRedis> connect(const config::Options& options) {
    return live::SyncRedis::connect(redis_address(options));
}

/// The primary of the master set that --redis names, by the first sentinel that knows one.
live::RedisAddress primary_of(const config::Options& options) {
    live::RedisAddress primary;
    const auto site = config::load_file(options.config);
    const auto set = live::MasterSet::parse(options.redis);
    if (!site || !set) return primary;
    primary.user = set->user;
    primary.password = set->password;
    for (const auto& sentinel : site->store.sentinels) {
        live::RedisAddress address;
        address.host = sentinel.host;
        address.port = sentinel.port;
        auto asked = live::SyncRedis::connect(address);
        if (!asked) continue;
        const auto told = asked->ask({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", set->name});
        if (told.array() == nullptr || told.array()->size() != 2) continue;
        primary.host = *told.array()->at(0).text();
        primary.port = static_cast<std::uint16_t>(std::atoi(told.array()->at(1).text()->c_str()));
        return primary;
    }
    return primary;
}

std::int64_t count_of(const live::RedisValue& reply) {
    if (const auto* number = reply.integer()) return *number;
    return reply.text() == nullptr ? 0 : std::atoll(reply.text()->c_str());
}

}  // namespace

bool wait_until_in_force(const config::Options& options, const std::string& site, const record::Agent& agent,
                         std::chrono::milliseconds patience) {
    auto redis = connect(options);
    if (!redis) return true;
    const auto prefix = live::key::site_prefix(site);
    const auto give_up = std::chrono::steady_clock::now() + patience;
    for (;;) {
        // A server that was killed leaves its lease behind for 10 s; waiting for it then costs `patience`, no more.
        if (count_of(redis->ask({"ZCARD", prefix + "nodes"})) == 0) return true;
        const auto known = redis->ask({"HGET", prefix + live::key::agent(agent.id), "revision"});
        if (count_of(known) >= agent.revision) return true;
        if (std::chrono::steady_clock::now() >= give_up) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

std::vector<std::string> private_sites(const config::Options& options) {
    auto redis = connect(options);
    return redis ? live::stored_sites(*redis) : std::vector<std::string>{};
}

live::RedisAddress redis_address(const config::Options& options) {
    live::RedisAddress address;
    if (options.redis.empty()) {
        address.unix_path = (options.data / "redis.sock").string();
    } else if (auto parsed = live::RedisAddress::parse(options.redis)) {
        address = std::move(*parsed);
    } else {
        address = primary_of(options);
    }
    return address;
}

bool redis_answers(const config::Options& options) {
    return connect(options).has_value();
}

bool has_private_log(const config::Options& options) {
    std::error_code error;
    const auto folder = options.data / "redis" / "appendonlydir";
    return options.redis.empty() && std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error);
}

bool rewrite_log(const config::Options& options) {
    auto redis = connect(options);
    if (!redis) return false;
    redis->ask({"BGREWRITEAOF"});
    return true;
}

std::optional<std::string> newer_live_store(const config::Options& options, const std::string& site) {
    auto redis = connect(options);
    if (!redis) return std::nullopt;
    const auto schema = live::stored_schema(*redis, site);
    if (schema <= live::kLiveSchema) return std::nullopt;
    return live::newer_schema_message(schema);
}

std::optional<std::string> foreign_live_store(const config::Options& options, const std::string& site,
                                              const std::string& known) {
    auto redis = connect(options);
    if (!redis) return std::nullopt;
    const auto store = found_store(redis->ask(identity_question(site)));
    auto why = store ? foreign_store_message(*store, known, site) : std::string();
    if (why.empty()) return std::nullopt;
    return why;
}

}  // namespace ventanilla::app
