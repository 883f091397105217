#include "store/record/retention.hpp"

#include "store/record/files.hpp"
#include "store/record/outbox.hpp"
#include "store/record/sql.hpp"
#include "store/record/ticket_fixture.hpp"

#include <thread>

namespace ventanilla::record {
namespace {

constexpr std::int64_t now = 1'789'000'000'000;
constexpr std::int64_t day = 86'400'000;

class RecordRetention : public RecordTest {
protected:
    Database database{url()};
    ChatRepository chats{database};
    TicketRepository tickets{database};
    FileRepository files{database};
    RetentionRepository retention{database};

    void archive(const std::string& id, std::int64_t closed_at, const std::string& department = "soporte-tecnico") {
        ChatRecord chat = closed_chat(id, 2, closed_at);
        chat.department = department;
        chat.notes.push_back({"n_" + id, closed_at, "a_1", "Beto", "nota"});
        chats.archive(chat);
    }

    /// A ticket that was closed and last changed at `at`, with a message and a line of history.
    std::int64_t add_closed(std::int64_t at, TicketRecord ticket = form_ticket()) {
        ticket.state = protocol::TicketState::closed;
        ticket.updated_at = ticket.state_since = at;
        return add(ticket);
    }

    std::int64_t add(const TicketRecord& ticket) {
        const std::int64_t number = tickets.insert(ticket, "", "").first;
        tickets.add_message(ticket_message("m_" + std::to_string(number), number, "mensaje"));
        TicketHistoryRecord line;
        line.ticket = number;
        line.what = "created";
        tickets.add_history(line);
        tickets.index(number);
        return number;
    }

    FileRecord upload(const std::string& id, std::int64_t at) {
        FileRecord file;
        file.id = id;
        file.blob = "blob-" + id;
        file.name = "captura.png";
        file.size = 5;
        file.media_type = "image/png";
        file.uploader = "v:v_1";
        file.created_at = at;
        files.insert(file);
        return file;
    }

