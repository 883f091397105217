// A copy of the record, brought back into an empty store, holds the same; on both databases.
#include "store/record/copies.hpp"

#include "store/record/files.hpp"
#include "store/record/once.hpp"
#include "store/record/sql.hpp"
#include "store/record/ticket_fixture.hpp"

#include <atomic>
#include <thread>

namespace ventanilla::record {
namespace {

class RecordCopies : public RecordTest {
protected:
    DatabaseUrl empty_url() {
        const bool sqlite = GetParam() == Backend::sqlite;
        return DatabaseUrl::parse(sqlite ? "" : test::shared_postgres().new_database(), target_.path());
    }
    const std::filesystem::path& folder() const { return folder_.path(); }

private:
    TemporaryDirectory folder_;
    TemporaryDirectory target_;
};
ON_BOTH_DATABASES(RecordCopies);

const std::string odd_text = "tabulador\t, línea\nnueva, \\N y \"comillas\" ñ";

TEST_P(RecordCopies, HoldsTheSame) {
    std::string secret;
    std::int64_t number = 0;
    {
        Database database(url());
        auto chat = closed_chat("c_1", 5);
        chat.notes.push_back({"n_1", chat.started_at, "a_1", "Beto", odd_text});
        ChatRepository(database).archive(chat);
        TicketRepository tickets(database);
        number = tickets.insert(form_ticket(odd_text), {}, {}).first;
        tickets.index(number);
        secret = OnceRepository(database).secret("ticket-key");
    }
    EXPECT_EQ(copy_record(url(), folder()), Database::newest_schema());
    const auto target = empty_url();
    EXPECT_TRUE(is_empty_record(target));
    restore_record(target, folder(), Database::newest_schema());
    EXPECT_FALSE(is_empty_record(target));

    Database before(url());
    Database after(target);
    EXPECT_EQ(ChatRepository(after).find("c_1"), ChatRepository(before).find("c_1"));
    EXPECT_EQ(TicketRepository(after).find(number), TicketRepository(before).find(number));
    EXPECT_EQ(TicketRepository(after).find(number)->subject, odd_text);
    EXPECT_EQ(OnceRepository(after).secret("ticket-key"), secret);
    EXPECT_EQ(after.store_id(), before.store_id());
    // What is searched for is found: the index came with it.
    ChatQuery query;
    query.q = "ibanez";
    EXPECT_EQ(ChatRepository(after).list(query)->chats.size(), 1u);
}

TEST_P(RecordCopies, TicketsOfARestoredStoreAreNumberedFurtherOn) {
    std::int64_t last = 0;
    {
        Database database(url());
        for (int i = 0; i < 3; ++i) last = TicketRepository(database).insert(form_ticket(), {}, {}).first;
    }
    copy_record(url(), folder());
    const auto target = empty_url();
    restore_record(target, folder(), Database::newest_schema());
    Database after(target);
    become_new_store(after, "s_new");
    EXPECT_EQ(after.store_id(), "s_new");
    EXPECT_EQ(TicketRepository(after).insert(form_ticket(), {}, {}).first, last + kTicketsSkipped + 1);
}

TEST_P(RecordCopies, AStoreWithoutTicketsIsNumberedFurtherOnToo) {
    Database database(url());
    become_new_store(database, "s_new");
    EXPECT_EQ(TicketRepository(database).insert(form_ticket(), {}, {}).first, kTicketsSkipped + 1);
}

TEST_P(RecordCopies, WhoWritesMeanwhileIsNotKeptWaitingAndTheCopyIsOfOneMoment) {
    Database database(url());
    std::atomic<bool> over = false;
    std::atomic<int> written = 0;
    std::thread writer([&] {
        Database mine(url());
        // Chat and ticket of one number come together, or not at all.
        for (int i = 0; !over; ++i) {
            Transaction transaction(mine);
            ChatRepository(mine).archive_within(closed_chat("c_" + std::to_string(i), 3));
            TicketRepository(mine).insert(form_ticket(std::to_string(i)), {}, {});
            transaction.commit();
            ++written;
        }
    });
    while (written < 20) std::this_thread::yield();
    copy_record(url(), folder());
    const int by_then = written;
    while (written < by_then + 2) std::this_thread::yield();
    over = true;
    writer.join();
    const auto target = empty_url();
    restore_record(target, folder(), Database::newest_schema());
    Database after(target);
    std::int64_t chats = 0;
    std::int64_t tickets = 0;
    after.sql() << "SELECT count(*) FROM chat", soci::into(chats);
    after.sql() << "SELECT count(*) FROM ticket", soci::into(tickets);
    EXPECT_EQ(chats, tickets);
    EXPECT_GE(chats, 20);
    EXPECT_LE(chats, by_then + 1);
}

TEST_P(RecordCopies, ABrokenCopyLeavesNothing) {
    { Database database(url()); }
    copy_record(url(), folder());
    for (const auto& file : std::filesystem::directory_iterator(folder())) {
        std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) / 2);
    }
    const auto target = empty_url();
    EXPECT_ANY_THROW(restore_record(target, folder(), Database::newest_schema()));
    EXPECT_TRUE(is_empty_record(target));
}

}  // namespace
}  // namespace ventanilla::record
