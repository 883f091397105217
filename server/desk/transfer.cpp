// chat.transfer: to one agent, or back into the queue of a department.

#include "desk/convert.hpp"
#include "desk/desk.hpp"
#include "desk/refusal.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

std::optional<live::NoteToKeep> note_of(const AgentActor& actor, const protocol::ChatTransfer& request) {
    if (!request.note || request.note->empty()) return std::nullopt;
    return new_note(actor, request.chat, *request.note);
}

}  // namespace

Task<Answer> transfer_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatTransfer request) {
    if (request.to.department) {
        const auto* department = desk.site.find_department(*request.to.department);
        if (department == nullptr || department->tickets_only()) {
            co_return protocol::fail(Code::bad_field, "to.department");
        }
    }
    auto passed_on =
        request.to.agent
            ? desk.live.transfer_to_agent(request.chat, actor.agent.id, *request.to.agent, note_of(actor, request))
            : desk.live.transfer_to_department(request.chat, actor.agent.id, *request.to.department,
                                               note_of(actor, request));
    auto changed = co_await std::move(passed_on);
    if (!changed) co_return co_await refuse(desk, actor, request.chat, changed.error());
    co_return Answer{protocol::ok(re), std::move(changed->events)};
}

}  // namespace ventanilla::desk
