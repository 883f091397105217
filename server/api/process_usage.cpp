#include "api/process_usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace ventanilla::api {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double count_fds() {
    std::error_code failed;
    double count = 0;
    for (std::filesystem::directory_iterator it("/proc/self/fd", failed), end; !failed && it != end;
         it.increment(failed)) {
        ++count;
    }
    return count > 0 ? count - 1 : 0;  // one was open to count them
}

double resident() {
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double pages = 0;
    file >> size >> pages;
    return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Taken when the program is loaded, which is exact enough and needs no arithmetic with boot time.
const auto loaded_at = std::chrono::system_clock::now();

}  // namespace

ProcessUsage process_usage() {
    ProcessUsage usage;
    usage.resident_bytes = resident();
    usage.open_fds = count_fds();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) usage.max_fds = static_cast<double>(limit.rlim_cur);
    rusage used{};
    if (::getrusage(RUSAGE_SELF, &used) == 0) usage.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
    usage.started_s = std::chrono::duration<double>(loaded_at.time_since_epoch()).count();
    return usage;
}

}  // namespace ventanilla::api
