// chat.rate: once, also after the chat has gone to SQL.

#include "desk/desk.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

/// What was answered to the rating that is there, if this one says the same.
protocol::Result<record::Appended> repeated(record::ChatRepository& chats, const std::string& chat, std::int64_t last,
                                            const std::string& rest) {
    for (const auto& entry : chats.entries(chat, 0, last)) {
        if (entry.kind == "rated" && entry.frame.ends_with(rest)) return record::Appended{entry.seq, entry.at, true};
    }
    return protocol::fail(Code::forbidden);
}

Task<Answer> rate_past(Desk& desk, VisitorActor actor, std::int64_t re, std::string chat, std::string rest,
                       std::int64_t score) {
    auto frame = std::make_shared<std::string>();
    auto store = [visitor = actor.id, chat, rest, score,
                  frame](record::Database& database) -> protocol::Result<record::Appended> {
        record::ChatRepository chats(database);
        const auto header = chats.header(chat);
        if (!header || header->visitor_id != visitor) return protocol::fail(Code::not_found);
        if (header->rating) return repeated(chats, chat, header->last, rest);
        record::LateEntry entry;
        entry.at = wall_clock_ms();
        entry.kind = "rated";
        entry.sender = "v:" + visitor;
        entry.rating = score;
        entry.frame = [&](std::int64_t seq, std::int64_t at) {
            *frame = *protocol::entry(chat, seq, at, rest);
            return *frame;
        };
        auto appended = chats.append_after_close(chat, entry);
        // Another rating came in between.
        if (!appended && appended.error().code == Code::chat_closed) return protocol::fail(Code::forbidden);
        return appended;
    };
    auto stored = co_await desk.record.run(std::move(store));
    if (!stored) co_return tl::unexpected(stored.error());
    live::Events events;
    if (!stored->replayed) {
        live::Event event;
        event.chat = chat;
        event.visitor = actor.id;
        event.entry_kind = "rated";
        event.seq = stored->seq;
        event.frame = *frame;
        events.push_back(std::move(event));
    }
    co_return answer_seq(desk, re, chat, stored->seq, std::move(events));
}

}  // namespace

Task<Answer> rate_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatRate request) {
    const auto rest = protocol::entry_rest("rated", from(actor),
                                           {{"score", request.score}, {"comment", request.comment.value_or("")}});
    auto rated = co_await desk.live.rate(request.chat, actor.id, rest);
    if (rated) co_return answer_seq(desk, re, request.chat, rated->seq, std::move(rated->events));
    if (rated.error().code != Code::not_found) co_return tl::unexpected(rated.error());
    co_return co_await rate_past(desk, actor, re, request.chat, rest, request.score);
}

}  // namespace ventanilla::desk
