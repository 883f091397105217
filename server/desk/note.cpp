// chat.note: a word between agents. By the holder, or by a supervisor who may read the chat.

#include "base/random.hpp"
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

    live::ArchiveNote note{random_id("n_"), actor.agent.id, actor.agent.name, request.text, wall_clock_ms()};
    const protocol::Note wire{note.id, note.at, from(actor), note.text};
    const auto frame = protocol::note(request.chat, wire);
    auto kept = co_await desk.live.note(request.chat, note, *frame);
    if (!kept) co_return tl::unexpected(kept.error());
    desk.hub.tell(request.chat, Member::Kind::agent, frame,
                  [&](const Member& member) { return &member == actor.member.get(); });
    co_return Answer{protocol::ok(re, {{"note", protocol::to_json(wire)}})};
}

}  // namespace ventanilla::desk
