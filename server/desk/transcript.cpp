// chat.transcript: promised now, mailed by the outbox.

#include "desk/desk.hpp"
#include "store/record/outbox.hpp"

namespace ventanilla::desk {

using protocol::Code;

Task<Answer> request_transcript(Desk& desk, VisitorActor actor, std::int64_t re, protocol::ChatTranscript request) {
    auto meta = co_await find_chat(desk, request.chat);
    if (!meta) co_return tl::unexpected(meta.error());
    if (meta->visitor != actor.id) co_return protocol::fail(Code::not_found);
    const auto email = actor.member->email;
    if (email.empty()) co_return protocol::fail(Code::bad_field, "email");
    // Asked twice at the same point of the log, it is one mail.
    const auto key = request.chat + ":" + std::to_string(meta->last);
    const auto payload = protocol::dump({{"chat", request.chat}, {"email", email}, {"last", meta->last}});
    auto keep = [key, payload](record::Database& database) {
        return record::OutboxRepository(database).put("transcript", key, payload);
    };
    auto kept = co_await desk.record.run(std::move(keep));
    if (!kept) co_return tl::unexpected(kept.error());
    co_return Answer{protocol::ok(re)};
}

}  // namespace ventanilla::desk
