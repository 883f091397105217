#include "desk/housekeeping.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <spdlog/spdlog.h>

#include "desk/convert.hpp"
#include "desk/rights.hpp"
#include "desk/ticket_log.hpp"

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kRound = 1s;
constexpr std::size_t kChatsAtOnce = 200;

void log_failure(std::exception_ptr failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        spdlog::error("housekeeping failed: {}", error.what());
    }
}

/// Consecutive parts of `all`, each at most `kChatsAtOnce` long.
template <typename Container>
std::vector<std::vector<std::string>> in_parts(const Container& all) {
    std::vector<std::vector<std::string>> parts;
    for (const auto& item : all) {
        if (parts.empty() || parts.back().size() == kChatsAtOnce) parts.emplace_back();
        parts.back().push_back(item);
    }
    return parts;
}

}  // namespace

Housekeeping::Housekeeping(Desk& desk) : desk_(desk), recorder_(desk), timer_(desk.io) {}

void Housekeeping::start() {
    running_ = true;
    last_sweep_ = std::chrono::steady_clock::now();  // the store has just answered: ready before the first round
    asio::co_spawn(desk_.io, rounds(), log_failure);
}

void Housekeeping::stop() {
    running_ = false;
    recorder_.stop();
    timer_.cancel();
}

asio::awaitable<void> Housekeeping::rounds() {
    while (running_) {
        try {
            co_await round();
        } catch (const std::exception& error) {  // one bad round must not be the last
            spdlog::error("housekeeping round failed: {}", error.what());
        }
        timer_.expires_after(kRound);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

asio::awaitable<void> Housekeeping::round() {
    auto swept = co_await desk_.live.sweep();
    if (!swept) co_return;
    last_sweep_ = std::chrono::steady_clock::now();
    if (!routing_version_.empty() && routing_version_ != swept->routing_version) {
        spdlog::warn("another server has set other channels, departments or [chat]; chats are routed by those");
    }
    routing_version_ = swept->routing_version;
    dispatch(desk_, std::move(swept->events));
    archiving_ = swept->closing;
    if (archiving_ > 0) recorder_.wake();
    const bool queues_changed = std::exchange(queues_revision_, swept->queues_revision) != swept->queues_revision;
    const bool agents_changed = std::exchange(agents_revision_, swept->agents_revision) != swept->agents_revision;
    if (queues_changed || agents_changed) desk_.board.touch();
    co_await desk_.board.refresh();
    tell_board();
    tell_channels();
    if (queues_changed || agents_changed || places_.size() != desk_.waiting.size()) co_await tell_positions();
    const bool tick_due = ++rounds_ % protocol::limits::tick_every_s == 0;
    if (std::exchange(compare_soon_, false) || tick_due) {
        co_await tick_chats();
        compare();
    }
    if (tick_due) {
        desk_.viewing.refresh();
        asio::co_spawn(desk_.io, deliver_ticket_entries(desk_), log_failure);
    }
}

// Beside the rounds: with many consoles it takes longer than a sweep may wait.
void Housekeeping::compare() {
    if (std::exchange(comparing_, true)) return;
    asio::co_spawn(desk_.io, compare_consoles(desk_), [this](std::exception_ptr failure) {
        comparing_ = false;
        log_failure(failure);
    });
}

void Housekeeping::tell_board() {
    if (std::exchange(board_revision_, desk_.board.revision()) == desk_.board.revision()) return;
    const auto agents = protocol::agents(desk_.board.wire_agents());
    // One frame for all who see the same departments.
    std::map<std::optional<std::vector<std::string>>, protocol::Bytes> queues;
    desk_.hub.each(Member::Kind::agent, [&](const MemberPtr& member) {
        const auto* agent = desk_.board.agent(member->person);
        if (agent == nullptr) return;  // disabled: its consoles are ending
        auto& frame = queues[visible_departments(*agent)];
        if (!frame) frame = protocol::queues(desk_.board.wire_queues(*agent));
        Hub::push(member, agents);  // first: of thousands it is longer than a queue may be behind another frame
        Hub::push(member, frame);
    });
}

void Housekeeping::tell_channels() {
    struct News {
        std::string states;
        protocol::Bytes frame;
    };
    const auto now = wall_clock_ms();
    std::map<std::string, News> news;
    for (const auto& channel : desk_.site.channels) {
        const auto info = desk_.board.channel(channel, now);
        news[channel.id] = {states_of(info), protocol::channel(info)};
    }
    // Each is compared with what it was told itself: its hello may have been answered between two rounds.
    desk_.hub.each(Member::Kind::visitor, [&](const MemberPtr& member) {
        const auto found = news.find(member->channel);
        if (found == news.end() || member->told_states.empty() || member->told_states == found->second.states) return;
        member->told_states = found->second.states;
        Hub::push(member, found->second.frame);
    });
}

asio::awaitable<void> Housekeeping::tell_positions() {
    std::erase_if(places_, [&](const auto& item) { return !desk_.waiting.contains(item.first); });
    // Only those whose visitors are here; all, should news have been lost, for some may be over.
    auto here = desk_.hub.followed_chats();
    std::erase_if(here, [&](const auto& chat) { return !desk_.waiting.contains(chat); });
    if (compare_soon_) here.assign(desk_.waiting.begin(), desk_.waiting.end());
    for (const auto& part : in_parts(here)) {
        auto chats = co_await desk_.live.chats(part);
        if (!chats) co_return;
        // Over, should the news of it have been lost, or gone from Redis altogether.
        std::set<std::string> ended(part.begin(), part.end());
        for (const auto& meta : *chats) {
            if (meta.status != "closed") ended.erase(meta.id);
        }
        for (const auto& chat : ended) desk_.waiting.erase(chat);
        for (const auto& meta : *chats) {
            if (meta.status != "queued" || !desk_.waiting.contains(meta.id)) continue;
            const Place place{meta.position, meta.wait_s};
            if (const auto [known, added] = places_.try_emplace(meta.id, place); !added) {
                if (known->second == place) continue;
                known->second = place;
            }
            desk_.hub.tell(meta.id, Member::Kind::visitor, protocol::queue(meta.id, place.first, place.second),
                           [](const Member&) { return false; });
        }
    }
}

asio::awaitable<void> Housekeeping::tick_chats() {
    for (const auto& part : in_parts(desk_.hub.followed_chats())) {
        auto lasts = co_await desk_.live.lasts(part);
        if (!lasts) co_return;
        for (const auto& [chat, last] : *lasts) desk_.hub.tick(chat, last);
    }
}

}  // namespace ventanilla::desk
