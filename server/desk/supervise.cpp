// chat.watch, chat.unwatch and chat.priority: for supervisors.

#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "desk/rights.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

/// The chat, if this agent may know of it and supervise it.
Task<live::ChatMeta> supervised(Desk& desk, AgentActor actor, std::string chat) {
    auto meta = co_await find_chat(desk, std::move(chat));
    if (!meta) co_return tl::unexpected(meta.error());
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    if (!may_supervise(actor.agent)) co_return protocol::fail(Code::forbidden);
    co_return meta;
}

}  // namespace

Task<Answer> watch_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatWatch request) {
    auto meta = co_await supervised(desk, actor, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (meta->status != "closed") {
        desk.hub.expect(request.chat, actor.member, Hub::Role::watcher);
        auto attached = co_await desk.live.attach(request.chat);
        if (attached) meta = std::move(attached);
    }
    const auto last = meta->last;
    live::Events none;
    auto answer = co_await answer_with_visitor(desk, re, std::move(*meta), std::move(none));
    // Only now, so that nothing is pushed before the reply.
    if (answer) {
        desk.hub.begin(request.chat, actor.member, last, last);
    } else {
        desk.hub.unwatch(request.chat, actor.member);
    }
    co_return answer;
}

Task<Answer> unwatch_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatUnwatch request) {
    auto meta = co_await supervised(desk, actor, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    desk.hub.unwatch(request.chat, actor.member);
    co_return Answer{protocol::ok(re, {{"chat", protocol::to_json(to_wire(*meta))}})};
}

Task<Answer> set_priority(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatPriority request) {
    auto meta = co_await supervised(desk, actor, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (meta->status == "closed") co_return protocol::fail(Code::chat_closed);
    auto changed = co_await desk.live.set_priority(request.chat, static_cast<int>(request.priority));
    if (!changed) co_return tl::unexpected(changed.error());
    co_return Answer{protocol::ok(re, {{"chat", protocol::to_json(to_wire(changed->meta))}}),
                     std::move(changed->events)};
}

}  // namespace ventanilla::desk
