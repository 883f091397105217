#include "store/record/database.hpp"

#include "base/random.hpp"
#include "base/testing.hpp"
#include "store/record/connection.hpp"
#include "store/record/migrations.hpp"
#include "store/record/sql.hpp"
#include "store/record/tickets.hpp"

#include <spdlog/spdlog.h>

#include <fmt/format.h>

#include <vector>

namespace ventanilla::record {

namespace {

constexpr std::int64_t schema_with_tickets = 2;

std::unique_ptr<Connection> open(const DatabaseUrl& url, const DatabaseOptions& options) {
    try {
        return url.backend == Backend::sqlite ? open_sqlite(url, options) : open_postgresql(url, options);
    } catch (const soci::soci_error& error) {
        throw DatabaseError(DatabaseError::Kind::unavailable,
                            fmt::format("{} cannot be opened: {}", url.redacted(), cause_of(error)));
    }
}

void apply(Connection& connection, const Migration& migration) {
    connection.execute(std::string(migration.sql));
    if (migration.number == 1) {
        const std::string store_id = random_id("s_");
        connection.sql() << "INSERT INTO meta (one, store_id, schema_number, agents_revision) "
                            "VALUES (1, :store_id, 0, 0)",
            soci::use(store_id);
    }
    connection.sql() << "UPDATE meta SET schema_number = :number", soci::use(migration.number);
}

// The words of a search are made here, so a migration cannot fill the index of the tickets that it takes over.
void index_tickets(Database& database) {
    TicketRepository tickets(database);
    std::int64_t number = 0;
    std::vector<std::int64_t> numbers;
    soci::statement statement = (database.sql().prepare << "SELECT number FROM ticket", soci::into(number));
    statement.execute();
    while (statement.fetch()) {
        numbers.push_back(number);
    }
    for (const std::int64_t each : numbers) {
        tickets.index(each);
    }
}

}  // namespace

Database::Database(const DatabaseUrl& url, const Options& options, Unprepared)
    : name_(url.redacted()), backend_(url.backend), connection_(open(url, options)) {}

Database::Database(const DatabaseUrl& url, Options options) : Database(url, options, Unprepared{}) {
    prepare();
}

std::unique_ptr<Database> Database::connect(const DatabaseUrl& url, const Options& options) {
    return std::unique_ptr<Database>(new Database(url, options, Unprepared{}));
}

void Database::prepare() {
    try {
        connection_->configure();
        while (migrate_one()) {
        }
    } catch (const soci::soci_error& error) {
        throw DatabaseError(DatabaseError::Kind::unavailable, fmt::format("{}: {}", name_, cause_of(error)));
    }
}

Database::~Database() = default;

// One step of the way up; false if there is none left.
bool Database::migrate_one() {
    const auto number = schema_number();
    if (number > newest_schema()) {
        throw DatabaseError(
            DatabaseError::Kind::newer_schema,
            fmt::format("{} has schema {}, but this program knows only {}: it belongs to a later release", name_,
                        number, newest_schema()));
    }
    if (number == newest_schema()) {
        return false;
    }
    Transaction transaction(*this);
    connection_->lock_schema();
    // Another server may have taken this very step while the lock was waited for.
    if (schema_number() == number) {
        apply(*connection_, migrations(backend_)[static_cast<std::size_t>(number)]);
        if (number + 1 == schema_with_tickets) {
            index_tickets(*this);
        }
        transaction.commit();
        spdlog::info("record store {}: now at schema {}", name_, number + 1);
    }
    return true;
}

Backend Database::backend() const noexcept {
    return backend_;
}

soci::session& Database::sql() noexcept {
    return connection_->sql();
}

std::string Database::store_id() {
    std::string id;
    sql() << "SELECT store_id FROM meta", soci::into(id);
    return id;
}

std::int64_t Database::schema_number() {
    std::int64_t number = 0;
    if (connection_->has_table("meta")) {
        sql() << "SELECT schema_number FROM meta", soci::into(number);
    }
    return number;
}

std::int64_t Database::newest_schema() {
    return static_cast<std::int64_t>(migrations(Backend::sqlite).size());
}

void Database::probe() {
    Transaction transaction(*this);
    std::int64_t revision = 0;
    sql() << "SELECT agents_revision FROM meta", soci::into(revision);
}

void Database::interrupt() noexcept {
    connection_->interrupt();
}

Transaction::Transaction(Database& database) : database_(database) {
    database_.connection_->begin();
}

Transaction::~Transaction() {
    if (!open_) {
        return;
    }
    try {
        database_.connection_->execute("ROLLBACK");
    } catch (const std::exception& error) {
        // The connection is gone, and with it the transaction.
        spdlog::debug("record store: rollback: {}", cause_of(error));
    }
}

void Transaction::commit() {
    testing::crash_point("before", "commit");
    database_.connection_->execute("COMMIT");
    testing::crash_point("after", "commit");
    open_ = false;
}

void Transaction::wait_at_most(std::chrono::milliseconds patience) {
    if (database_.backend() == Backend::postgresql) {
        database_.connection_->execute(fmt::format("SET LOCAL lock_timeout = {}", patience.count()));
    }
}

}  // namespace ventanilla::record
