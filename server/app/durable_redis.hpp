#pragma once
// Whether a Redis keeps what it acknowledges (contract.md 1).

#include <string>
#include <string_view>
#include <vector>

#include "config/site.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::app {

/// How the objection to a replica begins.
inline constexpr std::string_view kNoPrimary = "it is not a primary";

/// What is asked of a Redis to know that: its role first, then its configuration.
std::vector<std::vector<std::string>> durability_questions();
/// The role that ROLE answered, such as "master"; empty if it may not be read.
std::string role_of(const live::RedisValue& answer);
/// What is wrong with the instance by its answers to those questions, one reason each, empty if it is durable: appendonly,
/// appendfsync always, no rewrite without fsync, noeviction, a primary; enough replicas before a write if `store` waits
/// for replicas. What may not be read counts as not durable. Failover by Sentinel without waiting for replicas is one, too.
std::vector<std::string> lossy_reasons(const live::RedisValue::Array& answers, const config::Store& store);
/// The same of the Redis that a pool is connected to. `unavailable` if it does not answer.
boost::asio::awaitable<protocol::Result<std::vector<std::string>>> lossy_reasons(live::RedisPool& pool,
                                                                                 config::Store store);

/// What every link to somebody else's Redis asks before it is used: whether it is a primary and, unless lossy ones are
/// allowed, durable.
live::Inspection inspection(config::Store store);

}  // namespace ventanilla::app
