#pragma once
// A ticket's columns on their way in and out: one list for every statement. Internal to this room.

#include "store/record/conditions.hpp"
#include "store/record/database.hpp"
#include "store/record/sql.hpp"
#include "store/record/tickets.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ventanilla::record {

/// A ticket as SQL holds it.
class TicketRow {
public:
    TicketRow() = default;
    explicit TicketRow(const TicketRecord& ticket);

    TicketRecord get() const;
    /// All columns, in the order of `names`.
    void define(soci::statement& statement);
    /// Their values by name; without those that never change if `all` is false.
    void bind(soci::statement& statement, bool all);

    /// All columns but those that only SQL sees.
    static std::vector<std::string> names();
    /// Those that `update` sets.
    static std::vector<std::string> changing_names();

private:
    template <typename Row, typename Visit>
    static void each_fixed(Row& row, const Visit& visit);
    template <typename Row, typename Visit>
    static void each_changing(Row& row, const Visit& visit);

    TicketRecord ticket_;
    std::string state_;
    std::string channel_;
    std::string priority_;
    Nullable<std::string> assignee_id_;
    Nullable<std::string> assignee_name_;
    Nullable<std::string> chat_id_;
    Nullable<std::int64_t> follows_;
    Nullable<std::int64_t> merged_into_;
    Nullable<std::int64_t> first_response_due_at_;
    Nullable<std::int64_t> first_responded_at_;
    Nullable<std::int64_t> resolution_due_at_;
    Nullable<std::int64_t> resolved_at_;
    Nullable<std::int64_t> closes_at_;
    Nullable<std::int64_t> last_agent_answer_at_;
    Nullable<std::int64_t> last_requester_at_;
    Nullable<std::int64_t> next_due_at_;
    Nullable<std::int64_t> timer_at_;
    std::int64_t erased_ = 0;
};

/// The tickets of "SELECT <columns> FROM <rest>", where `rest` may use the placeholders of `parameters`.
std::vector<TicketRecord> select_tickets(Database& database, const Conditions& parameters, const std::string& rest);

}  // namespace ventanilla::record
