// What agents set: state, priority, department, assignee; of one ticket or of many, all or none.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "ticketing/mails.hpp"
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using protocol::Code;
using protocol::Result;
using protocol::TicketState;

/// One line for each field that becomes another; false if none did.
bool set_fields(record::Database& database, record::TicketRecord& ticket, const Changes& changes, const Author& by) {
    bool handed_over = false;
    bool changed = changes.state && set_state(database, ticket, by, *changes.state);
    if (changes.priority && *changes.priority != ticket.priority) {
        add_line(database, ticket, by, "priority", protocol::to_string(ticket.priority),
                 protocol::to_string(*changes.priority));
        ticket.priority = *changes.priority;
        changed = true;
    }
    if (changes.department && *changes.department != ticket.department) {
        add_line(database, ticket, by, "department", ticket.department, *changes.department);
        ticket.department = *changes.department;
        changed = true;
        handed_over = true;
    }
    // Whoever hands a ticket over no longer sees it, and an assignee would.
    if (!changes.assignee && !handed_over) return changed;
    std::optional<std::string> id;
    std::optional<std::string> name;
    if (const auto& assignee = changes.assignee.value_or(std::nullopt)) {
        id = assignee->first;
        name = assignee->second;
    }
    if (id != ticket.assignee_id) {
        add_line(database, ticket, by, "assignee", ticket.assignee_name.value_or(""), name.value_or(""));
        ticket.assignee_id = std::move(id);
        ticket.assignee_name = std::move(name);
        changed = true;
    }
    return changed;
}

void change_one(record::Database& database, const Policy& policy, record::TicketRecord& ticket, const Changes& changes,
                const Author& by, std::int64_t now_ms) {
    const TicketState before = ticket.state;
    const std::int64_t updated_before = ticket.updated_at;
    ticket.updated_at = std::max(now_ms, ticket.updated_at);
    if (!set_fields(database, ticket, changes, by)) {
        ticket.updated_at = updated_before;
        return;
    }
    store_clocks(database, policy, ticket);
    if (ticket.state == TicketState::solved && before != TicketState::solved) mail_solved(database, policy, ticket);
}

// A merge that comes in between costs one more attempt. So many in a row are no accident.
constexpr int kMostAttempts = 16;

/// The tickets that a command holds, by their numbers, and which of them each number asked for means.
struct Held {
    std::map<std::int64_t, Changed> tickets;
    std::map<std::int64_t, std::int64_t> whole;
};

/// In rising order of the rows that are really held, so that two bulk changes never wait for each other. Nothing if one was
/// merged while its lock was waited for: what it is part of may come before one that is held already, so all begins anew.
Result<std::optional<Held>> hold(record::Database& database, const std::vector<std::int64_t>& numbers,
                                 const Allowed& allowed) {
    Held held;
    std::set<std::int64_t> ends;
    for (const std::int64_t number : numbers) {
        const auto whole = whole_of(database, number, allowed);
        if (!whole) return protocol::fail(Code::not_found);
        held.whole[number] = *whole;
        ends.insert(*whole);
    }
    record::TicketRepository rows(database);
    for (const std::int64_t number : ends) {
        auto ticket = rows.lock(number);
        if (ticket && ticket->merged_into) return std::nullopt;
        if (!ticket || !passes(allowed, *ticket)) return protocol::fail(Code::not_found);
        held.tickets.try_emplace(number, Changed{*ticket, *ticket});
    }
    return held;
}

}  // namespace

Result<std::vector<Changed>> change(record::Database& database, const Policy& policy,
                                    const std::vector<std::int64_t>& numbers, const Changes& changes, const Author& by,
                                    std::int64_t now_ms, const Allowed& allowed) {
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
        record::Transaction transaction(database);
        auto held = hold(database, numbers, allowed);
        if (!held) return tl::unexpected(held.error());
        if (!*held) continue;
        for (auto& [number, ticket] : (*held)->tickets) {
            change_one(database, policy, ticket.now, changes, by, now_ms);
        }
        transaction.commit();
        std::vector<Changed> out;
        out.reserve(numbers.size());
        for (const std::int64_t number : numbers) out.push_back((*held)->tickets.at((*held)->whole.at(number)));
        return out;
    }
    return protocol::fail(Code::unavailable);
}

}  // namespace ventanilla::ticketing
