// Chats that wait, are assigned and closed: what routing costs.

#include <algorithm>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/task.hpp"

namespace ventanilla::load {
namespace {

/// Visitors start chats until every agent is full and `count` wait. Nothing is closed yet.
class Queue final : public Task {
public:
    using Task::Task;

    std::uint64_t step(std::uint64_t now) override {
        for (; next_ < crowd_.visitors.size() && next_ - started_ < 64; ++next_) crowd_.visitors[next_]->start();
        return bring_back(now);
    }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override { return started_ == crowd_.visitors.size(); }
    void visitor_started(Visitor& /*visitor*/) override { ++started_; }

private:
    std::size_t next_ = 0;
    std::size_t started_ = 0;
};

/// Every chat that is assigned is closed at once, so the next who waits gets that agent; its visitor starts another one,
/// so the queue stays as long as it is.
class Churn final : public Task {
public:
    Churn(Crowd& crowd, const Order& order) : Task(crowd, order), end_(now_ns() + order.duration_ns) {
        for (const auto& visitor : crowd.visitors)
            if (visitor->chat_state() == Visitor::Chat::assigned) close(*visitor);
    }

    std::uint64_t step(std::uint64_t now) override { return std::min(bring_back(now), end_); }
    [[nodiscard]] bool done(std::uint64_t now) const override { return now >= end_ && under_way_ == 0; }

    void visitor_assigned(Visitor& visitor) override {
        if (now_ns() < end_) close(visitor);
    }
    void visitor_closed(Visitor& visitor) override {
        --under_way_;
        if (now_ns() >= end_) return;
        ++under_way_;
        visitor.start();
    }
    void visitor_started(Visitor& /*visitor*/) override { --under_way_; }

private:
    void close(Visitor& visitor) {
        ++under_way_;
        visitor.close_chat();
    }

    std::uint64_t end_;
    std::size_t under_way_ = 0;  // requests
};

}  // namespace

std::unique_ptr<Task> make_churn(Crowd& crowd, const Order& order) {
    if (order.kind == Order::Kind::queue) return std::make_unique<Queue>(crowd, order);
    return std::make_unique<Churn>(crowd, order);
}

}  // namespace ventanilla::load
