// A store of the first release, with what people have written into it, comes up to the newest schema.
#include "store/record/chats.hpp"
#include "store/record/connection.hpp"
#include "store/record/migrations.hpp"
#include "store/record/outbox.hpp"
#include "store/record/ticket_fixture.hpp"

#include <thread>

namespace ventanilla::record {
namespace {

class RecordMigration : public RecordTest {
protected:
    /// What `statements` do to an empty store of schema 1.
    void begin_with(const std::string& statements) {
        const auto connection = GetParam() == Backend::sqlite ? open_sqlite(url(), {}) : open_postgresql(url(), {});
        connection->configure();
        connection->execute(std::string(migrations(GetParam()).front().sql));
        connection->execute(
            "INSERT INTO meta (one, store_id, schema_number, agents_revision) VALUES (1, 's_old', 1, 0)");
        connection->execute(statements);
    }
};
ON_BOTH_DATABASES(RecordMigration);

constexpr const char* first_release = R"(
INSERT INTO agent (id, username, name, role, departments, capacity, disabled, password_hash, revision, credentials)
VALUES ('a_1', 'beto', 'Beto', 'agent', '[]', NULL, 0, 'x', 1, 1);
INSERT INTO chat (id, visitor_id, visitor, channel, department, outcome, closed_by, started_at, closed_at, last, decisions)
VALUES ('c_1', 'v_1', '{}', 'soporte', 'any', 'ticket', 'agent', 1788999000000, 1789000000000, 0, '[]');
INSERT INTO outbox (kind, key, payload, created_at) VALUES ('transcript', 'c_1:x', '{}', 5);
INSERT INTO outbox (kind, key, payload, created_at) VALUES ('ticket', 'c_1:k', '{"state":"open","channel":"chat",
"email":"ana@example.mx","rfc":"GODE561231GR8","department":"pagos","subject":"Señal","priority":"high",
"created_at":1789000000000,"updated_at":1789000000000,"assignee":null,"chat":"c_1","follows":null,
"first_response_due_at":1789000100000,"first_responded_at":null,"resolution_due_at":1789000200000,"resolved_at":null,
"closes_at":null,"comments":"Llamar mañana","by":"a_1"}', 5);
INSERT INTO outbox (kind, key, payload, created_at) VALUES ('ticket', 'c_2:k', '{"state":"open","channel":"chat",
"email":"","rfc":"","department":"any","subject":"Otro","priority":"low","created_at":7,"updated_at":7,"chat":"c_2",
"first_response_due_at":null,"resolution_due_at":null,"comments":"","by":"a_9"}', 5);
)";

TEST_P(RecordMigration, TicketsOfTheOutboxBecomeTicketsOfTheSameNumber) {
    begin_with(first_release);
    Database database(url());
    EXPECT_EQ(database.schema_number(), Database::newest_schema());
    EXPECT_EQ(database.store_id(), "s_old");
    TicketRepository tickets(database);
    TicketRecord expected = form_ticket("Señal");
    expected.number = 2;
    expected.channel = protocol::TicketChannel::chat;
    expected.department = "pagos";
    expected.priority = protocol::TicketPriority::high;
    expected.started_at = 1788999000000;
    expected.chat_id = "c_1";
    expected.first_response_due_at = expected.next_due_at = 1789000100000;
    expected.resolution_due_at = 1789000200000;
    expected.calendar_version = "";
    EXPECT_EQ(tickets.find(2), expected);
    ASSERT_TRUE(tickets.find(3));
    EXPECT_EQ(tickets.find(3)->first_response_due_at, std::nullopt);
    EXPECT_EQ(tickets.find_by_client_key("c_1:k"), std::pair(std::int64_t{2}, std::string()));
    EXPECT_GT(tickets.insert(form_ticket(), {}, {}).first, 3);
}

TEST_P(RecordMigration, WhatWasSaidInThemCanBeReadAndFound) {
    begin_with(first_release);
    Database database(url());
    TicketRepository tickets(database);
    const auto messages = tickets.messages(2);
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].text, "Llamar mañana");
    EXPECT_EQ(messages[0].author_name, "Beto");
    EXPECT_TRUE(tickets.messages(3).empty());
    ASSERT_EQ(tickets.history(2).size(), 1u);
    EXPECT_EQ(tickets.history(2)[0].what, "created");
    TicketQuery query;
    query.q = "senal mañana T-000002";
    ASSERT_EQ(tickets.list(query).value().tickets.size(), 1u);
    // What else is in the outbox still waits there.
    const auto pending = OutboxRepository(database).pending(10);
    ASSERT_EQ(pending.size(), 1u);
    EXPECT_EQ(pending[0].kind, "transcript");
}

TEST_P(RecordMigration, EmptyStoreBeginsWithTheFirstTicket) {
    begin_with("SELECT 1");
    Database database(url());
    EXPECT_EQ(TicketRepository(database).insert(form_ticket(), {}, {}).first, 1);
}

TEST_P(RecordMigration, OfOlderChatsNothingIsKnownToBeRead) {
    begin_with(first_release);
    Database database(url());
    const auto chat = ChatRepository(database).header("c_1");
    ASSERT_TRUE(chat);
    EXPECT_EQ(chat->read_by_visitor, 0);
    EXPECT_EQ(chat->read_by_agent, 0);
}

TEST_P(RecordMigration, SeveralServersMayTakeTheStepAtOnce) {
    begin_with(first_release);
    std::vector<std::thread> servers;
    for (int i = 0; i < 4; ++i) {
        servers.emplace_back([this] { EXPECT_EQ(Database(url()).schema_number(), Database::newest_schema()); });
    }
    for (std::thread& server : servers) {
        server.join();
    }
    Database database(url());
    EXPECT_EQ(TicketRepository(database).list({}).value().tickets.size(), 2u);
}

}  // namespace
}  // namespace ventanilla::record
