// Cut anywhere: before any row that a command writes or deletes, or with the connection torn away. Either all is there or nothing.
#include <functional>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <soci/soci.h>

#include "store/record/retention.hpp"
#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

Repeatable repeatable(const std::string& key) {
    return {"POST /tickets", key, "body", [](const Created& created) {
                return record::StoredAnswer{{}, 201, tickets::number_text(created.ticket.number)};
            }};
}

class FaultTicketTest : public TicketingTest {
protected:
    using Command = std::function<void()>;

    // A trigger on each table lets so many rows be written or deleted and refuses the next one.
    void SetUp() override {
        TicketingTest::SetUp();
        const auto tables = table_names(db());
        db().sql() << "CREATE TABLE scissors (remaining INTEGER NOT NULL)";
        db().sql() << "INSERT INTO scissors (remaining) VALUES (1000000)";
        if (GetParam() == Backend::postgresql) {
            db().sql() << "CREATE FUNCTION cut() RETURNS trigger AS $$ BEGIN UPDATE scissors SET remaining = remaining "
                          "- 1; IF (SELECT remaining FROM scissors) < 0 THEN RAISE EXCEPTION 'cut'; END IF; RETURN "
                          "COALESCE(NEW, OLD); END $$ LANGUAGE plpgsql";
        }
        for (const auto& table : tables) {
            for (const std::string event : {"INSERT", "UPDATE", "DELETE"}) install(table, event);
        }
    }

    void allow(int rows) { db().sql() << "UPDATE scissors SET remaining = :rows", soci::use(rows); }

    /// Cuts before the first row, the second, … until the command gets through. Gives how often it was cut.
    int cut_everywhere(const Command& command) {
        allow(1'000'000);
        const auto before = dump_but_scissors();
        for (int rows = 0; rows < 100; ++rows) {
            allow(rows);
            try {
                command();
                allow(1'000'000);
                return rows;
            } catch (const soci::soci_error&) {
                allow(1'000'000);
                EXPECT_EQ(dump_but_scissors(), before) << "cut before row " << rows + 1;
            }
        }
        return -1;
    }

private:
    void install(const std::string& table, const std::string& event) {
        const auto name = fmt::format("cut_{}_{}", table, event);
        if (GetParam() == Backend::postgresql) {
            db().sql() << fmt::format("CREATE TRIGGER {} BEFORE {} ON \"{}\" FOR EACH ROW EXECUTE FUNCTION cut()", name,
                                      event, table);
        } else {
            db().sql() << fmt::format(
                "CREATE TRIGGER {} BEFORE {} ON \"{}\" BEGIN UPDATE scissors SET remaining = "
                "remaining - 1; SELECT RAISE(ABORT, 'cut') FROM scissors WHERE remaining < 0; END",
                name, event, table);
        }
    }
    std::string dump_but_scissors() {
        auto out = dump(db());
        const auto at = out.find("\n# scissors");
        const auto end = out.find("\n#", at + 1);
        return out.substr(0, at) + (end == std::string::npos ? "" : out.substr(end));
    }
};

TEST_P(FaultTicketTest, CreatingIsAllOrNothing) {
    upload("f_1", "c:challenge");
    auto wanted = form();
    wanted.attach = {"c:challenge", {"f_1"}};
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    wanted.assignee_id = "a_beto";
    wanted.assignee_name = "Beto";
    wanted.repeatable = repeatable("key-1");
    // Captcha, ticket, message, file, two lines, mail, answer.
    EXPECT_GE(cut_everywhere([&] { opened(wanted, kMonday9); }), 8);
    EXPECT_EQ(mails().size(), 1U);
}

TEST_P(FaultTicketTest, AnsweringIsAllOrNothing) {
    upload("f_1", "a:a_beto");
    const auto number = opened().ticket.number;
    auto message = says(kBeto, "Listo", TicketState::solved);
    message.attach = {"a:a_beto", {"f_1"}};
    // Message, file, line, ticket, mail.
    EXPECT_GE(cut_everywhere([&] { written(number, message, november(23, 10)); }), 5);
    EXPECT_EQ(mails().size(), 2U);
    EXPECT_EQ(read(db(), number)->messages.size(), 2U);
}

TEST_P(FaultTicketTest, ReopeningAndFollowingAreAllOrNothing) {
    const auto number = opened().ticket.number;
    set(number, TicketState::closed, november(23, 10));
    const auto soon = says(kAna, "Sigue igual");
    EXPECT_GE(cut_everywhere([&] { written(number, soon, november(24, 10)); }), 3);  // message, line, ticket
    set(number, TicketState::closed, november(24, 11));
    const auto late = says(kAna, "Volvió a pasar");
    // Ticket, message, two lines, mail.
    EXPECT_GE(cut_everywhere([&] { written(number, late, november(24, 11) + 15 * kDay); }), 5);
    EXPECT_EQ(mails("ticket_created").size(), 2U);
}

