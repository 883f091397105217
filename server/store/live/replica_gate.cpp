#include "store/live/replica_gate.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <utility>

namespace ventanilla::live {
namespace {

using namespace std::chrono_literals;

// Half of what a command may take: the answer must not come too late for its sender.
constexpr auto kPatience = 500ms;
constexpr auto kPause = 1s;

}  // namespace

struct ReplicaGate::Batch {
    struct Answer {
        std::unique_ptr<Waiter> waiter;
        protocol::Result<RedisValue> result;
    };
    std::vector<Answer> answers;
};

/// Puts an answer aside. What failed has nothing to wait for.
class ReplicaGate::Held : public Waiter {
public:
    Held(std::shared_ptr<Batch> batch, std::unique_ptr<Waiter> waiter)
        : batch_(std::move(batch)), waiter_(std::move(waiter)) {}
    void complete(protocol::Result<RedisValue> result) override {
        if (!result) return waiter_->complete(std::move(result));
        batch_->answers.push_back({std::move(waiter_), std::move(result)});
    }

private:
    std::shared_ptr<Batch> batch_;
    std::unique_ptr<Waiter> waiter_;
};

void ReplicaGate::command(const RedisCommand& command, std::unique_ptr<Waiter> waiter) {
    if (std::chrono::steady_clock::now() < closed_until_) {
        return waiter->complete(protocol::fail(protocol::Code::unavailable, {}, 1000));
    }
    if (!batch_) {
        batch_ = std::make_shared<Batch>();
        boost::asio::post(io_, [self = shared_from_this()] { self->wait_for_replicas(); });
    }
    link_->command(command, std::make_unique<Held>(batch_, std::move(waiter)));
}

void ReplicaGate::wait_for_replicas() {
    auto settle = [self = shared_from_this(), batch = std::exchange(batch_, nullptr)](const auto& result) {
        const auto* reached = result ? result->integer() : nullptr;
        const bool enough = reached != nullptr && *reached >= self->replicas_;
        if (reached != nullptr) self->note(enough);
        for (auto& answer : batch->answers) {
            if (!enough) answer.result = protocol::fail(protocol::Code::unavailable, {}, 1000);
            answer.waiter->complete(std::move(answer.result));
        }
        if (!enough && !batch->answers.empty() && self->on_missed) self->on_missed();
    };
    link_->command({"WAIT", std::to_string(replicas_), std::to_string(kPatience.count())},
                   std::make_unique<CallWaiter>(std::move(settle)));
}

void ReplicaGate::note(bool enough) {
    if (!enough) {
        closed_until_ = std::chrono::steady_clock::now() + kPause;
        if (on_short) on_short();
    }
    if (std::exchange(short_, !enough) == !enough) return;
    if (enough) {
        spdlog::info("enough replicas have what is written");
    } else {
        spdlog::error("fewer than {} replicas have what was written: nothing is acknowledged", replicas_);
    }
}

}  // namespace ventanilla::live
