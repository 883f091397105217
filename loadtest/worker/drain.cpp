// A long queue, of people whose sockets nobody could hold all at once: how fast it is assigned.

#include <deque>
#include <unordered_map>
#include <utility>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/task.hpp"

namespace ventanilla::load {
namespace {

/// `count` people start a chat and lose the socket, over a few sockets.
class Fill final : public Task {
public:
    Fill(Crowd& crowd, const Order& order) : Task(crowd, order), wanted_(crowd.share(order.count)) {
        crowd.have_visitors(sockets);
        for (const auto& visitor : crowd.visitors) through_.push_back(visitor.get());
    }

    std::uint64_t step(std::uint64_t now) override {
        for (; !through_.empty(); through_.pop_front()) {
            auto& visitor = *through_.front();
            visitor.forget();
            if (begun_ == wanted_) continue;
            ++begun_;
            visitor.connect();
        }
        return bring_back(now);
    }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override { return started_ == wanted_ && through_.empty(); }
    void visitor_welcome(Visitor& visitor) override { visitor.start(); }
    void visitor_started(Visitor& visitor) override {
        ++started_;
        through_.push_back(&visitor);  // not at once: its reply is still being read
    }

private:
    static constexpr std::size_t sockets = 64;
    std::size_t wanted_;
    std::size_t begun_ = 0;
    std::size_t started_ = 0;
    std::deque<Visitor*> through_;
};

/// Agents close what they have, as soon as they have it, until `count` were assigned in its place.
class Drain final : public Task {
public:
    Drain(Crowd& crowd, const Order& order) : Task(crowd, order), left_(crowd.share(order.count)) {
        for (const auto& agent : crowd.agents)
            for (const auto chat : agent->chats()) ready_.emplace_back(agent.get(), chat);
    }

    std::uint64_t step(std::uint64_t now) override {
        for (; left_ > 0 && !ready_.empty() && closing_.size() < under_way; ready_.pop_front(), --left_) {
            const auto [agent, chat] = ready_.front();
            closing_.emplace(agent, now_ns());
            agent->close_chat(chat);
        }
        return bring_back(now);
    }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override { return left_ == 0 && closing_.empty(); }

    void agent_assigned(Agent& agent, std::uint32_t chat) override {
        ready_.emplace_back(&agent, chat);
        const auto closed = closing_.find(&agent);
        if (closed == closing_.end()) return;
        crowd_.world.board.time(Timed::next).record(now_ns() - closed->second);
        closing_.erase(closed);
    }

private:
    /// The same with few agents as with many, so that both are comparable.
    static constexpr std::size_t under_way = 100;
    std::size_t left_;
    std::deque<std::pair<Agent*, std::uint32_t>> ready_;
    std::unordered_map<const Agent*, std::uint64_t> closing_;  // when
};

}  // namespace

std::unique_ptr<Task> make_drain(Crowd& crowd, const Order& order) {
    if (order.kind == Order::Kind::fill) return std::make_unique<Fill>(crowd, order);
    return std::make_unique<Drain>(crowd, order);
}

}  // namespace ventanilla::load
