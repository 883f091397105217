#pragma once
// How late the event loop runs: whatever blocks it shows here.

#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace ventanilla::app {

class LagWatch {
public:
    explicit LagWatch(boost::asio::io_context& io);
    void start();
    void stop();
    /// The longest delay since the last call.
    std::chrono::microseconds take_longest();

private:
    void wait();

    boost::asio::steady_timer timer_;
    std::chrono::microseconds longest_{0};
};

}  // namespace ventanilla::app
