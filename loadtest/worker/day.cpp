// A day at a help desk, in a hurry: people come when they like, think, write, are passed on, and leave.

#include <algorithm>
#include <queue>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/task.hpp"

namespace ventanilla::load {
namespace {

constexpr double visitor_thinks_s = 20;
constexpr double agent_thinks_s = 12;
constexpr double passed_on = 0.1;  // of the chats, once
constexpr double gives_up = 0.05;  // of the visitors, in the middle of a chat
constexpr double rates = 0.4;      // of those whose chat was closed

/// What somebody does after having thought.
struct Act {
    std::uint64_t at;
    Visitor* visitor;
    Agent* agent;
    std::uint32_t chat;
    bool operator<(const Act& later) const noexcept { return at > later.at; }
};

struct Talking {
    unsigned turns_left = 0;
    bool pass_on = false;
    bool give_up = false;
};

class Day final : public Task {
public:
    Day(Crowd& crowd, const Order& order)
        : Task(crowd, order),
          end_(now_ns() + order.duration_ns),
          arrivals_(crowd.share(order.rate), Arrivals::poisson, crowd.random(), now_ns()),
          talking_(order.count) {
        while (crowd.visitors.size() < order.count)
            crowd.visitors.push_back(std::make_unique<Visitor>(crowd.world, crowd.visitors.size()));
        for (const auto& visitor : crowd.visitors) free_.push_back(visitor.get());
    }

    std::uint64_t step(std::uint64_t now) override {
        while (arrivals_.next() < end_ && arrivals_.take(now)) arrive();
        while (!acts_.empty() && acts_.top().at <= now) {
            const auto act = acts_.top();
            acts_.pop();
            carry_out(act);
        }
        auto due = std::min(bring_back(now), arrivals_.next() < end_ ? arrivals_.next() : end_);
        if (!acts_.empty()) due = std::min(due, acts_.top().at);
        return due;
    }
    [[nodiscard]] bool done(std::uint64_t now) const override {
        return now >= end_ && free_.size() == crowd_.visitors.size();
    }

    void visitor_welcome(Visitor& visitor) override {
        if (visitor.chat_state() == Visitor::Chat::none) {
            visitor.start();
        } else {
            back();
        }
    }
    void visitor_assigned(Visitor& visitor) override {
        auto& talking = talking_of(visitor);
        talking.turns_left = 1 + static_cast<unsigned>(turns_(crowd_.random));
        talking.pass_on = chance(passed_on);
        talking.give_up = chance(gives_up);
        think(visitor_thinks_s, {.at = 0, .visitor = &visitor, .agent = nullptr, .chat = visitor.chat()});
    }
    void visitor_heard(Visitor& visitor) override {
        think(visitor_thinks_s, {.at = 0, .visitor = &visitor, .agent = nullptr, .chat = visitor.chat()});
    }
    void agent_heard(Agent& agent, std::uint32_t chat) override {
        think(agent_thinks_s, {.at = 0, .visitor = nullptr, .agent = &agent, .chat = chat});
    }
    /// Whoever gets a chat that was passed on goes on with it.
    void agent_assigned(Agent& agent, std::uint32_t chat) override {
        if (turns_of_.contains(chat)) agent_heard(agent, chat);
    }
    void visitor_closed(Visitor& visitor) override {
        if (chance(rates)) visitor.rate();
        leaving_.push_back(&visitor);
        // Goes with the next turn: the reply that told of it is still being read.
        acts_.push({now_ns() + second_ns / 2, &visitor, nullptr, visitor.chat()});
    }

private:
    void arrive() {
        if (free_.empty()) return;  // as at a real desk, everybody who can be here is
        auto& visitor = *free_.front();
        free_.pop_front();
        visitor.forget();
        visitor.connect();
    }

    void carry_out(const Act& act) {
        if (act.agent != nullptr) {
            answer(*act.agent, act.chat);
        } else if (act.visitor->chat_state() == Visitor::Chat::closed) {
            if (const auto found = std::find(leaving_.begin(), leaving_.end(), act.visitor); found != leaving_.end()) {
                leaving_.erase(found);
                act.visitor->vanish();
                free_.push_back(act.visitor);
            }
        } else if (act.chat == act.visitor->chat()) {
            speak(*act.visitor);
        }
    }

    void speak(Visitor& visitor) {
        if (!visitor.welcome()) {
            visitor.say(now_ns());
            return;
        }
        auto& talking = talking_of(visitor);
        visitor.typing(true);
        if (talking.give_up && talking.turns_left <= 1) {
            visitor.close_chat();
        } else {
            visitor.say(now_ns());
        }
        if (talking.turns_left > 0) --talking.turns_left;
        turns_of_[visitor.chat()] = {&visitor, talking.turns_left};
    }

    void answer(Agent& agent, std::uint32_t chat) {
        const auto& held = agent.chats();
        if (!agent.welcome()) {
            acts_.push({.at = now_ns() + second_ns / 2, .visitor = nullptr, .agent = &agent, .chat = chat});
            return;
        }
        if (std::find(held.begin(), held.end(), chat) == held.end()) return;
        const auto found = turns_of_.find(chat);
        const auto left = found == turns_of_.end() ? 1 : found->second.second;
        if (left == 0 || now_ns() >= end_) {
            agent.close_chat(chat);
        } else if (found != turns_of_.end() && talking_of(*found->second.first).pass_on && agent.unacked() == 0) {
            talking_of(*found->second.first).pass_on = false;
            agent.transfer(chat);
        } else {
            agent.say(chat, now_ns());
        }
    }

    void think(double mean_s, Act act) {
        const auto pause = std::min(exponential_(crowd_.random), 5.0) * mean_s / crowd_.setup.haste;
        act.at = now_ns() + static_cast<std::uint64_t>(pause * 1e9);
        acts_.push(act);
    }
    bool chance(double share) { return real_(crowd_.random) < share; }
    Talking& talking_of(const Visitor& visitor) { return talking_[visitor.index()]; }

    std::uint64_t end_;
    Pacer arrivals_;
    std::deque<Visitor*> free_;
    std::vector<Visitor*> leaving_;
    std::vector<Talking> talking_;
    std::unordered_map<std::uint32_t, std::pair<Visitor*, unsigned>> turns_of_;
    std::priority_queue<Act> acts_;
    std::exponential_distribution<double> exponential_{1.0};
    std::uniform_real_distribution<double> real_{0.0, 1.0};
    std::geometric_distribution<int> turns_{0.2};
};

}  // namespace

std::unique_ptr<Task> make_day(Crowd& crowd, const Order& order) {
    return std::make_unique<Day>(crowd, order);
}

}  // namespace ventanilla::load
