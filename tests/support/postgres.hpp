#pragma once
// A private PostgreSQL 15 for tests: its own directory, a Unix socket only, gone with the test.

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace ventanilla::test {

class PostgresServer {
public:
    /// Makes a cluster and starts it. Throws std::runtime_error if PostgreSQL 15 is not installed or will not start:
    /// a test that needs it then fails; it is never skipped.
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// The URL of a new, empty database.
    std::string new_database();
    /// Carries out one statement in the database at `url`; gives the first column of the first row, or "".
    static std::string query(const std::string& url, const std::string& statement);

    /// Stops it as `systemctl stop` would; start() brings it back with what it held.
    void stop();
    void start();
    /// Freezes all its processes, connections open; thaw() lets them go on.
    void freeze();
    void thaw();

private:
    std::string url_of(const std::string& database) const;
    bool answers() const;
    void signal_all(int signal) const;

    std::filesystem::path directory_;
    pid_t process_ = -1;
    int databases_ = 0;
};

/// One server for all tests of this program, started when first asked for.
PostgresServer& shared_postgres();

}  // namespace ventanilla::test
