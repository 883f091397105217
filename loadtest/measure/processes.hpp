#pragma once
// What a process costs, from /proc.

#include <cstdint>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace ventanilla::load {

struct Usage {
    double cpu_s = 0;            ///< of all its threads since it began, exact to a microsecond where the kernel tells
    double user_s = 0;           ///< in steps of 10 ms
    double system_s = 0;         ///< in steps of 10 ms
    std::uint64_t rss = 0;       ///< bytes
    std::uint64_t pss = 0;       ///< bytes; 0 unless it was asked for
    std::uint64_t switches = 0;  ///< that it waited for something
    std::uint64_t calls = 0;     ///< system calls; 0 unless they are counted
};

/// Nothing if it is gone. The proportional set size is dear to find out (milliseconds), so only `with_pss`.
std::optional<Usage> usage_of(pid_t pid, bool with_pss);

/// Who listens on this TCP port here: the first process found, 0 if none may be seen.
pid_t listener_of(std::uint16_t port);

/// The children of `parent` whose name is `name`.
std::vector<pid_t> children_of(pid_t parent, const char* name);

}  // namespace ventanilla::load
