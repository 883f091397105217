// chat.rate: once, also after the chat has gone to SQL.

#include "base/random.hpp"
#include "desk/desk.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

// A chat is rated once, so one fixed name makes a repeated rating find the first.
constexpr const char* kClientId = "rate";

Task<Answer> rate_past(Desk& desk, VisitorActor actor, std::int64_t re, std::string chat, std::string rest,
                       std::int64_t score) {
    auto frame = std::make_shared<std::string>();
    auto store = [actor, chat, rest, score, frame](record::Database& database) -> protocol::Result<record::Appended> {
        record::ChatRepository chats(database);
        const auto header = chats.header(chat);
        if (!header || header->visitor_id != actor.id) return protocol::fail(Code::not_found);
        record::LateEntry entry;
        entry.at = wall_clock_ms();
        entry.kind = "rated";
        entry.sender = "v:" + actor.id;
        entry.client_id = kClientId;
        entry.content_hash = token_hash(rest).substr(0, 32);
        entry.rating = score;
        entry.frame = [&](std::int64_t seq, std::int64_t at) {
            *frame = *protocol::entry(chat, seq, at, rest);
            return *frame;
        };
        return chats.append_after_close(chat, entry);
    };
    auto stored = co_await desk.record.run(std::move(store));
    if (!stored) co_return tl::unexpected(stored.error());
    Answer answer{protocol::ok_seq(re, stored->seq)};
    if (!stored->replayed) {
        live::Event event;
        event.chat = chat;
        event.visitor = actor.id;
        event.entry_kind = "rated";
        event.seq = stored->seq;
        event.frame = *frame;
        answer.events.push_back(std::move(event));
    }
    co_return answer;
}

}  // namespace

Task<Answer> rate_chat(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatRate request) {
    const auto rest = protocol::entry_rest(
        "rated", from(actor), {{"score", request.score}, {"comment", request.comment.value_or("")}});
    auto rated = co_await desk.live.rate(request.chat, actor.id, rest);
    if (rated) co_return Answer{protocol::ok_seq(re, rated->seq), std::move(rated->events)};
    if (rated.error().code != Code::not_found) co_return tl::unexpected(rated.error());
    co_return co_await rate_past(desk, actor, re, request.chat, rest, request.score);
}

}  // namespace ventanilla::desk
