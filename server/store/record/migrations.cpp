#include "store/record/migrations.hpp"

#include "embedded/migration_files.hpp"

#include <charconv>
#include <stdexcept>
#include <string>

namespace ventanilla::record {
namespace {

std::vector<Migration> collect(std::string_view folder) {
    std::vector<Migration> found;
    for (const Asset& file : migration_files()) {
        if (!file.path.starts_with(folder)) {
            continue;
        }
        const std::string_view name = file.path.substr(folder.size());
        Migration migration{0, file.bytes};
        std::from_chars(name.data(), name.data() + name.size(), migration.number);
        found.push_back(migration);
        if (migration.number != static_cast<std::int64_t>(found.size())) {
            throw std::logic_error("migrations are not numbered without a gap: " + std::string(file.path));
        }
    }
    return found;
}

}  // namespace

const std::vector<Migration>& migrations(Backend backend) {
    static const std::vector<Migration> sqlite = collect("migrations/sqlite/");
    static const std::vector<Migration> postgresql = collect("migrations/postgresql/");
    return backend == Backend::sqlite ? sqlite : postgresql;
}

}  // namespace ventanilla::record
