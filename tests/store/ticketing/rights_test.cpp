// What a command may touch is decided on the rows that it holds; and what the links of requesters open.
#include <gmock/gmock.h>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

using ::testing::IsEmpty;

class TicketRightsTest : public TicketingTest {
protected:
    static constexpr std::int64_t kLate = kMonday9 + 20 * kDay;

    std::int64_t opened_in(const std::string& department) {
        auto wanted = form();
        wanted.department = department;
        return opened(wanted, kMonday9).ticket.number;
    }
    static Allowed only(const std::string& department) {
        return [department](const record::TicketRecord& ticket) { return ticket.department == department; };
    }
    /// Whoever has a link with this key.
    Allowed holder(const Created& created) {
        return [this, number = created.ticket.number, key = created.key](const record::TicketRecord& ticket) {
            return ticket.number == number && key_fits(policy(), ticket, key);
        };
    }
    void merged(std::int64_t number, std::int64_t into) {
        ASSERT_TRUE(merge(db(), policy(), number, into, kBeto, november(23, 10)));
    }
    Code code_of(std::int64_t number, const NewMessage& message, const Allowed& allowed, std::int64_t now_ms) {
        const auto done = write(db(), policy(), number, message, now_ms, allowed);
        EXPECT_FALSE(done);
        return done ? Code::offline : done.error().code;
    }
    void erase(std::int64_t number) {
        auto gone = ticket(number);
        gone.erased = true;
        gone.email.clear();
        record::Transaction transaction(db());
        record::TicketRepository(db()).update(gone);
        transaction.commit();
    }
};

TEST_P(TicketRightsTest, NoMergedTicketLeadsIntoAForeignOne) {
    const auto own = opened_in("quejas");
    const auto foreign = opened_in("pagos");
    merged(own, foreign);
    const auto before = dump(db());
    Changes changes;
    changes.priority = TicketPriority::urgent;
    const auto changed = change(db(), policy(), {own}, changes, kBeto, november(23, 11), only("quejas"));
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, Code::not_found);
    EXPECT_EQ(code_of(own, says(kBeto, "Hola"), only("quejas"), november(23, 11)), Code::not_found);
    // Nor does a foreign number lead into one's own.
    EXPECT_EQ(code_of(own, says(kBeto, "Hola"), only("pagos"), november(23, 11)), Code::not_found);
    EXPECT_EQ(dump(db()), before);
    EXPECT_TRUE(change(db(), policy(), {own, foreign}, changes, kBeto, november(23, 11)));
}

TEST_P(TicketRightsTest, AllOfManyAreLookedAt) {
    const auto own = opened_in("quejas");
    const auto foreign = opened_in("pagos");
    const auto before = dump(db());
    Changes changes;
    changes.state = TicketState::solved;
    const auto changed = change(db(), policy(), {own, foreign}, changes, kBeto, november(23, 11), only("quejas"));
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, Code::not_found);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(TicketRightsTest, MergingLooksAtBoth) {
    const auto own = opened_in("quejas");
    const auto foreign = opened_in("pagos");
    const auto refuse = [&](std::int64_t number, std::int64_t into) {
        const auto done = merge(db(), policy(), number, into, kBeto, november(23, 11), only("quejas"));
        return done ? protocol::Error{} : done.error();
    };
    EXPECT_EQ(refuse(own, foreign), (protocol::Error{Code::bad_field, "into"}));
    EXPECT_EQ(refuse(foreign, own).code, Code::not_found);
    EXPECT_EQ(refuse(foreign, foreign).code, Code::not_found);
    EXPECT_EQ(refuse(own, 0), (protocol::Error{Code::bad_field, "into"}));
}

TEST_P(TicketRightsTest, BeforeIsWhatItWasWhenItWasHeld) {
    const auto number = opened().ticket.number;
    const auto first = ticket(number);
    const auto word = written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 10));
    EXPECT_EQ(word.before, first);
    EXPECT_EQ(word.ticket, ticket(number));
    const auto other = opened(november(23, 10)).ticket;
    const auto done = merge(db(), policy(), other.number, number, kBeto, november(23, 11));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->part.before, other);
    EXPECT_EQ(done->part.now, ticket(other.number));
    EXPECT_EQ(done->whole.before, word.ticket);
    EXPECT_EQ(done->whole.now, ticket(number));
}

