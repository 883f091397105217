#pragma once
// Erasing a person, as far as the live store knows them.

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "store/live/live_store.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::live {

/// A visitor as far as it tells whose it is.
struct VisitorAddress {
    std::string id;
    std::string email;
};

/// Every visitor that the store knows. Looks through all keys: for a command of the command line.
Task<std::vector<VisitorAddress>> visitor_addresses(RedisPool& pool, std::string site);

/// Chats that have ended and are not filed yet.
Task<std::vector<std::string>> closing_chats(RedisPool& pool, std::string site);

/// Calls visitor_forget for a store that has started.
Task<void> forget_visitor(RedisPool& pool, const LiveStore& store, std::string site, std::string visitor);

}  // namespace ventanilla::live
