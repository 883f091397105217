#pragma once
// The parent of a run: starts the workers, gives them orders one after the other, and looks at what everything costs.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "loadtest/crowd/board.hpp"
#include "loadtest/measure/system_calls.hpp"
#include "loadtest/scenario/outcome.hpp"
#include "loadtest/worker/setup.hpp"

namespace ventanilla::load {

/// Which processes to look at; 0: none.
struct Watched {
    pid_t server = 0;
    pid_t redis = 0;
    bool system_calls = false;  ///< count the server's
};

class Run {
public:
    /// Forks the workers. `told` gets a line of progress now and then, and whether it says that a step begins.
    Run(const Setup& setup, Watched watched, Outcome& outcome, std::function<void(const std::string&, bool)> told);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    /// Has `order` carried out by all; false if the run was given up (`outcome.trouble` says why), then and ever after.
    bool perform(const Order& order, const std::string& what);
    /// The same as a step of the outcome. Messages that are on their way at its end are waited for.
    bool measure(const Order& order, const std::string& name, double asked_per_s);

    /// Ends the workers and looks at every chat once more.
    void finish();

    /// The whole run's total so far.
    [[nodiscard]] std::uint64_t total(Count count) const noexcept;
    [[nodiscard]] Step& last_step() { return outcome_.steps.back(); }

private:
    struct Worker {
        pid_t pid;
        int rows_fd;
    };
    struct Costs {
        Usage server, redis, tester;
        bool has_server = false, has_redis = false;
    };

    void start_worker(std::size_t number);
    bool wait_for(const std::function<bool()>& over, const std::string& what);
    bool check_workers();
    void sample(const std::string& what);
    [[nodiscard]] Costs costs(bool with_pss) const;
    void collect_times(Step& step);
    void give_up(std::string why);
    [[nodiscard]] std::vector<ChatRow> rows() const;

    const Setup& setup_;
    Watched watched_;
    std::optional<SystemCalls> calls_;
    Outcome& outcome_;
    std::function<void(const std::string&, bool)> told_;
    Board& board_;
    std::vector<Worker> workers_;
    std::uint64_t began_;
    std::uint64_t sampled_at_ = 0;
    std::uint64_t sampled_acked_ = 0;
    std::uint64_t sampled_delivered_ = 0;
    Costs sampled_;
};

}  // namespace ventanilla::load
