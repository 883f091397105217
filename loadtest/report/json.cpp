#include <nlohmann/json.hpp>

#include "loadtest/report/report.hpp"

namespace ventanilla::load {
namespace {

using nlohmann::json;

json of_time(const Histogram& time) {
    const auto ms = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e6; };
    return {{"count", time.count()},           {"mean_ms", time.mean() / 1e6}, {"p50_ms", ms(time.at(0.5))},
            {"p90_ms", ms(time.at(0.9))},      {"p99_ms", ms(time.at(0.99))},  {"p999_ms", ms(time.at(0.999))},
            {"p9999_ms", ms(time.at(0.9999))}, {"max_ms", ms(time.max())}};
}

json of_usage(const Usage& usage) {
    json all = {{"cpu_s", usage.cpu_s},   {"user_s", usage.user_s}, {"system_s", usage.system_s},
                {"rss_bytes", usage.rss}, {"pss_bytes", usage.pss}, {"waits", usage.switches}};
    if (usage.calls > 0) all["system_calls"] = usage.calls;
    return all;
}

json of_step(const Step& step) {
    json counts = json::object();
    for (std::size_t i = 0; i < step.counts.size(); ++i) counts[to_string(static_cast<Count>(i))] = step.counts[i];
    json times = json::object();
    for (std::size_t i = 0; i < step.times.size(); ++i)
        if (step.times[i].count() > 0) times[to_string(static_cast<Timed>(i))] = of_time(step.times[i]);
    json all = {{"name", step.name},
                {"asked_per_s", step.asked_per_s},
                {"seconds", step.seconds},
                {"counts", counts},
                {"acked_per_s", step.per_s(Count::acked)},
                {"acked_per_server_cpu_s", step.per_cpu_s(Count::acked)},
                {"times", times},
                {"tester", of_usage(step.tester)}};
    if (step.has_server) all["server"] = of_usage(step.server);
    if (step.has_redis) all["redis"] = of_usage(step.redis);
    return all;
}

}  // namespace

std::string to_json(const Outcome& outcome) {
    json steps = json::array();
    for (const auto& step : outcome.steps) steps.push_back(of_step(step));
    json samples = json::array();
    for (const auto& sample : outcome.samples)
        samples.push_back({{"at_s", sample.at_s},
                           {"acked_per_s", sample.acked_per_s},
                           {"delivered_per_s", sample.delivered_per_s},
                           {"connected", sample.connected},
                           {"server_cpu", sample.server_cpu},
                           {"redis_cpu", sample.redis_cpu},
                           {"tester_cpu", sample.tester_cpu},
                           {"server_rss_bytes", sample.server_rss},
                           {"redis_rss_bytes", sample.redis_rss}});
    json violations = json::object();
    for (std::size_t i = 0; i < outcome.violations.counts.size(); ++i)
        violations[to_string(static_cast<Wrong>(i))] = outcome.violations.counts[i];
    return json{{"scenario", outcome.scenario},
                {"target", outcome.target},
                {"visitors", outcome.visitors},
                {"agents", outcome.agents},
                {"workers", outcome.workers},
                {"text_bytes", outcome.text_bytes},
                {"seed", outcome.seed},
                {"good", outcome.good()},
                {"trouble", outcome.trouble},
                {"chats_checked", outcome.chats_checked},
                {"violations", violations},
                {"notes", outcome.notes},
                {"steps", steps},
                {"samples", samples}}
               .dump(1, ' ', false, json::error_handler_t::replace) +
           "\n";
}

}  // namespace ventanilla::load
