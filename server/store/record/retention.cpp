#include "store/record/retention.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/record/conditions.hpp"
#include "store/record/database.hpp"
#include "store/record/outbox.hpp"
#include "store/record/sql.hpp"

namespace ventanilla::record {
namespace {

/// A table that is purged, and what is particular to it.
struct Kind {
    std::string_view table;
    std::string_view key;     ///< the column that names a row
    std::string_view type;    ///< of that column
    std::string_view holder;  ///< as files name it, before the key
    std::string_view age;     ///< the column that says how old a row is
    std::string_view further;
};

constexpr Kind kChats{"chat",  "id",        "TEXT",
                      "chat:", "closed_at", "NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.chat_id = chat.id)"};
constexpr Kind kTickets{"ticket",
                        "number",
                        "BIGINT",
                        "ticket:",
                        "updated_at",
                        "state = 'closed' AND (merged_into IS NULL OR NOT EXISTS "
                        "(SELECT 1 FROM ticket AS whole WHERE whole.number = ticket.merged_into))"};

// Puts keys of rows that are too old behind others, the oldest first, until there are `limit`.
void add_old(Database& database, const Kind& kind, Conditions conditions, std::int64_t before_ms, std::int64_t limit,
             std::vector<std::string>& keys) {
    conditions.add(fmt::format("{} < {}", kind.age, conditions.place(before_ms)));
    conditions.add(std::string(kind.further));
    const std::int64_t room = limit - static_cast<std::int64_t>(keys.size());
    const std::string most = conditions.place(room);
    std::string key;
    soci::statement statement(database.sql());
    statement.exchange(soci::into(key));
    conditions.bind(statement);
    statement.alloc();
    // PostgreSQL: the rows are held until they are gone, so that none changes after it was judged. One that somebody
    // changes now, such as a ticket that is opened again, is left out: SKIP LOCKED judges by the newest version.
    const std::string_view locking = database.backend() == Backend::postgresql ? " FOR UPDATE SKIP LOCKED" : "";
    statement.prepare(fmt::format("SELECT CAST({0} AS TEXT) FROM {1} {2} ORDER BY {3}, {1}.{0} LIMIT {4}{5}", kind.key,
                                  kind.table, conditions.where(), kind.age, most, locking));
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) keys.push_back(key);
}

std::vector<std::string> old_keys(Database& database, const Kind& kind, const Cutoffs& cutoffs, std::int64_t limit) {
    std::vector<std::string> keys;
    Conditions others;
    for (const auto& [department, before_ms] : cutoffs.departments) {
        Conditions of_department;
        of_department.add("department = " + of_department.place(department));
        add_old(database, kind, std::move(of_department), before_ms, limit, keys);
        others.add("department <> " + others.place(department));
    }
    add_old(database, kind, std::move(others), cutoffs.before_ms, limit, keys);
    return keys;
}

// The bytes go before the rows do, so that a crash leaves none behind: whoever purges files finds these first.
void release_files(Database& database, const std::string& holder) {
    database.sql() << "UPDATE file SET holder = NULL, message = NULL, erased = 1, created_at = 0 "
                      "WHERE holder = :holder",
        soci::use(holder);
}

// Mails hold the address, the words and the link with the key.
void forget_promises(Database& database, const Kind& kind, const std::vector<std::string>& keys) {
    std::set<std::string> chats;
    std::set<std::string> tickets;
    for (const std::string& key : keys) {
        if (kind.table == kTickets.table) {
            tickets.insert(fmt::format("T-{:0>6}", key));
        } else {
            chats.insert(key);
        }
    }
    OutboxRepository(database).forget(chats, tickets);
}

std::int64_t purge(Database& database, const Kind& kind, const Cutoffs& cutoffs, std::int64_t limit) {
    Transaction transaction(database);
    const auto keys = old_keys(database, kind, cutoffs, limit);
    for (const std::string& key : keys) {
        release_files(database, fmt::format("{}{}", kind.holder, key));
        // What refers to the row goes with it (ON DELETE CASCADE); on PostgreSQL the search is a column of it.
        const std::string row = fmt::format("{} = CAST(:key AS {})", kind.key, kind.type);
        if (database.backend() == Backend::sqlite) {
            database.sql() << fmt::format("DELETE FROM {0}_search WHERE rowid IN (SELECT number FROM {0} WHERE {1})",
                                          kind.table, row),
                soci::use(key);
        }
        database.sql() << fmt::format("DELETE FROM {} WHERE {}", kind.table, row), soci::use(key);
    }
    if (!keys.empty()) {
        forget_promises(database, kind, keys);
    }
    transaction.commit();
    return static_cast<std::int64_t>(keys.size());
}

}  // namespace

std::int64_t RetentionRepository::purge_chats(const Cutoffs& cutoffs, std::int64_t limit) {
    return purge(database_, kChats, cutoffs, limit);
}

std::int64_t RetentionRepository::purge_outbox(std::int64_t now_ms, std::int64_t limit) {
    Transaction transaction(database_);
    const auto purged = OutboxRepository(database_).purge_done(now_ms - kPromisesKeptMs, limit);
    transaction.commit();
    return purged;
}

std::int64_t RetentionRepository::purge_tickets(const Cutoffs& cutoffs, std::int64_t limit) {
    return purge(database_, kTickets, cutoffs, limit);
}

}  // namespace ventanilla::record
