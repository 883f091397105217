// A new ticket: all that it promises is there at once, or nothing is.
#include <stdexcept>

#include <gmock/gmock.h>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CreateTicketTest : public TicketingTest {
protected:
    static Repeatable repeatable(const std::string& key, const std::string& body_hash = "body") {
        Repeatable out;
        out.scope = "POST /tickets";
        out.key = key;
        out.body_hash = body_hash;
        out.answer = [](const Created& created) {
            return record::StoredAnswer{{}, 201, tickets::number_text(created.ticket.number)};
        };
        return out;
    }
};

TEST_P(CreateTicketTest, HoldsAllThatWasCaptured) {
    upload("f_1", "c:challenge");
    auto wanted = form();
    wanted.priority = TicketPriority::high;
    wanted.attach = {"c:challenge", {"f_1"}};
    const auto created = opened(wanted, kMonday9);
    const auto whole = read(db(), created.ticket.number);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->ticket, created.ticket);
    EXPECT_EQ(whole->ticket.email, "ana@example.mx");
    EXPECT_EQ(whole->ticket.priority, TicketPriority::high);
    EXPECT_EQ(whole->ticket.locale, "es-MX");
    EXPECT_EQ(whole->ticket.created_at, kMonday9);
    ASSERT_EQ(whole->messages.size(), 1U);
    EXPECT_EQ(whole->messages[0].text, wanted.comments);
    EXPECT_EQ(whole->messages[0].kind, TicketMessageKind::comment);
    EXPECT_EQ(whole->messages[0].role, TicketRole::requester);
    ASSERT_EQ(whole->files.size(), 1U);
    EXPECT_EQ(whole->files[0].message, whole->messages[0].id);
    ASSERT_EQ(whole->history.size(), 1U);
    EXPECT_EQ(whole->history[0].what, "created");
    EXPECT_EQ(whole->history[0].author_name, "Ana Ibáñez");
}

TEST_P(CreateTicketTest, CountsBothClocksInBusinessHours) {
    const auto ticket = opened().ticket;
    EXPECT_EQ(ticket.first_response_due_at, november(25, 15));  // 9 + 9 + 6 hours
    EXPECT_EQ(ticket.resolution_due_at, november(28, 12));      // 5 × 9 + 3 hours, on Saturday
    EXPECT_EQ(ticket.next_due_at, november(25, 15));
    EXPECT_EQ(ticket.timer_at, november(25, 11));  // 20 of 24 hours
    EXPECT_EQ(ticket.closes_at, std::nullopt);
    const auto explained = explain(db(), policy(), ticket.number);
    ASSERT_TRUE(explained);
    EXPECT_EQ(explained->first_response.due_at, ticket.first_response_due_at);
    EXPECT_THAT(explained->first_response.used, ElementsAre(tickets::Span{november(23, 9), november(23, 18)},
                                                            tickets::Span{november(24, 9), november(24, 18)},
                                                            tickets::Span{november(25, 9), november(25, 15)}));
    EXPECT_EQ(explained->resolution.due_at, ticket.resolution_due_at);
    EXPECT_EQ(explained->resolution.used.size(), 6U);
}

TEST_P(CreateTicketTest, OfAChatStartsNoClockAnew) {
    auto wanted = form();
    wanted.channel = TicketChannel::chat;
    wanted.chat_id = "c_1";
    wanted.started_at = kMonday9;
    wanted.first_responded_at = kMonday9 + kMinute;
    wanted.assignee_id = "a_beto";
    wanted.assignee_name = "Beto";
    wanted.by = kBeto;
    const auto ticket = opened(wanted, november(24, 17)).ticket;
    EXPECT_EQ(ticket.first_response_due_at, november(25, 15));
    EXPECT_EQ(ticket.resolution_due_at, november(28, 12));
    EXPECT_EQ(ticket.next_due_at, november(28, 12));  // the first answer is given
    EXPECT_EQ(ticket.timer_at, november(27, 13));     // 40 of 48 hours
    EXPECT_THAT(lines(ticket.number), ElementsAre("assignee:>Beto"));
    EXPECT_EQ(record::TicketRepository(db()).of_chat("c_1").size(), 1U);
}

