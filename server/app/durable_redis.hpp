#pragma once
// Whether a Redis of somebody else keeps what it acknowledges (contract.md 1).

#include <string>
#include <vector>

#include "store/live/redis_pool.hpp"

namespace ventanilla::app {

/// What is wrong with the instance, one reason each, empty if it is durable: appendonly, appendfsync always, no rewrite
/// without fsync, noeviction, a primary. What may not be read counts as not durable. `unavailable` if it does not answer.
boost::asio::awaitable<protocol::Result<std::vector<std::string>>> lossy_reasons(live::RedisPool& pool);

}  // namespace ventanilla::app
