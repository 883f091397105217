#include "loadtest/measure/system_calls.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ventanilla::load {
namespace {

/// The kernel's number for the event; 0 if its list may not be read.
std::uint64_t event_number() {
    std::uint64_t number = 0;
    for (const auto* mounted : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
        std::ifstream file(fmt::format("{}/events/raw_syscalls/sys_enter/id", mounted));
        if (file >> number) break;
    }
    return number;
}

}  // namespace

SystemCalls::SystemCalls(pid_t pid) {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_TRACEPOINT;
    attributes.config = event_number();
    attributes.inherit = 1;
    std::error_code error;
    for (const auto& thread : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
        const auto id = std::stoi(thread.path().filename().string());
        const auto counter = ::syscall(SYS_perf_event_open, &attributes, id, -1, -1, PERF_FLAG_FD_CLOEXEC);
        if (counter < 0 && errno == ESRCH) continue;  // it has ended meanwhile
        if (counter < 0)
            throw std::runtime_error(fmt::format("system calls cannot be counted: {}", std::strerror(errno)));
        counters_.push_back(static_cast<int>(counter));
    }
    if (counters_.empty()) throw std::runtime_error("system calls cannot be counted: there is no such process");
}

SystemCalls::~SystemCalls() {
    for (const auto counter : counters_) ::close(counter);
}

std::uint64_t SystemCalls::count() const {
    std::uint64_t sum = 0;
    for (const auto counter : counters_) {
        std::uint64_t value = 0;
        if (::read(counter, &value, sizeof value) == sizeof value) sum += value;
    }
    return sum;
}

}  // namespace ventanilla::load
