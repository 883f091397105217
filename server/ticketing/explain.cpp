// One ticket to look at: with all that belongs to it, and how its due times came about.
#include <utility>

#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {

std::optional<Whole> read(record::Database& database, std::int64_t number) {
    record::TicketRepository rows(database);
    auto ticket = rows.find(number);
    if (!ticket) return std::nullopt;
    Whole whole;
    whole.ticket = *std::move(ticket);
    whole.messages = rows.messages(number);
    whole.history = rows.history(number);
    whole.files = record::FileRepository(database).held_by(holder_of(number));
    return whole;
}

std::optional<Explained> explain(record::Database& database, const Policy& policy, std::int64_t number) {
    record::TicketRepository rows(database);
    const auto ticket = rows.find(number);
    if (!ticket) return std::nullopt;
    const auto sla = sla_of(database, policy, *ticket);
    const auto history = sla_history(*ticket, rows.history(number));
    return Explained{tickets::explain_first_response(sla, history), tickets::explain_resolution(sla, history)};
}

}  // namespace ventanilla::ticketing
