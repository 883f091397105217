// chat.sync: entries that a client lacks, from wherever the chat is now.

#include "desk/desk.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

Answer page(std::int64_t re, const ChatLog& log) {
    return Answer{protocol::ok_sync(re, log.frames, log.meta.last)};
}

}  // namespace

Task<Answer> sync_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatSync request) {
    auto log = co_await read_chat(desk, request.chat, request.after, request.limit);
    if (!log) co_return tl::unexpected(log.error());
    if (log->meta.visitor != actor.id) co_return protocol::fail(Code::not_found);
    co_return page(re, *log);
}

Task<Answer> sync_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatSync request) {
    auto log = co_await read_chat(desk, request.chat, request.after, request.limit);
    if (!log) co_return tl::unexpected(log.error());
    const auto readable = co_await may_read_chat(desk, actor.agent, log->meta);
    if (!readable) co_return tl::unexpected(readable.error());
    if (!*readable) co_return protocol::fail(Code::not_found);
    co_return page(re, *log);
}

}  // namespace ventanilla::desk
