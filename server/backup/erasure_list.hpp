#pragma once
// Who was erased after a backup was made, for whoever restores it. One JSON object a line: {"email_hash","at"}.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "store/record/person.hpp"

namespace ventanilla::backup {

inline constexpr const char* kErasureList = "erasures.jsonl";

/// Adds the erasure to DATA/erasures.jsonl and to the list in each backup of this data that is still where it was made.
/// Throws std::system_error if DATA's cannot be written.
void note_erasure(const std::filesystem::path& data, const record::Erasure& erasure);

/// From now on note_erasure tells this backup too. Throws std::system_error.
void remember_backup(const std::filesystem::path& data, const std::filesystem::path& backup);
/// Tells a backup that is there now of the erasures since it was begun: they may have run while it was made.
void catch_up(const std::filesystem::path& data, const std::filesystem::path& backup, std::int64_t since);

/// The list in this folder; empty if there is none. Lines that are no erasure are left out.
std::vector<record::Erasure> read_erasures(const std::filesystem::path& folder);

}  // namespace ventanilla::backup
