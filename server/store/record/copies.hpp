#pragma once
// The record as a whole: copied while servers write to it, and brought back into an empty store.

#include "store/record/database.hpp"

#include <cstdint>
#include <filesystem>

namespace ventanilla::record {

/// Writes the record as it is at one moment after this call into `folder`, which must exist and be empty: for SQLite one
/// file, ventanilla.db; for PostgreSQL one file per table in the form of COPY, and sequences.txt. Returns the number of
/// its schema. Nobody is kept from writing meanwhile. Throws DatabaseError.
std::int64_t copy_record(const DatabaseUrl& url, const std::filesystem::path& folder);

/// True if nothing is there: no file, or no table.
bool is_empty_record(const DatabaseUrl& url);

/// Brings what copy_record wrote for the same kind of database into an empty one, whole or not at all; `schema` is the
/// number that copy_record gave. Throws DatabaseError.
void restore_record(const DatabaseUrl& url, const std::filesystem::path& folder, std::int64_t schema);

/// After a restore: the store is another one from now on, and numbers of tickets that were given out after the copy was
/// made are not given out again. Throws soci::soci_error.
void become_new_store(Database& database, const std::string& store_id);

/// How far the numbers of tickets are raised by become_new_store.
inline constexpr std::int64_t kTicketsSkipped = 1000;

}  // namespace ventanilla::record
