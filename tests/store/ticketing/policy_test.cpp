// Keys, and the calendar that a ticket keeps.
#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

record::TicketRecord ticket_of(std::int64_t number, std::int64_t generation = 0) {
    record::TicketRecord ticket;
    ticket.number = number;
    ticket.key_generation = generation;
    return ticket;
}

TEST(TicketKeyTest, FitsOneTicketOfOneStore) {
    const auto policy = make_policy(site_of_tests(), "https://desk.example", "a secret");
    const auto other = make_policy(site_of_tests(), "https://desk.example", "another secret");
    const auto key = requester_key(*policy, ticket_of(123));
    EXPECT_EQ(key.size(), 43U);
    EXPECT_EQ(key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    EXPECT_EQ(key, requester_key(*policy, ticket_of(123)));
    EXPECT_TRUE(key_fits(*policy, ticket_of(123), key));
    EXPECT_FALSE(key_fits(*policy, ticket_of(124), key));
    EXPECT_FALSE(key_fits(*other, ticket_of(123), key));
    EXPECT_FALSE(key_fits(*policy, ticket_of(123), ""));
    EXPECT_FALSE(key_fits(*policy, ticket_of(123), key.substr(1)));
    EXPECT_FALSE(key_fits(*policy, ticket_of(123), key + "A"));
    auto wrong = key;
    wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(key_fits(*policy, ticket_of(123), wrong));
}

TEST(TicketKeyTest, FitsOneGenerationAndNoErasedTicket) {
    const auto policy = make_policy(site_of_tests(), "", "a secret");
    const auto old = requester_key(*policy, ticket_of(12));
    const auto key = requester_key(*policy, ticket_of(12, 1));
    EXPECT_TRUE(key_fits(*policy, ticket_of(12, 1), key));
    EXPECT_FALSE(key_fits(*policy, ticket_of(12, 1), old));
    EXPECT_FALSE(key_fits(*policy, ticket_of(12, 2), key));
    EXPECT_FALSE(key_fits(*policy, ticket_of(1, 21), key));
    auto erased = ticket_of(12, 1);
    erased.erased = true;
    EXPECT_FALSE(key_fits(*policy, erased, key));
}

// As any other implementation of HMAC-SHA-256 (RFC 2104) counts it.
TEST(TicketKeyTest, IsAnHmacOfTheNumber) {
    const auto policy = make_policy(site_of_tests(), "", "a secret");
    EXPECT_EQ(requester_key(*policy, ticket_of(123)), "deqtc9jU9iNPwv3DzbpXsM54KScwfvHmcI4GnSMV3j4");
}

TEST(TicketKeyTest, WithoutASecretNoneFits) {
    const auto policy = make_policy(site_of_tests(), "https://desk.example", "");
    EXPECT_FALSE(key_fits(*policy, ticket_of(1), requester_key(*policy, ticket_of(1))));
}

TEST(CalendarVersionTest, ChangesWithHoursZoneAndAllowances) {
    const auto version = [](const config::Site& site) { return make_policy(site, "", "")->calendar_version; };
    const auto site = site_of_tests();
    EXPECT_EQ(version(site), version(site_of_tests()));
    auto hours = site;
    hours.hours["oficina"].week[5].clear();
    EXPECT_NE(version(hours), version(site));
    auto holiday = site;
    holiday.hours["oficina"].holidays.push_back({2026, 11, 24});
    EXPECT_NE(version(holiday), version(site));
    auto zone = site;
    zone.timezone = "America/Tijuana";
    EXPECT_NE(version(zone), version(site));
    auto sla = site;
    sla.sla.resolution_h = 24;
    EXPECT_NE(version(sla), version(site));
    auto other_calendar = site;
    other_calendar.hours["guardia"] = {};
    EXPECT_EQ(version(other_calendar), version(site));
}

class CalendarTicketTest : public TicketingTest {
protected:
    // From now on an hour a day, in another zone, with other allowances.
    void reload() {
        auto site = site_of_tests();
        for (auto& day : site.hours["oficina"].week) day = {{9 * 60, 10 * 60}};
        site.timezone = "Europe/Madrid";
        site.sla.first_response_h = 1;
        site.sla.resolution_h = 2;
        policy_ = make_policy(site, "https://desk.example", "a secret of tests");
    }
};

TEST_P(CalendarTicketTest, IsTheOneThatTheTicketWasOpenedWith) {
    const auto number = opened().ticket.number;
    const auto before = explain(db(), policy(), number)->resolution.used;
    reload();
    EXPECT_EQ(explain(db(), policy(), number)->resolution.used, before);
    written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 12));
    const auto word = written(number, says(kAna, "La 4.0"), november(26, 9));
    EXPECT_EQ(word.ticket.first_response_due_at, november(25, 15));
    EXPECT_EQ(word.ticket.resolution_due_at, november(26 + 6, 13));
    EXPECT_EQ(opened(november(26, 9)).ticket.first_response_due_at, november(27, 3));  // 10 o'clock in Madrid
}

TEST_P(CalendarTicketTest, AlwaysOpenIsKeptToo) {
    policy_ = make_policy(config::Site{}, "https://desk.example", "a secret of tests");
    const auto ticket = opened().ticket;
    EXPECT_EQ(ticket.first_response_due_at, kMonday9 + kDay);
    reload();
    written(ticket.number, says(kBeto, "¿Qué versión?", TicketState::pending), kMonday9 + kHour);
    const auto word = written(ticket.number, says(kAna, "La 4.0"), kMonday9 + 2 * kHour);
    EXPECT_EQ(word.ticket.resolution_due_at, kMonday9 + 2 * kDay + kHour);
}

ON_BOTH_DATABASES(CalendarTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
