#include "loadtest/scenario/scenarios.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "loadtest/wire/clock.hpp"

namespace ventanilla::load {
namespace {

using Kind = Order::Kind;

std::uint64_t nanoseconds(double seconds) {
    return static_cast<std::uint64_t>(seconds * 1e9);
}

Order talk_order(const Options& options, double rate, double seconds) {
    return {.kind = Kind::talk, .rate = rate, .duration_ns = nanoseconds(seconds), .agent_share = options.agent_share};
}

bool open_chats(Run& run, const Options& options) {
    return run.perform({.kind = Kind::agents_online}, "agents sign on") &&
           run.perform({.kind = Kind::connect, .count = options.visitors}, "visitors connect") &&
           run.perform({.kind = Kind::start_chats}, "chats start") &&
           run.perform({.kind = Kind::settle}, "agents read");
}

void close_chats(Run& run, const Options& options) {
    if (!options.keep_chats) run.perform({.kind = Kind::close_chats}, "chats close");
}

std::string rate_name(double rate) {
    return rate == 0 ? std::string("as many as it takes") : fmt::format("{:.0f}/s", rate);
}

/// A chat holds 5,000 entries; the error says what to change.
bool fits(const Options& options, double rate, double seconds, Outcome& outcome) {
    const auto each = rate * seconds / static_cast<double>(std::max<std::size_t>(1, options.visitors));
    if (each < 4500) return true;
    outcome.trouble =
        fmt::format("{:.0f} messages a chat are more than the 5000 entries that it holds: use at least {:.0f} "
                    "visitors, or less time",
                    each, rate * seconds / 4500);
    return false;
}

void talk(Run& run, const Options& options, Outcome& outcome) {
    if (!fits(options, options.rate, options.duration_s + options.warmup_s, outcome) || !open_chats(run, options))
        return;
    if (options.beside > 0 &&
        !run.perform({.kind = Kind::connect, .count = options.visitors + options.beside}, "others come"))
        return;
    if (options.warmup_s > 0 && !run.perform(talk_order(options, options.rate, options.warmup_s), "warming up")) return;
    run.measure(talk_order(options, options.rate, options.duration_s), rate_name(options.rate), options.rate);
    close_chats(run, options);
}

/// Kept up with: nearly everything came within the time, and the 99th of 100 did not wait for a queue.
bool kept_up(const Step& step) {
    return step.per_s(Count::acked) > 0.97 * step.asked_per_s && step.time(Timed::ack).at(0.99) < 100 * ms_ns;
}

void max(Run& run, const Options& options, Outcome& outcome) {
    if (!open_chats(run, options)) return;
    if (options.warmup_s > 0 && !run.perform(talk_order(options, 0, options.warmup_s), "warming up")) return;
    if (!run.measure(talk_order(options, 0, options.duration_s), "as many as it takes", 0)) return;
    const auto most = run.last_step().per_s(Count::acked);
    double knee = 0;
    for (const auto share : {0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}) {
        const auto rate = std::max(1.0, std::round(most * share));
        if (!run.measure(talk_order(options, rate, options.duration_s), rate_name(rate), rate)) return;
        if (kept_up(run.last_step())) knee = std::max(knee, rate);
    }
    // Between the last rate that was kept up with and the first that was not: four more looks.
    auto above = knee + most * 0.1;
    for (int i = 0; i < 3 && knee > 0; ++i) {
        const auto rate = std::round((knee + above) / 2);
        if (!run.measure(talk_order(options, rate, options.duration_s), rate_name(rate), rate)) return;
        (kept_up(run.last_step()) ? knee : above) = rate;
    }
    outcome.notes.push_back(fmt::format("knee: {:.0f} messages a second (97 % acknowledged in time, 99 of 100 within "
                                        "100 ms); {:.0f} if senders wait for it",
                                        knee, most));
    close_chats(run, options);
}

void idle(Run& run, const Options& options, Outcome& outcome) {
    std::uint64_t first = 0;
    for (const auto share : {1.0 / 15, 0.25, 0.5, 0.75, 1.0}) {
        const auto count =
            std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(options.visitors) * share));
        if (!run.perform({.kind = Kind::connect, .count = count}, "visitors connect")) return;
        // Buffers of the opening are given back before it is looked at.
        if (options.warmup_s > 0 &&
            !run.perform({.kind = Kind::hold, .duration_ns = nanoseconds(options.warmup_s)}, "settling"))
            return;
        if (!run.measure({.kind = Kind::hold, .duration_ns = nanoseconds(options.duration_s)},
                         fmt::format("{} idle", count), 0))
            return;
        if (first == 0) first = count;
    }
    const auto& from = outcome.steps.front();
    const auto& to = outcome.steps.back();
    if (!to.has_server || options.visitors <= first) return;
    const auto more = static_cast<double>(options.visitors - first);
    outcome.notes.push_back(fmt::format(
        "a visitor who is only there costs {:.0f} bytes (Pss) in the server, {:.0f} in Redis; {:.2f} us of the "
        "server's CPU a second",
        (static_cast<double>(to.server.pss) - static_cast<double>(from.server.pss)) / more,
        to.has_redis ? (static_cast<double>(to.redis.pss) - static_cast<double>(from.redis.pss)) / more : 0.0,
        to.server.cpu_s * 1e6 / to.seconds / static_cast<double>(options.visitors)));
}

