#include "store/record/ticket_row.hpp"

#include <fmt/format.h>

namespace ventanilla::record {
namespace {

// A word that another release wrote: the column's CHECK lets none in that this one does not know.
template <typename Enum>
Enum word_from(const std::string& text) {
    const auto word = protocol::parse_word<Enum>(text);
    if (!word) {
        throw DatabaseError(DatabaseError::Kind::broken, "a ticket has the unknown word " + text);
    }
    return *word;
}

template <typename T>
void exchange_into(soci::statement& statement, T& value) {
    statement.exchange(soci::into(value));
}
template <typename T>
void exchange_into(soci::statement& statement, Nullable<T>& column) {
    statement.exchange(soci::into(column.value, column.indicator));
}

template <typename T>
void exchange_use(soci::statement& statement, const T& value, const char* name) {
    statement.exchange(soci::use(value, name));
}
template <typename T>
void exchange_use(soci::statement& statement, Nullable<T>& column, const char* name) {
    statement.exchange(soci::use(column.value, column.indicator, name));
}

}  // namespace

template <typename Row, typename Visit>
void TicketRow::each_fixed(Row& row, const Visit& visit) {
    visit("channel", row.channel_);
    visit("started_at", row.ticket_.started_at);
    visit("created_at", row.ticket_.created_at);
    visit("chat_id", row.chat_id_);
}

template <typename Row, typename Visit>
void TicketRow::each_changing(Row& row, const Visit& visit) {
    visit("state", row.state_);
    visit("email", row.ticket_.email);
    visit("name", row.ticket_.name);
    visit("rfc", row.ticket_.rfc);
    visit("department", row.ticket_.department);
    visit("subject", row.ticket_.subject);
    visit("priority", row.priority_);
    visit("locale", row.ticket_.locale);
    visit("updated_at", row.ticket_.updated_at);
    visit("state_since", row.ticket_.state_since);
    visit("assignee_id", row.assignee_id_);
    visit("assignee_name", row.assignee_name_);
    visit("follows", row.follows_);
    visit("merged_into", row.merged_into_);
    visit("first_response_due_at", row.first_response_due_at_);
    visit("first_responded_at", row.first_responded_at_);
    visit("resolution_due_at", row.resolution_due_at_);
    visit("resolved_at", row.resolved_at_);
    visit("closes_at", row.closes_at_);
    visit("last_agent_answer_at", row.last_agent_answer_at_);
    visit("last_requester_at", row.last_requester_at_);
    visit("next_due_at", row.next_due_at_);
    visit("timer_at", row.timer_at_);
    visit("key_generation", row.ticket_.key_generation);
    visit("calendar_version", row.ticket_.calendar_version);
    visit("erased", row.erased_);
}

TicketRow::TicketRow(const TicketRecord& ticket)
    : ticket_(ticket),
      state_(protocol::to_string(ticket.state)),
      channel_(protocol::to_string(ticket.channel)),
      priority_(protocol::to_string(ticket.priority)),
      assignee_id_(ticket.assignee_id),
      assignee_name_(ticket.assignee_name),
      chat_id_(ticket.chat_id),
      follows_(ticket.follows),
      merged_into_(ticket.merged_into),
      first_response_due_at_(ticket.first_response_due_at),
      first_responded_at_(ticket.first_responded_at),
      resolution_due_at_(ticket.resolution_due_at),
      resolved_at_(ticket.resolved_at),
      closes_at_(ticket.closes_at),
      last_agent_answer_at_(ticket.last_agent_answer_at),
      last_requester_at_(ticket.last_requester_at),
      next_due_at_(ticket.next_due_at),
      timer_at_(ticket.timer_at),
      erased_(ticket.erased ? 1 : 0) {}

TicketRecord TicketRow::get() const {
    TicketRecord out = ticket_;
    out.state = word_from<protocol::TicketState>(state_);
    out.channel = word_from<protocol::TicketChannel>(channel_);
    out.priority = word_from<protocol::TicketPriority>(priority_);
    out.assignee_id = assignee_id_.get();
    out.assignee_name = assignee_name_.get();
    out.chat_id = chat_id_.get();
    out.follows = follows_.get();
    out.merged_into = merged_into_.get();
    out.first_response_due_at = first_response_due_at_.get();
    out.first_responded_at = first_responded_at_.get();
    out.resolution_due_at = resolution_due_at_.get();
    out.resolved_at = resolved_at_.get();
    out.closes_at = closes_at_.get();
    out.last_agent_answer_at = last_agent_answer_at_.get();
    out.last_requester_at = last_requester_at_.get();
    out.next_due_at = next_due_at_.get();
    out.timer_at = timer_at_.get();
    out.erased = erased_ != 0;
    return out;
}

void TicketRow::define(soci::statement& statement) {
    const auto visit = [&](const char*, auto& column) { exchange_into(statement, column); };
    statement.exchange(soci::into(ticket_.number));
    each_fixed(*this, visit);
    each_changing(*this, visit);
}

void TicketRow::bind(soci::statement& statement, bool all) {
    const auto visit = [&](const char* name, auto& column) { exchange_use(statement, column, name); };
    if (all) {
        each_fixed(*this, visit);
    }
    each_changing(*this, visit);
}

std::vector<std::string> TicketRow::names() {
    std::vector<std::string> names;
    const TicketRow row;
    each_fixed(row, [&](const char* name, const auto&) { names.emplace_back(name); });
    each_changing(row, [&](const char* name, const auto&) { names.emplace_back(name); });
    return names;
}

std::vector<std::string> TicketRow::changing_names() {
    std::vector<std::string> names;
    const TicketRow row;
    each_changing(row, [&](const char* name, const auto&) { names.emplace_back(name); });
    return names;
}

std::vector<TicketRecord> select_tickets(Database& database, const Conditions& parameters, const std::string& rest) {
    TicketRow row;
    soci::statement statement(database.sql());
    row.define(statement);
    parameters.bind(statement);
    statement.alloc();
    statement.prepare(fmt::format("SELECT ticket.number, {} FROM {}", fmt::join(TicketRow::names(), ", "), rest));
    statement.define_and_bind();
    statement.execute();
    std::vector<TicketRecord> tickets;
    while (statement.fetch()) {
        tickets.push_back(row.get());
    }
    return tickets;
}

}  // namespace ventanilla::record
