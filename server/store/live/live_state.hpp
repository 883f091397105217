#pragma once
// What is behind LiveStore: how one function is called. For the files live_*.cpp only.

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/live/function_library.hpp"
#include "store/live/keys.hpp"
#include "store/live/live_store.hpp"
#include "store/live/redis_command.hpp"
#include "store/live/redis_pool.hpp"
#include "store/live/replies.hpp"

namespace ventanilla::live {

/// A call of one function. Commands with the same affinity are carried out in the order in which they were given.
struct Call {
    Function function;
    std::string affinity;
    std::vector<std::string> keys;       ///< as in keys.hpp
    std::vector<std::string> arguments;  ///< after incarnation and deadline
    /// What may happen after its client was told `unavailable`: reads, and what a repetition finds done.
    bool repeatable = false;
};

class AppendQueue;

struct LiveStore::State : std::enable_shared_from_this<LiveStore::State> {
    State(boost::asio::io_context& loop, RedisPool& links, const std::string& site);
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    boost::asio::io_context& io;
    RedisPool& pool;
    const std::string prefix;
    const FunctionLibrary library;
    std::vector<AppendQueue> appends;  ///< on the first links; a chat's messages all go through the same
    std::string incarnation;
    bool fenced = true;  ///< until registered
    std::function<void(Event)> on_event;
    std::function<void()> on_fenced;
    std::function<void()> on_missed;

    /// Redis' wall clock minus ours, for deadlines; 0 until the first answer that carries it.
    std::chrono::milliseconds clock_offset{0};
    std::optional<std::chrono::steady_clock::time_point> last_sweep;
    std::optional<std::chrono::steady_clock::time_point> fault_told;  ///< when a fault of Redis was last logged

    // People whose going could not be told to Redis. A living server has no lease to lapse for them, so the sweep
    // tells it again; a visitor who is back meanwhile is taken off the list.
    struct Console {
        std::string agent, device;
        std::int64_t generation;
    };
    std::map<std::string, std::string> visitors_gone;  ///< with the hash of their tokens
    std::deque<Console> consoles_gone;

    AppendQueue& append_queue(std::string_view chat);
    /// What the function answered after "ok". Loads the library if Redis does not have it.
    Task<Words> run(Call call);
    /// The same for functions that answer one JSON text.
    Task<nlohmann::json> run_json(Call call);

    /// Why the function is not called now; nothing if it may be.
    std::optional<protocol::Error> refusal(const Function& function) const;
    /// What the function answered after "ok", or what its refusal means.
    protocol::Result<Words> answer_of(const Function& function, protocol::Result<RedisValue> reply);
    static bool is_missing_function(const protocol::Result<RedisValue>& reply);
    Task<void> load_library();
    /// Deletes libraries of releases that no living server uses.
    Task<void> drop_unused_libraries(std::vector<std::string> used);
    void subscribe();
    void note_redis_time(std::int64_t redis_now_ms, std::chrono::steady_clock::time_point asked);
    /// Others hold this server for dead, or it must fear so: nothing is sent any more until start().
    void fence(const char* why);

private:
    RedisCommand command_of(const Call& call) const;
    void tell_fault(const Function& function, const std::string& message);
};

}  // namespace ventanilla::live
