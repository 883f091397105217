#pragma once
// Carries agents from the record store, where commands change them, to the live store, which routes by them.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>

#include "desk/desk.hpp"

namespace ventanilla::app {

class AgentSync {
public:
    explicit AgentSync(desk::Desk& desk);

    /// Carries over what changed since last time; true if both stores answered.
    boost::asio::awaitable<bool> run_once();
    /// All agents are carried over at the next run: the live store may be another one by now.
    void start_over() { revision_ = 0; }
    /// Runs twice a second until `stop`.
    void start();
    void stop();

private:
    boost::asio::awaitable<void> rounds();

    desk::Desk& desk_;
    boost::asio::steady_timer timer_;
    std::int64_t revision_ = 0;
    bool running_ = false;
};

}  // namespace ventanilla::app