void storm(Run& run, const Options& options, Outcome& outcome) {
    // With no agents nobody can chat: then it is a storm of those who only look.
    const bool ready = options.agents > 0
                           ? open_chats(run, options)
                           : run.perform({.kind = Kind::connect, .count = options.visitors}, "visitors connect");
    if (!ready || !run.perform({.kind = Kind::drop}, "sockets are lost")) return;
    if (!run.measure({.kind = Kind::reconnect, .rate = options.rate}, "reconnect", options.rate)) return;
    const auto& step = run.last_step();
    outcome.notes.push_back(
        fmt::format("{} came back in {:.2f} s, {} with their chat: {:.0f} a second, {:.0f} for each second "
                    "of the server's CPU",
                    step.count(Count::sockets), step.seconds, step.count(Count::resumed), step.per_s(Count::sockets),
                    step.per_cpu_s(Count::sockets)));
    if (options.agents > 0) close_chats(run, options);
}

/// What every round cost, with what follows of it (closed chats are written down).
struct Drained {
    double seconds = 0;
    double server_cpu_s = 0;
    double redis_cpu_s = 0;
    std::uint64_t assigned = 0;

    void add_cpu(const Step& step) {
        server_cpu_s += step.server.cpu_s;
        redis_cpu_s += step.redis.cpu_s;
    }
};

void drain(Run& run, const Options& options, Outcome& outcome) {
    const auto each = std::min(options.assignments, std::max<std::size_t>(1, options.waiting / 2));
    const auto settle = Order{.kind = Kind::hold, .duration_ns = nanoseconds(options.warmup_s)};
    const auto fill = [](std::size_t count) { return Order{.kind = Kind::fill, .count = count}; };
    if (!run.perform({.kind = Kind::agents_online}, "agents sign on") ||
        !run.measure(fill(options.agents + options.waiting), "the queue fills", 0) || !run.perform(settle, "settling"))
        return;
    Drained sum;
    for (std::size_t done = 0; done < options.assignments; done += each) {
        if (done > 0 && !(run.perform(fill(each), "the queue fills") && run.perform(settle, "settling"))) return;
        if (!run.measure({.kind = Kind::drain, .count = each}, "close and assign", 0)) return;
        sum.seconds += run.last_step().seconds;
        sum.assigned += run.last_step().time(Timed::next).count();
        sum.add_cpu(run.last_step());
        if (!run.measure(settle, "what follows", 0)) return;
        sum.add_cpu(run.last_step());
    }
    const auto count = static_cast<double>(std::max<std::uint64_t>(1, sum.assigned));
    outcome.notes.push_back(
        fmt::format("{} agents, {} to {} chats waiting: {:.0f} assignments a second; each {:.1f} us of the server's "
                    "CPU and {:.1f} us of Redis, with the end of the chat before",
                    options.agents, options.waiting - each, options.waiting, count / sum.seconds,
                    sum.server_cpu_s * 1e6 / count, sum.redis_cpu_s * 1e6 / count));
}

