// An ended chat goes to the record, and becomes a ticket in the same step, or none.
#include "desk/ticket_log.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "store/record/chats.hpp"
#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::desk {
namespace {

using record::Backend;
using record::backend_name;

class FileChat : public ticketing::TicketingTest {
protected:
    FileChat() {
        chat.id = "c_1";
        chat.visitor_id = "v_1";
        chat.visitor = R"({"name":"Lucía","email":"lucia@example.mx"})";
        chat.channel = "soporte";
        chat.department = "tecnico";
        chat.outcome = "left";
        chat.closed_by = "visitor";
        chat.started_at = ticketing::kMonday9;
        chat.closed_at = ticketing::kMonday9 + ticketing::kHour;
        say("visitor", "¿Y mi factura?");
    }

    void say(const std::string& role, const std::string& text) {
        const auto seq = static_cast<std::int64_t>(chat.entries.size()) + 1;
        record::EntryRecord entry;
        entry.seq = seq;
        entry.at = chat.started_at + seq;
        entry.kind = "message";
        entry.sender = role.substr(0, 1) + ":x";
        entry.frame = R"({"kind":"message","at":)" + std::to_string(entry.at) + R"(,"from":{"role":")" + role +
                      R"("},"text":")" + text + R"("})";
        chat.entries.push_back(entry);
        chat.last = seq;
    }

    ticketing::NewTicket follow_up() const {
        auto ticket = form("¿Y mi factura?");
        ticket.channel = protocol::TicketChannel::chat;
        ticket.chat_id = chat.id;
        ticket.started_at = chat.started_at;
        ticket.client_key = "chat-end:" + chat.id;
        return ticket;
    }
    /// The visitor's own, about this chat.
    ticketing::NewTicket visitors_form() const {
        auto ticket = form("Con prisa");
        ticket.email = "lucia@example.mx";
        ticket.rfc = "GODE561231GR8";
        ticket.chat_id = chat.id;
        ticket.started_at = chat.started_at;
        ticket.completes_chat_end = true;
        return ticket;
    }
    /// The chat as it is now.
    Filing filing(const std::optional<ticketing::NewTicket>& ticket) const {
        return {std::make_shared<const record::ChatRecord>(chat), ticket};
    }
    Filed filed(const std::optional<ticketing::NewTicket>& ticket) {
        return file_chats(db(), {filing(ticket)}, policy(), chat.closed_at).front();
    }
    std::size_t tickets() { return record::TicketRepository(db()).of_chat(chat.id).size(); }
    std::size_t promises() { return record::OutboxRepository(db()).pending("log_ticket", 0, 10).size(); }

    record::ChatRecord chat;
};

TEST_P(FileChat, BecomesOneTicketHoweverOftenItIsFiled) {
    const auto first = filed(follow_up());
    ASSERT_TRUE(first.opened);
    EXPECT_EQ(first.last, 1);
    EXPECT_EQ(first.opened->chat_id, "c_1");
    EXPECT_FALSE(filed(follow_up()).opened);
    EXPECT_EQ(tickets(), 1U);
    EXPECT_EQ(promises(), 1U) << "one entry of the log";
    EXPECT_EQ(mails("ticket_created").size(), 1U);
}

TEST_P(FileChat, AChatWithATicketBecomesNoneThoughItsLogDoesNotSayThatItHasOne) {
    auto by_agent = follow_up();
    by_agent.client_key = "c_1:t-1";
    opened(by_agent, chat.started_at);
    EXPECT_FALSE(filed(follow_up()).opened);
    EXPECT_EQ(tickets(), 1U);
}

TEST_P(FileChat, TheFirstAnswerInItCountsForATicketThatWasOpenedBefore) {
    auto by_agent = follow_up();
    by_agent.client_key = "c_1:t-1";
    const auto number = opened(by_agent, chat.started_at).ticket.number;
    say("agent", "Lo revisamos");
    const auto changed = filed(std::nullopt).changed;
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(ticket(number).first_responded_at, chat.entries[1].at);
    EXPECT_EQ(ticket(number).next_due_at, ticket(number).resolution_due_at) << "nothing else is owed first";
    EXPECT_TRUE(filed(std::nullopt).changed.empty()) << "the same again changes nothing";
}

TEST_P(FileChat, AfterTheVisitorsFormBecomesNone) {
    const auto made = opened(visitors_form(), chat.started_at).ticket;
    EXPECT_EQ(made.chat_id, chat.id);
    EXPECT_EQ(promises(), 1U);
    EXPECT_FALSE(filed(follow_up()).opened);
    EXPECT_EQ(tickets(), 1U);
    EXPECT_EQ(promises(), 1U);
}

