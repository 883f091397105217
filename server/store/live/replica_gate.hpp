#pragma once
// Answers that are held back until replicas have what was written before them.

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/live/redis_link.hpp"

namespace ventanilla::live {

/// In front of one link. What goes out in one turn of the loop shares one WAIT behind it. If too few replicas have it in
/// time the answers become `unavailable`, though the primary has it: a repetition finds that. For a second after that
/// nothing is sent that would be held back, so that reads do not queue behind one WAIT after the other.
class ReplicaGate : public std::enable_shared_from_this<ReplicaGate> {
public:
    ReplicaGate(boost::asio::io_context& io, std::shared_ptr<RedisLink> link, int replicas)
        : io_(io), link_(std::move(link)), replicas_(replicas) {}

    /// Called when too few replicas have what was written: this primary may have been replaced.
    std::function<void()> on_short;
    /// Called when answers were withheld: what they tell of was done unseen.
    std::function<void()> on_missed;

    void command(const RedisCommand& command, std::unique_ptr<Waiter> waiter);

private:
    struct Batch;
    class Held;

    void wait_for_replicas();
    void note(bool enough);

    boost::asio::io_context& io_;
    std::shared_ptr<RedisLink> link_;
    int replicas_;
    std::shared_ptr<Batch> batch_;  ///< of this turn; null until something is sent
    std::chrono::steady_clock::time_point closed_until_{};
    bool short_ = false;
};

}  // namespace ventanilla::live
