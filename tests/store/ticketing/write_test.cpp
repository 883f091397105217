// Messages on tickets, and what they do.
#include <gmock/gmock.h>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WriteTicketTest : public TicketingTest {};

TEST_P(WriteTicketTest, TheFirstAnswerEndsTheFirstClockAndIsMailed) {
    const auto number = opened().ticket.number;
    const auto answer = written(number, says(kBeto, "Ya quedó el certificado."), november(23, 10));
    EXPECT_EQ(answer.ticket, ticket(number));
    EXPECT_EQ(answer.ticket.first_responded_at, november(23, 10));
    EXPECT_EQ(answer.ticket.last_agent_answer_at, november(23, 10));
    EXPECT_EQ(answer.ticket.state, TicketState::open);
    EXPECT_EQ(answer.ticket.first_response_due_at, november(25, 15));  // stays
    EXPECT_EQ(answer.ticket.next_due_at, november(28, 12));
    written(number, says(kBeto, "Y el sello."), november(23, 11));
    EXPECT_EQ(ticket(number).first_responded_at, november(23, 10));
    const auto sent = mails("ticket_answered");
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].at("to"), "ana@example.mx");
    EXPECT_EQ(sent[0].at("message").at("text"), "Ya quedó el certificado.");
    EXPECT_EQ(sent[0].at("message").at("id"), answer.message.id);
    EXPECT_EQ(sent[0].at("message").at("from").at("name"), "Beto");
    EXPECT_EQ(sent[0].at("closes_at"), nullptr);
}

TEST_P(WriteTicketTest, ANoteIsNoAnswer) {
    const auto number = opened().ticket.number;
    const auto note = written(number, says(kBeto, "Llamar al SAT.", {}, TicketMessageKind::note), november(23, 10));
    EXPECT_EQ(note.ticket.first_responded_at, std::nullopt);
    EXPECT_EQ(note.ticket.last_agent_answer_at, std::nullopt);
    EXPECT_EQ(note.ticket.updated_at, november(23, 10));
    EXPECT_THAT(mails("ticket_answered"), IsEmpty());
    EXPECT_EQ(read(db(), number)->messages.back().kind, TicketMessageKind::note);
}

TEST_P(WriteTicketTest, PendingWithTheAgentsWordClosesAfterTheSilence) {
    const auto number = opened().ticket.number;
    const auto asked = written(number, says(kBeto, "¿Qué versión usa?", TicketState::pending), november(23, 10));
    EXPECT_EQ(asked.ticket.state, TicketState::pending);
    EXPECT_EQ(asked.ticket.resolution_due_at, std::nullopt);
    EXPECT_EQ(asked.ticket.closes_at, november(26, 10));
    EXPECT_EQ(asked.ticket.timer_at, november(26, 10));
    EXPECT_EQ(mails("ticket_answered").at(0).at("closes_at"), november(26, 10));
    EXPECT_THAT(lines(number), ElementsAre("state:open>pending"));
}

TEST_P(WriteTicketTest, TheCustomersWordOpensAgainWithWhatWasUsedKept) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "¿Qué versión usa?", TicketState::pending), november(23, 12));
    const auto word = written(number, says(kAna, "La 4.0"), november(26, 9));
    EXPECT_EQ(word.ticket.state, TicketState::open);
    EXPECT_EQ(word.ticket.closes_at, std::nullopt);
    // Three hours were used on Monday; 9 + 9 on Thursday and Friday, 5 on Saturday, 9 + 9 and 4 of the next week.
    EXPECT_EQ(word.ticket.resolution_due_at, november(26 + 6, 13));
    EXPECT_THAT(lines(number), ElementsAre("state:open>pending", "reopened:pending>open"));
    const auto why = explain(db(), policy(), number)->resolution;
    EXPECT_EQ(why.due_at, word.ticket.resolution_due_at);
    EXPECT_EQ(why.used.front(), (tickets::Span{november(23, 9), november(23, 12)}));
}

TEST_P(WriteTicketTest, AnAnswerThatSolvesIsOneMail) {
    const auto number = opened().ticket.number;
    const auto solved = written(number, says(kBeto, "Listo.", TicketState::solved), november(23, 10));
    EXPECT_EQ(solved.ticket.resolved_at, november(23, 10));
    EXPECT_EQ(solved.ticket.timer_at, november(23, 10) + tickets::kAfterwordsMs);
    ASSERT_EQ(mails().size(), 2U);
    EXPECT_EQ(mails("ticket_answered").at(0).at("state"), "solved");
}

