// Everybody loses the socket, and comes back.

#include <algorithm>
#include <unordered_map>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/task.hpp"

namespace ventanilla::load {
namespace {

/// Every visitor's socket is lost; then each agent writes one message into each chat, which nobody is there to get. One after
/// the other: a message that is refused for a moment can be sent again where none has followed it.
class Drop final : public Task {
public:
    Drop(Crowd& crowd, const Order& order) : Task(crowd, order) {
        for (const auto& visitor : crowd.visitors) visitor->vanish();
        for (const auto& agent : crowd.agents) {
            to_write_.emplace(agent.get(), agent->chats());
            agent_acked(*agent);
        }
    }
    std::uint64_t step(std::uint64_t now) override { return bring_back(now); }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override {
        return std::all_of(to_write_.begin(), to_write_.end(),
                           [](const auto& writer) { return writer.second.empty() && writer.first->unacked() == 0; });
    }
    void agent_acked(Agent& agent) override {
        auto& chats = to_write_[&agent];
        if (chats.empty()) return;
        const auto chat = chats.back();
        chats.pop_back();
        agent.say(chat, now_ns());
    }

private:
    std::unordered_map<Agent*, std::vector<std::uint32_t>> to_write_;
};

/// All come back, and each who has a chat gets what was said meanwhile.
class Reconnect final : public Task {
public:
    Reconnect(Crowd& crowd, const Order& order) : Task(crowd, order) {
        for (const auto& visitor : crowd.visitors)
            messages_ += visitor->chat_state() == Visitor::Chat::assigned ? 1 : 0;
        if (order.rate > 0) pacer_.emplace(crowd.share(order.rate), Arrivals::even, 0, now_ns());
    }

    std::uint64_t step(std::uint64_t now) override {
        while (opened_ < crowd_.visitors.size() && opened_ - std::min(opened_, welcome_) < under_way &&
               (!pacer_ || pacer_->take(now)))
            crowd_.visitors[opened_++]->connect();
        const auto returns = bring_back(now);
        return pacer_ && opened_ < crowd_.visitors.size() ? std::min(returns, pacer_->next()) : returns;
    }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override {
        return welcome_ >= crowd_.visitors.size() && heard_ >= messages_ && all_back();
    }
    void visitor_welcome(Visitor& /*visitor*/) override {
        ++welcome_;
        back();
    }
    void visitor_heard(Visitor& /*visitor*/) override { ++heard_; }

private:
    /// Less than a listener's queue holds: more would wait for TCP's own second attempts, not for the server.
    static constexpr std::size_t under_way = 256;
    std::size_t opened_ = 0;
    std::size_t welcome_ = 0;
    std::size_t heard_ = 0;
    std::size_t messages_ = 0;
    std::optional<Pacer> pacer_;
};

}  // namespace

std::unique_ptr<Task> make_storm(Crowd& crowd, const Order& order) {
    if (order.kind == Order::Kind::drop) return std::make_unique<Drop>(crowd, order);
    return std::make_unique<Reconnect>(crowd, order);
}

}  // namespace ventanilla::load
