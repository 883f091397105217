#include "loadtest/measure/processes.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

namespace ventanilla::load {
namespace {

namespace fs = std::filesystem;

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// The fields of /proc/PID/stat after the name, which may hold blanks: [0] is the state, [1] the parent.
std::vector<std::string> stat_fields(pid_t pid) {
    const auto line = first_line(fmt::format("/proc/{}/stat", pid));
    const auto end = line.rfind(')');
    std::vector<std::string> fields;
    if (end == std::string::npos) return fields;
    std::istringstream rest(line.substr(end + 1));
    for (std::string field; rest >> field;) fields.push_back(field);
    return fields;
}

double run_time(pid_t pid) {
    double seconds = 0;
    std::error_code error;
    for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
        const auto line = first_line(thread.path().string() + "/schedstat");
        if (!line.empty()) seconds += std::strtod(line.c_str(), nullptr) / 1e9;
    }
    return seconds;
}

std::uint64_t value_of(const std::string& path, const char* key) {
    std::ifstream file(path);
    std::uint64_t sum = 0;
    for (std::string line; std::getline(file, line);)
        if (line.rfind(key, 0) == 0) sum += std::strtoull(line.c_str() + std::strlen(key), nullptr, 10);
    return sum;
}

std::vector<pid_t> all_processes() {
    std::vector<pid_t> pids;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc", error))
        if (const auto pid = std::atoi(entry.path().filename().c_str()); pid > 0) pids.push_back(pid);
    return pids;
}

/// The sockets that listen on `port`, by inode.
std::set<std::string> listening(std::uint16_t port) {
    std::set<std::string> inodes;
    for (const auto* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(table);
        std::string line;
        std::getline(file, line);
        while (std::getline(file, line)) {
            std::istringstream fields(line);
            std::string slot, local, remote, state, skip, inode;
            fields >> slot >> local >> remote >> state >> skip >> skip >> skip >> skip >> skip >> inode;
            if (state == "0A" && local.substr(local.rfind(':') + 1) == fmt::format("{:04X}", port))
                inodes.insert(fmt::format("socket:[{}]", inode));
        }
    }
    return inodes;
}

}  // namespace

std::optional<Usage> usage_of(pid_t pid, bool with_pss) {
    const auto fields = stat_fields(pid);
    if (fields.size() < 22) return std::nullopt;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    Usage usage;
    usage.user_s = std::stod(fields[11]) / ticks;
    usage.system_s = std::stod(fields[12]) / ticks;
    usage.cpu_s = run_time(pid);
    if (usage.cpu_s <= 0) usage.cpu_s = usage.user_s + usage.system_s;
    usage.rss = std::stoull(fields[21]) * page;
    usage.switches = value_of(fmt::format("/proc/{}/status", pid), "voluntary_ctxt_switches:");
    if (with_pss) usage.pss = value_of(fmt::format("/proc/{}/smaps_rollup", pid), "Pss:") * 1024;
    return usage;
}

pid_t listener_of(std::uint16_t port) {
    const auto sockets = listening(port);
    if (sockets.empty()) return 0;
    for (const auto pid : all_processes()) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", pid), error)) {
            std::error_code gone;
            if (sockets.count(fs::read_symlink(entry.path(), gone).string()) != 0) return pid;
        }
    }
    return 0;
}

std::vector<pid_t> children_of(pid_t parent, const char* name) {
    std::vector<pid_t> children;
    for (const auto pid : all_processes()) {
        const auto fields = stat_fields(pid);
        if (fields.size() > 1 && fields[1] == std::to_string(parent) &&
            first_line(fmt::format("/proc/{}/comm", pid)) == name)
            children.push_back(pid);
    }
    return children;
}

}  // namespace ventanilla::load
