#include "desk/ticket_origin.hpp"

#include "desk/follow_up.hpp"

namespace ventanilla::desk {
namespace {

using protocol::Code;

constexpr std::int64_t kAfterCloseMs = 24LL * 3'600'000;

}  // namespace

bool is_long_over(const live::ChatMeta& chat, std::int64_t now_ms) {
    return chat.status == "closed" && chat.closed_at > 0 && now_ms - chat.closed_at > kAfterCloseMs;
}

Task<std::optional<std::int64_t>> first_answer(Desk& desk, std::string chat) {
    std::int64_t after = 0;
    for (;;) {
        auto page = co_await read_chat(desk, chat, after, protocol::limits::sync_entries);
        if (!page) co_return tl::unexpected(page.error());
        if (const auto at = first_answer_at(page->frames)) co_return at;
        after += static_cast<std::int64_t>(page->frames.size());
        if (page->frames.empty() || after >= page->meta.last) co_return std::optional<std::int64_t>();
    }
}

Task<TicketOrigin> ticket_origin(Desk& desk, std::string visitor, std::string chat) {
    auto meta = co_await find_chat(desk, std::move(chat));
    if (!meta) co_return tl::unexpected(meta.error());
    if (visitor.empty() || meta->visitor != visitor) co_return protocol::fail(Code::not_found);
    if (is_long_over(*meta, wall_clock_ms())) co_return protocol::fail(Code::chat_closed);
    const auto answered = co_await first_answer(desk, meta->id);
    if (!answered) co_return tl::unexpected(answered.error());
    co_return TicketOrigin{meta->id, meta->started_at, *answered};
}

}  // namespace ventanilla::desk