TEST_P(WriteTicketTest, ANoteThatSolvesIsMailedAsSolved) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "Avisó por teléfono.", TicketState::solved, TicketMessageKind::note), november(23, 10));
    ASSERT_EQ(mails("ticket_solved").size(), 1U);
    EXPECT_EQ(mails("ticket_solved")[0].at("closes_at"), november(23, 10) + tickets::kAfterwordsMs);
    EXPECT_EQ(mails().size(), 2U);
}

TEST_P(WriteTicketTest, TheRequesterMaySaySolvedAndNothingElse) {
    const auto number = opened().ticket.number;
    const auto before = dump(db());
    const auto closed = write(db(), policy(), number, says(kAna, "Gracias", TicketState::closed), november(23, 10));
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error(), (protocol::Error{Code::bad_field, "state"}));
    const auto note =
        write(db(), policy(), number, says(kAna, "Gracias", {}, TicketMessageKind::note), november(23, 10));
    ASSERT_FALSE(note);
    EXPECT_EQ(note.error(), (protocol::Error{Code::bad_field, "kind"}));
    EXPECT_EQ(dump(db()), before);
    const auto solved = written(number, says(kAna, "Gracias", TicketState::solved), november(23, 10));
    EXPECT_EQ(solved.ticket.state, TicketState::solved);
    EXPECT_EQ(solved.ticket.resolved_at, november(23, 10));
    EXPECT_EQ(history(number).back().role, TicketRole::requester);
    EXPECT_EQ(mails().size(), 1U);
}

TEST_P(WriteTicketTest, AThankYouBeginsTheFourteenDaysAnew) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "Listo.", TicketState::solved), november(23, 10));
    const auto thanks = written(number, says(kAna, "Gracias", TicketState::solved), november(30, 10));
    EXPECT_EQ(thanks.ticket.state, TicketState::solved);
    EXPECT_EQ(thanks.ticket.timer_at, november(30, 10) + tickets::kAfterwordsMs);
    EXPECT_THAT(lines(number), ElementsAre("state:open>solved", "reopened:solved>open", "state:open>solved"));
}

