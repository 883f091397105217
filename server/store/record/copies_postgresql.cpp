// Rows in the text form of COPY, read in one snapshot: it holds over releases of PostgreSQL, and pg_dump, which must not be
// older than the server, need not be installed.

#include "store/record/copies_internal.hpp"
#include "store/record/migrations.hpp"

#include <libpq-fe.h>

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace ventanilla::record {
namespace {

namespace fs = std::filesystem;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

class Session {
public:
    explicit Session(const DatabaseUrl& url) : name_(url.redacted()), connection_(PQconnectdb(url.target.c_str())) {
        if (PQstatus(connection_) != CONNECTION_OK) {
            const std::string why = PQerrorMessage(connection_);
            PQfinish(connection_);
            throw DatabaseError(DatabaseError::Kind::unavailable, fmt::format("{} cannot be opened: {}", name_, why));
        }
        PQsetErrorVerbosity(connection_, PQERRORS_TERSE);
        run("SET client_encoding = 'UTF8'; SET client_min_messages = warning; SET statement_timeout = 0");
    }
    ~Session() { PQfinish(connection_); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Result run(const std::string& statement) {
        Result result(PQexec(connection_, statement.c_str()), &PQclear);
        switch (PQresultStatus(result.get())) {
            case PGRES_COMMAND_OK:
            case PGRES_TUPLES_OK:
            case PGRES_COPY_IN:
            case PGRES_COPY_OUT: return result;
            default: fail();
        }
    }

    std::vector<std::string> column(const std::string& statement) {
        const Result result = run(statement);
        const int rows = PQntuples(result.get());
        std::vector<std::string> values;
        values.reserve(static_cast<std::size_t>(rows));
        for (int row = 0; row < rows; ++row) {
            values.emplace_back(PQgetvalue(result.get(), row, 0));
        }
        return values;
    }

    void copy_out(const std::string& statement, const fs::path& file) {
        run(statement);
        std::ofstream out(file, std::ios::binary);
        char* line = nullptr;
        int size = 0;
        while ((size = PQgetCopyData(connection_, &line, 0)) > 0) {
            out.write(line, size);
            PQfreemem(line);
        }
        finish_copy();
        out.close();
        if (size != -1 || !out) {
            throw DatabaseError(DatabaseError::Kind::unavailable, fmt::format("cannot write {}", file.string()));
        }
    }

    void copy_in(const std::string& statement, const fs::path& file) {
        run(statement);
        std::ifstream in(file, std::ios::binary);
        std::vector<char> part(1UL << 18);
        while (in.read(part.data(), static_cast<std::streamsize>(part.size())), in.gcount() > 0) {
            if (PQputCopyData(connection_, part.data(), static_cast<int>(in.gcount())) != 1) {
                fail();
            }
        }
        const char* const broken = in.bad() ? "the backup cannot be read" : nullptr;
        if (PQputCopyEnd(connection_, broken) != 1) {
            fail();
        }
        finish_copy();
    }

private:
    [[noreturn]] void fail() {
        throw DatabaseError(DatabaseError::Kind::unavailable,
                            fmt::format("{}: {}", name_, PQerrorMessage(connection_)));
    }

    void finish_copy() {
        bool good = true;
        for (PGresult* raw = PQgetResult(connection_); raw != nullptr; raw = PQgetResult(connection_)) {
            good = good && PQresultStatus(raw) == PGRES_COMMAND_OK;
            PQclear(raw);
        }
        if (!good) {
            fail();
        }
    }

    std::string name_;
    PGconn* connection_;
};

// In the order in which they were made: no table refers to a later one.
constexpr const char* all_tables =
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY oid";

constexpr const char* all_sequences =
    "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace ORDER BY oid";

/// "ticket (number, state)": what is computed is not copied.
std::string columns_of(Session& session, const std::string& table) {
    const auto columns = session.column(fmt::format(
        "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = '{}' AND is_generated = 'NEVER'",
        table));
    return fmt::format("{} ({})", table, columns.front());
}

}  // namespace

std::int64_t copy_postgresql(const DatabaseUrl& url, const fs::path& folder) {
    Session session(url);
    session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const auto schema = session.column("SELECT schema_number FROM meta");
    for (const std::string& table : session.column(all_tables)) {
        session.copy_out(fmt::format("COPY {} TO STDOUT", columns_of(session, table)), folder / (table + ".copy"));
    }
    // After the rows: a sequence is not part of the snapshot and may only be ahead of them.
    std::ofstream sequences(folder / "sequences.txt");
    for (const std::string& sequence : session.column(all_sequences)) {
        sequences << sequence << ' '
                  << session.column(fmt::format("SELECT last_value || ' ' || is_called FROM {}", sequence)).front()
                  << '\n';
    }
    sequences.close();
    session.run("COMMIT");
    if (!sequences) {
        throw DatabaseError(DatabaseError::Kind::unavailable, fmt::format("cannot write into {}", folder.string()));
    }
    return std::stoll(schema.at(0));
}

bool is_empty_postgresql(const DatabaseUrl& url) {
    return Session(url).column(all_tables).empty();
}

void restore_postgresql(const DatabaseUrl& url, const fs::path& folder, std::int64_t schema) {
    Session session(url);
    session.run("BEGIN");
    for (std::int64_t number = 0; number < schema; ++number) {
        session.run(std::string(migrations(Backend::postgresql)[static_cast<std::size_t>(number)].sql));
    }
    for (const std::string& table : session.column(all_tables)) {
        session.copy_in(fmt::format("COPY {} FROM STDIN", columns_of(session, table)), folder / (table + ".copy"));
    }
    std::ifstream sequences(folder / "sequences.txt");
    std::string name;
    std::string value;
    std::string called;
    while (sequences >> name >> value >> called) {
        session.run(fmt::format("SELECT setval('{}', {}, {})", name, value, called));
    }
    session.run("COMMIT");
}

}  // namespace ventanilla::record
