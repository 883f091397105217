#pragma once
// One connection to Redis that comes back by itself.

#include <hiredis/async.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/live/redis_command.hpp"
#include "store/live/redis_pool.hpp"
#include "store/live/waiter.hpp"

namespace ventanilla::live {

class RedisLink : public std::enable_shared_from_this<RedisLink> {
public:
    using Clock = std::chrono::steady_clock;

    RedisLink(boost::asio::io_context& io, RedisAddress address, std::chrono::milliseconds timeout,
              Inspection inspection = {});

    /// Called each time the link is usable (connected, authenticated, answering), and each time it is lost.
    std::function<void()> on_up;
    std::function<void()> on_down;
    /// Called when the Redis that answered is not used (`objection`).
    std::function<void()> on_refused;
    /// Called when an answer came after its command was given up, or will not come: what it did, it did unseen.
    std::function<void()> on_missed;
    /// For a subscribing link: messages as they come.
    std::function<void(std::string channel, std::string payload)> on_message;

    void start();
    void stop();
    /// From now on there; a connection to elsewhere is dropped. A link whose address has no host yet waits for this.
    void readdress(const std::string& host, std::uint16_t port);
    /// Another link to the same Redis is usable: one that waits before its next attempt makes it now.
    void try_now();
    bool up() const { return up_; }
    /// A reply is overdue: new commands are refused at once until it comes or the link is dropped.
    bool stalled() const { return stalled_; }
    std::size_t pending() const { return pending_.size(); }
    const std::string& last_error() const { return last_error_; }
    /// Why the Redis that answers there is not used; empty if nothing was objected to.
    const std::string& objection() const { return objection_; }

    void command(const RedisCommand& command, std::unique_ptr<Waiter> waiter);
    void subscribe(const std::vector<std::string>& channels);
    /// Answers overdue commands with `unavailable` (their slots stay), and drops a link that hangs for long, or an attempt
    /// to connect that nobody answers. A link that has been silent for a while is asked for a sign of life: a half-open
    /// connection would never be noticed otherwise.
    void check_deadlines(Clock::time_point now);

private:
    struct Pending {
        std::unique_ptr<Waiter> waiter;
        Clock::time_point deadline;
    };

    void connect();
    void connect_to(const std::string& numeric_host);
    void adopt(redisAsyncContext* context);
    void give_up(const char* why);
    void greet();
    void inspect();
    void usable();
    void refuse(std::string why);
    void probe(Clock::time_point now);
    void resubscribe();
    void lost(std::string why);
    void drop_context();
    void retry_later();
    void send(const RedisCommand& command, std::unique_ptr<Waiter> waiter);
    void fail_all();

    static void handle_reply(redisAsyncContext* context, void* raw_reply, void* data);
    static void handle_push(redisAsyncContext* context, void* raw_reply, void* data);

    boost::asio::io_context& io_;
    RedisAddress address_;
    std::chrono::milliseconds timeout_;
    Inspection inspection_;
    boost::asio::steady_timer retry_;
    boost::asio::ip::tcp::resolver resolver_;
    redisAsyncContext* context_ = nullptr;
    std::optional<Clock::time_point> connect_by_;  ///< while an attempt to connect is under way
    std::deque<Pending> pending_;
    std::vector<std::string> channels_;  ///< of a subscribing link
    Clock::time_point heard_{};          ///< when anything came last
    Clock::time_point probed_{};         ///< when it was last asked for a sign of life
    std::chrono::milliseconds backoff_;
    bool up_ = false;
    bool stalled_ = false;
    bool stopped_ = true;
    std::string last_error_;
    std::string objection_;
};

}  // namespace ventanilla::live
