#pragma once
// Copies of each kind of database. Internal to this room; copies.hpp says what they do.

#include "store/record/database.hpp"

#include <filesystem>

namespace ventanilla::record {

std::int64_t copy_sqlite(const DatabaseUrl& url, const std::filesystem::path& folder);
void restore_sqlite(const DatabaseUrl& url, const std::filesystem::path& folder);

std::int64_t copy_postgresql(const DatabaseUrl& url, const std::filesystem::path& folder);
bool is_empty_postgresql(const DatabaseUrl& url);
void restore_postgresql(const DatabaseUrl& url, const std::filesystem::path& folder, std::int64_t schema);

}  // namespace ventanilla::record
