// Two tickets of one requester become one.
#include <algorithm>
#include <utility>

#include "ticketing/mails.hpp"
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using protocol::Code;
using protocol::Result;
using protocol::TicketMessageKind;
using protocol::TicketRole;
using protocol::TicketState;

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

bool same_requester(const record::TicketRecord& one, const record::TicketRecord& other) {
    return !one.email.empty() && lower(one.email) == lower(other.email);
}

std::optional<std::int64_t> later(std::optional<std::int64_t> one, std::optional<std::int64_t> other) {
    return std::max(one, other);  // nothing is before everything
}

/// The first answer since the clocks began: what was answered in the other ticket counts, if it came after.
std::optional<std::int64_t> first_answer(record::Database& database, const record::TicketRecord& ticket) {
    for (const auto& message : record::TicketRepository(database).messages(ticket.number)) {
        const bool answer = message.role == TicketRole::agent && message.kind == TicketMessageKind::answer;
        if (answer && message.at >= ticket.started_at) return message.at;
    }
    return std::nullopt;
}

void give_away(record::Database& database, const Policy& policy, record::TicketRecord& ticket,
               const record::TicketRecord& into, const Author& by) {
    add_line(database, ticket, by, "merged", "", tickets::number_text(into.number));
    set_state(database, ticket, by, TicketState::closed);
    ticket.merged_into = into.number;
    store_clocks(database, policy, ticket);
}

/// `was` is the state that the other one had. A customer who waited there waits here now. Whoever has a link to this one has
/// not proved to be the other's requester, for addresses are typed and not verified: every link ends, but the mail's.
void take_in(record::Database& database, const Policy& policy, record::TicketRecord& ticket,
             const record::TicketRecord& other, TicketState was, const Author& by) {
    add_line(database, ticket, by, "took_in", "", tickets::number_text(other.number));
    ticket.last_agent_answer_at = later(ticket.last_agent_answer_at, other.last_agent_answer_at);
    ticket.last_requester_at = later(ticket.last_requester_at, other.last_requester_at);
    if (!ticket.first_responded_at) ticket.first_responded_at = first_answer(database, ticket);
    if (was == TicketState::open) set_state(database, ticket, by, TicketState::open, "reopened");
    ++ticket.key_generation;
    store_clocks(database, policy, ticket);
    mail_merged(database, policy, ticket, other.number);
}

/// Both rows, held, as they are.
Result<Merged> hold(record::Database& database, std::int64_t number, std::int64_t into, const Allowed& allowed) {
    record::TicketRepository rows(database);
    // The lower number first, so that two merges never wait for each other.
    auto first = rows.lock(std::min(number, into));
    auto second = rows.lock(std::max(number, into));
    const auto& source = number < into ? first : second;
    const auto& target = number < into ? second : first;
    if (!source || !passes(allowed, *source)) return protocol::fail(Code::not_found);
    if (!target || !passes(allowed, *target)) return protocol::fail(Code::bad_field, "into");
    return Merged{{*source, *source}, {*target, *target}};
}

}  // namespace

Result<Merged> merge(record::Database& database, const Policy& policy, std::int64_t number, std::int64_t into,
                     const Author& by, std::int64_t now_ms, const Allowed& allowed) {
    record::Transaction transaction(database);
    auto merged = hold(database, number, into, allowed);
    if (!merged) return merged;
    auto& source = merged->part.now;
    auto& target = merged->whole.now;
    if (source.merged_into == into) return merged;  // asked again
    if (number == into || source.merged_into || target.merged_into || !same_requester(source, target)) {
        return protocol::fail(Code::bad_field, "into");
    }
    record::TicketRepository rows(database);
    const std::int64_t at = std::max({now_ms, source.updated_at, target.updated_at});
    source.updated_at = at;
    target.updated_at = at;
    const TicketState was = source.state;
    rows.move_messages(number, into);
    record::FileRepository(database).move(holder_of(number), holder_of(into));
    give_away(database, policy, source, target, by);
    take_in(database, policy, target, source, was, by);
    rows.index(number);
    rows.index(into);
    transaction.commit();
    return merged;
}

}  // namespace ventanilla::ticketing
