#pragma once
// Messages on their way into the live store, many with one command.

#include <cstddef>
#include <memory>
#include <vector>

#include "store/live/live_state.hpp"
#include "store/live/types.hpp"

namespace ventanilla::live {

/// In front of one link. What comes in one turn of the loop goes together; what comes while that is under way gathers until
/// it is answered. Redis syncs its disk once for all that it has read, so this waiting costs hardly any time and saves Redis a
/// third of what a message costs. The order of one chat's messages is the order of `add`.
class AppendQueue {
public:
    AppendQueue(LiveStore::State& state, std::size_t link) : state_(state), link_(link) {}

    void add(std::unique_ptr<Appending> appending);

private:
    using Batch = std::vector<std::unique_ptr<Appending>>;
    class BatchWaiter;

    void send_all();
    void send(Batch batch, bool may_load);
    void answered();
    RedisCommand command_of(const Batch& batch) const;
    boost::asio::awaitable<void> load_and_send(std::shared_ptr<LiveStore::State> alive, Batch batch);

    LiveStore::State& state_;
    std::size_t link_;
    Batch waiting_;
    std::size_t under_way_ = 0;  ///< commands that are not answered
    bool scheduled_ = false;     ///< sends when the loop has had its turn
};

}  // namespace ventanilla::live