TEST_P(FaultTicketTest, ChangingManyIsAllOrNothing) {
    std::vector<std::int64_t> numbers;
    for (int i = 0; i < 3; ++i) numbers.push_back(opened(kMonday9 + i).ticket.number);
    Changes changes;
    changes.state = TicketState::solved;
    changes.priority = TicketPriority::high;
    // Of each: two lines, the ticket, the mail.
    EXPECT_GE(cut_everywhere([&] { EXPECT_TRUE(change(db(), policy(), numbers, changes, kBeto, november(23, 10))); }),
              12);
    EXPECT_EQ(mails("ticket_solved").size(), 3U);
}

TEST_P(FaultTicketTest, MergingIsAllOrNothing) {
    upload("f_1", "c:challenge");
    auto wanted = form();
    wanted.attach = {"c:challenge", {"f_1"}};
    const auto number = opened(wanted, kMonday9).ticket.number;
    const auto into = opened().ticket.number;
    // Message, file, three lines, two tickets, mail.
    EXPECT_GE(cut_everywhere([&] { EXPECT_TRUE(merge(db(), policy(), number, into, kBeto, november(23, 10))); }), 8);
    EXPECT_EQ(read(db(), into)->messages.size(), 2U);
}

TEST_P(FaultTicketTest, CompletingByAFormIsAllOrNothing) {
    upload("f_1", "c:challenge");
    auto at_the_end = form("¿Y mi factura?");
    at_the_end.channel = TicketChannel::chat;
    at_the_end.chat_id = "c_1";
    at_the_end.client_key = chat_end_key("c_1");
    const auto number = opened(at_the_end, kMonday9).ticket.number;
    auto wanted = form("Con prisa");
    wanted.chat_id = "c_1";
    wanted.completes_chat_end = true;
    wanted.email = "otra@example.mx";
    wanted.department = "ventas";
    wanted.priority = TicketPriority::high;
    wanted.attach = {"c:challenge", {"f_1"}};
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    wanted.repeatable = repeatable("key-1");
    // Captcha, three lines, message, file, ticket, mail, answer.
    EXPECT_GE(cut_everywhere([&] {
                  const auto made = opened(wanted, november(23, 10));
                  EXPECT_EQ(made.ticket.number, number);
              }),
              9);
    EXPECT_EQ(mails("ticket_created").size(), 2U);
    EXPECT_EQ(ticket(number).email, "otra@example.mx");
    EXPECT_EQ(ticket(number).key_generation, 1);
    EXPECT_EQ(record::TicketRepository(db()).of_chat("c_1").size(), 1U);
}

TEST_P(FaultTicketTest, ClosingByItselfIsAllOrNothing) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 10));
    // Two lines, the mail, the ticket.
    EXPECT_GE(cut_everywhere([&] { apply_timers(db(), policy(), november(26, 10), 10); }), 4);
    EXPECT_EQ(mails("ticket_closed").size(), 1U);
}

TEST_P(FaultTicketTest, PurgingIsAllOrNothing) {
    upload("f_1", "c:challenge");
    auto wanted = form();
    wanted.attach = {"c:challenge", {"f_1"}};
    const auto number = opened(wanted, kMonday9).ticket.number;
    set(number, TicketState::closed, november(23, 10));
    const auto other = opened(kMonday9).ticket.number;
    const record::Cutoffs cutoffs{november(24, 10), {}};
    // File, ticket, mail; SQLite and PostgreSQL differ in what they count of the rest.
    EXPECT_GE(cut_everywhere([&] { EXPECT_EQ(record::RetentionRepository(db()).purge_tickets(cutoffs, 10), 1); }), 3);
    EXPECT_FALSE(read(db(), number));
    EXPECT_TRUE(read(db(), other));
    EXPECT_EQ(mails().size(), 1U) << "of the other";
}

TEST_P(FaultTicketTest, ATornConnectionLosesAndDoublesNothing) {
    constexpr unsigned kSeed = 20261123;
    SCOPED_TRACE(fmt::format("seed {}", kSeed));
    std::mt19937 random(kSeed);
    constexpr int kTickets = 12;
    for (int i = 0; i < kTickets; ++i) {
        auto wanted = form("Asunto " + std::to_string(i));
        wanted.captcha = Captcha{"challenge " + std::to_string(i), kMonday9 + kHour};
        wanted.repeatable = repeatable("key " + std::to_string(i));
        auto connection = connect();
        const std::chrono::microseconds until(std::uniform_int_distribution(0, 4000)(random));
        std::thread killer([&] {
            std::this_thread::sleep_for(until);
            connection->interrupt();
        });
        try {
            static_cast<void>(create(*connection, policy(), wanted, kMonday9));
        } catch (const std::exception&) {
            // Torn: whether it was committed is what the repeated request finds out.
        }
        killer.join();
        EXPECT_TRUE(create(db(), policy(), wanted, kMonday9));
    }
    const auto sent = mails();
    ASSERT_EQ(sent.size(), static_cast<std::size_t>(kTickets));
    for (int i = 0; i < kTickets; ++i) {
        EXPECT_EQ(sent[static_cast<std::size_t>(i)].at("subject"), "Asunto " + std::to_string(i));
    }
    record::TicketQuery query;
    query.limit = 200;
    EXPECT_EQ(record::TicketRepository(db()).list(query)->tickets.size(), static_cast<std::size_t>(kTickets));
}

ON_BOTH_DATABASES(FaultTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
