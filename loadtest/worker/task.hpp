#pragma once
// One order, carried out by one worker.

#include <cstdint>
#include <memory>
#include <queue>
#include <random>
#include <vector>

#include "loadtest/crowd/agent.hpp"
#include "loadtest/crowd/visitor.hpp"
#include "loadtest/worker/setup.hpp"

namespace ventanilla::load {

/// The people of one worker, and which share of the whole it is.
struct Crowd {
    World& world;
    const Setup& setup;
    std::size_t worker;
    std::vector<std::unique_ptr<Visitor>> visitors;
    std::vector<std::unique_ptr<Agent>> agents;
    std::mt19937_64 random;

    /// This worker's part of `whole`.
    [[nodiscard]] std::size_t share(std::size_t whole) const noexcept {
        return whole / setup.workers + (worker < whole % setup.workers ? 1 : 0);
    }
    /// Sees to it that there are `count` visitors, connected or not.
    void have_visitors(std::size_t count) {
        while (visitors.size() < count)
            visitors.push_back(std::make_unique<Visitor>(world, visitors.size() * setup.workers + worker));
    }
    [[nodiscard]] double share(double rate) const noexcept { return rate / static_cast<double>(setup.workers); }
};

/// Is the observer of its people while it runs. Whoever loses the socket comes back within half a second, unless a task says
/// otherwise.
class Task : public Observer {
public:
    Task(Crowd& crowd, const Order& order) : crowd_(crowd), order_(order) {}

    /// Does what is due at `now` (ns) and returns when the next thing is.
    virtual std::uint64_t step(std::uint64_t now) = 0;
    [[nodiscard]] virtual bool done(std::uint64_t now) const = 0;

    void visitor_gone(Visitor& visitor) override;
    void agent_gone(Agent& agent) override;
    void agent_welcome(Agent& agent) override;

protected:
    /// Brings back whoever is due; when the next one is.
    std::uint64_t bring_back(std::uint64_t now);
    [[nodiscard]] bool all_back() const noexcept { return away_ == 0; }
    void back() noexcept {
        if (away_ > 0) --away_;
    }

    static constexpr std::uint64_t later = 50'000'000;

    Crowd& crowd_;
    Order order_;

private:
    struct Return {
        std::uint64_t at;
        Visitor* visitor;
        Agent* agent;
        bool operator<(const Return& other) const noexcept { return at > other.at; }
    };
    std::uint64_t return_time();

    std::priority_queue<Return> returns_;
    std::size_t away_ = 0;
};

/// The task for an order; never null but for `quit`.
std::unique_ptr<Task> make_task(Crowd& crowd, const Order& order);

// One maker per file of tasks.
std::unique_ptr<Task> make_opening(Crowd& crowd, const Order& order);
std::unique_ptr<Task> make_talk(Crowd& crowd, const Order& order);
std::unique_ptr<Task> make_storm(Crowd& crowd, const Order& order);
std::unique_ptr<Task> make_drain(Crowd& crowd, const Order& order);
std::unique_ptr<Task> make_churn(Crowd& crowd, const Order& order);
std::unique_ptr<Task> make_day(Crowd& crowd, const Order& order);

}  // namespace ventanilla::load
