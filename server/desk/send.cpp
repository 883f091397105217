// message.send: acknowledged once it is durable and numbered.

#include "base/random.hpp"
#include "desk/desk.hpp"
#include "desk/rights.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

/// What a refused or unknown append means for one who asks about a chat that has left Redis: the old answer for a
/// re-send, else that the chat is over.
Task<Answer> answer_past(Desk& desk, std::int64_t re, live::Append append) {
    auto look = [append](record::Database& database) {
        return record::ChatRepository(database).find_by_client_id(
            append.chat, (append.role == "visitor" ? "v:" : "a:") + append.sender, append.client_id);
    };
    auto entry = co_await desk.record.run(std::move(look));
    if (!entry) co_return tl::unexpected(entry.error());
    if (!*entry) co_return protocol::fail(Code::chat_closed);
    if ((*entry)->content_hash != append.content_hash) co_return protocol::fail(Code::client_id_reuse);
    co_return Answer{protocol::ok_sent(re, (*entry)->seq, (*entry)->at)};
}

Answer acknowledge(Desk& desk, const MemberPtr& origin, std::int64_t re, std::string chat, std::string sender,
                   live::Appended done) {
    Answer answer{protocol::ok_sent(re, done.seq, done.at)};
    if (done.replayed) {
        // The first attempt may have been carried out after its sender was told `unavailable`: then nobody heard of it.
        desk.hub.repair(chat, done.seq, origin);
        return answer;
    }
    live::Event event;
    event.chat = std::move(chat);
    event.visitor = std::move(done.visitor);
    event.agent = std::move(done.agent);
    event.entry_kind = "message";
    event.sender = std::move(sender);
    event.seq = done.seq;
    event.frame = std::move(done.frame);
    answer.events.push_back(std::move(event));
    answer.acknowledged = true;
    return answer;
}

live::Append append_of(const protocol::MessageSend& request, std::string role, std::string sender,
                       const protocol::From& speaker, bool paced) {
    live::Append append;
    append.chat = request.chat;
    append.role = std::move(role);
    append.sender = std::move(sender);
    append.client_id = request.client_id;
    append.content_hash = token_hash(*request.text).substr(0, 32);
    append.rest = protocol::message_rest(speaker, *request.text, request.client_id);
    append.replay_only = !paced;
    return append;
}

}  // namespace

Task<Answer> send_message(Desk& desk, VisitorActor actor, std::int64_t re, protocol::MessageSend request, bool paced) {
    // No upload exists yet that could be attached.
    if (!request.text) co_return protocol::fail(Code::bad_field, "file");
    auto append = append_of(request, "visitor", actor.id, from(actor), paced);
    auto done = co_await desk.live.append(append);
    if (done) co_return acknowledge(desk, actor.member, re, request.chat, "v:" + actor.id, std::move(*done));
    if (done.error().code != Code::not_found) co_return tl::unexpected(done.error());
    auto meta = co_await find_chat(desk, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (meta->visitor != actor.id) co_return protocol::fail(Code::not_found);
    co_return co_await answer_past(desk, re, std::move(append));
}

Task<Answer> send_message(Desk& desk, AgentActor actor, std::int64_t re, protocol::MessageSend request, bool paced) {
    if (!request.text) co_return protocol::fail(Code::bad_field, "file");
    auto append = append_of(request, "agent", actor.agent.id, from(actor), paced);
    auto done = co_await desk.live.append(append);
    if (done) co_return acknowledge(desk, actor.member, re, request.chat, "a:" + actor.agent.id, std::move(*done));
    const auto code = done.error().code;
    if (code != Code::not_found && code != Code::not_assigned) co_return tl::unexpected(done.error());
    auto meta = co_await find_chat(desk, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (!may_read(actor.agent, *meta, desk.site)) co_return protocol::fail(Code::not_found);
    if (meta->agent != actor.agent.id || meta->status != "closed") co_return protocol::fail(Code::not_assigned);
    co_return co_await answer_past(desk, re, std::move(append));
}

}  // namespace ventanilla::desk
