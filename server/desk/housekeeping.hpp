#pragma once
// What every server does each second: lets the live store's clock run, has closed chats recorded, and tells people of queues,
// places, agents and opening hours when these changed.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "desk/desk.hpp"
#include "desk/recorder.hpp"

namespace ventanilla::desk {

class Housekeeping {
public:
    explicit Housekeeping(Desk& desk);

    /// Starts the rounds; they go on until `stop`.
    void start();
    void stop();
    /// Steady time of the last round that the live store answered: readiness and fencing go by it.
    std::chrono::steady_clock::time_point last_sweep() const { return last_sweep_; }
    /// News from other servers may have been lost: the next round compares everybody here with the live store.
    void compare_soon() { compare_soon_ = true; }
    /// The version of the routing configuration that the live store goes by; empty until the first round.
    const std::string& routing_version() const { return routing_version_; }
    /// Closed chats of all servers that the live store had not handed over to SQL when the last round began.
    std::int64_t archiving() const { return archiving_; }

private:
    boost::asio::awaitable<void> rounds();
    boost::asio::awaitable<void> round();
    void compare();
    boost::asio::awaitable<void> tell_positions();
    boost::asio::awaitable<void> tick_chats();
    void tell_board();
    void tell_channels();

    Desk& desk_;
    Recorder recorder_;
    boost::asio::steady_timer timer_;
    bool running_ = false;
    bool compare_soon_ = false;
    bool comparing_ = false;
    std::chrono::steady_clock::time_point last_sweep_{};
    std::string routing_version_;
    std::int64_t queues_revision_ = -1;
    std::int64_t agents_revision_ = -1;
    std::int64_t board_revision_ = -1;
    std::int64_t rounds_ = 0;
    std::int64_t archiving_ = 0;
    using Place = std::pair<std::optional<std::int64_t>, std::optional<std::int64_t>>;
    std::map<std::string, Place> places_;  ///< what waiting visitors were last told
};

}  // namespace ventanilla::desk
