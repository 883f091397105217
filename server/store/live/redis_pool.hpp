#pragma once
// Several pipelined connections to one Redis, and one for subscriptions. hiredis below, nothing of it above.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.hpp"
#include "store/live/redis_command.hpp"
#include "store/live/redis_value.hpp"

namespace ventanilla::live {

class Waiter;

struct RedisAddress {
    std::string unix_path;  ///< set: a Unix socket
    std::string host;       ///< numeric or a name that Asio resolves
    std::uint16_t port = 6379;
    std::string user, password;
    int database = 0;

    /// `redis://[user:password@]host[:port][/db]` or `unix:/path[?db=N]`.
    static protocol::Result<RedisAddress> parse(std::string_view url);
};

/// What a link asks before it is used, each time it connects.
struct Inspection {
    std::vector<std::vector<std::string>> questions;
    /// Why this Redis is not to be used, by the answers in the order of the questions; empty: it is.
    std::function<std::string(const RedisValue::Array& answers)> objection;
};

/// Links reconnect by themselves with jittered backoff (50 ms to 1 s). A command that gets no reply within the
/// timeout answers `unavailable`; its slot stays until the late reply came, so replies never shift.
class RedisPool {
public:
    struct Options {
        std::size_t links = 8;
        std::chrono::milliseconds timeout{1000};
        std::size_t pending_limit = 20000;  ///< commands in flight over all links; beyond: unavailable
        Inspection inspection = {};
        int wait_replicas = 0;  ///< what is written counts as done only when so many replicas have it too
        std::vector<RedisAddress> sentinels = {};  ///< not empty: they say where the primary of `master_set` is
        std::string master_set = {};
    };
    RedisPool(boost::asio::io_context& io, RedisAddress address, Options options);
    ~RedisPool();
    RedisPool(const RedisPool&) = delete;
    RedisPool& operator=(const RedisPool&) = delete;

    void start();
    void stop();
    /// The link is chosen by a hash of `affinity` (a chat, a visitor, an agent), so commands with the same affinity are
    /// carried out and answered in order. `replicated`: answered when `wait_replicas` have it. Error: unavailable (not
    /// connected, timed out, connection lost, too few replicas: then it may have been carried out).
    boost::asio::awaitable<protocol::Result<RedisValue>>
    command(std::string_view affinity, std::vector<std::string> arguments, bool replicated = false);
    /// The same for a command that is written already.
    boost::asio::awaitable<protocol::Result<RedisValue>> run(std::string_view affinity, RedisCommand command,
                                                             bool replicated = false);
    /// The same without a coroutine on one of the links: `waiter` is completed, maybe before this returns.
    void post(std::size_t link, const RedisCommand& command, bool replicated, std::unique_ptr<Waiter> waiter);
    std::size_t links() const;
    /// Subscribes the separate link to `channels` now and after every reconnect. `on_message(channel, payload)`;
    /// `on_missed()` after each (re)connect, for whatever was published in between is lost, and whenever the answer of a
    /// command came too late or was lost: what it did is known to nobody here.
    void subscribe(std::vector<std::string> channels, std::function<void(std::string, std::string)> on_message,
                   std::function<void()> on_missed);
    /// While held, the live store takes nothing new: it could be lost, or make Redis end. Everything else goes on.
    void hold_content(bool held);
    bool content_held() const;
    /// At least one link is connected and the last command on it was answered in time.
    bool healthy() const;
    std::string last_error() const;
    /// Why the Redis that answers is not used; empty if nothing was objected to.
    std::string objection() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace ventanilla::live
