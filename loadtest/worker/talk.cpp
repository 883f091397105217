// Messages: in an open loop at a rate, or each sender one after the other.

#include <algorithm>

#include "loadtest/wire/clock.hpp"
#include "loadtest/worker/task.hpp"

namespace ventanilla::load {
namespace {

class Talk final : public Task {
public:
    Talk(Crowd& crowd, const Order& order) : Task(crowd, order), start_(now_ns()), end_(start_ + order.duration_ns) {
        for (const auto& visitor : crowd.visitors)
            if (visitor->chat_state() == Visitor::Chat::assigned) talkers_.push_back(visitor.get());
        for (const auto& agent : crowd.agents)
            if (!agent->chats().empty()) answerers_.push_back(agent.get());
        std::shuffle(talkers_.begin(), talkers_.end(), crowd.random);
        if (order.rate > 0)
            pacer_.emplace(crowd.share(order.rate), crowd.setup.arrivals, crowd.random(), start_);
        else
            for (auto* visitor : talkers_) visitor->say(now_ns());
    }

    std::uint64_t step(std::uint64_t now) override {
        const auto returns = bring_back(now);
        stick(now);
        if (!pacer_) return std::min(returns, end_);
        while (pacer_->next() < end_) {
            const auto intended = pacer_->take(now);
            if (!intended) break;
            say(*intended);
        }
        return std::min(returns, pacer_->next());
    }

    [[nodiscard]] bool done(std::uint64_t now) const override {
        if (now < end_ || (pacer_ && pacer_->next() < end_) || !all_back()) return false;
        const auto quiet = [](const auto& client) { return client->unacked() == 0; };
        return std::all_of(crowd_.visitors.begin(), crowd_.visitors.end(), quiet) &&
               std::all_of(crowd_.agents.begin(), crowd_.agents.end(), quiet);
    }

    void visitor_acked(Visitor& visitor) override {
        if (pacer_) return;
        if (const auto now = now_ns(); now < end_) visitor.say(now);
    }
    void visitor_welcome(Visitor& /*visitor*/) override { back(); }

private:
    void say(std::uint64_t intended) {
        const bool agent = !answerers_.empty() && order_.agent_share > 0 && real_(crowd_.random) < order_.agent_share;
        if (agent) {
            auto& speaker = *answerers_[answer_++ % answerers_.size()];
            const auto& chats = speaker.chats();
            if (!chats.empty()) speaker.say(chats[answer_ / answerers_.size() % chats.size()], intended);
        } else if (!talkers_.empty()) {
            talkers_[talk_++ % talkers_.size()]->say(intended);
        }
    }

    /// Some readers do not read in the middle third of the time.
    void stick(std::uint64_t now) {
        if (order_.stuck_share <= 0) return;
        const auto third = order_.duration_ns / 3;
        const bool stuck = now >= start_ + third && now < end_ - third;
        if (stuck == stuck_) return;
        stuck_ = stuck;
        const auto of = [&](std::size_t all) {
            return std::min(all, static_cast<std::size_t>(static_cast<double>(all) * order_.stuck_share + 0.999));
        };
        for (std::size_t i = 0; i < of(talkers_.size()); ++i) talkers_[i]->stick(stuck);
        for (std::size_t i = 0; i < of(answerers_.size()); ++i) answerers_[i]->stick(stuck);
    }

    std::uint64_t start_;
    std::uint64_t end_;
    std::vector<Visitor*> talkers_;
    std::vector<Agent*> answerers_;
    std::optional<Pacer> pacer_;
    std::uniform_real_distribution<double> real_{0.0, 1.0};
    std::size_t talk_ = 0;
    std::size_t answer_ = 0;
    bool stuck_ = false;
};

}  // namespace

std::unique_ptr<Task> make_talk(Crowd& crowd, const Order& order) {
    return std::make_unique<Talk>(crowd, order);
}

}  // namespace ventanilla::load
