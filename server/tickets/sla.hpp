#pragma once
// The two clocks of a ticket and what happens by itself (protocol.md 3.4, contract.md 5). Pure: a function of the
// history. Times are ms since the Unix epoch, UTC; nothing means that there is no such moment.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/words.hpp"
#include "tickets/calendar.hpp"

namespace ventanilla::tickets {

using protocol::TicketState;

/// What the configuration says of the clocks.
struct SlaPolicy {
    Calendar calendar = Calendar::always_open();
    std::int64_t first_response_ms = 0;  ///< business time
    std::int64_t resolution_ms = 0;      ///< business time
    std::int64_t silence_ms = 0;         ///< real time: pending and no word from the customer
    /// What the resolution is counted with where that is another than the first response's: the zone's rules have changed in
    /// between. Empty: `calendar`.
    std::optional<Calendar> resolution_calendar = {};

    const Calendar& for_resolution() const { return resolution_calendar ? *resolution_calendar : calendar; }
};

/// Real time after which a solved ticket closes, and within which an answer opens a closed one again.
inline constexpr std::int64_t kAfterwordsMs = 14LL * 24 * 3'600'000;

struct StateChange {
    std::int64_t at_ms = 0;
    TicketState state = TicketState::open;

    bool operator==(const StateChange&) const = default;
};

/// What the clocks look at.
struct SlaHistory {
    std::int64_t started_at = 0;                       ///< the clocks count from here
    std::optional<std::int64_t> first_responded_at;    ///< the first answer (not a note) by an agent
    std::vector<StateChange> changes;                  ///< oldest first; open from `started_at` until the first. One
                                                       ///< before its predecessor (a clock put back) counts as then
    std::optional<std::int64_t> last_agent_answer_at;  ///< answers only
    std::optional<std::int64_t> last_requester_at;     ///< the requester's last message
};

struct Clocks {
    std::optional<std::int64_t> first_response_due_at;  ///< stays after it was answered
    std::optional<std::int64_t> resolution_due_at;      ///< only while open
    std::optional<std::int64_t> closes_at;              ///< only while pending with the agent having spoken last

    bool operator==(const Clocks&) const = default;
};

/// The due times as the history stands. Hours that were used up in an earlier open stretch are due where they were
/// used up.
Clocks clocks(const SlaPolicy& policy, const SlaHistory& history);

/// How a due time was counted: the stretches of business time that were used, in order, their sum the whole allowance.
struct Explanation {
    std::optional<std::int64_t> due_at;
    std::vector<Span> used;
};
Explanation explain_first_response(const SlaPolicy& policy, const SlaHistory& history);
/// Empty `used` and no due time unless the ticket is open.
Explanation explain_resolution(const SlaPolicy& policy, const SlaHistory& history);

/// What may happen to a ticket without anybody doing it.
enum class TimedKind : std::uint8_t {
    warn_first_response,  ///< five sixths of the allowance are used
    miss_first_response,
    warn_resolution,
    miss_resolution,
    close_silent,  ///< pending, and three days without a word
    close_solved,  ///< solved, and fourteen days without a word
};
struct Timed {
    std::int64_t at_ms = 0;  ///< when: of a warning the moment to warn at, of a miss the due time
    TimedKind kind = TimedKind::close_silent;

    bool operator==(const Timed&) const = default;
};
/// All that is to be done as the history stands, earliest first, whether its time has come or not. What was done before
/// (`done`, as it was given then) is left out, so everything happens once: a pause moves neither a warning that was
/// given nor a due time that was missed. An answer that came after its due time, and a resolution that took too long
/// before the ticket was pending, solved or closed, are misses too. While a ticket is solved or closed nobody is warned.
std::vector<Timed> timed_changes(const SlaPolicy& policy, const SlaHistory& history, const std::vector<Timed>& done);

/// "warn_first_response", …: as it stands in a ticket's history.
std::string_view to_string(TimedKind kind) noexcept;
std::optional<TimedKind> timed_kind_from(std::string_view text) noexcept;

/// What a message of the requester does to a ticket in that state, which it has had since `since_ms`: `follows` means a
/// new ticket that goes on from this one.
enum class AfterRequester : std::uint8_t { stays, reopens, follows };
AfterRequester after_requester(TicketState state, std::int64_t since_ms, std::int64_t now_ms);

/// "T-000123"; more digits where it needs them.
std::string number_text(std::int64_t number);
/// The number in "T-000123"; nothing for anything else. Also without leading zeros and in lower case, as people type.
std::optional<std::int64_t> number_from(std::string_view text);

}  // namespace ventanilla::tickets
