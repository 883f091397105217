#include "backup/reconcile.hpp"

#include <limits>
#include <set>
#include <utility>

#include "desk/convert.hpp"
#include "store/live/forget_visitor.hpp"
#include "store/live/live_guest.hpp"
#include "store/record/chats.hpp"

namespace ventanilla::backup {
namespace {

namespace asio = boost::asio;

constexpr auto kWholeLog = std::numeric_limits<std::int64_t>::max();

live::Task<std::vector<live::ChatMeta>> open_chats(live::LiveGuest& guest) {
    live::OpenQuery everything;
    everything.limit = std::numeric_limits<std::int32_t>::max();
    const auto open = co_await guest.store().open_chats(std::move(everything));
    if (!open) co_return tl::unexpected(open.error());
    std::vector<live::ChatMeta> chats;
    for (const auto& chat : *open) chats.push_back(chat.meta);
    co_return chats;
}

/// Ends the chat as it is; whatever its log is, `archived` then deletes it.
asio::awaitable<bool> close_and_delete(live::LiveStore& store, std::string chat) {
    const auto closed = co_await store.close(chat, "system", "", "");
    if (!closed) co_return false;
    const auto deleted = co_await store.archived(chat, kWholeLog);
    co_return deleted.has_value();
}

asio::awaitable<bool> drop_filed(live::LiveGuest& guest, record::Database& database) {
    live::ExpectedStore any;  // the one that is being restored
    const bool joined = co_await guest.join(std::move(any));
    if (!joined) co_return false;
    const auto chats = co_await open_chats(guest);
    if (!chats) co_return false;
    bool done = true;
    for (const auto& chat : *chats) {
        if (!record::ChatRepository(database).header(chat.id)) continue;
        const bool deleted = co_await close_and_delete(guest.store(), chat.id);
        done = done && deleted;
    }
    co_await guest.store().stop();
    co_return done;
}

asio::awaitable<bool> file_chat(live::LiveStore& store, record::Database& database, std::string chat) {
    const auto closed = co_await store.close(chat, "system", "", "");
    if (!closed) co_return false;
    const auto loaded = co_await store.archive_load(chat);
    if (!loaded) co_return false;
    const auto last = record::ChatRepository(database).archive(desk::to_record(*loaded));
    const auto deleted = co_await store.archived(chat, last);
    co_return deleted.has_value();
}

live::Task<std::set<std::string>> visitors_of(live::LiveGuest& guest, std::string site, std::set<std::string> hashes) {
    const auto all = co_await live::visitor_addresses(guest.pool(), site);
    if (!all) co_return tl::unexpected(all.error());
    std::set<std::string> visitors;
    for (const auto& visitor : *all) {
        const auto erasure = record::erasure_of(visitor.email, 0);
        if (erasure && hashes.contains(erasure->email_hash)) visitors.insert(visitor.id);
    }
    co_return visitors;
}

/// Open, or closed and not filed yet.
live::Task<std::set<std::string>> chats_of(live::LiveGuest& guest, std::string site, std::set<std::string> visitors) {
    auto all = co_await open_chats(guest);
    if (!all) co_return tl::unexpected(all.error());
    auto closing = co_await live::closing_chats(guest.pool(), site);
    if (!closing) co_return tl::unexpected(closing.error());
    const auto closed = co_await guest.store().chats(std::move(*closing));
    if (!closed) co_return tl::unexpected(closed.error());
    all->insert(all->end(), closed->begin(), closed->end());
    std::set<std::string> chats;
    for (const auto& chat : *all) {
        if (visitors.contains(chat.visitor)) chats.insert(chat.id);
    }
    co_return chats;
}

asio::awaitable<bool> erase(live::LiveGuest& guest, std::string site, record::Database& database,
                            std::set<std::string> hashes) {
    live::ExpectedStore any;  // the one that is being restored
    const bool joined = co_await guest.join(std::move(any));
    if (!joined) co_return false;
    const auto visitors = co_await visitors_of(guest, site, hashes);
    if (!visitors) co_return false;
    const auto chats = co_await chats_of(guest, site, *visitors);
    if (!chats) co_return false;
    bool done = true;
    for (const auto& chat : *chats) {
        const bool filed = co_await file_chat(guest.store(), database, chat);
        done = done && filed;
    }
    for (const auto& visitor : *visitors) {
        const auto forgotten = co_await live::forget_visitor(guest.pool(), guest.store(), site, visitor);
        done = done && forgotten.has_value();
    }
    co_await guest.store().stop();
    co_return done;
}

}  // namespace

bool drop_filed_chats(const live::RedisAddress& address, const std::string& site, record::Database& database) {
    live::LiveGuest guest(address, site);
    return guest.run(drop_filed(guest, database));
}

bool erase_from_live(const live::RedisAddress& address, const std::string& site, record::Database& database,
                     const std::vector<record::Erasure>& erasures) {
    std::set<std::string> hashes;
    for (const auto& erasure : erasures) hashes.insert(erasure.email_hash);
    live::LiveGuest guest(address, site);
    return guest.run(erase(guest, site, database, std::move(hashes)));
}

}  // namespace ventanilla::backup
