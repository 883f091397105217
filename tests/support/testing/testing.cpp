#include "base/testing.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>

namespace ventanilla::testing {
namespace {

std::string variable(const char* name) {
    const char* const value = ::getenv(name);
    return value == nullptr ? "" : value;
}

/// The points that were passed, a line each.
void note(const std::string& file, const std::string& point) {
    const int fd = ::open((file + ".passed").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    const auto line = point + "\n";
    if (::write(fd, line.data(), line.size()) < 0) ::abort();
    ::close(fd);
}

}  // namespace

// The file holds "SIDE STEP N": die when that point is passed for the n-th time since it was written. It is read at each
// point, so that a test can ask while the server runs.
void crash_point(std::string_view side, std::string_view step) {
    static const std::string file = variable("VENTANILLA_CRASH_FILE");
    static std::mutex mutex;
    static std::string asked_before;
    static int passed = 0;
    if (file.empty()) return;
    const auto point = std::string(side) + " " + std::string(step);
    const std::lock_guard lock(mutex);
    note(file, point);
    std::string asked;
    std::getline(std::ifstream(file), asked);
    if (asked != asked_before) {
        asked_before = asked;
        passed = 0;
    }
    if (!asked.starts_with(point + " ")) return;
    if (++passed == std::atoi(asked.c_str() + point.size())) ::kill(::getpid(), SIGKILL);
}

std::string library_salt() {
    return "-- " + variable("VENTANILLA_LIBRARY_SALT") + "\n";
}

}  // namespace ventanilla::testing
