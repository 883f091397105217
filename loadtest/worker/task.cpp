#include "loadtest/worker/task.hpp"

#include "loadtest/wire/clock.hpp"

namespace ventanilla::load {

std::uint64_t Task::return_time() {
    std::uniform_int_distribution<std::uint64_t> pause(1, second_ns / 2);
    return now_ns() + pause(crowd_.random);
}

void Task::visitor_gone(Visitor& visitor) {
    ++away_;
    returns_.push({return_time(), &visitor, nullptr});
}

void Task::agent_gone(Agent& agent) {
    ++away_;
    returns_.push({return_time(), nullptr, &agent});
}

void Task::agent_welcome(Agent& agent) {
    back();
    if (!agent.online()) agent.set_state("online");
}

std::uint64_t Task::bring_back(std::uint64_t now) {
    while (!returns_.empty() && returns_.top().at <= now) {
        const auto next = returns_.top();
        returns_.pop();
        if (next.visitor != nullptr) next.visitor->connect();
        if (next.agent != nullptr) next.agent->connect();
    }
    return returns_.empty() ? now + later : returns_.top().at;
}

std::unique_ptr<Task> make_task(Crowd& crowd, const Order& order) {
    switch (order.kind) {
        case Order::Kind::agents_online:
        case Order::Kind::connect:
        case Order::Kind::start_chats:
        case Order::Kind::settle:
        case Order::Kind::close_chats:
        case Order::Kind::hold: return make_opening(crowd, order);
        case Order::Kind::talk: return make_talk(crowd, order);
        case Order::Kind::drop:
        case Order::Kind::reconnect: return make_storm(crowd, order);
        case Order::Kind::fill:
        case Order::Kind::drain: return make_drain(crowd, order);
        case Order::Kind::queue:
        case Order::Kind::churn: return make_churn(crowd, order);
        case Order::Kind::day: return make_day(crowd, order);
        case Order::Kind::quit: break;
    }
    return nullptr;
}

}  // namespace ventanilla::load
