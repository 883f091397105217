// chat.note: a word between agents. By the holder, or by a supervisor who may read the chat.

#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "desk/rights.hpp"

namespace ventanilla::desk {

using protocol::Code;

Task<Answer> add_note(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatNote request) {
    auto meta = co_await find_chat(desk, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    if (meta->agent != actor.agent.id && !actor.supervises()) co_return protocol::fail(Code::not_assigned);
    if (meta->status == "closed") co_return protocol::fail(Code::chat_closed);

    auto note = new_note(actor, request.chat, request.text);
    const auto wire = to_wire(note.note);
    const auto frame = protocol::verbatim(note.frame);
    auto kept = co_await desk.live.note(request.chat, std::move(note));
    if (!kept) co_return tl::unexpected(kept.error());
    desk.hub.tell(request.chat, Member::Kind::agent, frame,
                  [&](const Member& member) { return &member == actor.member.get(); });
    co_return Answer{protocol::ok(re, {{"note", protocol::to_json(wire)}})};
}

}  // namespace ventanilla::desk
