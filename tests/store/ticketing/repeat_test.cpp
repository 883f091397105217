// Messages with an Idempotency-Key, and how much one ticket holds.
#include <fmt/format.h>

#include "base/random.hpp"
#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

class RepeatTicketTest : public TicketingTest {
protected:
    static NewMessage once(const std::string& text, const std::string& hash = "body") {
        auto message = says(kAna, text);
        message.repeatable = RepeatableMessage{"messages:1", "key-1", hash, [hash](const Written& written) {
                                                   return record::StoredAnswer{hash, 201, written.message.id};
                                               }};
        return message;
    }
    std::size_t messages_of(std::int64_t number) { return read(db(), number)->messages.size(); }

    /// Messages as they would have come one by one.
    void fill(std::int64_t number, std::int64_t count, const std::string& text) {
        record::Transaction transaction(db());
        record::TicketMessageRecord message;
        message.ticket = number;
        message.at = kMonday9;
        message.text = text;
        for (std::int64_t i = 0; i < count; ++i) {
            message.id = random_id("m_");
            ASSERT_TRUE(record::TicketRepository(db()).add_message(message));
        }
        transaction.commit();
    }
    protocol::Error refused(std::int64_t number, const NewMessage& message) {
        const auto done = write(db(), policy(), number, message, november(23, 12));
        EXPECT_FALSE(done);
        return done ? protocol::Error{} : done.error();
    }
};

TEST_P(RepeatTicketTest, TheSameRequestWritesOnceAndIsToldTheSame) {
    const auto number = opened().ticket.number;
    const auto first = written(number, once("Una vez"), november(23, 10));
    EXPECT_FALSE(first.repeated);
    const auto again = written(number, once("Una vez"), november(23, 11));
    ASSERT_TRUE(again.repeated);
    EXPECT_EQ(again.repeated->body, first.message.id);
    EXPECT_EQ(refused(number, once("Otra cosa", "other body")).code, Code::client_id_reuse);
    EXPECT_EQ(messages_of(number), 2U);
}

TEST_P(RepeatTicketTest, AKeyThatIsUsedAgainAfterADaySwallowsNothing) {
    const auto number = opened().ticket.number;
    const auto first = written(number, once("Una vez"), november(23, 10));
    const auto next = written(number, once("Otra vez"), november(24, 10) + 1);
    EXPECT_FALSE(next.repeated);
    EXPECT_NE(next.message.id, first.message.id);
    EXPECT_EQ(messages_of(number), 3U);
}

TEST_P(RepeatTicketTest, OnlyHoldsSoManyMessages) {
    const auto number = opened().ticket.number;
    fill(number, kRequestersRoom.messages - 2, "a");
    written(number, says(kAna, "La última"), november(23, 10));
    const auto before = dump(db());
    const auto full = refused(number, says(kAna, "Una más"));
    EXPECT_EQ(full.code, Code::slow_down);
    EXPECT_GT(full.retry_after_ms, 0);
    EXPECT_EQ(dump(db()), before);
    // It can still be answered and worked on.
    written(number, says(kBeto, "Sigamos en otro."), november(23, 13));
    fill(number, kAgentsRoom.messages - kRequestersRoom.messages - 1, "a");
    EXPECT_EQ(refused(number, says(kBeto, "Una más")).code, Code::slow_down);
    EXPECT_EQ(set(number, TicketState::closed, november(23, 14)).state, TicketState::closed);
}

TEST_P(RepeatTicketTest, OnlyHoldsSoMuchText) {
    const auto number = opened().ticket.number;
    const auto used = record::TicketRepository(db()).used_room(number);
    EXPECT_EQ(used.messages, 1);
    // Bytes, not characters.
    std::string text;
    while (text.size() < 4096) text += "ñ";
    const auto fits = (kRequestersRoom.bytes - used.bytes) / 4096;
    fill(number, fits - 1, text);
    const auto left = kRequestersRoom.bytes - record::TicketRepository(db()).used_room(number).bytes - 1;
    ASSERT_LT(left, 8192);
    written(number, says(kAna, std::string(static_cast<std::size_t>(left), 'a')), november(23, 10));
    EXPECT_EQ(refused(number, says(kAna, "ñ")).code, Code::slow_down);
    written(number, says(kAna, "a"), november(23, 11));
    EXPECT_EQ(refused(number, says(kAna, "a")).code, Code::slow_down);
}

TEST_P(RepeatTicketTest, TheSearchLooksAtTheBeginningOfALongTicket) {
    const auto number = opened().ticket.number;
    fill(number, 80, fmt::format("granate {}", std::string(4000, 'a')));
    written(number, says(kAna, "zafiro"), november(23, 10));
    const auto hits = [&](const std::string& q) {
        record::TicketQuery query;
        query.q = q;
        return record::TicketRepository(db()).list(query)->tickets.size();
    };
    EXPECT_EQ(hits("granate"), 1U);
    EXPECT_EQ(hits("zafiro"), 0U);
}

ON_BOTH_DATABASES(RepeatTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
