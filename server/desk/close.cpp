// chat.close: by the visitor, or by the agent who holds the chat.

#include "desk/desk.hpp"
#include "desk/refusal.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

/// The `closed` entry of a chat that is in SQL already: a second close has the first one's seq.
Task<Answer> answer_past_close(Desk& desk, std::int64_t re, std::string chat) {
    auto look = [chat](record::Database& database) -> protocol::Result<std::int64_t> {
        record::ChatRepository chats(database);
        const auto record = chats.find(chat);
        if (!record) return protocol::fail(Code::not_found);
        for (const auto& entry : record->entries) {
            if (entry.kind == "closed") return entry.seq;
        }
        return record->last;
    };
    auto seq = co_await desk.record.run(std::move(look));
    if (!seq) co_return tl::unexpected(seq.error());
    co_return answer_seq(desk, re, chat, *seq);
}

}  // namespace

Task<Answer> close_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatClose request) {
    auto closed = co_await desk.live.close(request.chat, "visitor", actor.id, "left");
    if (closed) co_return answer_seq(desk, re, request.chat, closed->seq, std::move(closed->events));
    if (closed.error().code != Code::not_found) co_return tl::unexpected(closed.error());
    auto meta = co_await find_chat(desk, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (meta->visitor != actor.id) co_return protocol::fail(Code::not_found);
    co_return co_await answer_past_close(desk, re, request.chat);
}

Task<Answer> close_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::AgentClose request) {
    const std::string outcome(protocol::to_string(request.outcome));
    auto closed = co_await desk.live.close(request.chat, "agent", actor.agent.id, outcome);
    if (closed) co_return answer_seq(desk, re, request.chat, closed->seq, std::move(closed->events));
    auto refused = co_await refuse(desk, actor, request.chat, closed.error());
    if (refused || refused.error().code != Code::chat_closed) co_return refused;
    co_return co_await answer_past_close(desk, re, request.chat);
}

}  // namespace ventanilla::desk
