// chat.take: an agent picks a waiting chat, or a supervisor takes over one that somebody has.

#include <algorithm>

#include "desk/desk.hpp"
#include "desk/rights.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

Task<live::Changed> take_one(Desk& desk, AgentActor actor, std::string chat) {
    auto meta = co_await find_chat(desk, chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    if (meta->status == "closed") co_return protocol::fail(Code::chat_closed);
    const bool take_over = meta->status == "assigned" && meta->agent != actor.agent.id && actor.supervises();
    co_return co_await desk.live.take(std::move(chat), actor.agent.id, take_over);
}

}  // namespace

Task<Answer> take_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTake request) {
    protocol::Result<live::Changed> taken;
    if (request.chat) {
        taken = co_await take_one(desk, actor, *request.chat);
    } else {
        if (desk.site.find_department(*request.department) == nullptr) {
            co_return protocol::fail(Code::bad_field, "department");
        }
        taken = co_await desk.live.take_head(*request.department, actor.agent.id);
    }
    if (!taken) co_return tl::unexpected(taken.error());
    const auto chat = taken->meta.id;
    const auto last = taken->meta.last;
    desk.hub.expect(chat, actor.member, Hub::Role::participant);
    // What was written between the two is told to nobody here: ask how far the log reaches by now.
    const auto now = co_await desk.live.attach(chat);
    auto answer = co_await answer_with_visitor(desk, re, std::move(taken->meta), std::move(taken->events));
    // Only now, so that nothing is pushed before the reply.
    if (answer) desk.hub.begin(chat, actor.member, last, now ? std::max(last, now->last) : last);
    co_return answer;
}

}  // namespace ventanilla::desk
