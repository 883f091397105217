#pragma once
// What a run found out: the numbers behind every report.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "loadtest/crowd/board.hpp"
#include "loadtest/measure/processes.hpp"

namespace ventanilla::load {

/// Some stretch of a run: what was asked, what came, what it cost.
struct Step {
    std::string name;
    double asked_per_s = 0;  ///< messages (or whatever the scenario counts); 0: as many as it takes
    double seconds = 0;
    std::array<std::uint64_t, static_cast<std::size_t>(Count::count_)>
        counts{};  ///< during the step; `connected`: at its end
    std::array<Histogram, static_cast<std::size_t>(Timed::count_)> times{};
    Usage server;  ///< spent during the step; memory at its end
    Usage redis;
    Usage tester;
    bool has_server = false;
    bool has_redis = false;

    [[nodiscard]] std::uint64_t count(Count which) const noexcept { return counts[static_cast<std::size_t>(which)]; }
    [[nodiscard]] const Histogram& time(Timed which) const noexcept { return times[static_cast<std::size_t>(which)]; }
    [[nodiscard]] double per_s(Count which) const noexcept {
        return seconds > 0 ? static_cast<double>(count(which)) / seconds : 0;
    }
    /// Of `which` for each second of the server's CPU; 0 if that is not known.
    [[nodiscard]] double per_cpu_s(Count which) const noexcept {
        return server.cpu_s > 0 ? static_cast<double>(count(which)) / server.cpu_s : 0;
    }
};

/// A look at everything, several times a second.
struct Sample {
    double at_s = 0;
    double acked_per_s = 0;
    double delivered_per_s = 0;
    std::uint64_t connected = 0;
    double server_cpu = 0;  ///< cores
    double redis_cpu = 0;
    double tester_cpu = 0;
    std::uint64_t server_rss = 0;
    std::uint64_t redis_rss = 0;
};

struct Outcome {
    std::string scenario;
    std::string target;
    std::size_t visitors = 0;
    std::size_t agents = 0;
    std::size_t workers = 0;
    std::size_t text_bytes = 0;
    std::uint64_t seed = 0;
    std::vector<Step> steps;
    std::vector<Sample> samples;
    Violations violations;
    std::uint64_t chats_checked = 0;
    std::uint64_t chats_moved = 0;   ///< from one process of the tester to another: not compared
    std::vector<std::string> notes;  ///< what a reader must know: sentences
    std::string trouble;             ///< why it was given up; "" if it was not

    /// No promise was broken and nothing else went wrong.
    [[nodiscard]] bool good() const noexcept { return violations.total == 0 && trouble.empty(); }
};

}  // namespace ventanilla::load
