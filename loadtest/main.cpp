// ventanilla-load: flags, then the people, then the scenario, then its report.

#include <cstdio>
#include <exception>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "loadtest/report/report.hpp"
#include "loadtest/scenario/options.hpp"
#include "loadtest/scenario/people.hpp"
#include "loadtest/scenario/scenarios.hpp"

namespace ventanilla::load {
namespace {

/// On a terminal one line that is written over; elsewhere one every few seconds, and one whenever a step begins.
class Progress {
public:
    explicit Progress(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}
    void tell(const std::string& line, bool begins) {
        if (quiet_) return;
        if (terminal_) {
            fmt::print(stderr, "\r\033[K{}", line);
        } else if (begins || told_++ % 20 == 0) {
            fmt::print(stderr, "{}\n", line);
        }
    }
    void end() const {
        if (terminal_ && !quiet_) fmt::print(stderr, "\r\033[K");
    }

private:
    bool quiet_;
    bool terminal_;
    unsigned told_ = 0;
};

Watched find_processes(const Options& options, const Target& target) {
    Watched watched{.server = options.server_pid, .redis = options.redis_pid, .system_calls = options.system_calls};
    if (watched.server == 0 && target.loopback()) watched.server = listener_of(target.port);
    if (watched.redis == 0 && watched.server != 0) {
        const auto children = children_of(watched.server, "redis-server");
        if (!children.empty()) watched.redis = children.front();
    }
    return watched;
}

bool write(const std::string& path, const std::string& text) {
    if (path.empty()) return true;
    std::ofstream file(path);
    file << text;
    if (file.flush()) return true;
    fmt::print(stderr, "ventanilla-load: {}: cannot be written\n", path);
    return false;
}

int load(const Options& options) {
    auto setup = prepare(options);
    if (!setup) {
        fmt::print(stderr, "ventanilla-load: {}\n", setup.error());
        return 1;
    }
    adapt(*setup, options.scenario);
    Outcome outcome;
    outcome.scenario = options.scenario;
    outcome.target = options.url;
    outcome.visitors = options.visitors;
    outcome.agents = setup->tokens.size();
    outcome.workers = setup->workers;
    outcome.text_bytes = options.text_bytes;
    outcome.seed = options.seed;
    Progress progress(options.quiet);
    {
        Run run(*setup, find_processes(options, setup->target), outcome,
                [&](const std::string& line, bool begins) { progress.tell(line, begins); });
        play(run, options, outcome);
        run.finish();
    }
    progress.end();
    add_warnings(outcome);
    fmt::print("{}", table(outcome));
    const bool written = write(options.json_file, options.json_file.empty() ? "" : to_json(outcome)) &&
                         write(options.html_file, options.html_file.empty() ? "" : to_html(outcome));
    return outcome.good() && written ? 0 : 1;
}

}  // namespace
}  // namespace ventanilla::load

int main(int argc, char** argv) {
    using namespace ventanilla::load;
    const auto parsed = parse_options(argc, argv);
    if (parsed.exit_code >= 0) return parsed.exit_code;
    try {
        return load(parsed.options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ventanilla-load: %s\n", error.what());
        return 1;
    }
}
