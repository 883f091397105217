#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "loadtest/report/plot.hpp"
#include "loadtest/report/report.hpp"

namespace ventanilla::load {
namespace {

constexpr const char* style = R"css(
:root { color-scheme: light dark; --ink: #1c2126; --soft: #5b6570; --paper: #fff; --grid: #dfe3e8; --bad: #b3261e;
  --line-1: #0b6e4f; --line-2: #2563b8; --line-3: #b45309; --line-4: #b3261e; --line-5: #6d3fc0; --line-6: #5b6570; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #a3adb8; --paper: #14181c; --grid: #2c343c; --bad: #ff8a80;
  --line-1: #4cc79b; --line-2: #7fb2ff; --line-3: #f0a94b; --line-4: #ff8a80; --line-5: #b79bff; --line-6: #a3adb8; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } .soft { color: var(--soft); margin-top: 0; } .bad { color: var(--bad); font-weight: 600; }
figure { margin: 2rem 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 11px; } svg .axis { fill: var(--ink); } .grid { stroke: var(--grid); }
path { fill: none; stroke: currentColor; stroke-width: 1.8; } circle { fill: currentColor; } .legend { margin: 0; }
.legend span { margin-right: 1rem; white-space: nowrap; } .legend i { display: inline-block; width: 1.2em; border-top: 3px solid currentColor; margin-right: .4em; vertical-align: middle; }
.line-1 { color: var(--line-1); } .line-2 { color: var(--line-2); } .line-3 { color: var(--line-3); } .line-4 { color: var(--line-4); } .line-5 { color: var(--line-5); } .line-6 { color: var(--line-6); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--grid); white-space: nowrap; } th:first-child, td:first-child { text-align: left; }
)css";

double ms(std::uint64_t ns) {
    return static_cast<double>(ns) / 1e6;
}
double mib(std::uint64_t bytes) {
    return static_cast<double>(bytes) / (1024.0 * 1024.0);
}

Plot latency_over_load(const Outcome& outcome) {
    Plot plot{.title = "Acknowledgement, from the intended time, over the load",
              .x = "messages a second",
              .y = "milliseconds",
              .logarithmic = true,
              .lines = {}};
    std::vector<const Step*> steps;
    for (const auto& step : outcome.steps)
        if (step.asked_per_s > 0 && step.time(Timed::ack).count() > 0) steps.push_back(&step);
    std::sort(steps.begin(), steps.end(), [](const Step* a, const Step* b) { return a->asked_per_s < b->asked_per_s; });
    for (const auto& [name, quantile] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}) {
        Line line{.name = name, .points = {}};
        for (const auto* step : steps)
            line.points.emplace_back(step->asked_per_s, ms(step->time(Timed::ack).at(quantile)));
        plot.lines.push_back(std::move(line));
    }
    return plot;
}

template <class Value>
Line over_time(const Outcome& outcome, std::string name, Value value) {
    Line line{.name = std::move(name), .points = {}};
    for (const auto& sample : outcome.samples) line.points.emplace_back(sample.at_s, value(sample));
    return line;
}

Plot throughput(const Outcome& outcome) {
    return {.title = "Throughput over time",
            .x = "seconds",
            .y = "messages a second",
            .lines = {over_time(outcome, "acknowledged", [](const Sample& s) { return s.acked_per_s; }),
                      over_time(outcome, "delivered", [](const Sample& s) { return s.delivered_per_s; })}};
}

Plot cores(const Outcome& outcome) {
    return {.title = "CPU over time",
            .x = "seconds",
            .y = "cores",
            .lines = {over_time(outcome, "server", [](const Sample& s) { return s.server_cpu; }),
                      over_time(outcome, "Redis", [](const Sample& s) { return s.redis_cpu; }),
                      over_time(outcome, "tester", [](const Sample& s) { return s.tester_cpu; })}};
}

Plot sockets(const Outcome& outcome) {
    return {
        .title = "Sockets over time",
        .x = "seconds",
        .y = "sockets",
        .lines = {over_time(outcome, "connected", [](const Sample& s) { return static_cast<double>(s.connected); })}};
}

