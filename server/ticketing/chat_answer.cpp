// The answer that a customer had in the chat counts for the tickets that were opened from it.
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {

std::vector<record::TicketRecord> answered_in_chat(record::Database& database, const Policy& policy,
                                                   std::string_view chat_id, std::int64_t answered_at) {
    record::TicketRepository rows(database);
    std::vector<record::TicketRecord> changed;
    for (const auto& found : rows.of_chat(chat_id)) {
        if (found.first_responded_at) continue;
        auto ticket = rows.lock(found.number);
        if (!ticket || ticket->first_responded_at) continue;
        ticket->first_responded_at = answered_at;
        store_clocks(database, policy, *ticket);
        changed.push_back(std::move(*ticket));
    }
    return changed;
}

}  // namespace ventanilla::ticketing
