#include "store/record/connection.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <fmt/format.h>

namespace ventanilla::record {
namespace {

using sqlite_api::sqlite3;
using sqlite_api::sqlite3_busy_timeout;
using sqlite_api::sqlite3_exec;
using sqlite_api::sqlite3_interrupt;

class SqliteConnection final : public Connection {
public:
    SqliteConnection(const DatabaseUrl& url, const DatabaseOptions& options) {
        const bool pair = url.target.find('=') != std::string::npos;
        sql().open(soci::sqlite3, pair ? "dbname=" + url.target : url.target);
        raw_ = static_cast<soci::sqlite3_session_backend*>(sql().get_backend())->conn_;
        sqlite3_busy_timeout(raw_, options.busy_timeout_ms);
    }

    void configure() override {
        // FULL: a commit is on disk before it is answered, also through a power cut.
        // secure_delete: what was erased is overwritten, not only unlinked.
        execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                "PRAGMA secure_delete = ON;");
    }

    void execute(const std::string& statements) override {
        const int result = sqlite3_exec(raw_, statements.c_str(), nullptr, nullptr, nullptr);
        if (result != SQLITE_OK) {
            throw soci::sqlite3_soci_error(sqlite_api::sqlite3_errmsg(raw_), result);
        }
    }

    // IMMEDIATE: a deferred transaction that reads first and then writes fails at once where it could have waited.
    void begin() override { execute("BEGIN IMMEDIATE"); }

    void lock_schema() override {}  // BEGIN IMMEDIATE lets one in already

    bool has_table(const std::string& name) override {
        int count = 0;
        sql() << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = :name", soci::use(name),
            soci::into(count);
        return count > 0;
    }

    void interrupt() noexcept override { sqlite3_interrupt(raw_); }

private:
    sqlite3* raw_ = nullptr;
};

}  // namespace

std::unique_ptr<Connection> open_sqlite(const DatabaseUrl& url, const DatabaseOptions& options) {
    return std::make_unique<SqliteConnection>(url, options);
}

}  // namespace ventanilla::record
