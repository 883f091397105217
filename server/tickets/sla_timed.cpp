// What happens to a ticket by itself, and what a word of the requester does.

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "tickets/sla_stretches.hpp"

namespace ventanilla::tickets {
namespace {

constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

constexpr std::array<std::pair<TimedKind, std::string_view>, 6> kNames{{
    {TimedKind::warn_first_response, "warn_first_response"},
    {TimedKind::miss_first_response, "miss_first_response"},
    {TimedKind::warn_resolution, "warn_resolution"},
    {TimedKind::miss_resolution, "miss_resolution"},
    {TimedKind::close_silent, "close_silent"},
    {TimedKind::close_solved, "close_solved"},
}};

bool is_over(TicketState state) {
    return state == TicketState::solved || state == TicketState::closed;
}

std::int64_t warn_after(std::int64_t allowance_ms) {
    return allowance_ms - allowance_ms / 6;
}

// Since when the ticket has been solved or closed, in whatever order; never, if it is not.
std::int64_t over_since(const SlaHistory& history) {
    std::int64_t since = kForEver;
    std::int64_t at = history.started_at;
    for (const StateChange& change : history.changes) {
        at = std::max(at, change.at_ms);
        since = is_over(change.state) ? std::min(since, at) : kForEver;
    }
    return since;
}

void add_first_response(std::vector<Timed>& out, const SlaPolicy& policy, const SlaHistory& history) {
    const std::vector<Span> always{{history.started_at, kForEver}};
    // An answer at the due time is in time. Once the ticket is over, none is owed any more.
    const std::int64_t owed_until = std::min(history.first_responded_at.value_or(kForEver), over_since(history));
    const auto due = use_up(policy.calendar, always, policy.first_response_ms).due_at;
    if (due && *due < owed_until) out.push_back({*due, TimedKind::miss_first_response});
    if (owed_until != kForEver) return;
    const auto warn = use_up(policy.calendar, always, warn_after(policy.first_response_ms)).due_at;
    if (warn) out.push_back({*warn, TimedKind::warn_first_response});
}

void add_resolution(std::vector<Timed>& out, const SlaPolicy& policy, const SlaHistory& history) {
    const auto stretches = open_stretches(history);
    const bool open = state_now(history).state == TicketState::open;
    const auto due = use_up(policy.for_resolution(), stretches, policy.resolution_ms).due_at;
    // Used up exactly when the clock stopped is in time.
    const bool in_time =
        due && !open && std::ranges::any_of(stretches, [&](const Span& stretch) { return stretch.to_ms == *due; });
    if (due && !in_time) out.push_back({*due, TimedKind::miss_resolution});
    if (!open) return;
    const auto warn = use_up(policy.for_resolution(), stretches, warn_after(policy.resolution_ms)).due_at;
    if (warn) out.push_back({*warn, TimedKind::warn_resolution});
}

void add_closing(std::vector<Timed>& out, const SlaPolicy& policy, const SlaHistory& history) {
    if (const auto closes_at = clocks(policy, history).closes_at) out.push_back({*closes_at, TimedKind::close_silent});
    const StateChange now = state_now(history);
    if (now.state != TicketState::solved) return;
    const std::int64_t last_word = std::max(
        {now.at_ms, history.last_agent_answer_at.value_or(now.at_ms), history.last_requester_at.value_or(now.at_ms)});
    out.push_back({last_word + kAfterwordsMs, TimedKind::close_solved});
}

}  // namespace

std::vector<Timed> timed_changes(const SlaPolicy& policy, const SlaHistory& history, const std::vector<Timed>& done) {
    std::vector<Timed> out;
    add_first_response(out, policy, history);
    add_resolution(out, policy, history);
    add_closing(out, policy, history);
    std::erase_if(out, [&](const Timed& timed) { return std::ranges::find(done, timed) != done.end(); });
    std::ranges::sort(out, {}, [](const Timed& timed) { return std::pair(timed.at_ms, timed.kind); });
    return out;
}

std::string_view to_string(TimedKind kind) noexcept {
    for (const auto& [known, name] : kNames) {
        if (known == kind) return name;
    }
    return {};
}

std::optional<TimedKind> timed_kind_from(std::string_view text) noexcept {
    for (const auto& [kind, name] : kNames) {
        if (name == text) return kind;
    }
    return std::nullopt;
}

AfterRequester after_requester(TicketState state, std::int64_t since_ms, std::int64_t now_ms) {
    if (state == TicketState::open) return AfterRequester::stays;
    if (state == TicketState::closed && now_ms - since_ms > kAfterwordsMs) return AfterRequester::follows;
    return AfterRequester::reopens;
}

}  // namespace ventanilla::tickets
