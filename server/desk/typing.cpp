// typing and read: passed on, not kept in the log.

#include "desk/desk.hpp"
#include "desk/refusal.hpp"

namespace ventanilla::desk {

Task<Answer> pass_typing(Desk& desk, VisitorActor actor, std::int64_t re, protocol::Typing request) {
    const auto draft = desk.site.chat.show_drafts ? request.draft : std::nullopt;
    const auto frame = protocol::typing(request.chat, request.on, from(actor), draft);
    auto meta = co_await desk.live.typing(request.chat, "visitor", actor.id, *frame);
    if (!meta) co_return co_await refuse(desk, actor, request.chat, meta.error());
    desk.hub.tell(request.chat, Member::Kind::agent, frame, [](const Member&) { return false; });
    co_return Answer{protocol::ok(re)};
}

Task<Answer> pass_typing(Desk& desk, AgentActor actor, std::int64_t re, protocol::Typing request) {
    const auto frame = protocol::typing(request.chat, request.on, from(actor));
    auto meta = co_await desk.live.typing(request.chat, "agent", actor.agent.id, *frame);
    if (!meta) co_return co_await refuse(desk, actor, request.chat, meta.error());
    desk.hub.tell(request.chat, std::nullopt, frame,
                  [&](const Member& member) { return member.person == actor.agent.id; });
    co_return Answer{protocol::ok(re)};
}

Task<Answer> mark_read(Desk& desk, VisitorActor actor, std::int64_t re, protocol::Read request) {
    auto changed = co_await desk.live.read_mark(request.chat, "visitor", actor.id, request.seq);
    if (!changed) co_return co_await refuse(desk, actor, request.chat, changed.error());
    co_return Answer{protocol::ok(re), std::move(changed->events)};
}

Task<Answer> mark_read(Desk& desk, AgentActor actor, std::int64_t re, protocol::Read request) {
    auto changed = co_await desk.live.read_mark(request.chat, "agent", actor.agent.id, request.seq);
    if (!changed) co_return co_await refuse(desk, actor, request.chat, changed.error());
    co_return Answer{protocol::ok(re), std::move(changed->events)};
}

}  // namespace ventanilla::desk
