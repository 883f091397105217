#pragma once
// The live store of a running server: opened, registered with, and watched for what would break its promises (not durable,
// another store than the record knows, no room on the disk).

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/disk_watch.hpp"
#include "config/options.hpp"
#include "config/site.hpp"
#include "store/live/live_store.hpp"
#include "store/live/managed_lock.hpp"
#include "store/live/managed_redis.hpp"
#include "store/live/redis_pool.hpp"
#include "store/record/worker.hpp"

namespace ventanilla::app {

class LiveKeeper {
public:
    LiveKeeper(boost::asio::io_context& io, const config::Options& options, const config::Site& site);
    ~LiveKeeper();

    /// Starts the private Redis, or locks the data directory that goes with somebody else's. Blocking: from the main thread,
    /// before there is another, for the private Redis lives as long as the thread that forked it. False: logged why.
    bool open();
    live::LiveStore& store() { return *store_; }

    /// Connects. `record` is where the live store's id is kept.
    void start(record::Worker& record);
    /// One attempt to register this server; false if a store did not answer.
    boost::asio::awaitable<bool> begin();
    /// The same after it was fenced, for as long as it takes: a running server does not exit for a store that is away.
    boost::asio::awaitable<void> begin_anew();
    /// Checks the store each minute, and the disk each second, from now on.
    void watch();
    void stop_watching();
    /// Disconnects, and ends the private Redis.
    void close();

    /// Why the server must not be started on this Redis; empty if it may, or if it has not answered yet.
    std::string objection() const;
    std::string last_error() const { return pool_->last_error(); }
    /// For /readyz: the parts that are broken, beside what a sweep shows; and what an operator should know.
    std::vector<std::string> broken() const;
    std::vector<std::string> warnings() const;
    /// The version of this server's own routing configuration.
    const std::string& routing_version() const { return routing_version_; }

private:
    bool open_private();
    bool open_shared();
    live::Inspection inspect();
    bool ask_sentinels(live::RedisPool::Options& links, live::RedisAddress& primary) const;
    boost::asio::awaitable<bool> join();
    boost::asio::awaitable<bool> ask_record();
    boost::asio::awaitable<bool> check_durability();
    boost::asio::awaitable<bool> check_identity();
    boost::asio::awaitable<void> rounds();
    void tell_foreign(std::string why);
    std::string lossy_objection() const;
    void hold_content();

    boost::asio::io_context& io_;
    const config::Options& options_;
    const config::Site& site_;
    std::unique_ptr<live::ManagedRedis> managed_;
    live::DataLock shared_lock_;  ///< of a data directory whose Redis is somebody else's
    std::unique_ptr<live::RedisPool> pool_;
    std::unique_ptr<live::LiveStore> store_;
    record::Worker* record_ = nullptr;
    std::unique_ptr<DiskWatch> disk_;
    boost::asio::steady_timer timer_;
    std::vector<std::string> lossy_;
    std::string routing_;
    std::string routing_version_;
    std::string known_store_;  ///< the live store that the record knew when last asked
    std::string foreign_;      ///< in words, if another installation's store is there
    std::string later_release_;
    bool disk_low_ = false;
    bool stopped_ = false;
};

}  // namespace ventanilla::app
