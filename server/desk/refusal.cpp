#include "desk/refusal.hpp"

#include "desk/rights.hpp"

namespace ventanilla::desk {

using protocol::Code;

Task<Answer> refuse(Desk& desk, VisitorActor actor, std::string chat, protocol::Error error) {
    if (error.code != Code::not_found) co_return tl::unexpected(error);
    auto meta = co_await find_chat(desk, std::move(chat));
    if (!meta) co_return tl::unexpected(meta.error());
    co_return protocol::fail(meta->visitor == actor.id ? Code::chat_closed : Code::not_found);
}

Task<Answer> refuse(Desk& desk, AgentActor actor, std::string chat, protocol::Error error) {
    if (error.code != Code::not_found && error.code != Code::not_assigned) co_return tl::unexpected(error);
    auto meta = co_await find_chat(desk, std::move(chat));
    if (!meta) co_return tl::unexpected(meta.error());
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    // It is theirs, so what was not found is something else: the agent to whom it should go.
    const bool theirs = meta->status == "assigned" && meta->agent == actor.agent.id;
    if (theirs && error.code == Code::not_found) co_return protocol::fail(Code::not_found);
    const bool was_theirs = meta->status == "closed" && meta->agent == actor.agent.id;
    co_return protocol::fail(was_theirs ? Code::chat_closed : Code::not_assigned);
}

}  // namespace ventanilla::desk