void queue(Run& run, const Options& options, Outcome& outcome) {
    if (options.waiting > 0) {
        drain(run, options, outcome);
        return;
    }
    if (!run.perform({.kind = Kind::agents_online}, "agents sign on") ||
        !run.perform({.kind = Kind::connect, .count = options.visitors}, "visitors connect") ||
        !run.measure({.kind = Kind::queue}, "the queue fills", 0) ||
        !run.measure({.kind = Kind::churn, .duration_ns = nanoseconds(options.duration_s)}, "assign and close", 0))
        return;
    // Counted by those who waited: an agent is not told of a chat that was closed before it could be.
    const auto& step = run.last_step();
    const auto assigned = step.time(Timed::wait).count();
    const auto each = [&](double cost) { return cost / static_cast<double>(std::max<std::uint64_t>(1, assigned)); };
    outcome.notes.push_back(fmt::format("{} agents, {} chats open or waiting: {:.0f} assignments a second; each {:.0f} "
                                        "us of the server's CPU and {:.0f} us of "
                                        "Redis, with the start and the end of its chat",
                                        options.agents, run.total(Count::started) - run.total(Count::closed),
                                        static_cast<double>(assigned) / step.seconds, each(step.server.cpu_s * 1e6),
                                        each(step.redis.cpu_s * 1e6)));
    close_chats(run, options);
}

void slow(Run& run, const Options& options, Outcome& outcome) {
    if (!fits(options, options.rate, 2 * options.duration_s, outcome) || !open_chats(run, options)) return;
    auto order = talk_order(options, options.rate, options.duration_s);
    order.agent_share = std::max(options.agent_share, 0.5);
    if (!run.measure(order, "all read", options.rate)) return;
    order.stuck_share = options.stuck_share;
    if (!run.measure(order, "some are stuck", options.rate)) return;
    const auto& stuck = run.last_step();
    outcome.notes.push_back(
        fmt::format("{} sockets were closed because their reader was too slow; all of them came back",
                    stuck.count(Count::too_slow)));
    close_chats(run, options);
}

void mixed(Run& run, const Options& options, Outcome& /*outcome*/) {
    if (!run.perform({.kind = Kind::agents_online}, "agents sign on")) return;
    run.measure({.kind = Kind::day,
                 .count = options.visitors,
                 .rate = options.rate,
                 .duration_ns = nanoseconds(options.duration_s)},
                fmt::format("{:.1f} chats/s", options.rate), options.rate);
}

}  // namespace

void adapt(Setup& setup, const std::string& scenario) {
    if (scenario == "idle") setup.tokens.clear();
    // An agent's socket may ask 50 times a second, and of a chat that is closed at once nothing is to be read.
    if (scenario == "queue") setup.agents_sync = false;
    if (scenario != "mixed") return;
    setup.may_be_refused = true;
    // Chats are passed on, and both sides of one must be looked at by the same process.
    setup.workers = 1;
}

void play(Run& run, const Options& options, Outcome& outcome) {
    if (options.scenario == "talk") talk(run, options, outcome);
    if (options.scenario == "max") max(run, options, outcome);
    if (options.scenario == "idle") idle(run, options, outcome);
    if (options.scenario == "storm") storm(run, options, outcome);
    if (options.scenario == "queue") queue(run, options, outcome);
    if (options.scenario == "slow") slow(run, options, outcome);
    if (options.scenario == "mixed") mixed(run, options, outcome);
}

}  // namespace ventanilla::load
