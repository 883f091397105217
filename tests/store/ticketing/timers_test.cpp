// What falls due by itself: each thing once, at its time, late if need be, and never against the customer.
#include <gmock/gmock.h>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TimerTicketTest : public TicketingTest {
protected:
    std::vector<record::TicketRecord> run(std::int64_t now_ms, std::int64_t limit = 100) {
        return apply_timers(db(), policy(), now_ms, limit);
    }
    static std::string timed(std::int64_t at_ms, const std::string& kind) {
        return "timed:" + std::to_string(at_ms) + ">" + kind;
    }
};

TEST_P(TimerTicketTest, WarnsBeforeAndMarksAfterADueTime) {
    const auto number = opened().ticket.number;
    const auto warn = november(25, 11);
    EXPECT_THAT(run(warn - 1), IsEmpty());
    const auto warned = run(warn);
    ASSERT_EQ(warned.size(), 1U);
    EXPECT_EQ(warned[0], ticket(number));
    EXPECT_EQ(warned[0].timer_at, november(25, 15));
    EXPECT_THAT(run(warn), IsEmpty());
    EXPECT_EQ(run(november(25, 15)).size(), 1U);
    EXPECT_EQ(run(november(27, 13)).size(), 1U);
    EXPECT_EQ(run(november(28, 12)).size(), 1U);
    EXPECT_THAT(lines(number),
                ElementsAre(timed(warn, "warn_first_response"), timed(november(25, 15), "miss_first_response"),
                            timed(november(27, 13), "warn_resolution"), timed(november(28, 12), "miss_resolution")));
    EXPECT_EQ(ticket(number).timer_at, std::nullopt);
    EXPECT_THAT(run(november(28, 12) + 100 * kDay), IsEmpty());
    EXPECT_EQ(ticket(number).state, TicketState::open);
    EXPECT_EQ(mails().size(), 1U);  // nothing of this is told to the customer
}

TEST_P(TimerTicketTest, AfterALongSleepEverythingIsDoneAtOnceInOrder) {
    const auto number = opened().ticket.number;
    const auto late = november(28, 12) + 100 * kDay;
    ASSERT_EQ(run(late).size(), 1U);
    EXPECT_EQ(lines(number).size(), 4U);
    EXPECT_EQ(lines(number).front(), timed(november(25, 11), "warn_first_response"));
    for (const auto& line : history(number)) {
        if (line.what == "timed") {
            EXPECT_EQ(line.at, late);
        }
    }
}

TEST_P(TimerTicketTest, AnAnswerInTimeIsNotWarnedAbout) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "Vamos a ver."), november(23, 10));
    EXPECT_THAT(run(november(27, 13) - 1), IsEmpty());
    EXPECT_EQ(run(november(27, 13)).size(), 1U);
    EXPECT_THAT(lines(number), ElementsAre(timed(november(27, 13), "warn_resolution")));
}

TEST_P(TimerTicketTest, ClosesAfterThreeDaysOfSilenceWithAMail) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 10));
    const auto due = november(26, 10);
    EXPECT_THAT(run(due - 1), IsEmpty());
    const auto closed = run(due + kMinute);
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(closed[0].state, TicketState::closed);
    EXPECT_EQ(closed[0].resolved_at, due + kMinute);
    EXPECT_EQ(closed[0].closes_at, std::nullopt);
    EXPECT_THAT(lines(number), ElementsAre("state:open>pending", timed(due, "close_silent"), "state:pending>closed"));
    EXPECT_EQ(history(number).back().role, TicketRole::system);
    const auto sent = mails("ticket_closed");
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].at("reopens_until"), due + kMinute + tickets::kAfterwordsMs);
    EXPECT_THAT(run(due + 30 * kDay), IsEmpty());
}

TEST_P(TimerTicketTest, NeverClosesIfTheCustomerSpokeLast) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 10));
    written(number, says(kAna, "La 4.0"), november(26, 9, 59));
    set(number, TicketState::pending, november(26, 11));  // set back without a word
    EXPECT_EQ(ticket(number).closes_at, std::nullopt);
    run(november(26, 10) + 60 * kDay);
    EXPECT_EQ(ticket(number).state, TicketState::pending);
    EXPECT_THAT(mails("ticket_closed"), IsEmpty());
}

TEST_P(TimerTicketTest, EverySilenceHasItsOwnClosing) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 10));
    run(november(26, 10));
    written(number, says(kAna, "La 4.0"), november(27, 10));
    written(number, says(kBeto, "¿Y el sistema?", TicketState::pending), november(27, 11));
    EXPECT_EQ(run(november(30, 11)).size(), 1U);
    EXPECT_EQ(mails("ticket_closed").size(), 2U);
}

TEST_P(TimerTicketTest, SolvedClosesAfterFourteenDaysWithoutAWord) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "Listo", TicketState::solved), november(23, 10));
    const auto due = november(23, 10) + tickets::kAfterwordsMs;
    EXPECT_THAT(run(due - 1), IsEmpty());
    ASSERT_EQ(run(due).size(), 1U);
    EXPECT_EQ(ticket(number).state, TicketState::closed);
    EXPECT_EQ(ticket(number).resolved_at, november(23, 10));
    EXPECT_EQ(mails().size(), 2U);  // created, answered
}

TEST_P(TimerTicketTest, DoesNoMoreThanAskedFor) {
    for (int i = 0; i < 5; ++i) opened(kMonday9 + i);
    EXPECT_EQ(run(november(25, 12), 3).size(), 3U);
    EXPECT_EQ(run(november(25, 12), 3).size(), 2U);
    EXPECT_THAT(run(november(25, 12), 3), IsEmpty());
}

ON_BOTH_DATABASES(TimerTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
