#include "store/record/copies.hpp"

#include "store/record/copies_internal.hpp"
#include "store/record/sql.hpp"

namespace ventanilla::record {

std::int64_t copy_record(const DatabaseUrl& url, const std::filesystem::path& folder) {
    return url.backend == Backend::sqlite ? copy_sqlite(url, folder) : copy_postgresql(url, folder);
}

bool is_empty_record(const DatabaseUrl& url) {
    return url.backend == Backend::sqlite ? !std::filesystem::exists(url.target) : is_empty_postgresql(url);
}

void restore_record(const DatabaseUrl& url, const std::filesystem::path& folder, std::int64_t schema) {
    if (url.backend == Backend::sqlite) {
        restore_sqlite(url, folder);
    } else {
        restore_postgresql(url, folder, schema);
    }
}

void become_new_store(Database& database, const std::string& store_id) {
    Transaction transaction(database);
    soci::session& sql = database.sql();
    sql << "UPDATE meta SET store_id = :id", soci::use(store_id);
    if (database.backend() == Backend::sqlite) {
        sql << "INSERT INTO sqlite_sequence (name, seq) SELECT 'ticket', 0 "
               "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'ticket')";
        sql << "UPDATE sqlite_sequence SET seq = seq + :skipped WHERE name = 'ticket'", soci::use(kTicketsSkipped);
    } else {
        std::int64_t raised = 0;
        sql << "SELECT setval(pg_get_serial_sequence('ticket', 'number'), "
               "nextval(pg_get_serial_sequence('ticket', 'number')) - 1 + :skipped)",
            soci::use(kTicketsSkipped), soci::into(raised);
    }
    transaction.commit();
}

}  // namespace ventanilla::record
