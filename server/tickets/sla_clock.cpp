// The due times: business time that is used up by the stretches in which a clock runs.

#include <algorithm>
#include <limits>

#include "tickets/sla_stretches.hpp"

namespace ventanilla::tickets {
namespace {

constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

// Puts stretches behind others; ones that touch become one.
void append(std::vector<Span>& used, const std::vector<Span>& more) {
    for (const Span& span : more) {
        if (!used.empty() && used.back().to_ms == span.from_ms) {
            used.back().to_ms = span.to_ms;
        } else {
            used.push_back(span);
        }
    }
}

bool agent_spoke_last(const SlaHistory& history) {
    return history.last_agent_answer_at &&
           (!history.last_requester_at || *history.last_requester_at < *history.last_agent_answer_at);
}

}  // namespace

StateChange state_now(const SlaHistory& history) {
    StateChange now{history.started_at, TicketState::open};
    for (const StateChange& change : history.changes) {
        if (change.state != now.state) now = {std::max(now.at_ms, change.at_ms), change.state};
    }
    return now;
}

std::vector<Span> open_stretches(const SlaHistory& history) {
    std::vector<Span> stretches;
    std::int64_t at = history.started_at;
    TicketState state = TicketState::open;
    const auto pass = [&](std::int64_t until) {
        if (state == TicketState::open && until > at) append(stretches, {{at, until}});
        at = until;
    };
    for (const StateChange& change : history.changes) {
        pass(std::max(at, change.at_ms));
        state = change.state;
    }
    pass(kForEver);
    return stretches;
}

Explanation use_up(const Calendar& calendar, const std::vector<Span>& stretches, std::int64_t allowance_ms) {
    Explanation out;
    std::int64_t left = std::max<std::int64_t>(allowance_ms, 0);
    for (const Span& stretch : stretches) {
        // No due time here if the calendar stays closed, or if the clock stopped before.
        const auto found = calendar.add_business_time(stretch.from_ms, left);
        if (found && found->due_ms <= stretch.to_ms) {
            append(out.used, found->used);
            out.due_at = found->due_ms;
            return out;
        }
        if (stretch.to_ms == kForEver) break;
        const std::int64_t spent = calendar.business_time_between(stretch.from_ms, stretch.to_ms);
        const auto part = calendar.add_business_time(stretch.from_ms, spent);
        if (!part) break;
        append(out.used, part->used);
        left -= spent;
    }
    return out;
}

Explanation explain_first_response(const SlaPolicy& policy, const SlaHistory& history) {
    return use_up(policy.calendar, {{history.started_at, kForEver}}, policy.first_response_ms);
}

Explanation explain_resolution(const SlaPolicy& policy, const SlaHistory& history) {
    if (state_now(history).state != TicketState::open) return {};
    return use_up(policy.for_resolution(), open_stretches(history), policy.resolution_ms);
}

Clocks clocks(const SlaPolicy& policy, const SlaHistory& history) {
    Clocks out;
    out.first_response_due_at = explain_first_response(policy, history).due_at;
    out.resolution_due_at = explain_resolution(policy, history).due_at;
    if (state_now(history).state == TicketState::pending && agent_spoke_last(history))
        out.closes_at = *history.last_agent_answer_at + policy.silence_ms;
    return out;
}

}  // namespace ventanilla::tickets
