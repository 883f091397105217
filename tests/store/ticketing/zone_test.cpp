// The rules of the zone change while a ticket is open: what was promised stays, what is counted anew goes by the new ones.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "store/record/zone_data.hpp"
#include "store/ticketing/ticketing_fixture.hpp"
#include "support/tzif.hpp"
#include "zones/zones.hpp"

namespace ventanilla::ticketing {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMonday830 = kMonday9 - 30 * kMinute;
constexpr std::int64_t kAllowance = 48 * kHour;

std::int64_t total(const std::vector<tickets::Span>& used) {
    std::int64_t sum = 0;
    for (const auto& span : used) sum += span.to_ms - span.from_ms;
    return sum;
}

class ZoneTicketTest : public TicketingTest {
protected:
    void SetUp() override {
        TicketingTest::SetUp();
        directory_ = fs::temp_directory_path() / ("ticket-zones-" + std::to_string(::getpid()));
        fs::create_directories(directory_);
        ::setenv("TZDIR", directory_.c_str(), 1);
        site_ = site_of_tests();
        site_.timezone = "Office_" + std::to_string(++count_);
        take("AAA6");
    }
    void TearDown() override {
        ::unsetenv("TZDIR");
        fs::remove_all(directory_);
    }

    /// From now on the zone follows this rule, as after a night in which tzdata was updated.
    void take(const std::string& rule) {
        std::ofstream(directory_ / site_.timezone, std::ios::binary) << test::tzif_with_rule(rule);
        zones::reload();
        policy_ = make_policy(site_, "https://desk.example", "a secret of tests");
    }

    static int count_;
    fs::path directory_;
    config::Site site_;
};
int ZoneTicketTest::count_ = 0;

TEST_P(ZoneTicketTest, WhatWasPromisedStaysUntilTheClockHasStoodStill) {
    const auto number = opened(kMonday830).ticket.number;
    const auto before = *explain(db(), policy(), number);
    EXPECT_EQ(ticket(number).first_response_due_at, november(25, 15));
    EXPECT_EQ(ticket(number).resolution_due_at, november(28, 12));
    take("AAA5");  // the office opens at eight on the old clock
    written(number, says(kBeto, "Lo vemos"), november(23, 10));
    EXPECT_EQ(ticket(number).first_response_due_at, november(25, 15));
    EXPECT_EQ(ticket(number).resolution_due_at, november(28, 12));
    const auto after = *explain(db(), policy(), number);
    EXPECT_EQ(after.first_response.used, before.first_response.used);
    EXPECT_EQ(after.resolution.used, before.resolution.used);
    EXPECT_EQ(after.resolution.due_at, november(28, 12));
    EXPECT_EQ(opened(november(30, 8, 30)).ticket.first_response_due_at, november(32, 14, 30)) << "a new ticket";
}

TEST_P(ZoneTicketTest, AfterAPauseTheResolutionGoesByTheNewRules) {
    const auto number = opened(kMonday830).ticket.number;
    const auto before = *explain(db(), policy(), number);
    take("AAA5");
    written(number, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 12));
    written(number, says(kAna, "La 4.0"), november(26, 8, 30));
    const auto now = ticket(number);
    EXPECT_EQ(now.first_response_due_at, november(25, 15));
    EXPECT_EQ(now.resolution_due_at, november(32, 12)) << "by the old rules it would be an hour later";
    const auto explained = *explain(db(), policy(), number);
    EXPECT_EQ(explained.first_response.used, before.first_response.used);
    EXPECT_EQ(explained.resolution.due_at, now.resolution_due_at);
    EXPECT_EQ(total(explained.resolution.used), kAllowance);

    // And once more, back to what they were.
    take("AAA6");
    EXPECT_EQ(explain(db(), policy(), number)->resolution.due_at, november(32, 12));
    written(number, says(kBeto, "¿Y cuál más?", TicketState::pending), november(26, 12));
    written(number, says(kAna, "Ninguna"), november(30, 8, 30));
    EXPECT_EQ(explain(db(), policy(), number)->resolution.due_at, ticket(number).resolution_due_at);
    EXPECT_EQ(nlohmann::json::parse(ticket(number).calendar_version).count("resolution_zone_data"), 0U);
}

TEST_P(ZoneTicketTest, WarningsAndMissesComeWhenWasPromised) {
    const auto number = opened(kMonday830).ticket.number;
    take("AAA5");
    const auto missed = [&] {
        const auto all = lines(number);
        return std::ranges::any_of(all, [](const auto& line) { return line.find("miss_first_response") != line.npos; });
    };
    apply_timers(db(), policy(), november(25, 14, 45), 20);
    EXPECT_FALSE(missed()) << "by the new rules it would have been due at half past two";
    apply_timers(db(), policy(), november(25, 15), 20);
    EXPECT_TRUE(missed());
}

TEST_P(ZoneTicketTest, TheRulesAreKeptBesideTheTickets) {
    const auto version = nlohmann::json::parse(opened(kMonday830).ticket.calendar_version);
    const auto id = version.at("zone_data").get<std::string>();
    EXPECT_EQ(id, policy().zone->id());
    EXPECT_EQ(record::ZoneDataRepository(db()).find(id), test::tzif_with_rule("AAA6"));
    EXPECT_EQ(record::ZoneDataRepository(db()).find("unknown"), std::nullopt);
    opened(kMonday9);  // the same again
}

TEST_P(ZoneTicketTest, TicketsFromBeforeRulesWereKeptAreExplainedWithTodays) {
    auto old = opened(kMonday830).ticket;
    auto version = nlohmann::json::parse(old.calendar_version);
    version["zone_data"] = "2025b";
    old.calendar_version = version.dump();
    record::TicketRepository(db()).update(old);
    take("AAA5");
    EXPECT_EQ(ticket(old.number).resolution_due_at, november(28, 12));
    EXPECT_EQ(total(explain(db(), policy(), old.number)->resolution.used), kAllowance);
}

ON_BOTH_DATABASES(ZoneTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
