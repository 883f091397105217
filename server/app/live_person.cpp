#include "app/live_person.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <limits>
#include <optional>
#include <utility>

#include "app/running_server.hpp"
#include "store/live/forget_visitor.hpp"
#include "store/record/person.hpp"

namespace ventanilla::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 30s;
constexpr auto kConnecting = 5s;
constexpr auto kPause = 100ms;

asio::awaitable<void> pause() {
    asio::steady_timer timer(co_await asio::this_coro::executor, kPause);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

LivePerson::LivePerson(const config::Options& options, const std::string& site, std::string_view email,
                       std::set<std::string> visitors)
    : site_(site), email_(email), visitors_(std::move(visitors)) {
    spdlog::set_level(spdlog::level::off);  // standard output is the command's
    live::RedisPool::Options links;
    links.links = 1;
    pool_ = std::make_unique<live::RedisPool>(io_, redis_address(options), links);
    store_ = std::make_unique<live::LiveStore>(io_, *pool_, site_);
    pool_->start();
}

LivePerson::~LivePerson() {
    pool_->stop();
}

bool LivePerson::run(asio::awaitable<bool> task) {
    std::optional<bool> result;
    asio::co_spawn(io_, std::move(task), [&](std::exception_ptr failure, bool done) { result = !failure && done; });
    io_.restart();
    while (!result) io_.run_one();
    return *result;
}

bool LivePerson::close_chats() {
    return run(close_all());
}

bool LivePerson::forget() {
    return run(forget_all());
}

// Anew before each round of work: nobody renews the lease of a guest. No version: the routing in force stays.
asio::awaitable<bool> LivePerson::join() {
    const auto give_up = Clock::now() + kConnecting;
    for (;;) {
        const auto started = co_await store_->start("", "");
        if (started) co_return true;
        if (Clock::now() >= give_up) co_return false;
        co_await pause();
    }
}

asio::awaitable<bool> LivePerson::find_visitors() {
    const auto all = co_await live::visitor_addresses(*pool_, site_);
    if (!all) co_return false;
    std::set<std::string> theirs;
    for (const auto& visitor : *all) {
        const bool known = visitor.email.empty() && visitors_.contains(visitor.id);
        if (known || record::same_address(visitor.email, email_)) theirs.insert(visitor.id);
    }
    visitors_.insert(theirs.begin(), theirs.end());
    std::erase_if(visitors_, [&](const std::string& id) { return !theirs.contains(id); });
    co_return true;
}

asio::awaitable<bool> LivePerson::close_all() {
    const bool joined = co_await join();
    if (!joined) co_return false;
    bool filed = false;
    const auto give_up = Clock::now() + kPatience;
    while (!filed && Clock::now() < give_up) {
        // Looked for each time: the person may begin another chat meanwhile.
        const bool found = co_await find_visitors();
        auto chats = co_await unfiled();
        if (found && chats) {
            for (const auto& chat : *chats) co_await store_->close(chat, "system", "", "");
            filed = chats->empty();
        } else {
            co_await join();
        }
        if (!filed) co_await pause();
    }
    co_await store_->stop();
    co_return filed;
}

live::Task<std::set<std::string>> LivePerson::unfiled() {
    live::OpenQuery everything;
    everything.limit = std::numeric_limits<std::int32_t>::max();
    const auto open = co_await store_->open_chats(std::move(everything));
    if (!open) co_return tl::unexpected(open.error());
    std::set<std::string> chats;
    for (const auto& chat : *open) {
        if (visitors_.contains(chat.meta.visitor)) chats.insert(chat.meta.id);
    }
    auto closing = co_await live::closing_chats(*pool_, site_);
    if (!closing) co_return tl::unexpected(closing.error());
    const auto closed = co_await store_->chats(std::move(*closing));
    if (!closed) co_return tl::unexpected(closed.error());
    for (const auto& chat : *closed) {
        if (visitors_.contains(chat.visitor)) chats.insert(chat.id);
    }
    co_return chats;
}

asio::awaitable<bool> LivePerson::forget_all() {
    const bool joined = co_await join();
    if (!joined) co_return false;
    bool done = co_await find_visitors();
    for (const auto& visitor : visitors_) {
        const auto forgotten = co_await live::forget_visitor(*pool_, *store_, site_, visitor);
        if (!forgotten) done = false;
    }
    co_await store_->stop();
    co_return done;
}

}  // namespace ventanilla::app