TEST_P(CreateTicketTest, MailsWhatWasCaptured) {
    upload("f_1", "c:challenge");
    auto wanted = form();
    wanted.attach = {"c:challenge", {"f_1"}};
    wanted.locale = "en";
    const auto created = opened(wanted, kMonday9);
    const auto sent = mails();
    ASSERT_EQ(sent.size(), 1U);
    const auto& mail = sent[0];
    const auto number = tickets::number_text(created.ticket.number);
    EXPECT_EQ(mail.at("template"), "ticket_created");
    EXPECT_EQ(mail.at("to"), "ana@example.mx");
    EXPECT_EQ(mail.at("locale"), "en");
    EXPECT_EQ(mail.at("number"), number);
    EXPECT_EQ(mail.at("link"), "https://desk.example/ticket/" + number + "?key=" + created.key);
    EXPECT_EQ(mail.at("rfc"), "GODE561231GR8");
    EXPECT_EQ(mail.at("department"), "soporte-tecnico");
    EXPECT_EQ(mail.at("subject"), wanted.subject);
    EXPECT_EQ(mail.at("priority"), "normal");
    EXPECT_EQ(mail.at("first_response_due_at"), november(25, 15));
    EXPECT_EQ(mail.at("resolution_due_at"), november(28, 12));
    EXPECT_EQ(mail.at("message").at("text"), wanted.comments);
    EXPECT_EQ(mail.at("message").at("files").at(0).at("id"), "f_1");
    EXPECT_TRUE(key_fits(policy(), created.ticket, created.key));
}

TEST_P(CreateTicketTest, WithoutCommentsHasNoMessageButItsMail) {
    auto wanted = form();
    wanted.comments.clear();
    const auto created = opened(wanted, kMonday9);
    EXPECT_THAT(read(db(), created.ticket.number)->messages, IsEmpty());
    ASSERT_EQ(mails().size(), 1U);
    EXPECT_TRUE(mails()[0].at("message").is_null());
}

TEST_P(CreateTicketTest, NumbersRise) {
    std::int64_t last = 0;
    for (int i = 0; i < 20; ++i) {
        const auto number = opened(kMonday9 + i).ticket.number;
        EXPECT_GT(number, last);
        last = number;
    }
}

TEST_P(CreateTicketTest, TellsTheSameToARepeatedRequest) {
    auto wanted = form();
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    wanted.repeatable = repeatable("key-1");
    const auto first = opened(wanted, kMonday9);
    const auto before = dump(db());
    const auto again = create(db(), policy(), wanted, kMonday9 + kMinute);
    ASSERT_TRUE(again);
    ASSERT_TRUE(again->repeated);
    EXPECT_EQ(again->repeated->status, 201);
    EXPECT_EQ(again->repeated->body, tickets::number_text(first.ticket.number));
    wanted.repeatable = repeatable("key-1", "another body");
    const auto other = create(db(), policy(), wanted, kMonday9 + kMinute);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::client_id_reuse);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(CreateTicketTest, SpendsACaptchaOnce) {
    auto wanted = form();
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    opened(wanted, kMonday9);
    const auto before = dump(db());
    const auto again = create(db(), policy(), wanted, kMonday9);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error(), (protocol::Error{Code::bad_field, "captcha"}));
    EXPECT_EQ(dump(db()), before);
}

TEST_P(CreateTicketTest, ThatFailsLeavesTheCaptchaUnspent) {
    upload("f_1", "c:challenge");
    upload("f_2", "c:another");
    auto wanted = form();
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    wanted.attach = {"c:challenge", {"f_1", "f_2"}};
    const auto before = dump(db());
    const auto refused = create(db(), policy(), wanted, kMonday9);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (protocol::Error{Code::bad_field, "files[1]"}));
    EXPECT_EQ(dump(db()), before);
    wanted.attach.files.pop_back();
    opened(wanted, kMonday9);
}

TEST_P(CreateTicketTest, GivesTheSameTicketForAClientKey) {
    auto wanted = form();
    wanted.client_key = "c_1:x";
    const auto first = opened(wanted, kMonday9);
    const auto before = dump(db());
    const auto again = opened(wanted, kMonday9 + kDay);
    EXPECT_TRUE(again.existed);
    EXPECT_EQ(again.ticket, first.ticket);
    EXPECT_EQ(again.key, first.key);
    wanted.subject = "Otro asunto";
    const auto other = create(db(), policy(), wanted, kMonday9);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::client_id_reuse);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(CreateTicketTest, RollsEverythingBackIfTheAnswerCannotBeMade) {
    upload("f_1", "c:challenge");
    auto wanted = form();
    wanted.attach = {"c:challenge", {"f_1"}};
    wanted.captcha = Captcha{"challenge", kMonday9 + kHour};
    wanted.repeatable = repeatable("key-1");
    wanted.repeatable->answer = [](const Created&) -> record::StoredAnswer { throw std::runtime_error("cut"); };
    const auto before = dump(db());
    EXPECT_THROW(static_cast<void>(create(db(), policy(), wanted, kMonday9)), std::runtime_error);
    EXPECT_EQ(dump(db()), before);
    wanted.repeatable = repeatable("key-1");
    EXPECT_FALSE(opened(wanted, kMonday9).repeated);
}

TEST_P(CreateTicketTest, InsideATransactionOfTheCallersGoesWithIt) {
    const auto before = dump(db());
    {
        const record::Transaction transaction(db());
        EXPECT_TRUE(create_within(db(), policy(), form(), kMonday9));
    }
    EXPECT_EQ(dump(db()), before);
}

ON_BOTH_DATABASES(CreateTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
