#include "store/record/live_store_id.hpp"

#include "store/record/database.hpp"
#include "store/record/sql.hpp"

namespace ventanilla::record {
namespace {

// A chat is in SQL only once it has ended. What an open one held when its live store was lost, nobody can reach any more.
std::int64_t free_files(Database& database, std::int64_t made_at) {
    soci::statement update =
        (database.sql().prepare << "UPDATE file SET holder = NULL, message = NULL WHERE holder LIKE 'chat:%' "
                                   "AND created_at < :made_at AND NOT EXISTS "
                                   "(SELECT 1 FROM chat WHERE 'chat:' || chat.id = file.holder)",
         soci::use(made_at));
    update.execute(true);
    return changed(update);
}

}  // namespace

Adopted adopt_live_store(Database& database, const std::string& store_id, std::int64_t made_at) {
    Adopted adopted;
    if (database.store_id() == store_id) {  // as nearly always: nothing is written
        adopted.before = store_id;
        return adopted;
    }
    Transaction transaction(database);
    adopted.before = database.store_id();
    if (adopted.before == store_id) return adopted;
    database.sql() << "UPDATE meta SET store_id = :id", soci::use(store_id);
    if (adopted.before.starts_with(no_live_store)) {
        adopted.before.clear();
    } else {
        adopted.replaced = true;
        adopted.files_freed = free_files(database, made_at);
    }
    transaction.commit();
    return adopted;
}

}  // namespace ventanilla::record
