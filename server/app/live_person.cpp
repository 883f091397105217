#include "app/live_person.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <limits>
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

}  // namespace

LivePerson::LivePerson(const config::Options& options, const std::string& site, std::string_view email,
                       std::set<std::string> visitors, live::ExpectedStore own)
    : site_(site),
      email_(email),
      visitors_(std::move(visitors)),
      own_(std::move(own)),
      guest_(redis_address(options), site) {
    spdlog::set_level(spdlog::level::off);  // standard output is the command's
}

bool LivePerson::close_chats() {
    return guest_.run(close_all());
}

bool LivePerson::forget() {
    return guest_.run(forget_all());
}

asio::awaitable<bool> LivePerson::join() {
    auto own = own_;
    co_return co_await guest_.join(std::move(own));
}

asio::awaitable<bool> LivePerson::find_visitors() {
    const auto all = co_await live::visitor_addresses(guest_.pool(), site_);
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
            for (const auto& chat : *chats) co_await guest_.store().close(chat, "system", "", "");
            filed = chats->empty();
        } else {
            co_await join();
        }
        if (!filed) co_await live::short_pause();
    }
    co_await guest_.store().stop();
    co_return filed;
}

live::Task<std::set<std::string>> LivePerson::unfiled() {
    live::OpenQuery everything;
    everything.limit = std::numeric_limits<std::int32_t>::max();
    const auto open = co_await guest_.store().open_chats(std::move(everything));
    if (!open) co_return tl::unexpected(open.error());
    std::set<std::string> chats;
    for (const auto& chat : *open) {
        if (visitors_.contains(chat.meta.visitor)) chats.insert(chat.meta.id);
    }
    auto closing = co_await live::closing_chats(guest_.pool(), site_);
    if (!closing) co_return tl::unexpected(closing.error());
    const auto closed = co_await guest_.store().chats(std::move(*closing));
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
        const auto forgotten = co_await live::forget_visitor(guest_.pool(), guest_.store(), site_, visitor);
        if (!forgotten) done = false;
    }
    co_await guest_.store().stop();
    co_return done;
}

}  // namespace ventanilla::app
