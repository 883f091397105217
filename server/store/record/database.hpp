#pragma once
// One connection to the record store, SQLite or PostgreSQL, opened at the newest schema.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace soci {
class session;
}

namespace ventanilla::record {

class Connection;

enum class Backend : std::uint8_t { sqlite, postgresql };

/// Where the record lies. Parsed once from `--database` and `--data`.
struct DatabaseUrl {
    Backend backend = Backend::sqlite;
    std::string target;  ///< the file's path, or the postgresql:// URL

    /// "" is DATA/ventanilla.db; else sqlite:///absolute/path or postgresql://… (postgres://…).
    /// Throws DatabaseError(bad_url) for anything else.
    static DatabaseUrl parse(std::string_view url, const std::filesystem::path& data);
    /// For logs: without user and password.
    std::string redacted() const;
};

/// Why the record store could not do something, for the log and for the exit message.
class DatabaseError : public std::runtime_error {
public:
    enum class Kind : std::uint8_t {
        bad_url,
        unavailable,   ///< no connection, locked, no space
        newer_schema,  ///< written by a later release; this one must not touch it
        broken,        ///< what it holds contradicts itself
    };
    DatabaseError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
    Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

struct DatabaseOptions {
    int busy_timeout_ms = 2000;       ///< SQLite: how long a lock of somebody else is waited for
    int statement_timeout_ms = 4000;  ///< PostgreSQL: per statement; also bounds lock waits
    int connect_timeout_s = 2;        ///< PostgreSQL: libpq's own minimum is 2
};

/// One connection; used by one thread at a time. Opening brings an empty or older store to the newest schema.
/// Every operation may throw (soci::soci_error or DatabaseError); Worker catches.
class Database {
public:
    using Options = DatabaseOptions;

    /// Connects and prepares. Throws DatabaseError.
    explicit Database(const DatabaseUrl& url, Options options = {});
    /// Only connects, so that interrupt() already works while prepare() talks to a server that may hang.
    static std::unique_ptr<Database> connect(const DatabaseUrl& url, const Options& options);
    /// Settings of the connection, then the migrations that the store has not had. Throws DatabaseError.
    void prepare();
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Backend backend() const noexcept;
    soci::session& sql() noexcept;

    /// The id given to this store when it was created: Redis and SQL must belong together.
    std::string store_id();
    /// The number of the last migration that this store has had.
    std::int64_t schema_number();
    /// The number of the last migration that this program knows.
    static std::int64_t newest_schema();

    /// Throws if a write transaction cannot be begun now.
    void probe();
    /// Makes whatever runs on this connection fail soon. The one function that another thread may call.
    void interrupt() noexcept;

private:
    friend class Transaction;
    struct Unprepared {};
    Database(const DatabaseUrl& url, const Options& options, Unprepared);
    bool migrate_one();

    std::string name_;  ///< for messages
    Backend backend_;
    std::unique_ptr<Connection> connection_;
};

/// A write transaction: BEGIN IMMEDIATE on SQLite, so that a lock is met at the start and not at the commit.
/// Rolled back by the destructor unless committed. They do not nest.
class Transaction {
public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();
    /// PostgreSQL: whatever waits for a lock of somebody else for longer throws, until the end of the transaction. (On
    /// SQLite nobody else writes any more.)
    void wait_at_most(std::chrono::milliseconds patience);

private:
    Database& database_;
    bool open_ = true;
};

}  // namespace ventanilla::record
