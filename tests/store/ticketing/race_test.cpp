// Many connections at once, as many servers have: each thing happens once.
#include <algorithm>
#include <functional>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

constexpr std::size_t kServers = 4;

class RaceTicketTest : public TicketingTest {
protected:
    /// Runs it on every server at the same time, each with its own connection.
    void race(const std::function<void(record::Database&, std::size_t)>& run) {
        std::latch start(kServers);
        std::vector<std::unique_ptr<record::Database>> connections;
        for (std::size_t i = 0; i < kServers; ++i) connections.push_back(connect());
        std::vector<std::thread> servers;
        for (std::size_t i = 0; i < kServers; ++i) {
            servers.emplace_back([&, i] {
                start.arrive_and_wait();
                run(*connections[i], i);
            });
        }
        for (auto& server : servers) server.join();
    }

    /// All of one new ticket by all servers; in the order in which they were done.
    std::vector<protocol::Result<Created>> all_create(const NewTicket& ticket) {
        std::mutex mutex;
        std::vector<protocol::Result<Created>> out;
        race([&](record::Database& database, std::size_t) {
            auto created = create(database, policy(), ticket, kMonday9);
            const std::lock_guard lock(mutex);
            out.push_back(std::move(created));
        });
        return out;
    }

    std::size_t tickets_stored() {
        record::TicketQuery query;
        query.limit = 200;
        return record::TicketRepository(db()).list(query)->tickets.size();
    }
};

TEST_P(RaceTicketTest, OneTicketForAClientKey) {
    auto wanted = form();
    wanted.client_key = "c_1:x";
    std::set<std::int64_t> numbers;
    int fresh = 0;
    for (const auto& created : all_create(wanted)) {
        ASSERT_TRUE(created);
        numbers.insert(created->ticket.number);
        if (!created->existed) ++fresh;
    }
    EXPECT_EQ(numbers.size(), 1U);
    EXPECT_EQ(fresh, 1);
    EXPECT_EQ(mails().size(), 1U);
}

TEST_P(RaceTicketTest, OneTicketForACaptcha) {
    auto wanted = form();
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    int good = 0;
    for (const auto& created : all_create(wanted)) {
        if (created) {
            ++good;
        } else {
            EXPECT_EQ(created.error(), (protocol::Error{Code::bad_field, "captcha"}));
        }
    }
    EXPECT_EQ(good, 1);
    EXPECT_EQ(tickets_stored(), 1U);
}

TEST_P(RaceTicketTest, OneAnswerForAnIdempotencyKey) {
    auto wanted = form();
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    wanted.repeatable =
        Repeatable{"POST /tickets", "key-1", "body", [](const Created& created) {
                       return record::StoredAnswer{{}, 201, tickets::number_text(created.ticket.number)};
                   }};
    const auto all = all_create(wanted);
    int fresh = 0;
    std::set<std::string> told;
    for (const auto& created : all) {
        ASSERT_TRUE(created) << created.error().field;
        if (!created->repeated) ++fresh;
        told.insert(created->repeated ? created->repeated->body : tickets::number_text(created->ticket.number));
    }
    EXPECT_EQ(fresh, 1);
    EXPECT_EQ(told.size(), 1U);
    EXPECT_EQ(tickets_stored(), 1U);
    EXPECT_EQ(mails().size(), 1U);
}

TEST_P(RaceTicketTest, NumbersAreUniqueAndRiseForEachServer) {
    std::mutex mutex;
    std::set<std::int64_t> numbers;
    race([&](record::Database& database, std::size_t) {
        std::int64_t last = 0;
        for (int i = 0; i < 10; ++i) {
            const auto created = create(database, policy(), form(), kMonday9);
            ASSERT_TRUE(created);
            EXPECT_GT(created->ticket.number, last);
            last = created->ticket.number;
            const std::lock_guard lock(mutex);
            numbers.insert(last);
        }
    });
    EXPECT_EQ(numbers.size(), kServers * 10);
    EXPECT_EQ(mails().size(), kServers * 10);
}

TEST_P(RaceTicketTest, ATimerIsAppliedOnce) {
    for (int i = 0; i < 10; ++i) {
        const auto number = opened(kMonday9 + i).ticket.number;
        written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 10));
    }
    std::mutex mutex;
    std::multiset<std::int64_t> closed;
    race([&](record::Database& database, std::size_t) {
        for (const auto& ticket : apply_timers(database, policy(), november(27, 10), 100)) {
            const std::lock_guard lock(mutex);
            closed.insert(ticket.number);
        }
    });
    EXPECT_EQ(closed.size(), 10U);
    EXPECT_EQ(std::set(closed.begin(), closed.end()).size(), 10U);
    EXPECT_EQ(mails("ticket_closed").size(), 10U);
    for (const auto number : closed) EXPECT_EQ(lines(number).size(), 3U);  // pending, timed, closed
}

