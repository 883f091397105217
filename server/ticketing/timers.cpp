// What falls due by itself. The row is held while it is looked at, and its timer looked at again then: however many servers
// see that something is due, one does it.
#include <algorithm>
#include <string>

#include "ticketing/mails.hpp"
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using protocol::TicketState;
using tickets::TimedKind;

/// A mark for every kind; closing is a change of state beside.
void apply(record::Database& database, const Policy& policy, record::TicketRecord& ticket,
           const tickets::Timed& timed) {
    const Author nobody;
    add_line(database, ticket, nobody, "timed", std::to_string(timed.at_ms), tickets::to_string(timed.kind));
    if (timed.kind == TimedKind::close_silent) {
        set_state(database, ticket, nobody, TicketState::closed);
        mail_closed(database, policy, ticket);
    } else if (timed.kind == TimedKind::close_solved) {
        // Its mail was the one that said solved, and when it would close.
        set_state(database, ticket, nobody, TicketState::closed);
    }
}

/// The earliest that is due now, as the history stands now.
std::optional<tickets::Timed> next_due(record::Database& database, const Policy& policy,
                                       const record::TicketRecord& ticket, std::int64_t now_ms) {
    const auto history = record::TicketRepository(database).history(ticket.number);
    const auto ahead =
        tickets::timed_changes(sla_of(database, policy, ticket), sla_history(ticket, history), timed_so_far(history));
    if (ahead.empty() || ahead.front().at_ms > now_ms) return std::nullopt;
    return ahead.front();
}

std::optional<record::TicketRecord> apply_due(record::Database& database, const Policy& policy, std::int64_t number,
                                              std::int64_t now_ms) {
    record::Transaction transaction(database);
    auto ticket = record::TicketRepository(database).lock(number);
    if (!ticket || !ticket->timer_at || *ticket->timer_at > now_ms) return std::nullopt;
    const std::int64_t updated_before = ticket->updated_at;
    bool changed = false;
    // Each leaves a line that keeps it from coming again, so this ends.
    while (const auto timed = next_due(database, policy, *ticket, now_ms)) {
        ticket->updated_at = std::max(now_ms, updated_before);
        apply(database, policy, *ticket, *timed);
        changed = true;
    }
    store_clocks(database, policy, *ticket);
    transaction.commit();
    return changed ? ticket : std::nullopt;
}

}  // namespace

std::vector<record::TicketRecord> apply_timers(record::Database& database, const Policy& policy, std::int64_t now_ms,
                                               std::int64_t limit) {
    std::vector<record::TicketRecord> changed;
    for (const std::int64_t number : record::TicketRepository(database).timers_due(now_ms, limit)) {
        if (auto ticket = apply_due(database, policy, number, now_ms)) changed.push_back(*std::move(ticket));
    }
    return changed;
}

}  // namespace ventanilla::ticketing
