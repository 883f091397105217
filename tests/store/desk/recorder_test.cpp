// Closed chats go from a real Redis to the record, many at a time, and one that cannot holds up no other.
#include "desk/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "store/live/live_fixture.hpp"
#include "store/record/chats.hpp"
#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::desk {
namespace {

using namespace std::chrono_literals;
using record::Backend;
using record::backend_name;
using testing::ElementsAre;

record::WorkerOptions quick() {
    record::WorkerOptions options;
    options.probe_every = 50ms;
    options.backoff_first = 20ms;
    options.backoff_most = 100ms;
    options.database.busy_timeout_ms = 200;
    options.database.statement_timeout_ms = 1000;
    return options;
}

boost::asio::awaitable<bool> whole(Recorder& recorder) {
    co_await recorder.record_all();
    co_return true;
}

class RecorderTest : public live::LiveTest, public testing::WithParamInterface<Backend> {
protected:
    RecorderTest()
        : url(record::DatabaseUrl::parse(GetParam() == Backend::sqlite ? "" : test::shared_postgres().new_database(),
                                         directory.path())),
          db(url),
          worker(io.get_executor(), url, quick()),
          site_config(ticketing::site_of_tests()),
          desk(io, site_config, live, worker),
          recorder(desk) {
        desk.ticket_policy = [policy = ticketing::make_policy(site_config, "https://desk.example", "a secret")] {
            return policy;
        };
        online("a1", {"tecnico"}, 1000);
        until_healthy();
    }

    void TearDown() override { listen(); }  // what other servers are told

    void until_healthy() {
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (!worker.healthy() && std::chrono::steady_clock::now() < give_up) listen(5ms);
        ASSERT_TRUE(worker.healthy());
    }

    /// So many chats that have ended; their visitors' last words are unanswered.
    std::vector<std::string> closed(int how_many) {
        std::vector<std::string> chats;
        for (int i = 0; i < how_many; ++i) {
            chats.push_back(start("tecnico"));
            close(chats.back());
        }
        std::sort(chats.begin(), chats.end());
        return chats;
    }

    void record_all() { wait(whole(recorder)); }

    bool recorded(const std::string& id) { return record::ChatRepository(db).header(id).has_value(); }
    std::int64_t still_in_redis() { return get(live.sweep()).closing; }
    std::size_t tickets(const std::string& id) { return record::TicketRepository(db).of_chat(id).size(); }

    /// The record has an entry of the chat far beyond its end: with a hole in its log nothing of it is committed.
    void spoil(const std::string& id) {
        record::ChatRepository(db).archive(record::closed_chat(id, 1));
        db.sql() << "UPDATE entry SET seq = 99 WHERE chat_id = :id", soci::use(id);
    }
    void mend(const std::string& id) { db.sql() << "DELETE FROM entry WHERE chat_id = :id", soci::use(id); }

    record::TemporaryDirectory directory;
    record::DatabaseUrl url;
    record::Database db;
    record::Worker worker;
    config::Site site_config;
    Desk desk;
    Recorder recorder;
};

TEST_P(RecorderTest, AllThatHaveEndedInOneGo) {
    const auto chats = closed(130);  // more than two batches
    EXPECT_EQ(still_in_redis(), 130);
    record_all();
    EXPECT_EQ(still_in_redis(), 0);
    for (const auto& chat : chats) {
        ASSERT_TRUE(recorded(chat)) << chat;
        EXPECT_EQ(tickets(chat), 1U);
        // Message, queued, assigned, closed, and the ticket, whose entry came while the chat was being recorded.
        EXPECT_EQ(record::ChatRepository(db).header(chat)->last, 5);
        EXPECT_EQ(refusal(live.chat(chat)), protocol::Code::not_found);
    }
    EXPECT_TRUE(record::OutboxRepository(db).pending(ticketing::kLogTicket, 0, 10).empty()) << "promises kept";
}

TEST_P(RecorderTest, OneThatCannotHoldsUpNoOther) {
    const auto chats = closed(12);
    const auto& bad = chats[5];
    spoil(bad);
    record_all();
    EXPECT_EQ(still_in_redis(), 1);
    for (const auto& chat : chats) EXPECT_EQ(tickets(chat), chat == bad ? 0U : 1U);
    EXPECT_EQ(chat(bad).status, "closed") << "it waits where it is";

    // Offered again, now by itself, and others with it.
    const auto others = closed(3);
    pass(6);
    record_all();
    EXPECT_EQ(still_in_redis(), 1);
    for (const auto& chat : others) EXPECT_EQ(tickets(chat), 1U);

    mend(bad);
    pass(6);
    record_all();
    EXPECT_EQ(still_in_redis(), 0);
    EXPECT_EQ(tickets(bad), 1U);
    EXPECT_EQ(record::ChatRepository(db).header(bad)->last, 5);
}

TEST_P(RecorderTest, WhatSqlDoesNotTakeNowIsTakenLater) {
    const auto chats = closed(3);
    {
        record::Transaction holding(db);
        if (GetParam() == Backend::postgresql) db.sql() << "LOCK TABLE chat, meta IN ACCESS EXCLUSIVE MODE";
        record_all();
        EXPECT_EQ(still_in_redis(), 3);
    }
    // As each round does; the first connection that is back need not be a good one yet.
    for (const auto give_up = std::chrono::steady_clock::now() + 20s;
         still_in_redis() > 0 && std::chrono::steady_clock::now() < give_up; listen(20ms)) {
        pass(6);
        record_all();
    }
    EXPECT_EQ(still_in_redis(), 0);
    for (const auto& chat : chats) EXPECT_EQ(tickets(chat), 1U);
}

TEST_P(RecorderTest, StopsWhenToldTo) {
    closed(2);
    recorder.stop();
    record_all();
    EXPECT_EQ(still_in_redis(), 2);
}

ON_BOTH_DATABASES(RecorderTest);

}  // namespace
}  // namespace ventanilla::desk
