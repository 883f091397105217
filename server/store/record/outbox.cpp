#include "store/record/outbox.hpp"

#include "base/clock.hpp"
#include "store/record/database.hpp"
#include "store/record/sql.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <string>

namespace ventanilla::record {

bool is_about(const nlohmann::json& payload, const std::set<std::string>& chats, const std::set<std::string>& tickets) {
    if (!payload.is_object()) {
        return false;
    }
    const auto chat = payload.find("chat");
    if (chat != payload.end() && chat->is_string() && chats.contains(chat->get_ref<const std::string&>())) {
        return true;
    }
    const auto number = payload.find("number");
    if (number == payload.end()) {
        return false;
    }
    if (number->is_number_integer()) {
        return tickets.contains(fmt::format("T-{:06}", number->get<std::int64_t>()));
    }
    return number->is_string() && tickets.contains(number->get_ref<const std::string&>());
}

bool OutboxRepository::put(std::string_view kind, std::string_view key, std::string_view payload) {
    const std::string kind_text(kind);
    const std::string key_text(key);
    const std::string payload_text(payload);
    const std::int64_t now = wall_clock_ms();
    soci::statement insert =
        (database_.sql().prepare << "INSERT INTO outbox (kind, key, payload, created_at) "
                                    "VALUES (:kind, :key, :payload, :created_at) ON CONFLICT (kind, key) DO NOTHING",
         soci::use(kind_text), soci::use(key_text), soci::use(payload_text), soci::use(now));
    insert.execute(true);
    return changed(insert) > 0;
}

std::int64_t OutboxRepository::put_numbered(std::string_view kind, std::string_view key, std::string_view payload) {
    put(kind, key, payload);
    const std::string kind_text(kind);
    const std::string key_text(key);
    std::int64_t id = 0;
    database_.sql() << "SELECT id FROM outbox WHERE kind = :kind AND key = :key", soci::use(kind_text),
        soci::use(key_text), soci::into(id);
    return id;
}

std::vector<OutboxRow> OutboxRepository::pending(std::int64_t limit) {
    std::vector<OutboxRow> rows;
    OutboxRow row;
    soci::statement select = (database_.sql().prepare << "SELECT id, kind, key, payload, created_at FROM outbox "
                                                         "WHERE done_at IS NULL ORDER BY id LIMIT :count",
                              soci::use(limit), soci::into(row.id), soci::into(row.kind), soci::into(row.key),
                              soci::into(row.payload), soci::into(row.created_at));
    select.execute();
    while (select.fetch()) {
        rows.push_back(row);
    }
    return rows;
}

std::vector<OutboxRow> OutboxRepository::pending(std::string_view kind, std::int64_t after, std::int64_t limit) {
    const std::string kind_text(kind);
    std::vector<OutboxRow> rows;
    OutboxRow row;
    soci::statement select =
        (database_.sql().prepare << "SELECT id, kind, key, payload, created_at FROM outbox "
                                    "WHERE done_at IS NULL AND kind = :kind AND id > :after ORDER BY id LIMIT :count",
         soci::use(kind_text), soci::use(after), soci::use(limit), soci::into(row.id), soci::into(row.kind),
         soci::into(row.key), soci::into(row.payload), soci::into(row.created_at));
    select.execute();
    while (select.fetch()) {
        rows.push_back(row);
    }
    return rows;
}

bool OutboxRepository::done(std::int64_t id) {
    const std::int64_t now = wall_clock_ms();
    soci::statement update =
        (database_.sql().prepare << "UPDATE outbox SET done_at = :done_at WHERE id = :id AND done_at IS NULL",
         soci::use(now), soci::use(id));
    update.execute(true);
    return changed(update) > 0;
}

std::int64_t OutboxRepository::purge_done(std::int64_t before_ms, std::int64_t limit) {
    soci::statement remove =
        (database_.sql().prepare << "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < :before "
                                    "ORDER BY id LIMIT :count)",
         soci::use(before_ms), soci::use(limit));
    remove.execute(true);
    return changed(remove);
}

void OutboxRepository::forget(const std::set<std::string>& chats, const std::set<std::string>& tickets) {
    std::vector<std::int64_t> found;
    std::int64_t id = 0;
    std::string payload;
    soci::statement select =
        (database_.sql().prepare << "SELECT id, payload FROM outbox", soci::into(id), soci::into(payload));
    select.execute();
    while (select.fetch()) {
        if (is_about(nlohmann::json::parse(payload, nullptr, false), chats, tickets)) {
            found.push_back(id);
        }
    }
    for (const std::int64_t row : found) {
        database_.sql() << "DELETE FROM outbox WHERE id = :id", soci::use(row);
    }
}

}  // namespace ventanilla::record
