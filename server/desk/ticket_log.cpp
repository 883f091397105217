#include "desk/ticket_log.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "desk/at_once.hpp"
#include "desk/follow_up.hpp"
#include "store/record/chats.hpp"
#include "store/record/outbox.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::desk {
namespace {

using nlohmann::json;
using protocol::Code;

constexpr std::size_t kAtOnce = 50;
constexpr std::chrono::milliseconds kGivesWayAfter{200};  // PostgreSQL looks for deadlocks after a second

std::string client_id_of(const std::string& number) {
    return "ticket-" + number;
}

/// The chat has left Redis: the entry goes to the record. not_found if it is not there either.
Task<live::Events> write_past(Desk& desk, std::string chat, std::string number, std::string rest) {
    auto frame = std::make_shared<std::string>();
    auto store = [chat, number, rest, frame](record::Database& database) {
        record::LateEntry entry;
        entry.at = wall_clock_ms();
        entry.kind = "ticket";
        entry.sender = "s";
        entry.client_id = client_id_of(number);
        entry.content_hash = number;
        entry.frame = [&](std::int64_t seq, std::int64_t at) {
            *frame = *protocol::entry(chat, seq, at, rest);
            return *frame;
        };
        return record::ChatRepository(database).append_after_close(chat, entry);
    };
    const auto stored = co_await desk.record.run(std::move(store));
    if (!stored) co_return tl::unexpected(stored.error());
    live::Events events;
    if (!stored->replayed) {
        live::Event event;
        event.chat = chat;
        event.entry_kind = "ticket";
        event.seq = stored->seq;
        event.frame = *frame;
        events.push_back(std::move(event));
    }
    co_return events;
}

/// One promise kept: true if its row can be ticked off.
boost::asio::awaitable<bool> deliver(Desk& desk, record::OutboxRow row) {
    const auto payload = json::parse(row.payload, nullptr, false);
    if (!payload.is_object()) co_return true;
    const auto chat = payload.value("chat", "");
    const auto rest = ticket_rest(payload.value("number", std::int64_t{0}));
    auto logged = co_await desk.live.log_ticket(chat, row.key, rest);
    if (logged) {
        dispatch(desk, std::move(logged->events));
        co_return true;
    }
    if (logged.error().code != Code::not_found) co_return false;
    auto written = co_await write_past(desk, chat, row.key, rest);
    if (written) {
        dispatch(desk, std::move(*written));
        co_return true;
    }
    // Neither store has the chat: it was purged. Or the entry is there, with another hash.
    const auto code = written.error().code;
    co_return code == Code::not_found || code == Code::client_id_reuse;
}

boost::asio::awaitable<void> deliver_into(Desk& desk, record::OutboxRow row, std::vector<std::int64_t>* delivered) {
    const auto id = row.id;
    const bool there = co_await deliver(desk, std::move(row));
    // Else a store is away, or this chat is being recorded just now: the next round goes on.
    if (there) delivered->push_back(id);
}

void tick_off(record::Database& database, const std::vector<std::int64_t>& rows) {
    record::Transaction transaction(database);
    for (const auto id : rows) record::OutboxRepository(database).done(id);
    transaction.commit();
}

/// All that are promised now, from the oldest on.
boost::asio::awaitable<void> deliver_all(Desk& desk) {
    std::int64_t last = 0;
    for (std::size_t got = kAtOnce; got == kAtOnce;) {
        auto read = [last](record::Database& database) {
            return record::OutboxRepository(database).pending(ticketing::kLogTicket, last,
                                                              static_cast<std::int64_t>(kAtOnce));
        };
        auto rows = co_await desk.record.run(std::move(read));
        if (!rows || rows->empty()) co_return;
        got = rows->size();
        last = rows->back().id;
        std::vector<std::int64_t> delivered;
        std::vector<boost::asio::awaitable<void>> tasks;
        for (auto& row : *rows) tasks.push_back(deliver_into(desk, std::move(row), &delivered));
        co_await at_once(desk.io, std::move(tasks));
        if (delivered.empty()) continue;
        auto done = [delivered](record::Database& database) { tick_off(database, delivered); };
        co_await desk.record.run(std::move(done));
    }
}

Filed file_within(record::Database& database, const Filing& filing, const ticketing::Policy& policy,
                  std::int64_t now_ms) {
    const auto& chat = *filing.chat;
    record::TicketRepository(database).hold_chat(chat.id);
    Filed filed;
    filed.last = record::ChatRepository(database).archive_within(chat);
    std::vector<std::string> frames;
    for (const auto& entry : chat.entries) frames.push_back(entry.frame);
    if (const auto answered_at = first_answer_at(frames)) {
        filed.changed = ticketing::answered_in_chat(database, policy, chat.id, *answered_at);
    }
    // None for a chat that has one: its log may not say so yet.
    if (filing.follow_up && record::TicketRepository(database).of_chat(chat.id).empty()) {
        const auto created = ticketing::create_within(database, policy, *filing.follow_up, now_ms);
        // client_id_reuse: it was opened when the chat was filed before, by another configuration's words.
        if (!created && created.error().code != Code::client_id_reuse) {
            throw record::DatabaseError(record::DatabaseError::Kind::broken,
                                        "no ticket could be made of chat " + chat.id);
        }
        if (created && !created->existed) filed.opened = created->ticket;
    }
    return filed;
}

}  // namespace

boost::asio::awaitable<void> deliver_ticket_entries(Desk& desk) {
    desk.deliver_again = true;
    if (std::exchange(desk.delivering, true)) co_return;  // the one that runs looks again
    while (std::exchange(desk.deliver_again, false)) co_await deliver_all(desk);
    desk.delivering = false;
}

std::vector<Filed> file_chats(record::Database& database, const std::vector<Filing>& filings,
                              const ticketing::Policy& policy, std::int64_t now_ms) {
    record::Transaction transaction(database);
    // Whoever holds one of them may want another one: who has many gives way.
    if (filings.size() > 1) transaction.wait_at_most(kGivesWayAfter);
    std::vector<Filed> filed;
    filed.reserve(filings.size());
    for (const auto& filing : filings) filed.push_back(file_within(database, filing, policy, now_ms));
    transaction.commit();
    return filed;
}

}  // namespace ventanilla::desk
