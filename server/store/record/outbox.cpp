#include "store/record/outbox.hpp"

#include "base/clock.hpp"
#include "store/record/database.hpp"
#include "store/record/sql.hpp"

#include <string>

namespace ventanilla::record {

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

}  // namespace ventanilla::record