TEST_P(RaceTicketTest, AnswersAtOnceAreAllThereInOneOrder) {
    const auto number = opened().ticket.number;
    race([&](record::Database& database, std::size_t i) {
        const Author by{TicketRole::agent, "a_" + std::to_string(i), "Agente"};
        const auto done =
            write(database, policy(), number, says(by, "Respuesta", TicketState::pending), november(23, 10));
        EXPECT_TRUE(done);
    });
    const auto whole = read(db(), number);
    ASSERT_EQ(whole->messages.size(), 1 + kServers);
    for (std::size_t i = 1; i < whole->messages.size(); ++i) {
        EXPECT_GT(whole->messages[i].at, whole->messages[i - 1].at);
    }
    EXPECT_EQ(whole->ticket.first_responded_at, whole->messages[1].at);
    EXPECT_EQ(whole->ticket.last_agent_answer_at, whole->messages.back().at);
    EXPECT_EQ(mails("ticket_answered").size(), kServers);
    EXPECT_EQ(lines(number), std::vector<std::string>{"state:open>pending"});
}

TEST_P(RaceTicketTest, OneMessageOfAnIdAndOneFollower) {
    const auto number = opened().ticket.number;
    set(number, TicketState::closed, kMonday9);
    const auto message = says(kAna, "Volvió a pasar");
    const auto other = says(kAna, "Y esto también");
    race([&](record::Database& database, std::size_t i) {
        const auto done = write(database, policy(), number, i % 2 == 0 ? message : other, kMonday9 + 20 * kDay);
        EXPECT_TRUE(done);
    });
    EXPECT_EQ(tickets_stored(), 2U);
    const auto next = record::TicketRepository(db()).message(message.id);
    ASSERT_TRUE(next);
    EXPECT_EQ(read(db(), next->ticket)->messages.size(), 2U);
}

TEST_P(RaceTicketTest, MergedCrosswiseOneOfThemStays) {
    const auto one = opened().ticket.number;
    const auto two = opened().ticket.number;
    race([&](record::Database& database, std::size_t i) {
        const auto done = i % 2 == 0 ? merge(database, policy(), one, two, kBeto, november(23, 10))
                                     : merge(database, policy(), two, one, kBeto, november(23, 10));
        // The first way wins, and is told to whoever asks for it again.
        if (!done) {
            EXPECT_EQ(done.error().field, "into");
        }
    });
    EXPECT_NE(ticket(one).merged_into.has_value(), ticket(two).merged_into.has_value());
    const auto stays = ticket(one).merged_into ? two : one;
    EXPECT_EQ(read(db(), stays)->messages.size(), 2U);
    EXPECT_EQ(ticket(stays).state, TicketState::open);
}

// The number that is asked for says nothing of the row that is held: a low one may be part of a high one.
TEST_P(RaceTicketTest, BulkChangesThroughMergedTicketsNeverWaitForEachOther) {
    const auto low = opened().ticket.number;
    const auto middle = opened().ticket.number;
    const auto high = opened().ticket.number;
    ASSERT_TRUE(merge(db(), policy(), low, high, kBeto, kMonday9));
    race([&](record::Database& database, std::size_t server) {
        for (int i = 0; i < 25; ++i) {
            Changes changes;
            changes.state = i % 2 == 0 ? TicketState::pending : TicketState::open;
            changes.priority = server % 2 == 0 ? TicketPriority::high : TicketPriority::low;
            const auto numbers =
                server % 2 == 0 ? std::vector<std::int64_t>{low, middle} : std::vector<std::int64_t>{middle, high};
            const auto done = change(database, policy(), numbers, changes, kBeto, november(23, 10) + i);
            EXPECT_TRUE(done) << i;
        }
    });
}

TEST_P(RaceTicketTest, TheSameRequestOnSeveralServersWritesOneMessage) {
    const auto number = opened().ticket.number;
    std::mutex mutex;
    std::set<std::string> told;
    race([&](record::Database& database, std::size_t) {
        auto message = says(kAna, "Una vez");
        message.repeatable = RepeatableMessage{"messages", "key-1", "body", [](const Written& written) {
                                                   return record::StoredAnswer{"body", 201, written.message.id};
                                               }};
        const auto done = write(database, policy(), number, message, november(23, 10));
        ASSERT_TRUE(done);
        const std::lock_guard lock(mutex);
        told.insert(done->repeated ? done->repeated->body : done->message.id);
    });
    EXPECT_EQ(told.size(), 1U);
    EXPECT_EQ(read(db(), number)->messages.size(), 2U);
}

ON_BOTH_DATABASES(RaceTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
