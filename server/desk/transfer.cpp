// chat.transfer: to one agent, or back into the queue of a department.

#include "base/random.hpp"
#include "desk/desk.hpp"
#include "desk/refusal.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

Task<live::Changed> pass_on(Desk& desk, const AgentActor& actor, const protocol::ChatTransfer& request) {
    if (request.to.agent) {
        co_return co_await desk.live.transfer_to_agent(request.chat, actor.agent.id, *request.to.agent);
    }
    co_return co_await desk.live.transfer_to_department(request.chat, actor.agent.id, *request.to.department);
}

}  // namespace

Task<Answer> transfer_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTransfer request) {
    if (request.to.department) {
        const auto* department = desk.site.find_department(*request.to.department);
        if (department == nullptr || department->tickets_only()) {
            co_return protocol::fail(Code::bad_field, "to.department");
        }
    }
    auto changed = co_await pass_on(desk, actor, request);
    if (!changed) co_return co_await refuse(desk, actor, request.chat, changed.error());
    if (request.note && !request.note->empty()) {
        live::ArchiveNote note{random_id("n_"), actor.agent.id, actor.agent.name, *request.note, wall_clock_ms()};
        const auto frame = protocol::note(request.chat, {note.id, note.at, from(actor), note.text});
        const auto kept = co_await desk.live.note(request.chat, note, *frame);
        if (kept) desk.hub.tell(request.chat, Member::Kind::agent, frame, [](const Member&) { return false; });
    }
    co_return Answer{protocol::ok(re), std::move(changed->events)};
}

}  // namespace ventanilla::desk
