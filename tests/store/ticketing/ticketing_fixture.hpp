#pragma once
// Commands on tickets, on both databases, with the time as an argument. The desk works Monday to Friday 9–18 and Saturday
// 9–14 in Mexico City; all local times of the tests are UTC−6.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "store/record/outbox.hpp"
#include "store/record/record_fixture.hpp"
#include "ticketing/commands.hpp"

namespace ventanilla::ticketing {

using protocol::Code;
using protocol::TicketChannel;
using protocol::TicketMessageKind;
using protocol::TicketPriority;
using protocol::TicketRole;
using protocol::TicketState;
using record::Backend;
using record::backend_name;

inline constexpr std::int64_t kMinute = 60'000;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr std::int64_t kDay = 24 * kHour;

/// A local time in November 2026; day 23 is a Monday, days above 30 run on into December.
constexpr std::int64_t november(int day, int hour, int minute = 0) {
    using namespace std::chrono;
    const sys_days first = year{2026} / November / 1;
    return duration_cast<milliseconds>(first.time_since_epoch()).count() + (day - 1) * kDay + (hour + 6) * kHour +
           minute * kMinute;
}
inline constexpr std::int64_t kMonday9 = november(23, 9);

inline config::Site site_of_tests() {
    config::Site site;
    site.sla.calendar = "oficina";
    auto& hours = site.hours["oficina"];
    for (std::size_t day = 0; day < 5; ++day) hours.week.at(day) = {{9 * 60, 18 * 60}};
    hours.week[5] = {{9 * 60, 14 * 60}};
    return site;
}

inline const Author kBeto{TicketRole::agent, "a_beto", "Beto"};
inline const Author kAna{TicketRole::requester, "", "Ana Ibáñez"};

/// What is there of each promise, to compare before and after.
std::string dump(record::Database& database);
/// The tables that commands write, but for what belongs to a search index.
std::vector<std::string> table_names(record::Database& database);

class TicketingTest : public record::RecordTest {
protected:
    void SetUp() override {
        database_ = connect();
        policy_ = make_policy(site_of_tests(), "https://desk.example", "a secret of tests");
    }

    std::unique_ptr<record::Database> connect() {
        // Patient, because tests with many connections share two cores with a build.
        record::DatabaseOptions options;
        options.busy_timeout_ms = 20'000;
        options.statement_timeout_ms = 20'000;
        return std::make_unique<record::Database>(url(), options);
    }

    record::Database& db() { return *database_; }
    const Policy& policy() const { return *policy_; }

    /// A ticket as the form sends it.
    static NewTicket form(const std::string& subject = "No puedo timbrar");
    Created opened(std::int64_t now_ms = kMonday9) { return opened(form(), now_ms); }
    Created opened(const NewTicket& ticket, std::int64_t now_ms);

    /// A message; its id is new each time.
    static NewMessage says(const Author& by, const std::string& text, std::optional<TicketState> state = {},
                           TicketMessageKind kind = TicketMessageKind::answer);
    Written written(std::int64_t number, const NewMessage& message, std::int64_t now_ms);
    record::TicketRecord changed(std::int64_t number, const Changes& changes, std::int64_t now_ms);
    record::TicketRecord set(std::int64_t number, TicketState state, std::int64_t now_ms);

    record::TicketRecord ticket(std::int64_t number);
    std::vector<record::TicketHistoryRecord> history(std::int64_t number);
    /// "what:from>to" of each line but `created`.
    std::vector<std::string> lines(std::int64_t number);
    /// Payloads of the mails, oldest first; with a template only those.
    std::vector<nlohmann::json> mails(const std::string& only = "");
    void upload(const std::string& id, const std::string& uploader);

    std::unique_ptr<record::Database> database_;
    PolicyPtr policy_;
};

}  // namespace ventanilla::ticketing
