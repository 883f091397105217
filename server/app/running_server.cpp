#include "app/running_server.hpp"

#include <hiredis/hiredis.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "config/load.hpp"
#include "store/live/keys.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::app {
namespace {

using Context = std::unique_ptr<redisContext, decltype(&redisFree)>;
using Reply = std::unique_ptr<redisReply, void (*)(redisReply*)>;

Reply ask(redisContext* context, const std::vector<std::string>& words) {
    std::vector<const char*> pointers;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
        pointers.push_back(word.data());
        lengths.push_back(word.size());
    }
    auto* raw = redisCommandArgv(context, static_cast<int>(words.size()), pointers.data(), lengths.data());
    return {static_cast<redisReply*>(raw), [](redisReply* reply) {
                if (reply != nullptr) freeReplyObject(reply);
            }};
}

Context connect(const live::RedisAddress& address) {
    const timeval patience{1, 0};
    Context none(nullptr, &redisFree);
    if (address.unix_path.empty() && address.host.empty()) return none;
    Context context(address.unix_path.empty() ? redisConnectWithTimeout(address.host.c_str(), address.port, patience)
                                              : redisConnectUnixWithTimeout(address.unix_path.c_str(), patience),
                    &redisFree);
    if (!context || context->err != 0) return none;
    redisSetTimeout(context.get(), patience);
    if (!address.password.empty()) {
        std::vector<std::string> auth{"AUTH"};
        if (!address.user.empty()) auth.push_back(address.user);
        auth.push_back(address.password);
        ask(context.get(), auth);
    }
    if (address.database != 0) ask(context.get(), {"SELECT", std::to_string(address.database)});
    return context;
}

Context connect(const config::Options& options) {
    return connect(redis_address(options));
}

/// The primary of the master set that --redis names, by the first sentinel that knows one.
live::RedisAddress primary_of(const config::Options& options) {
    live::RedisAddress primary;
    const auto site = config::load_file(options.config);
    if (!site) return primary;
    for (const auto& sentinel : site->store.sentinels) {
        live::RedisAddress address;
        address.host = sentinel.host;
        address.port = sentinel.port;
        const auto context = connect(address);
        if (!context) continue;
        const auto reply = ask(context.get(), {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", options.redis});
        if (!reply || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) continue;
        primary.host = reply->element[0]->str;
        primary.port = static_cast<std::uint16_t>(std::atoi(reply->element[1]->str));
        return primary;
    }
    return primary;
}

long long count_of(redisContext* context, const std::vector<std::string>& words) {
    const auto reply = ask(context, words);
    if (!reply) return 0;
    if (reply->type == REDIS_REPLY_INTEGER) return reply->integer;
    return reply->type == REDIS_REPLY_STRING ? std::atoll(reply->str) : 0;
}

}  // namespace

bool wait_until_in_force(const config::Options& options, const std::string& site, const record::Agent& agent,
                         std::chrono::milliseconds patience) {
    const auto context = connect(options);
    if (!context) return true;
    const auto prefix = live::key::site_prefix(site);
    const auto give_up = std::chrono::steady_clock::now() + patience;
    for (;;) {
        // A server that was killed leaves its lease behind for 10 s; waiting for it then costs `patience`, no more.
        if (count_of(context.get(), {"ZCARD", prefix + "nodes"}) == 0) return true;
        if (count_of(context.get(), {"HGET", prefix + live::key::agent(agent.id), "revision"}) >= agent.revision)
            return true;
        if (std::chrono::steady_clock::now() >= give_up) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
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
    const auto context = connect(options);
    if (!context) return false;
    const auto reply = ask(context.get(), {"PING"});
    return reply && reply->type == REDIS_REPLY_STATUS;
}

bool has_private_log(const config::Options& options) {
    std::error_code error;
    const auto folder = options.data / "redis" / "appendonlydir";
    return options.redis.empty() && std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error);
}

bool rewrite_log(const config::Options& options) {
    const auto context = connect(options);
    if (!context) return false;
    ask(context.get(), {"BGREWRITEAOF"});
    return true;
}

}  // namespace ventanilla::app
