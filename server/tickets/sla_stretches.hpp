#pragma once
// What the parts of the SLA rules share: the states that a ticket had, and what the open ones used up.

#include <cstdint>
#include <vector>

#include "tickets/calendar.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::tickets {

/// The state that the ticket has, and since when.
StateChange state_now(const SlaHistory& history);

/// The stretches of real time in which the ticket was open, in order, touching ones joined; the one that still goes on
/// ends at the last instant there is.
std::vector<Span> open_stretches(const SlaHistory& history);

/// When the allowance of business time is used up in those stretches, and by what. Without a due time, `used` is all that
/// was used so far.
Explanation use_up(const Calendar& calendar, const std::vector<Span>& stretches, std::int64_t allowance_ms);

}  // namespace ventanilla::tickets
