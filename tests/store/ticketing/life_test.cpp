// Every state and every event, and what it does to both clocks; and a whole life of weeks.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

using Moment = std::optional<std::int64_t>;

enum class Event { answer, note, word, thanks, set_open, set_pending, set_solved, set_closed };

/// A ticket opened on Monday at 9 is in `from` since 10, by an answer unless it is open; the event comes at 12.
struct Row {
    TicketState from;
    Event event;
    TicketState state;
    Moment resolution_due;
    Moment resolved_at;
    Moment closes_at;
    std::string mail;
};

constexpr std::int64_t kThen = november(23, 10);
constexpr std::int64_t kNow = november(23, 12);
constexpr Moment kNone = std::nullopt;
constexpr Moment kDue = november(28, 12);     // never stopped
constexpr Moment kLater = november(28, 14);   // stopped for two hours
constexpr Moment kCloses = november(26, 10);  // three days after the answer at 10
constexpr Moment kAnew = november(26, 12);    // and at 12

std::vector<Row> rows() {
    using enum TicketState;
    using enum Event;
    return {
        {open, answer, open, kDue, kNone, kNone, "ticket_answered"},
        {open, note, open, kDue, kNone, kNone, ""},
        {open, word, open, kDue, kNone, kNone, ""},
        {open, thanks, solved, kNone, kNow, kNone, ""},
        {open, set_open, open, kDue, kNone, kNone, ""},
        {open, set_pending, pending, kNone, kNone, kNone, ""},
        {open, set_solved, solved, kNone, kNow, kNone, "ticket_solved"},
        {open, set_closed, closed, kNone, kNow, kNone, ""},
        {pending, answer, pending, kNone, kNone, kAnew, "ticket_answered"},
        {pending, note, pending, kNone, kNone, kCloses, ""},
        {pending, word, open, kLater, kNone, kNone, ""},
        {pending, thanks, solved, kNone, kNow, kNone, ""},
        {pending, set_open, open, kLater, kNone, kNone, ""},
        {pending, set_pending, pending, kNone, kNone, kCloses, ""},
        {pending, set_solved, solved, kNone, kNow, kNone, "ticket_solved"},
        {pending, set_closed, closed, kNone, kNow, kNone, ""},
        {solved, answer, solved, kNone, kThen, kNone, "ticket_answered"},
        {solved, note, solved, kNone, kThen, kNone, ""},
        {solved, word, open, kLater, kNone, kNone, ""},
        {solved, thanks, solved, kNone, kNow, kNone, ""},
        {solved, set_open, open, kLater, kNone, kNone, ""},
        {solved, set_pending, pending, kNone, kNone, kCloses, ""},
        {solved, set_solved, solved, kNone, kThen, kNone, ""},
        {solved, set_closed, closed, kNone, kThen, kNone, ""},
        {closed, answer, closed, kNone, kThen, kNone, "ticket_answered"},
        {closed, note, closed, kNone, kThen, kNone, ""},
        {closed, word, open, kLater, kNone, kNone, ""},
        {closed, thanks, solved, kNone, kNow, kNone, ""},
        {closed, set_open, open, kLater, kNone, kNone, ""},
        {closed, set_pending, pending, kNone, kNone, kCloses, ""},
        {closed, set_solved, solved, kNone, kThen, kNone, "ticket_solved"},
        {closed, set_closed, closed, kNone, kThen, kNone, ""},
    };
}

class LifeTicketTest : public TicketingTest {
protected:
    void happens(std::int64_t number, Event event) {
        switch (event) {
            case Event::answer: written(number, says(kBeto, "Respuesta"), kNow); return;
            case Event::note: written(number, says(kBeto, "Nota", {}, TicketMessageKind::note), kNow); return;
            case Event::word: written(number, says(kAna, "Sigue igual"), kNow); return;
            case Event::thanks: written(number, says(kAna, "Gracias", TicketState::solved), kNow); return;
            case Event::set_open: set(number, TicketState::open, kNow); return;
            case Event::set_pending: set(number, TicketState::pending, kNow); return;
            case Event::set_solved: set(number, TicketState::solved, kNow); return;
            case Event::set_closed: set(number, TicketState::closed, kNow); return;
        }
    }
};

