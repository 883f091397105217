#pragma once
// The live store's part of a backup: an append-only log of Redis (appendonlydir) that starts a redis-server by itself.

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "store/live/managed_redis.hpp"
#include "store/live/redis_pool.hpp"
#include "store/live/sync_redis.hpp"

namespace ventanilla::backup {

using Done = tl::expected<void, std::string>;  ///< error: one line for people

/// Copies the log of the private Redis in DATA/redis, whether it runs or not, into `folder`. Everything acknowledged
/// before the call is in the copy; it may end within a command, which Redis cuts off when it reads the log. A store that
/// never ran leaves an empty folder.
Done copy_private_log(const std::filesystem::path& redis, const std::filesystem::path& folder);

/// Has a Redis of somebody else give a snapshot and makes the log of it in `folder`. Everything acknowledged before the
/// call is in it, and whatever else that Redis holds.
Done take_foreign_log(const live::RedisAddress& address, std::string_view site, const std::filesystem::path& folder);

/// A redis-server on a log for as long as this lives. The log is at `home`/redis/appendonlydir; it is mended, used and
/// appended to.
class LogServer {
public:
    explicit LogServer(std::filesystem::path home);
    ~LogServer();
    LogServer(const LogServer&) = delete;
    LogServer& operator=(const LogServer&) = delete;

    Done start();
    /// What it leaves beside the log is deleted.
    void stop();
    live::SyncRedis connect(int database) const;

private:
    std::filesystem::path home_;
    std::filesystem::path run_;  ///< with the socket: the path of `home` may be too long for one
    boost::asio::io_context io_{1};
    std::unique_ptr<live::ManagedRedis> redis_;
};

}  // namespace ventanilla::backup
