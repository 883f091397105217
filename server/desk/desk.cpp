#include "desk/desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "desk/convert.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::desk {
namespace {

// A page of a catch-up.
constexpr std::int64_t kPage = protocol::limits::sync_entries;

/// Fewer entries than asked for, but never none while there are more: neither a reply of chat.sync nor a page of a resume
/// may fill the socket's queue.
void keep_what_a_socket_takes(std::vector<std::string>& frames) {
    constexpr std::size_t kEnvelope = 128;  // of the reply around the entries
    std::size_t bytes = kEnvelope;
    std::size_t count = 0;
    for (const auto& frame : frames) {
        bytes += frame.size() + 1;
        if (count > 0 && bytes > protocol::limits::sync_reply_bytes) break;
        ++count;
    }
    frames.resize(count);
}

Task<ChatLog> read_past_chat(Desk& desk, std::string chat, std::int64_t after, std::int64_t limit) {
    auto read = [chat, after, limit](record::Database& database) -> protocol::Result<ChatLog> {
        record::ChatRepository chats(database);
        const auto header = chats.header(chat);
        if (!header) return protocol::fail(protocol::Code::not_found);
        ChatLog log;
        log.meta = to_meta(*header);
        log.past = true;
        if (limit > 0) {
            for (auto& entry : chats.entries(chat, after, limit)) log.frames.push_back(std::move(entry.frame));
        }
        return log;
    };
    co_return co_await desk.record.run(std::move(read));
}

boost::asio::awaitable<protocol::Result<Hub::Frames>> read_frames(Desk& desk, std::string chat, std::int64_t after) {
    auto log = co_await read_chat(desk, std::move(chat), after, kPage);
    if (!log) co_return tl::unexpected(log.error());
    co_return std::move(log->frames);
}

}  // namespace

Desk::Desk(boost::asio::io_context& loop, const config::Site& configuration, live::LiveStore& live_store,
           record::Worker& record_worker)
    : io(loop),
      site(configuration),
      live(live_store),
      record(record_worker),
      hub(loop, [this](std::string chat, std::int64_t after) { return read_frames(*this, std::move(chat), after); }),
      board(configuration, live_store),
      viewing(hub, [this](live::Event event) { broadcast(*this, std::move(event)); }) {}

void broadcast(Desk& desk, live::Event event) {
    auto tell = [](Desk& d, live::Event news) -> boost::asio::awaitable<void> {
        // Lost while Redis is away: nobody relies on it.
        co_await d.live.broadcast(std::move(news));
    };
    boost::asio::co_spawn(desk.io, tell(desk, std::move(event)), boost::asio::detached);
}

Task<ChatLog> read_chat(Desk& desk, std::string chat, std::int64_t after, std::int64_t limit) {
    auto page = co_await desk.live.read_log(chat, after, limit);
    protocol::Result<ChatLog> log;
    if (page) {
        log = ChatLog{std::move(page->meta), std::move(page->frames), false};
    } else if (page.error().code == protocol::Code::not_found) {
        log = co_await read_past_chat(desk, std::move(chat), after, limit);
    } else {
        co_return tl::unexpected(page.error());
    }
    if (log) keep_what_a_socket_takes(log->frames);
    co_return log;
}

Task<live::ChatMeta> find_chat(Desk& desk, std::string chat) {
    auto meta = co_await desk.live.chat(chat);
    if (meta || meta.error().code != protocol::Code::not_found) co_return meta;
    auto past = co_await read_past_chat(desk, std::move(chat), 0, 0);
    if (!past) co_return tl::unexpected(past.error());
    co_return std::move(past->meta);
}

Task<protocol::Visitor> load_visitor(Desk& desk, std::string visitor) {
    auto meta = co_await desk.live.visitor(visitor);
    if (!meta) co_return tl::unexpected(meta.error());
    auto count = [visitor](record::Database& database) {
        return record::ChatRepository(database).count_by_visitor(visitor);
    };
    const auto before = co_await desk.record.run(std::move(count), kCountPatience);
    co_return to_wire(*meta, before ? std::optional<std::int64_t>(*before) : std::nullopt);
}

Task<Answer> answer_with_visitor(Desk& desk, std::int64_t re, live::ChatMeta meta, live::Events events) {
    auto visitor = co_await load_visitor(desk, meta.visitor);
    protocol::Visitor known;
    if (visitor) {
        known = std::move(*visitor);
    } else if (visitor.error().code != protocol::Code::not_found && events.empty()) {
        co_return tl::unexpected(visitor.error());
    } else {
        // Forgotten since (a past chat of a visitor whose token has lapsed), or the store went away between the two
        // steps: what is done already is answered and told.
        known.id = meta.visitor;
    }
    const nlohmann::json fields{{"chat", protocol::to_json(to_wire(meta))}, {"visitor", protocol::to_json(known)}};
    co_return Answer{protocol::ok(re, fields), std::move(events)};
}

Answer answer_seq(Desk& desk, std::int64_t re, const std::string& chat, std::int64_t seq, live::Events events) {
    if (events.empty()) desk.hub.repair(chat, seq, nullptr);
    return Answer{protocol::ok_seq(re, seq), std::move(events)};
}

}  // namespace ventanilla::desk