TEST_P(LifeTicketTest, EveryEventInEveryState) {
    for (const Row& row : rows()) {
        SCOPED_TRACE(fmt::format("{}, event {}", protocol::to_string(row.from), static_cast<int>(row.event)));
        const auto number = opened().ticket.number;
        const bool answered = row.from != TicketState::open;
        if (answered) written(number, says(kBeto, "Primera respuesta", row.from), kThen);
        const auto before = mails().size();
        happens(number, row.event);
        const auto after = ticket(number);
        EXPECT_EQ(after.state, row.state);
        EXPECT_EQ(after.resolution_due_at, row.resolution_due);
        EXPECT_EQ(after.resolved_at, row.resolved_at);
        EXPECT_EQ(after.closes_at, row.closes_at);
        EXPECT_EQ(after.first_response_due_at, november(25, 15));
        const Moment first = answered ? kThen : row.event == Event::answer ? Moment(kNow) : kNone;
        EXPECT_EQ(after.first_responded_at, first);
        const bool over = row.state == TicketState::solved || row.state == TicketState::closed;
        EXPECT_EQ(after.next_due_at, over ? kNone : first ? row.resolution_due : Moment(november(25, 15)));
        const auto sent = mails();
        ASSERT_EQ(sent.size(), before + (row.mail.empty() ? 0 : 1));
        if (!row.mail.empty()) {
            EXPECT_EQ(sent.back().at("template"), row.mail);
        }
    }
}

TEST_P(LifeTicketTest, ThroughWeeksWithPauses) {
    const auto number = opened().ticket.number;
    const auto run = [&](std::int64_t now_ms) { return apply_timers(db(), policy(), now_ms, 100).size(); };
    written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 12));  // 3 hours used
    EXPECT_EQ(run(november(26, 9)), 0U);
    written(number, says(kAna, "La 4.0"), november(26, 9));
    written(number, says(kBeto, "¿Y el error?", TicketState::pending), november(26, 18));  // 12 hours used
    EXPECT_EQ(run(november(29, 18) - 1), 0U);
    EXPECT_EQ(run(november(29, 18)), 1U);
    EXPECT_EQ(ticket(number).state, TicketState::closed);
    EXPECT_EQ(written(number, says(kAna, "El 305"), november(33, 10)).ticket.resolution_due_at, november(38, 14));
    EXPECT_EQ(written(number, says(kBeto, "Listo", TicketState::solved), november(34, 10)).ticket.state,
              TicketState::solved);  // 21 hours used
    EXPECT_EQ(written(number, says(kAna, "No"), november(40, 9)).ticket.resolution_due_at, november(44, 13));
    written(number, says(kBeto, "Ahora sí", TicketState::solved), november(41, 9));
    EXPECT_EQ(run(november(55, 9) - 1), 0U);
    EXPECT_EQ(run(november(55, 9)), 1U);
    EXPECT_EQ(ticket(number).state, TicketState::closed);
    EXPECT_EQ(ticket(number).first_response_due_at, november(25, 15));
    const auto next = written(number, says(kAna, "Otra vez"), november(69, 9) + 1);
    EXPECT_TRUE(next.new_ticket);
    EXPECT_EQ(next.ticket.follows, number);
    EXPECT_EQ(mails("ticket_answered").size(), 4U);
    EXPECT_EQ(mails("ticket_closed").size(), 1U);
    EXPECT_EQ(mails("ticket_created").size(), 2U);
    EXPECT_EQ(mails().size(), 7U);
}

ON_BOTH_DATABASES(LifeTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
