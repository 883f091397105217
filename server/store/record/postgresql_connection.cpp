#include "store/record/connection.hpp"

#include <soci/postgresql/soci-postgresql.h>

#include <fmt/format.h>

#include <sys/socket.h>
#include <unistd.h>

namespace ventanilla::record {
namespace {

// Chosen once; any number that nobody else in this database uses.
constexpr std::int64_t schema_lock = 0x76656e74616e;

std::string with_defaults(const DatabaseUrl& url, const DatabaseOptions& options) {
    std::string target = url.target;
    char separator = target.find('?') == std::string::npos ? '?' : '&';
    const auto add = [&](std::string_view name, const std::string& value) {
        // The site's own settings win.
        if (target.find(fmt::format("?{}=", name)) == std::string::npos &&
            target.find(fmt::format("&{}=", name)) == std::string::npos) {
            target += fmt::format("{}{}={}", separator, name, value);
            separator = '&';
        }
    };
    add("connect_timeout", std::to_string(options.connect_timeout_s));
    // A peer that vanished without a word is noticed within about ten seconds, not two hours.
    add("tcp_user_timeout", "10000");
    add("keepalives_idle", "5");
    add("keepalives_interval", "2");
    add("keepalives_count", "3");
    add("client_encoding", "UTF8");
    add("application_name", "ventanilla");
    return target;
}

class PostgresqlConnection final : public Connection {
public:
    PostgresqlConnection(const DatabaseUrl& url, const DatabaseOptions& options)
        : statement_timeout_ms_(options.statement_timeout_ms) {
        sql().open(soci::postgresql, with_defaults(url, options));
        raw_ = static_cast<soci::postgresql_session_backend*>(sql().get_backend())->conn_;
        // Details of an error quote rows: people's words, which do not belong in a log.
        PQsetErrorVerbosity(raw_, PQERRORS_TERSE);
        // A descriptor of our own: libpq may close its own at any moment, and its number be used again.
        socket_ = ::dup(PQsocket(raw_));
    }

    ~PostgresqlConnection() override {
        if (socket_ >= 0) {
            ::close(socket_);
        }
    }

    void configure() override {
        execute(fmt::format("SET statement_timeout = {}; SET idle_in_transaction_session_timeout = 30000;"
                            "SET synchronous_commit = on; SET client_min_messages = warning;",
                            statement_timeout_ms_));
    }

    void execute(const std::string& statements) override {
        PGresult* const result = PQexec(raw_, statements.c_str());
        const ExecStatusType status = PQresultStatus(result);
        PQclear(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            throw soci::soci_error(PQerrorMessage(raw_));
        }
    }

    void begin() override { execute("BEGIN"); }

    void lock_schema() override {
        // A migration of a large table may take its time.
        execute(fmt::format("SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({})", schema_lock));
    }

    bool has_table(const std::string& name) override {
        int count = 0;
        sql() << "SELECT count(*) FROM information_schema.tables "
                 "WHERE table_schema = current_schema() AND table_name = :name",
            soci::use(name), soci::into(count);
        return count > 0;
    }

    // A statement timeout is the server's; where the server itself has stopped, only the socket is ours to end.
    void interrupt() noexcept override { ::shutdown(socket_, SHUT_RDWR); }

private:
    int statement_timeout_ms_;
    PGconn* raw_ = nullptr;
    int socket_ = -1;
};

}  // namespace

std::unique_ptr<Connection> open_postgresql(const DatabaseUrl& url, const DatabaseOptions& options) {
    return std::make_unique<PostgresqlConnection>(url, options);
}

}  // namespace ventanilla::record
