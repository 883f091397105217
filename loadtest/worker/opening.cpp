// Getting everybody there, and away again.

#include <algorithm>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/task.hpp"

namespace ventanilla::load {
namespace {

/// So many are under way at a time: a server is busy with that, but nobody has to wait for long.
constexpr std::size_t window = 64;

class AgentsOnline final : public Task {
public:
    using Task::Task;

    std::uint64_t step(std::uint64_t now) override {
        while (opened_ < crowd_.agents.size() && opened_ - online_ < window) crowd_.agents[opened_++]->connect();
        return bring_back(now);
    }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override { return online_ == crowd_.agents.size(); }
    void agent_online(Agent& /*agent*/) override { ++online_; }

private:
    std::size_t opened_ = 0;
    std::size_t online_ = 0;
};

class Connect final : public Task {
public:
    Connect(Crowd& crowd, const Order& order) : Task(crowd, order), wanted_(crowd.share(order.count)) {
        crowd.have_visitors(wanted_);
        for (const auto& visitor : crowd.visitors) welcome_ += visitor->welcome() ? 1 : 0;
        opened_ = welcome_;
        if (order.rate > 0) pacer_.emplace(crowd.share(order.rate), Arrivals::even, 0, now_ns());
    }

    std::uint64_t step(std::uint64_t now) override {
        while (opened_ < wanted_ && opened_ - welcome_ < window && (!pacer_ || pacer_->take(now)))
            crowd_.visitors[opened_++]->connect();
        const auto returns = bring_back(now);
        return pacer_ && opened_ < wanted_ ? std::min(returns, pacer_->next()) : returns;
    }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override { return welcome_ == wanted_; }
    void visitor_welcome(Visitor& /*visitor*/) override { ++welcome_; }

private:
    std::size_t wanted_;
    std::size_t opened_ = 0;
    std::size_t welcome_ = 0;
    std::optional<Pacer> pacer_;
};

/// Starts a chat for, or closes that of, everybody of whom `has_to` is true.
class Chats final : public Task {
public:
    using Task::Task;

    std::uint64_t step(std::uint64_t now) override {
        const bool start = starts();
        for (; next_ < crowd_.visitors.size() && asked_ - ready_ < window; ++next_) {
            auto& visitor = *crowd_.visitors[next_];
            const auto state = visitor.chat_state();
            const bool open = state == Visitor::Chat::waiting || state == Visitor::Chat::assigned;
            if (!visitor.welcome() || open == start) continue;
            ++asked_;
            if (start) {
                visitor.start();
            } else {
                visitor.close_chat();
            }
        }
        return bring_back(now);
    }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override {
        return next_ == crowd_.visitors.size() && ready_ == asked_;
    }
    void visitor_assigned(Visitor& /*visitor*/) override { ready_ += starts() ? 1 : 0; }
    // While chats end, agents are free again, and somebody who waits is assigned before the own close is read.
    void visitor_closed(Visitor& /*visitor*/) override { ready_ += starts() ? 0 : 1; }

private:
    [[nodiscard]] bool starts() const noexcept { return order_.kind == Order::Kind::start_chats; }

    std::size_t next_ = 0;
    std::size_t asked_ = 0;
    std::size_t ready_ = 0;
};

class Settle final : public Task {
public:
    using Task::Task;
    std::uint64_t step(std::uint64_t now) override { return bring_back(now); }
    [[nodiscard]] bool done(std::uint64_t /*now*/) const override {
        return std::all_of(crowd_.agents.begin(), crowd_.agents.end(),
                           [](const auto& agent) { return agent->up_to_date(); });
    }
};

class Hold final : public Task {
public:
    Hold(Crowd& crowd, const Order& order) : Task(crowd, order), until_(now_ns() + order.duration_ns) {}
    std::uint64_t step(std::uint64_t now) override { return std::min(bring_back(now), until_); }
    [[nodiscard]] bool done(std::uint64_t now) const override { return now >= until_; }

private:
    std::uint64_t until_;
};

}  // namespace

std::unique_ptr<Task> make_opening(Crowd& crowd, const Order& order) {
    switch (order.kind) {
        case Order::Kind::agents_online: return std::make_unique<AgentsOnline>(crowd, order);
        case Order::Kind::connect: return std::make_unique<Connect>(crowd, order);
        case Order::Kind::settle: return std::make_unique<Settle>(crowd, order);
        case Order::Kind::start_chats:
        case Order::Kind::close_chats: return std::make_unique<Chats>(crowd, order);
        default: return std::make_unique<Hold>(crowd, order);
    }
}

}  // namespace ventanilla::load
