// chat.sync: entries that a client lacks, from wherever the chat is now.

#include "desk/desk.hpp"
#include "desk/rights.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

Answer page(std::int64_t re, ChatLog log) {
    // Never none while there are more, but no more than a socket takes.
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (const auto& frame : log.frames) {
        bytes += frame.size() + 1;
        if (count > 0 && bytes > protocol::limits::sync_reply_bytes) break;
        ++count;
    }
    log.frames.resize(count);
    return Answer{protocol::ok_sync(re, log.frames, log.meta.last)};
}

}  // namespace

Task<Answer> sync_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatSync request) {
    auto log = co_await read_chat(desk, request.chat, request.after, request.limit);
    if (!log) co_return tl::unexpected(log.error());
    if (log->meta.visitor != actor.id) co_return protocol::fail(Code::not_found);
    co_return page(re, std::move(*log));
}

Task<Answer> sync_chat(Desk& desk, AgentActor actor, std::int64_t re, protocol::ChatSync request) {
    auto log = co_await read_chat(desk, request.chat, request.after, request.limit);
    if (!log) co_return tl::unexpected(log.error());
    if (!may_read(actor.agent, log->meta, desk.site)) co_return protocol::fail(Code::not_found);
    co_return page(re, std::move(*log));
}

}  // namespace ventanilla::desk