Plot memory_over_sockets(const Outcome& outcome) {
    Plot plot{.title = "Memory over sockets", .x = "sockets", .y = "MiB (proportional set size)", .lines = {}};
    Line server{.name = "server", .points = {}};
    Line redis{.name = "Redis", .points = {}};
    for (const auto& step : outcome.steps) {
        const auto at = static_cast<double>(step.count(Count::connected));
        if (step.has_server) server.points.emplace_back(at, mib(step.server.pss));
        if (step.has_redis) redis.points.emplace_back(at, mib(step.redis.pss));
    }
    // With as many sockets in every step there is nothing to see.
    const auto few = [](const Line& line) {
        return line.points.empty() || line.points.front().first == line.points.back().first;
    };
    if (few(server)) return plot;
    plot.lines = {std::move(server), std::move(redis)};
    return plot;
}

void add_steps(std::string& page, const Outcome& outcome) {
    page += "<div class=\"wide\"><table><tr><th>step</th><th>seconds</th><th>acked/s</th><th>delivered/s</th>"
            "<th>ack p50</th><th>p99</th><th>p99.9</th><th>max (ms)</th><th>sockets</th><th>server CPU</th>"
            "<th>acked per CPU s</th><th>server MiB</th><th>Redis CPU</th><th>tester CPU</th></tr>\n";
    for (const auto& step : outcome.steps) {
        const auto& ack = step.time(Timed::ack);
        const auto share = [&](const Usage& usage) { return 100 * usage.cpu_s / std::max(step.seconds, 1e-9); };
        fmt::format_to(
            std::back_inserter(page),
            "<tr><td>{}</td><td>{:.2f}</td><td>{:.0f}</td><td>{:.0f}</td><td>{:.2f}</td><td>{:.2f}</td><td>{:.2f}</td>"
            "<td>{:.2f}</td><td>{}</td><td>{:.0f} %</td><td>{:.0f}</td><td>{:.1f}</td><td>{:.0f} %</td><td>{:.0f} "
            "%</td></tr>\n",
            escaped(step.name), step.seconds, step.per_s(Count::acked), step.per_s(Count::delivered), ms(ack.at(0.5)),
            ms(ack.at(0.99)), ms(ack.at(0.999)), ms(ack.max()), step.count(Count::connected), share(step.server),
            step.per_cpu_s(Count::acked), mib(step.server.pss), share(step.redis), share(step.tester));
    }
    page += "</table></div>\n";
}

void add_promises(std::string& page, const Outcome& outcome) {
    fmt::format_to(std::back_inserter(page),
                   "<p{}>{} chats compared:", outcome.violations.total == 0 ? "" : " class=\"bad\"",
                   outcome.chats_checked);
    for (std::size_t i = 0; i < outcome.violations.counts.size(); ++i)
        fmt::format_to(std::back_inserter(page), " {} {}{}", outcome.violations.counts[i],
                       to_string(static_cast<Wrong>(i)), i + 1 == outcome.violations.counts.size() ? ".</p>\n" : ",");
    if (!outcome.trouble.empty())
        fmt::format_to(std::back_inserter(page), "<p class=\"bad\">Given up: {}</p>\n", escaped(outcome.trouble));
    for (const auto& note : outcome.notes)
        fmt::format_to(std::back_inserter(page), "<p{}>{}</p>\n", note.rfind("WARNING", 0) == 0 ? " class=\"bad\"" : "",
                       escaped(note));
}

}  // namespace

std::string to_html(const Outcome& outcome) {
    auto page = fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                            "content=\"width=device-width\"><title>Load: {}</title><style>{}</style></head><body>\n",
                            escaped(outcome.scenario), style);
    fmt::format_to(
        std::back_inserter(page),
        "<h1>Load: {}</h1><p class=\"soft\">{}, {} visitors, {} agents, {} process(es) of the tester, texts of {} "
        "bytes, seed {}</p>\n",
        escaped(outcome.scenario), escaped(outcome.target), outcome.visitors, outcome.agents, outcome.workers,
        outcome.text_bytes, outcome.seed);
    add_promises(page, outcome);
    page += svg(latency_over_load(outcome)) + svg(throughput(outcome)) + svg(cores(outcome)) +
            svg(memory_over_sockets(outcome)) + svg(sockets(outcome));
    add_steps(page, outcome);
    return page + "</body></html>\n";
}

}  // namespace ventanilla::load
