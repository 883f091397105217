#include "app/lag.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace ventanilla::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kEvery = 100ms;
constexpr auto kWorthALine = 250ms;

}  // namespace

LagWatch::LagWatch(boost::asio::io_context& io) : timer_(io) {}

void LagWatch::start() {
    timer_.expires_after(kEvery);
    wait();
}

void LagWatch::stop() {
    timer_.cancel();
}

std::chrono::microseconds LagWatch::take_longest() {
    return std::exchange(longest_, std::chrono::microseconds(0));
}

void LagWatch::wait() {
    timer_.async_wait([this](boost::system::error_code cancelled) {
        if (cancelled) return;
        const auto late = std::chrono::steady_clock::now() - timer_.expiry();
        longest_ = std::max(longest_, std::chrono::duration_cast<std::chrono::microseconds>(late));
        if (late > kWorthALine) {
            spdlog::warn("the event loop was held up for {} ms",
                         std::chrono::duration_cast<std::chrono::milliseconds>(late).count());
        }
        start();
    });
}

}  // namespace ventanilla::app