TEST_P(FileChat, TheFormAfterItCompletesItsTicketOnce) {
    const auto number = filed(follow_up()).opened->number;
    const auto form = visitors_form();
    const auto made = opened(form, chat.closed_at + 1);
    ASSERT_TRUE(made.completed);
    EXPECT_EQ(made.completed->subject, "¿Y mi factura?");
    EXPECT_EQ(made.ticket.number, number);
    EXPECT_EQ(made.ticket.subject, "Con prisa");
    EXPECT_EQ(made.ticket.started_at, chat.started_at);
    EXPECT_EQ(made.ticket, ticket(number));
    EXPECT_EQ(mails("ticket_created").size(), 2U);
    EXPECT_EQ(promises(), 1U);
    const auto other = opened(form, chat.closed_at + 2);
    EXPECT_FALSE(other.completed);
    EXPECT_EQ(tickets(), 2U);
}

TEST_P(FileChat, AFormWhoseCaptchaIsSpentChangesNothing) {
    const auto number = filed(follow_up()).opened->number;
    const auto before = ticket(number);
    auto form = visitors_form();
    form.captcha = ticketing::Captcha{"challenge", chat.closed_at + ticketing::kHour};
    ASSERT_TRUE(create(
        db(), policy(),
        [&] {
            auto other = this->form();
            other.captcha = form.captcha;
            return other;
        }(),
        chat.closed_at));
    const auto refused = create(db(), policy(), form, chat.closed_at);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "captcha");
    EXPECT_EQ(ticket(number), before);
    EXPECT_EQ(lines(number), std::vector<std::string>{});
}

TEST_P(FileChat, AFormAboutATicketThatWasMergedIsAnotherTicket) {
    const auto number = filed(follow_up()).opened->number;
    const auto into = opened(form(), chat.closed_at).ticket.number;
    ASSERT_TRUE(merge(db(), policy(), number, into, ticketing::kBeto, chat.closed_at));
    const auto made = opened(visitors_form(), chat.closed_at + 1);
    EXPECT_FALSE(made.completed);
    EXPECT_NE(made.ticket.number, number);
    EXPECT_NE(made.ticket.number, into);
}

// Two servers: one files the chat, the other takes the form. Whoever is first, there is one ticket.
TEST_P(FileChat, TheFormWhileItIsFiledMakesOneTicket) {
    const auto other = connect();
    const auto taking = connect();
    for (int round = 0; round < 25; ++round) {
        chat.id = "c_race_" + std::to_string(round);
        std::latch start(2);
        std::thread filer([&] {
            start.arrive_and_wait();
            file_chats(*other, {filing(follow_up())}, policy(), chat.closed_at);
        });
        std::thread taker([&] {
            start.arrive_and_wait();
            EXPECT_TRUE(ticketing::create(*taking, policy(), visitors_form(), chat.closed_at));
        });
        filer.join();
        taker.join();
        EXPECT_EQ(tickets(), 1U) << "round " << round;
        const auto all = record::TicketRepository(db()).of_chat(chat.id);
        EXPECT_EQ(all.front().subject, "Con prisa") << "round " << round;
    }
}

// All together, each with what becomes of it; or none of them.
TEST_P(FileChat, SeveralInOneTransaction) {
    std::vector<Filing> several;
    for (const auto* id : {"c_1", "c_2", "c_3"}) {
        chat.id = id;
        several.push_back(filing(follow_up()));
    }
    auto broken = several;
    chat.entries.erase(chat.entries.begin());
    say("visitor", "otra");
    chat.entries.back().seq = chat.last = 7;  // with a hole before it
    broken[1] = filing(std::nullopt);
    EXPECT_THROW(file_chats(db(), broken, policy(), chat.closed_at), record::DatabaseError);
    for (const auto& one : several) EXPECT_FALSE(record::ChatRepository(db()).header(one.chat->id));
    EXPECT_EQ(promises(), 0U);

    const auto all = file_chats(db(), several, policy(), chat.closed_at);
    ASSERT_EQ(all.size(), 3U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].last, 1);
        ASSERT_TRUE(all[i].opened);
        EXPECT_EQ(all[i].opened->chat_id, several[i].chat->id);
        EXPECT_TRUE(record::ChatRepository(db()).header(several[i].chat->id));
    }
    EXPECT_EQ(promises(), 3U);
}

// Who holds one of them may wait for another one: the transaction that has many does not wait for long.
TEST_P(FileChat, SeveralGiveWayToWhoHoldsOneOfThem) {
    if (GetParam() == Backend::sqlite) GTEST_SKIP() << "one writer at a time";
    const auto other = connect();
    record::Transaction holding(*other);
    record::TicketRepository(*other).hold_chat("c_2");
    std::vector<Filing> several;
    for (const auto* id : {"c_1", "c_2"}) {
        chat.id = id;
        several.push_back(filing(std::nullopt));
    }
    const auto began = std::chrono::steady_clock::now();
    EXPECT_ANY_THROW(file_chats(db(), several, policy(), chat.closed_at));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10)) << "a statement may take 20";
    EXPECT_EQ(file_chats(db(), {several.front()}, policy(), chat.closed_at).front().last, 1);
}

ON_BOTH_DATABASES(FileChat);

}  // namespace
}  // namespace ventanilla::desk
