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

bool is_own_store(const FoundStore& store, std::string_view known) {
    return store.id == known || store.replaces == known || known.starts_with(no_live_store);
}

Adopted adopt_live_store(Database& database, const FoundStore& store) {
    Adopted adopted;
    if (database.store_id() == store.id) {  // as nearly always: nothing is written
        adopted.before = store.id;
        return adopted;
    }
    Transaction transaction(database);
    adopted.before = database.store_id();
    if (adopted.before == store.id) return adopted;
    adopted.foreign = !is_own_store(store, adopted.before);
    if (adopted.foreign) return adopted;
    database.sql() << "UPDATE meta SET store_id = :id", soci::use(store.id);
    if (adopted.before.starts_with(no_live_store)) {
        adopted.before.clear();
    } else {
        adopted.replaced = true;
        adopted.files_freed = free_files(database, store.made_at);
    }
    transaction.commit();
    return adopted;
}

}  // namespace ventanilla::record
