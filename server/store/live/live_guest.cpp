#include "store/live/live_guest.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace ventanilla::live {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kConnecting = 5s;
constexpr auto kPause = 100ms;

}  // namespace

asio::awaitable<void> short_pause() {
    asio::steady_timer timer(co_await asio::this_coro::executor, kPause);
    co_await timer.async_wait(asio::use_awaitable);
}

LiveGuest::LiveGuest(RedisAddress address, const std::string& site) {
    RedisPool::Options links;
    links.links = 1;
    pool_ = std::make_unique<RedisPool>(io_, std::move(address), links);
    store_ = std::make_unique<LiveStore>(io_, *pool_, site);
    pool_->start();
}

LiveGuest::~LiveGuest() {
    pool_->stop();
}

bool LiveGuest::run(asio::awaitable<bool> task) {
    std::optional<bool> result;
    asio::co_spawn(io_, std::move(task), [&](std::exception_ptr failure, bool done) { result = !failure && done; });
    io_.restart();
    while (!result) io_.run_one();
    return *result;
}

// Without a version of its own: the routing in force stays.
asio::awaitable<bool> LiveGuest::join(ExpectedStore expected) {
    const auto give_up = Clock::now() + kConnecting;
    for (;;) {
        auto wanted = expected;
        const auto started = co_await store_->start("", "", std::move(wanted));
        if (started) co_return true;
        if (Clock::now() >= give_up) co_return false;
        co_await short_pause();
    }
}

}  // namespace ventanilla::live
