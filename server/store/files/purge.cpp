#include "store/files/purge.hpp"

#include "store/record/files.hpp"

namespace ventanilla::files {
namespace {

bool purge(record::Database& database, const FileStore& store, const record::FileRecord& file) {
    // The bytes go before the row does: should this process die in between, the row is found again.
    record::Transaction transaction(database);
    if (!record::FileRepository(database).remove_unattached(file.id)) return false;
    // Without a name the bytes are gone already: those of a person who was erased.
    if (!file.blob.empty() && !store.remove_now(file.blob)) return false;
    transaction.commit();
    return true;
}

}  // namespace

Purged purge_unattached(record::Database& database, const FileStore& store, std::int64_t now_ms, std::int64_t limit,
                        std::int64_t skip) {
    const auto first = record::FileRepository(database).unattached_before(now_ms - kUnattachedKept_ms, skip + limit);
    Purged purged;
    purged.more = static_cast<std::int64_t>(first.size()) == skip + limit;
    for (std::size_t i = static_cast<std::size_t>(skip); i < first.size(); ++i) {
        ++(purge(database, store, first[i]) ? purged.files : purged.failed);
    }
    return purged;
}

}  // namespace ventanilla::files