    std::int64_t count(const std::string& table) {
        std::int64_t rows = 0;
        database.sql() << "SELECT count(*) FROM " + table, soci::into(rows);
        return rows;
    }
};
ON_BOTH_DATABASES(RecordRetention);

TEST_P(RecordRetention, OldChatsGoWithAllThatBelongsToThem) {
    archive("c_old", now - 1);
    archive("c_new", now);
    EXPECT_EQ(retention.purge_chats({now, {}}, 100), 1);
    EXPECT_EQ(chats.find("c_old"), std::nullopt);
    EXPECT_TRUE(chats.find("c_new"));
    EXPECT_EQ(count("chat"), 1);
    EXPECT_EQ(count("entry"), 2);
    EXPECT_EQ(count("note"), 1);
    EXPECT_EQ(chats.list({.departments = {}, .any_channels = {}, .q = "mensaje", .cursor = {}})->chats.size(), 1U);
    if (GetParam() == Backend::sqlite) {
        EXPECT_EQ(count("chat_search"), 1);
    }
    EXPECT_EQ(retention.purge_chats({now, {}}, 100), 0);
}

TEST_P(RecordRetention, DepartmentsMayKeepChatsShorterOrLonger) {
    archive("c_short", now - 2 * day, "ventas");
    archive("c_long", now - 20 * day, "soporte-contable");
    archive("c_longest", now - 200 * day, "soporte-contable");
    archive("c_other", now - 2 * day);
    archive("c_missed", now - 12 * day, "any");
    const Cutoffs cutoffs{now - 10 * day, {{"ventas", now - day}, {"soporte-contable", now - 100 * day}}};
    EXPECT_EQ(retention.purge_chats(cutoffs, 100), 3);
    EXPECT_TRUE(chats.header("c_long"));
    EXPECT_TRUE(chats.header("c_other"));
    EXPECT_EQ(count("chat"), 2);
}

TEST_P(RecordRetention, TheOldestGoFirstAndNoMoreThanTheLimit) {
    for (const std::int64_t age : {3, 1, 5, 4, 2}) {
        archive("c_" + std::to_string(age), now - age * day);
        archive("c_v" + std::to_string(age), now - age * day, "ventas");
    }
    const Cutoffs cutoffs{now, {{"ventas", now}}};
    EXPECT_EQ(retention.purge_chats(cutoffs, 2), 2);
    EXPECT_FALSE(chats.header("c_v5"));
    EXPECT_FALSE(chats.header("c_v4"));
    EXPECT_EQ(retention.purge_chats(cutoffs, 4), 4);
    EXPECT_FALSE(chats.header("c_5"));
    EXPECT_TRUE(chats.header("c_4"));
    EXPECT_EQ(retention.purge_chats(cutoffs, 100), 4);
    EXPECT_EQ(retention.purge_chats(cutoffs, 100), 0);
}

TEST_P(RecordRetention, AChatStaysAsLongAsItsTicket) {
    archive("c_1", now - 10 * day);
    TicketRecord ticket = form_ticket();
    ticket.chat_id = "c_1";
    const std::int64_t number = add_closed(now - 2 * day, ticket);
    EXPECT_EQ(retention.purge_chats({now, {}}, 100), 0);
    EXPECT_EQ(retention.purge_tickets({now, {}}, 100), 1);
    EXPECT_EQ(tickets.find(number), std::nullopt);
    EXPECT_EQ(retention.purge_chats({now, {}}, 100), 1);
}

TEST_P(RecordRetention, OldTicketsGoOnceTheyAreClosed) {
    const std::int64_t old = add_closed(now - 1);
    const std::int64_t fresh = add_closed(now);
    for (const auto state :
         {protocol::TicketState::open, protocol::TicketState::pending, protocol::TicketState::solved}) {
        TicketRecord ticket = form_ticket("Otro", now - 5000 * day);
        ticket.state = state;
        add(ticket);
    }
    EXPECT_EQ(retention.purge_tickets({now, {}}, 100), 1);
    EXPECT_EQ(tickets.find(old), std::nullopt);
    EXPECT_TRUE(tickets.find(fresh));
    EXPECT_EQ(count("ticket"), 4);
    EXPECT_EQ(count("ticket_message"), 4);
    EXPECT_EQ(count("ticket_history"), 4);
    TicketQuery search;
    search.q = "mensaje";
    EXPECT_EQ(tickets.list(search)->tickets.size(), 4U);
    if (GetParam() == Backend::sqlite) {
        EXPECT_EQ(count("ticket_search"), 4);
    }
    // Its number is not given again.
    EXPECT_GT(add(form_ticket()), fresh + 3);
}

TEST_P(RecordRetention, DepartmentsMayKeepTicketsShorterOrLonger) {
    TicketRecord payment = form_ticket();
    payment.department = "pagos";
    const std::int64_t kept = add_closed(now - 20 * day, payment);
    TicketRecord sale = form_ticket();
    sale.department = "ventas";
    const std::int64_t gone = add_closed(now - 2 * day, sale);
    const std::int64_t other = add_closed(now - 2 * day);
    EXPECT_EQ(retention.purge_tickets({now - 10 * day, {{"pagos", now - 30 * day}, {"ventas", now - day}}}, 100), 1);
    EXPECT_TRUE(tickets.find(kept));
    EXPECT_TRUE(tickets.find(other));
    EXPECT_FALSE(tickets.find(gone));
}

TEST_P(RecordRetention, AMergedTicketStaysAsLongAsTheWhole) {
    const std::int64_t whole = add(form_ticket());
    TicketRecord part = form_ticket();
    part.merged_into = whole;
    const std::int64_t number = add_closed(now - 10 * day, part);
    EXPECT_EQ(retention.purge_tickets({now, {}}, 100), 0);
    TicketRecord closed = *tickets.find(whole);
    closed.state = protocol::TicketState::closed;
    closed.updated_at = now - 5 * day;
    tickets.update(closed);
    EXPECT_EQ(retention.purge_tickets({now, {}}, 100), 1);
    EXPECT_TRUE(tickets.find(number));
    EXPECT_EQ(retention.purge_tickets({now, {}}, 100), 1);
    EXPECT_EQ(count("ticket"), 0);
}

TEST_P(RecordRetention, FilesOfWhatIsDeletedAreNobodys) {
    archive("c_1", now - 10 * day);
    const std::int64_t number = add_closed(now - 10 * day);
    upload("f_chat", now - 10 * day);
    upload("f_ticket", now - 10 * day);
    ASSERT_TRUE(files.attach("f_chat", "v:v_1", "chat:c_1", ""));
    ASSERT_TRUE(files.attach("f_ticket", "v:v_1", "ticket:" + std::to_string(number), "m_1"));
    upload("f_other", now - 10 * day);
    ASSERT_TRUE(files.attach("f_other", "v:v_1", "ticket:" + std::to_string(number + 10), ""));
    retention.purge_tickets({now, {}}, 100);
    retention.purge_chats({now, {}}, 100);
    std::vector<std::string> free;
    for (const FileRecord& file : files.unattached_before(1, 100)) {
        free.push_back(file.id);
    }
    EXPECT_EQ(free, (std::vector<std::string>{"f_chat", "f_ticket"}));
    EXPECT_EQ(files.attach("f_chat", "v:v_1", "chat:c_2", ""), protocol::fail(protocol::Code::not_found));
    EXPECT_TRUE(files.find("f_other")->holder);
}

TEST_P(RecordRetention, WhatIsOwedAboutThemGoesToo) {
    archive("c_1", now - 10 * day);
    const std::int64_t number = add_closed(now - 10 * day);
    const std::string text = "T-" + std::string(6 - std::to_string(number).size(), '0') + std::to_string(number);
    OutboxRepository outbox(database);
    outbox.put("mail", "ticket_created", R"({"to":"ana@example.mx","number":")" + text + R"("})");
    outbox.put("log_ticket", text, R"({"chat":"c_2","number":)" + std::to_string(number) + "}");
    outbox.put("transcript", "c_1:2", R"({"chat":"c_1","email":"ana@example.mx"})");
    outbox.put("mail", "other", R"({"to":"ana@example.mx","number":"T-999999"})");
    outbox.put("transcript", "c_2:2", R"({"chat":"c_2","email":"ana@example.mx"})");
    // Sent already: that is not what decides.
    ASSERT_TRUE(outbox.done(outbox.pending("mail", 0, 1).front().id));
    retention.purge_tickets({now, {}}, 100);
    EXPECT_EQ(count("outbox"), 3);
    retention.purge_chats({now, {}}, 100);
    std::vector<std::string> left;
    for (const OutboxRow& row : outbox.pending(100)) {
        left.push_back(row.key);
    }
    EXPECT_EQ(left, (std::vector<std::string>{"other", "c_2:2"}));
    EXPECT_EQ(count("outbox"), 2);
}

TEST_P(RecordRetention, PromisesAreForgottenAMonthAfterTheyWereKept) {
    OutboxRepository outbox(database);
    for (const auto* key : {"old_1", "old_2", "old_3", "fresh", "waits"}) {
        outbox.put("mail", key, "{}");
    }
    database.sql() << "UPDATE outbox SET created_at = 1";
    const std::int64_t old = now - kPromisesKeptMs - 1;
    const std::int64_t fresh = now - kPromisesKeptMs;
    database.sql() << "UPDATE outbox SET done_at = :at WHERE key LIKE 'old%'", soci::use(old);
    database.sql() << "UPDATE outbox SET done_at = :at WHERE key = 'fresh'", soci::use(fresh);
    EXPECT_EQ(retention.purge_outbox(now, 2), 2);
    EXPECT_EQ(retention.purge_outbox(now, 2), 1);
    EXPECT_EQ(retention.purge_outbox(now, 2), 0);
    EXPECT_EQ(count("outbox"), 2);
    EXPECT_EQ(outbox.pending(10).front().key, "waits");
}

TEST_P(RecordRetention, ATicketThatIsOpenedAgainMeanwhileStays) {
    if (GetParam() == Backend::sqlite) {
        GTEST_SKIP() << "one writer at a time: nothing happens meanwhile";
    }
    const std::int64_t number = add_closed(now - 10 * day);
    const std::int64_t other = add_closed(now - 9 * day);
    Database requester(url());
    Transaction transaction(requester);
    TicketRecord again = *TicketRepository(requester).lock(number);
    again.state = protocol::TicketState::open;
    again.updated_at = now;
    TicketRepository(requester).update(again);
    EXPECT_EQ(retention.purge_tickets({now, {}}, 100), 1);
    transaction.commit();
    EXPECT_EQ(retention.purge_tickets({now, {}}, 100), 0);
    EXPECT_TRUE(tickets.find(number));
    EXPECT_FALSE(tickets.find(other));
}

TEST_P(RecordRetention, ManyServersPurgeAtOnce) {
    for (int i = 0; i < 60; ++i) {
        archive("c_" + std::to_string(i), now - day);
    }
    std::vector<std::thread> servers;
    for (int i = 0; i < 3; ++i) {
        servers.emplace_back([where = url()] {
            Database mine(where, {.busy_timeout_ms = 30'000, .statement_timeout_ms = 30'000});
            while (RetentionRepository(mine).purge_chats({now, {}}, 7) > 0) {
            }
        });
    }
    for (auto& server : servers) {
        server.join();
    }
    EXPECT_EQ(count("chat"), 0);
    EXPECT_EQ(count("entry"), 0);
}

}  // namespace
}  // namespace ventanilla::record