TEST_P(WriteTicketTest, TheSameMessageAgainStoresNothing) {
    upload("f_1", "a:a_beto");
    const auto number = opened().ticket.number;
    auto message = says(kBeto, "Listo.", TicketState::solved);
    message.attach = {"a:a_beto", {"f_1"}};
    const auto first = written(number, message, november(23, 10));
    const auto before = dump(db());
    const auto again = written(number, message, november(23, 11));
    EXPECT_TRUE(again.existed);
    EXPECT_EQ(again.message, first.message);
    EXPECT_EQ(again.files, first.files);
    EXPECT_FALSE(again.new_ticket);
    message.text = "Otra cosa";
    EXPECT_EQ(write(db(), policy(), number, message, november(23, 11)).error().code, Code::client_id_reuse);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(WriteTicketTest, NamesTheFileThatCannotBeAttached) {
    upload("f_1", "a:a_beto");
    upload("f_2", "a:a_carla");
    const auto number = opened().ticket.number;
    auto message = says(kBeto, "Adjunto.");
    message.attach = {"a:a_beto", {"f_1", "f_2"}};
    const auto before = dump(db());
    EXPECT_EQ(write(db(), policy(), number, message, november(23, 10)).error(),
              (protocol::Error{Code::bad_field, "files[1]"}));
    EXPECT_EQ(write(db(), policy(), 999, message, november(23, 10)).error().code, Code::not_found);
    EXPECT_EQ(dump(db()), before);
    message.attach.files = {"f_1"};
    EXPECT_EQ(written(number, message, november(23, 10)).files.size(), 1U);
    // A file is shown once.
    auto twice = says(kBeto, "Otra vez.");
    twice.attach = message.attach;
    EXPECT_EQ(write(db(), policy(), number, twice, november(23, 11)).error().field, "files[0]");
}

TEST_P(WriteTicketTest, ClosedForFourteenDaysOpensAgain) {
    const auto number = opened().ticket.number;
    set(number, TicketState::closed, november(23, 10));
    const auto word = written(number, says(kAna, "Sigue igual"), november(23, 10) + tickets::kAfterwordsMs);
    EXPECT_FALSE(word.new_ticket);
    EXPECT_EQ(word.ticket.number, number);
    EXPECT_EQ(word.ticket.state, TicketState::open);
    EXPECT_EQ(word.ticket.resolved_at, std::nullopt);
}

TEST_P(WriteTicketTest, ClosedForLongerIsFollowedByAnother) {
    upload("f_1", "t:1");
    const auto old = opened();
    set(old.ticket.number, TicketState::closed, november(23, 10));
    const auto late = november(23, 10) + tickets::kAfterwordsMs + 1;
    auto message = says(kAna, "Volvió a pasar");
    message.attach = {"t:1", {"f_1"}};
    const auto word = written(old.ticket.number, message, late);
    EXPECT_TRUE(word.new_ticket);
    EXPECT_NE(word.ticket.number, old.ticket.number);
    EXPECT_EQ(word.ticket.follows, old.ticket.number);
    EXPECT_EQ(word.ticket.started_at, late);
    EXPECT_EQ(word.ticket.email, old.ticket.email);
    EXPECT_EQ(word.ticket.subject, old.ticket.subject);
    EXPECT_EQ(word.ticket.department, old.ticket.department);
    EXPECT_EQ(word.ticket, ticket(word.ticket.number));
    EXPECT_EQ(word.message.id, message.id);
    EXPECT_EQ(word.files.size(), 1U);
    EXPECT_FALSE(key_fits(policy(), word.ticket, old.key));
    EXPECT_THAT(lines(word.ticket.number), ElementsAre("follows:>" + tickets::number_text(old.ticket.number)));
    EXPECT_EQ(ticket(old.ticket.number).state, TicketState::closed);
    EXPECT_EQ(mails("ticket_created").size(), 2U);
    EXPECT_EQ(mails("ticket_created")[1].at("follows"), tickets::number_text(old.ticket.number));

    const auto before = dump(db());
    const auto again = written(old.ticket.number, message, late + kHour);
    EXPECT_TRUE(again.existed);
    EXPECT_TRUE(again.new_ticket);
    EXPECT_EQ(again.ticket.number, word.ticket.number);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(WriteTicketTest, AChainOfFollowersIsWalkedToItsEnd) {
    const auto first = opened().ticket.number;
    std::int64_t now = november(23, 10);
    set(first, TicketState::closed, now);
    now += 15 * kDay;
    const auto second = written(first, says(kAna, "Otra vez"), now).ticket.number;
    // While the second is alive, the first passes on to it.
    EXPECT_EQ(written(first, says(kAna, "Y más"), now + kHour).ticket.number, second);
    set(second, TicketState::closed, now + kDay);
    now += 20 * kDay;
    const auto third = written(first, says(kAna, "De nuevo"), now).ticket;
    EXPECT_EQ(third.follows, second);
    EXPECT_EQ(written(second, says(kAna, "Y aún"), now + kHour).ticket.number, third.number);
    EXPECT_EQ(read(db(), third.number)->messages.size(), 2U);
}

TEST_P(WriteTicketTest, TimeNeverFalls) {
    const auto number = opened(november(24, 9)).ticket.number;
    const auto early = written(number, says(kBeto, "El reloj se atrasó", TicketState::pending), november(23, 9));
    EXPECT_EQ(early.message.at, november(24, 9) + 1);
    const auto word = written(number, says(kAna, "Sí"), november(23, 10));
    EXPECT_EQ(word.message.at, november(24, 9) + 2);
    EXPECT_EQ(word.ticket.state, TicketState::open);
    const auto messages = read(db(), number)->messages;
    EXPECT_EQ(messages.back().id, word.message.id);
}

TEST_P(WriteTicketTest, IsFoundByItsWords) {
    const auto number = opened().ticket.number;
    written(number, says(kBeto, "Reinstale el certificado"), november(23, 10));
    record::TicketQuery query;
    query.q = "certificado timbrar";
    const auto page = record::TicketRepository(db()).list(query);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->tickets.size(), 1U);
    EXPECT_EQ(page->tickets[0].number, number);
}

ON_BOTH_DATABASES(WriteTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
