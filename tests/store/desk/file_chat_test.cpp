// An ended chat goes to the record, and becomes a ticket in the same step, or none.
#include "desk/ticket_log.hpp"

#include <gtest/gtest.h>

#include <string>

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
    Filed filed(const std::optional<ticketing::NewTicket>& ticket) {
        return file_chat(db(), chat, ticket, policy(), chat.closed_at);
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

ON_BOTH_DATABASES(FileChat);

}  // namespace
}  // namespace ventanilla::desk