TEST_P(TicketRightsTest, AMergeEndsTheLinksOfWhatItIsMergedInto) {
    const auto into = opened();
    const auto part = opened();
    merged(part.ticket.number, into.ticket.number);
    const auto whole = ticket(into.ticket.number);
    EXPECT_FALSE(key_fits(policy(), whole, into.key));
    EXPECT_FALSE(key_fits(policy(), whole, part.key));
    EXPECT_TRUE(key_fits(policy(), ticket(part.ticket.number), part.key));  // what is left of it
    const auto sent = mails("ticket_merged");
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].at("to"), whole.email);
    EXPECT_EQ(sent[0].at("part"), tickets::number_text(part.ticket.number));
    const auto link = sent[0].at("link").get<std::string>();
    EXPECT_TRUE(key_fits(policy(), whole, link.substr(link.find("key=") + 4))) << link;
    const auto before = dump(db());
    EXPECT_EQ(code_of(part.ticket.number, says(kAna, "¿Y lo mío?"), holder(part), november(23, 11)), Code::not_found);
    EXPECT_EQ(code_of(into.ticket.number, says(kAna, "¿Y lo mío?"), holder(into), november(23, 11)), Code::not_found);
    EXPECT_EQ(dump(db()), before);
}

// Whoever typed a customer's address, waited until the ticket was closed for good and wrote again has a link to what follows.
TEST_P(TicketRightsTest, WhatFollowsLeadsIntoNoMergedTicket) {
    const auto stranger = opened();
    set(stranger.ticket.number, TicketState::closed, november(23, 10));
    const auto next = write(db(), policy(), stranger.ticket.number, says(kAna, "Otra vez"), kLate, holder(stranger));
    ASSERT_TRUE(next);
    ASSERT_TRUE(next->new_ticket);
    EXPECT_EQ(next->before, std::nullopt);
    const auto again = write(db(), policy(), stranger.ticket.number, says(kAna, "Y más"), kLate, holder(stranger));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->ticket.number, next->ticket.number);
    EXPECT_EQ(again->before, next->ticket);
    const auto customers = opened(kLate).ticket.number;
    const auto third = opened(kLate).ticket.number;
    // It took another in.
    ASSERT_TRUE(merge(db(), policy(), third, next->ticket.number, kBeto, kLate));
    EXPECT_EQ(code_of(stranger.ticket.number, says(kAna, "¿Qué más hay?"), holder(stranger), kLate), Code::not_found);
    // It is part of another.
    ASSERT_TRUE(merge(db(), policy(), next->ticket.number, customers, kBeto, kLate));
    EXPECT_EQ(code_of(stranger.ticket.number, says(kAna, "¿Qué más hay?"), holder(stranger), kLate), Code::not_found);
}

TEST_P(TicketRightsTest, NobodyWritesToWhatIsLeftOfAnErasedPersonsTicket) {
    const auto closed = opened();
    const auto solved = opened();
    set(closed.ticket.number, TicketState::closed, november(23, 10));
    set(solved.ticket.number, TicketState::solved, november(23, 10));
    erase(closed.ticket.number);
    erase(solved.ticket.number);
    const auto before = dump(db());
    EXPECT_EQ(code_of(solved.ticket.number, says(kAna, "Hola"), holder(solved), november(23, 11)), Code::not_found);
    // By whatever way a requester comes.
    EXPECT_EQ(code_of(solved.ticket.number, says(kAna, "Hola"), {}, november(23, 11)), Code::not_found);
    EXPECT_EQ(code_of(closed.ticket.number, says(kAna, "Hola"), {}, kLate), Code::not_found);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(TicketRightsTest, ARefusedRequestKeepsNoAnswer) {
    const auto foreign = opened_in("pagos");
    auto message = says(kBeto, "Hola");
    message.repeatable = RepeatableMessage{"messages", "key-1", "body", [](const Written&) {
                                               return record::StoredAnswer{"body", 201, "{}"};
                                           }};
    EXPECT_EQ(code_of(foreign, message, only("quejas"), november(23, 11)), Code::not_found);
    EXPECT_FALSE(record::OnceRepository(db()).answer("messages", "key-1", november(23, 11)));
    EXPECT_THAT(mails("ticket_answered"), IsEmpty());
}

ON_BOTH_DATABASES(TicketRightsTest);

}  // namespace
}  // namespace ventanilla::ticketing
