#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "loadtest/report/report.hpp"

namespace ventanilla::load {
namespace {

double ms(std::uint64_t ns) {
    return static_cast<double>(ns) / 1e6;
}
double mib(std::uint64_t bytes) {
    return static_cast<double>(bytes) / (1024.0 * 1024.0);
}

void add_times(std::string& text, const Step& step) {
    for (std::size_t i = 0; i < step.times.size(); ++i) {
        const auto which = static_cast<Timed>(i);
        const auto& time = step.time(which);
        if (time.count() == 0) continue;
        fmt::format_to(std::back_inserter(text), "    {:<9} {:>9} {:>10.2f} {:>10.2f} {:>10.2f} {:>10.2f} {:>10.2f}\n",
                       to_string(which), time.count(), ms(time.at(0.5)), ms(time.at(0.9)), ms(time.at(0.99)),
                       ms(time.at(0.999)), ms(time.max()));
    }
}

void add_costs(std::string& text, const char* who, const Usage& usage, double seconds, bool there) {
    if (!there) return;
    fmt::format_to(std::back_inserter(text),
                   "    {:<9} {:>6.2f} s CPU ({:>3.0f} % of a core; {:.2f} s of it in the kernel)", who, usage.cpu_s,
                   100 * usage.cpu_s / seconds, usage.system_s);
    if (usage.pss != 0) fmt::format_to(std::back_inserter(text), ", {:.1f} MiB (Pss)", mib(usage.pss));
    text += '\n';
}

}  // namespace

void add_warnings(Outcome& outcome) {
    for (const auto& step : outcome.steps) {
        const auto cores = step.tester.cpu_s / std::max(step.seconds, 1e-9) / static_cast<double>(outcome.workers);
        const auto& lag = step.time(Timed::lag);
        const bool late = lag.count() > 0 && lag.at(0.99) > 10'000'000 && step.asked_per_s > 0;
        if (cores > 0.85)
            outcome.notes.push_back(
                fmt::format("WARNING, step \"{}\": the tester used {:.0f} % of its core(s): it may be "
                            "the limit, not the server. Use --workers, or another machine",
                            step.name, 100 * cores));
        else if (late)
            outcome.notes.push_back(
                fmt::format("WARNING, step \"{}\": 1 of 100 messages was sent {:.1f} ms late or more, "
                            "though the tester used only {:.0f} % of its core(s): others keep this "
                            "machine busy, and that is in every latency here",
                            step.name, ms(lag.at(0.99)), 100 * cores));
        if (step.count(Count::refused) > 0)
            outcome.notes.push_back(
                fmt::format("step \"{}\": {} requests were refused, most of them `unavailable` (the "
                            "store did not answer in time) and made again",
                            step.name, step.count(Count::refused)));
        if (step.count(Count::broken_off) > 0)
            outcome.notes.push_back(fmt::format("WARNING, step \"{}\": {} sockets ended that should not have",
                                                step.name, step.count(Count::broken_off)));
        const auto open = step.count(Count::sent) - std::min(step.count(Count::sent), step.count(Count::acked));
        if (open > 0)
            outcome.notes.push_back(fmt::format("step \"{}\": {} messages were not acknowledged", step.name, open));
    }
    if (outcome.chats_moved > 0)
        outcome.notes.push_back(fmt::format(
            "{} chats went from one process of the tester to another and were not compared", outcome.chats_moved));
}

std::string table(const Outcome& outcome) {
    auto text = fmt::format("\n{} against {}: {} visitors, {} agents, {} process(es), texts of {} bytes, seed {}\n",
                            outcome.scenario, outcome.target, outcome.visitors, outcome.agents, outcome.workers,
                            outcome.text_bytes, outcome.seed);
    for (const auto& step : outcome.steps) {
        fmt::format_to(std::back_inserter(text),
                       "\n  {}: {:.2f} s, {:.0f} sent, {:.0f} acknowledged, {:.0f} delivered a second; {} sockets\n",
                       step.name, step.seconds, step.per_s(Count::sent), step.per_s(Count::acked),
                       step.per_s(Count::delivered), step.count(Count::connected));
        fmt::format_to(std::back_inserter(text), "    {:<9} {:>9} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "ms", "count",
                       "p50", "p90", "p99", "p99.9", "max");
        add_times(text, step);
        add_costs(text, "server", step.server, step.seconds, step.has_server);
        add_costs(text, "redis", step.redis, step.seconds, step.has_redis);
        add_costs(text, "tester", step.tester, step.seconds, true);
        if (step.has_server && step.count(Count::acked) > 0)
            fmt::format_to(std::back_inserter(text), "    {:.0f} messages for each second of the server's CPU\n",
                           step.per_cpu_s(Count::acked));
        if (step.server.calls > 0 && step.count(Count::acked) > 0)
            fmt::format_to(std::back_inserter(text), "    {:.2f} system calls of the server a message\n",
                           static_cast<double>(step.server.calls) / static_cast<double>(step.count(Count::acked)));
    }
    fmt::format_to(std::back_inserter(text), "\n  promises: ");
    if (outcome.trouble.empty()) fmt::format_to(std::back_inserter(text), "{} chats compared,", outcome.chats_checked);
    for (std::size_t i = 0; i < outcome.violations.counts.size(); ++i)
        fmt::format_to(std::back_inserter(text), " {} {}", outcome.violations.counts[i],
                       to_string(static_cast<Wrong>(i)));
    text += '\n';
    for (const auto& note : outcome.notes) text += fmt::format("  {}\n", note);
    if (!outcome.trouble.empty()) text += fmt::format("  GIVEN UP: {}\n", outcome.trouble);
    return text;
}

}  // namespace ventanilla::load
