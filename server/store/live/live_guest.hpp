#pragma once
// A command of the command line among the servers: it routes by the configuration that is in force, for as long as it works.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "store/live/live_store.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::live {

class LiveGuest {
public:
    LiveGuest(RedisAddress address, const std::string& site);
    ~LiveGuest();
    LiveGuest(const LiveGuest&) = delete;
    LiveGuest& operator=(const LiveGuest&) = delete;

    /// Registers; tried for some seconds. Anew before each longer piece of work: nobody renews the lease of a guest.
    boost::asio::awaitable<bool> join(ExpectedStore expected);
    /// Runs the loop until the task is done; false also if it threw.
    bool run(boost::asio::awaitable<bool> task);

    LiveStore& store() { return *store_; }
    RedisPool& pool() { return *pool_; }

private:
    boost::asio::io_context io_{1};
    std::unique_ptr<RedisPool> pool_;
    std::unique_ptr<LiveStore> store_;
};

/// A little while, for whoever asks again and again.
boost::asio::awaitable<void> short_pause();

}  // namespace ventanilla::live
