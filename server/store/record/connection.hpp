#pragma once
// The two kinds of connection behind Database. Internal to this room.

#include "store/record/database.hpp"

#include <memory>
#include <string>

#include <soci/soci.h>

namespace ventanilla::record {

/// What differs between SQLite and PostgreSQL in opening, locking and interrupting.
class Connection {
public:
    virtual ~Connection() = default;
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    soci::session& sql() noexcept { return session_; }

    /// The settings that hold for this connection.
    virtual void configure() = 0;
    /// Any number of statements at once, without parameters. Throws soci::soci_error.
    virtual void execute(const std::string& statements) = 0;
    /// Begins a transaction that may write.
    virtual void begin() = 0;
    /// Inside a transaction: only one connection at a time passes this.
    virtual void lock_schema() = 0;
    virtual bool has_table(const std::string& name) = 0;
    /// From any thread: what runs now fails soon.
    virtual void interrupt() noexcept = 0;

private:
    soci::session session_;
};

std::unique_ptr<Connection> open_sqlite(const DatabaseUrl& url, const DatabaseOptions& options);
std::unique_ptr<Connection> open_postgresql(const DatabaseUrl& url, const DatabaseOptions& options);

}  // namespace ventanilla::record
