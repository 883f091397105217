#pragma once
// How many system calls a process makes.

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace ventanilla::load {

/// Counted by the kernel (perf_event_open), not stopped at as with strace. Every process of the machine pays a little for
/// each of its calls while such a counter is open.
class SystemCalls {
public:
    /// Of every thread that `pid` has or will have. Throws std::runtime_error if it may not be counted.
    explicit SystemCalls(pid_t pid);
    ~SystemCalls();
    SystemCalls(const SystemCalls&) = delete;
    SystemCalls& operator=(const SystemCalls&) = delete;

    /// Since this was made.
    [[nodiscard]] std::uint64_t count() const;

private:
    std::vector<int> counters_;  // one for each thread
};

}  // namespace ventanilla::load
