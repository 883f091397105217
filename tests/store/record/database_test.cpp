#include "store/record/record_fixture.hpp"

#include <soci/soci.h>

#include <thread>
#include <vector>

namespace ventanilla::record {
namespace {

class RecordDatabase : public RecordTest {};
ON_BOTH_DATABASES(RecordDatabase);

TEST_P(RecordDatabase, EmptyOneIsBroughtToTheNewestSchema) {
    Database database(url());
    EXPECT_EQ(database.schema_number(), Database::newest_schema());
    EXPECT_EQ(database.backend(), GetParam());
    EXPECT_EQ(database.store_id().substr(0, 2), "s_");
}

TEST_P(RecordDatabase, StoreIdIsMadeOnce) {
    std::string id;
    {
        Database database(url());
        id = database.store_id();
    }
    EXPECT_EQ(Database(url()).store_id(), id);
}

TEST_P(RecordDatabase, SeveralMayOpenAnEmptyOneAtOnce) {
    const DatabaseUrl where = url();
    std::vector<std::string> ids(4);
    std::vector<std::thread> threads;
    for (std::string& id : ids) {
        threads.emplace_back([&id, &where] { id = Database(where).store_id(); });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(ids, std::vector<std::string>(4, ids.front()));
}

TEST_P(RecordDatabase, NewerSchemaIsRefused) {
    Database(url()).sql() << "UPDATE meta SET schema_number = schema_number + 1";
    try {
        Database again(url());
        FAIL() << "opened";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::newer_schema);
        EXPECT_NE(std::string(error.what()).find("later release"), std::string::npos) << error.what();
    }
}

TEST_P(RecordDatabase, TransactionThatIsNotCommittedLeavesNothing) {
    Database database(url());
    {
        Transaction transaction(database);
        database.sql() << "UPDATE meta SET agents_revision = 99";
    }
    std::int64_t revision = -1;
    database.sql() << "SELECT agents_revision FROM meta", soci::into(revision);
    EXPECT_EQ(revision, 0);
}

TEST(RecordDatabaseUrl, EmptyIsAFileUnderTheDataDirectory) {
    const auto url = DatabaseUrl::parse("", "/var/lib/a b");
    EXPECT_EQ(url.backend, Backend::sqlite);
    EXPECT_EQ(url.target, "/var/lib/a b/ventanilla.db");
}

TEST(RecordDatabaseUrl, PasswordsStayOutOfLogs) {
    const auto url = DatabaseUrl::parse("postgresql://me:geheim@db.example:5432/desk?password=geheim", "/");
    EXPECT_EQ(url.backend, Backend::postgresql);
    EXPECT_EQ(url.redacted(), "postgresql://db.example:5432/desk");
}

TEST(RecordDatabaseUrl, OthersAreRefused) {
    for (const char* const url : {"mysql://x", "sqlite://relative", "sqlite:///", "/var/x.db", "sqlite:///a\"b"}) {
        EXPECT_THROW(DatabaseUrl::parse(url, "/"), DatabaseError) << url;
    }
}

TEST(RecordDatabaseUrl, AFileThatCannotBeOpenedIsUnavailable) {
    try {
        Database database(DatabaseUrl::parse("sqlite:///nowhere/at/all.db", "/"));
        FAIL() << "opened";
    } catch (const DatabaseError& error) {
        EXPECT_EQ(error.kind(), DatabaseError::Kind::unavailable);
    }
}

}  // namespace
}  // namespace ventanilla::record
