// Who may read a ticket may read its chat (protocol.md 3.5): the one right that needs a look into the store.

#include <algorithm>

#include "desk/desk.hpp"
#include "desk/rights.hpp"
#include "store/record/tickets.hpp"

namespace ventanilla::desk {

Task<bool> may_read_chat(Desk& desk, live::AgentMeta agent, live::ChatMeta chat) {
    if (may_read(agent, chat, desk.site)) co_return true;
    auto look = [agent = std::move(agent), id = chat.id](record::Database& database) {
        const auto tickets = record::TicketRepository(database).of_chat(id);
        return std::any_of(tickets.begin(), tickets.end(), [&](const auto& ticket) { return may_read(agent, ticket); });
    };
    co_return co_await desk.record.run(std::move(look));
}

}  // namespace ventanilla::desk
