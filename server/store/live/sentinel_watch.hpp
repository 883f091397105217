#pragma once
// Where the primary is, by what Redis Sentinels say.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/live/redis_link.hpp"

namespace ventanilla::live {

/// Asks one sentinel each second, and the next one when it does not answer. What a sentinel says may be old, so whoever
/// connects to the primary asks it for its role.
class SentinelWatch : public std::enable_shared_from_this<SentinelWatch> {
public:
    SentinelWatch(boost::asio::io_context& io, std::vector<RedisAddress> sentinels, std::string master_set,
                  std::chrono::milliseconds timeout);

    /// Called when the primary is known, and each time it is another one.
    std::function<void(const std::string& host, std::uint16_t port)> on_primary;

    void start();
    void stop();
    /// What was named is no primary: another sentinel may know better.
    void doubt();
    const std::string& last_error() const { return last_error_; }

private:
    void connect();
    void next();
    void tick();
    void ask();
    void answered(const protocol::Result<RedisValue>& reply);

    boost::asio::io_context& io_;
    std::vector<RedisAddress> sentinels_;
    std::string master_set_;
    std::chrono::milliseconds timeout_;
    boost::asio::steady_timer timer_;
    std::shared_ptr<RedisLink> link_;
    std::size_t current_ = 0;
    std::size_t asked_in_vain_ = 0;  ///< seconds without an answer of the current one
    std::string host_;
    std::uint16_t port_ = 0;
    bool stopped_ = true;
    std::string last_error_ = "no sentinel has answered yet";
};

}  // namespace ventanilla::live
