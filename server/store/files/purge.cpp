#include "store/files/purge.hpp"

#include "store/record/files.hpp"

namespace ventanilla::files {

std::size_t purge_unattached(record::Database& database, const FileStore& store, std::int64_t now_ms,
                             std::int64_t limit) {
    record::FileRepository rows(database);
    std::size_t purged = 0;
    for (const auto& file : rows.unattached_before(now_ms - kUnattachedKept_ms, limit)) {
        // The bytes go before the row does: should this process die in between, the row is found again.
        record::Transaction transaction(database);
        if (!rows.remove_unattached(file.id) || !store.remove_now(file.blob)) continue;
        transaction.commit();
        ++purged;
    }
    return purged;
}

}  // namespace ventanilla::files
