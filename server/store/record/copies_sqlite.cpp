// SQLite's own online copy: all pages of one moment, in one read transaction that no writer waits for.

#include "store/record/copies_internal.hpp"

#include <sqlite3.h>

#include <fmt/format.h>

#include <memory>

namespace ventanilla::record {
namespace {

constexpr int busy_timeout_ms = 10'000;

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

[[noreturn]] void fail(sqlite3* handle, const std::string& what) {
    throw DatabaseError(DatabaseError::Kind::unavailable, fmt::format("{}: {}", what, sqlite3_errmsg(handle)));
}

Handle open(const std::string& file, int flags) {
    sqlite3* raw = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
    Handle handle(raw, &sqlite3_close);
    if (result != SQLITE_OK) {
        fail(raw, file + " cannot be opened");
    }
    sqlite3_busy_timeout(raw, busy_timeout_ms);
    return handle;
}

void copy_pages(const std::string& from, const std::string& to) {
    const Handle source = open(from, SQLITE_OPEN_READWRITE);
    const Handle copy = open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    // Synced when it is closed; the caller's file system need not be fast.
    sqlite3_backup* const backup = sqlite3_backup_init(copy.get(), "main", source.get(), "main");
    if (backup == nullptr) {
        fail(copy.get(), to + " cannot be written");
    }
    // All in one step: between two, another process's write would make it begin anew.
    const int result = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (result != SQLITE_DONE) {
        fail(copy.get(), from + " cannot be copied");
    }
}

/// The first value of the first row.
std::string value_of(sqlite3* handle, const char* statement) {
    std::string value;
    const auto keep = [](void* out, int columns, char** values, char**) {
        if (columns > 0 && values[0] != nullptr) {
            *static_cast<std::string*>(out) = values[0];
        }
        return 1;  // no further row
    };
    const int result = sqlite3_exec(handle, statement, keep, &value, nullptr);
    if (result != SQLITE_OK && result != SQLITE_ABORT) {
        fail(handle, "the copy cannot be read");
    }
    return value;
}

}  // namespace

std::int64_t copy_sqlite(const DatabaseUrl& url, const std::filesystem::path& folder) {
    const std::string to = (folder / "ventanilla.db").string();
    copy_pages(url.target, to);
    const Handle copy = open(to, SQLITE_OPEN_READWRITE);
    // Of one file, without a write-ahead log beside it.
    value_of(copy.get(), "PRAGMA journal_mode = DELETE");
    const std::string checked = value_of(copy.get(), "PRAGMA quick_check(1)");
    if (checked != "ok") {
        throw DatabaseError(DatabaseError::Kind::broken, fmt::format("{} is damaged: {}", url.target, checked));
    }
    return std::stoll(value_of(copy.get(), "SELECT schema_number FROM meta"));
}

void restore_sqlite(const DatabaseUrl& url, const std::filesystem::path& folder) {
    // Under another name until it is whole.
    const std::string unfinished = url.target + ".restoring";
    std::filesystem::remove(unfinished);
    copy_pages((folder / "ventanilla.db").string(), unfinished);
    std::filesystem::rename(unfinished, url.target);
}

}  // namespace ventanilla::record
