#pragma once
// Numbered, forward only. The files are part of the binary: migrations/<backend>/NNNN_name.sql.

#include "store/record/database.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace ventanilla::record {

struct Migration {
    std::int64_t number = 0;
    std::string_view sql;
};

/// All migrations for `backend`, by number, which run 1, 2, 3, … without a gap.
const std::vector<Migration>& migrations(Backend backend);

}  // namespace ventanilla::record
