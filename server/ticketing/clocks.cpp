// The due times of a ticket, and when the jobs must look at it: always counted from its history.
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {

using protocol::TicketState;

tickets::SlaHistory sla_history(const record::TicketRecord& ticket,
                                const std::vector<record::TicketHistoryRecord>& history) {
    tickets::SlaHistory out;
    out.started_at = ticket.started_at;
    out.first_responded_at = ticket.first_responded_at;
    out.last_agent_answer_at = ticket.last_agent_answer_at;
    out.last_requester_at = ticket.last_requester_at;
    for (const auto& line : history) {
        if (line.what != "state" && line.what != "reopened") continue;
        if (const auto state = protocol::parse_word<TicketState>(line.to)) out.changes.push_back({line.at, *state});
    }
    return out;
}

std::vector<tickets::Timed> timed_so_far(const std::vector<record::TicketHistoryRecord>& history) {
    std::vector<tickets::Timed> done;
    for (const auto& line : history) {
        if (line.what != "timed") continue;
        if (const auto kind = tickets::timed_kind_from(line.to)) done.push_back({std::stoll(line.from), *kind});
    }
    return done;
}

void count_clocks(record::Database& database, const Policy& policy, record::TicketRecord& ticket,
                  const std::vector<record::TicketHistoryRecord>& history) {
    const bool open = ticket.state == TicketState::open;
    if (open && !ticket.resolution_due_at) take_todays_rules(policy, ticket);
    const auto sla = sla_of(database, policy, ticket);
    const auto past = sla_history(ticket, history);
    const auto clocks = tickets::clocks(sla, past);
    // What was promised once stays, also if the zone's data have changed since: a first answer for ever, a resolution
    // until the clock stops (set_state forgets it).
    if (!ticket.first_response_due_at) ticket.first_response_due_at = clocks.first_response_due_at;
    if (!open || !ticket.resolution_due_at) ticket.resolution_due_at = clocks.resolution_due_at;
    ticket.closes_at = clocks.closes_at;

    ticket.next_due_at.reset();
    ticket.timer_at.reset();
    if (ticket.merged_into) return;
    if (open || ticket.state == TicketState::pending) {
        ticket.next_due_at = ticket.first_responded_at ? ticket.resolution_due_at : ticket.first_response_due_at;
    }
    const auto ahead = tickets::timed_changes(sla, past, timed_so_far(history));
    if (!ahead.empty()) ticket.timer_at = ahead.front().at_ms;
}

void store_clocks(record::Database& database, const Policy& policy, record::TicketRecord& ticket) {
    record::TicketRepository rows(database);
    const auto version = ticket.calendar_version;
    count_clocks(database, policy, ticket, rows.history(ticket.number));
    if (ticket.calendar_version != version) keep_rules(database, policy);
    rows.update(ticket);
}

}  // namespace ventanilla::ticketing
