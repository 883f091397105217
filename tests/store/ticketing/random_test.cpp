// Random commands at random times on a few tickets, against a small model of what is promised.
#include <algorithm>
#include <map>
#include <random>

#include <fmt/format.h>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

constexpr unsigned kSeed = 305;
constexpr int kSteps = 250;
constexpr std::size_t kTickets = 10;

/// A ticket as it should be.
struct Expected {
    TicketState state = TicketState::open;
    std::int64_t since = 0;
    std::int64_t requester_at = 0;
    std::optional<std::int64_t> agent_at = {};
    std::optional<std::int64_t> first_due = {};
    std::optional<std::int64_t> merged_into = {};
    std::optional<std::int64_t> follower = {};
    bool took_in = false;
    std::vector<record::TicketHistoryRecord> seen = {};

    void become(TicketState next, std::int64_t now) {
        if (next == state) return;
        state = next;
        since = now;
    }
};

class RandomTicketTest : public TicketingTest {
protected:
    std::int64_t pick(std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(random_);
    }
    TicketState any_state() { return static_cast<TicketState>(pick(0, 3)); }
    std::int64_t any_ticket() {
        auto at = model_.begin();
        std::advance(at, pick(0, static_cast<std::int64_t>(model_.size()) - 1));
        return at->first;
    }
    std::int64_t end_of(std::int64_t number) {
        while (model_.at(number).merged_into) number = *model_.at(number).merged_into;
        return number;
    }

    void expect_ticket(const record::TicketRecord& ticket) {
        Expected expected;
        expected.since = now_;
        expected.requester_at = now_;
        expected.first_due = ticket.first_response_due_at;
        model_[ticket.number] = expected;
        ++mails_["ticket_created"];
    }

    void open_one() {
        if (model_.size() < kTickets) expect_ticket(opened(now_).ticket);
    }

    void agent_writes() {
        const auto number = any_ticket();
        const bool answer = pick(0, 3) != 0;
        std::optional<TicketState> state;
        if (pick(0, 1) == 0) state = any_state();
        const auto kind = answer ? TicketMessageKind::answer : TicketMessageKind::note;
        written(number, says(kBeto, "Respuesta", state, kind), now_);
        auto& expected = model_.at(end_of(number));
        if (answer) expected.agent_at = now_;
        if (answer) ++mails_["ticket_answered"];
        if (!answer && state == TicketState::solved && expected.state != TicketState::solved) ++mails_["ticket_solved"];
        if (state) expected.become(*state, now_);
    }

    // Where a message of the requester must arrive; 0: in a new ticket; nothing: nowhere, for more stands in the one that
    // follows than the earlier link may open.
    std::optional<std::int64_t> place_for_word(std::int64_t number, std::int64_t& follows) {
        number = end_of(number);
        while (model_.at(number).state == TicketState::closed &&
               now_ - model_.at(number).since > tickets::kAfterwordsMs) {
            follows = number;
            if (!model_.at(number).follower) return 0;
            number = *model_.at(number).follower;
            if (model_.at(number).merged_into || model_.at(number).took_in) return std::nullopt;
        }
        return number;
    }

    void requester_writes() {
        const auto number = any_ticket();
        std::optional<TicketState> state;
        if (pick(0, 3) == 0) state = TicketState::solved;
        std::int64_t follows = 0;
        const auto place = place_for_word(number, follows);
        if (!place) {
            const auto refused = write(db(), policy(), number, says(kAna, "Mensaje", state), now_);
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().code, Code::not_found);
            return;
        }
        const auto word = written(number, says(kAna, "Mensaje", state), now_);
        if (*place == 0) {
            expect_ticket(word.ticket);
            EXPECT_EQ(word.ticket.follows, follows);
            model_.at(follows).follower = word.ticket.number;
        } else {
            EXPECT_EQ(word.ticket.number, *place);
        }
        auto& expected = model_.at(word.ticket.number);
        expected.requester_at = now_;
        // Said again, solved counts from now.
        if (expected.state != TicketState::open) expected.become(TicketState::open, now_);
        if (state) expected.become(*state, now_);
    }

    void agent_sets() {
        const auto number = any_ticket();
        const auto state = any_state();
        set(number, state, now_);
        auto& expected = model_.at(end_of(number));
        if (state == TicketState::solved && expected.state != state) ++mails_["ticket_solved"];
        expected.become(state, now_);
    }

    void agent_merges() {
        const auto number = any_ticket();
        const auto into = any_ticket();
        auto& source = model_.at(number);
        auto& target = model_.at(into);
        const bool good = number != into && !source.merged_into && !target.merged_into;
        const bool again = number != into && source.merged_into == into;
        const auto done = merge(db(), policy(), number, into, kBeto, now_);
        EXPECT_EQ(done.has_value(), good || again);
        if (!good) return;
        if (source.state == TicketState::open) target.become(TicketState::open, now_);
        target.requester_at = std::max(target.requester_at, source.requester_at);
        target.agent_at = std::max(target.agent_at, source.agent_at);
        source.become(TicketState::closed, now_);
        source.merged_into = into;
        target.took_in = true;
        ++mails_["ticket_merged"];
    }

    void time_passes() {
        apply_timers(db(), policy(), now_, 1000);
        for (auto& [number, expected] : model_) {
            if (expected.merged_into) continue;
            const bool agent_last = expected.agent_at && *expected.agent_at > expected.requester_at;
            if (expected.state == TicketState::pending && agent_last && *expected.agent_at + 3 * kDay <= now_) {
                expected.become(TicketState::closed, now_);
                ++mails_["ticket_closed"];
            }
            const auto last_word =
                std::max({expected.since, expected.requester_at, expected.agent_at.value_or(expected.since)});
            if (expected.state == TicketState::solved && last_word + 14 * kDay <= now_) {
                expected.become(TicketState::closed, now_);
            }
        }
    }

    void step() {
        now_ += pick(0, 9) == 0 ? pick(1, 12 * kDay) : pick(1, 20 * kHour);
        switch (pick(0, 9)) {
            case 0: open_one(); break;
            case 1:
            case 2:
            case 3: agent_writes(); break;
            case 4:
            case 5: requester_writes(); break;
            case 6: agent_sets(); break;
            case 7: agent_merges(); break;
            default: time_passes(); break;
        }
    }

    /// Lines that were there are as they were; numbers rise by one, times do not fall.
    void check_history(Expected& expected, const std::vector<record::TicketHistoryRecord>& lines) {
        ASSERT_GE(lines.size(), expected.seen.size());
        EXPECT_TRUE(std::equal(expected.seen.begin(), expected.seen.end(), lines.begin()));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            EXPECT_EQ(lines[i].n, static_cast<std::int64_t>(i) + 1);
            if (i > 0) {
                EXPECT_GE(lines[i].at, lines[i - 1].at);
            }
        }
        expected.seen = lines;
    }

    /// What the rules make of messages and history, read apart from the commands.
    tickets::Clocks clocks_of(const Whole& whole) {
        tickets::SlaHistory history;
        history.started_at = whole.ticket.started_at;
        history.last_requester_at = whole.ticket.created_at;
        for (const auto& message : whole.messages) {
            if (message.role == TicketRole::requester) {
                history.last_requester_at = std::max(*history.last_requester_at, message.at);
            } else if (message.kind == TicketMessageKind::answer) {
                history.last_agent_answer_at = message.at;
            }
        }
        for (const auto& line : whole.history) {
            const auto state = protocol::parse_word<TicketState>(line.to);
            if (state && line.what != "created") history.changes.push_back({line.at, *state});
        }
        return tickets::clocks(policy().sla, history);
    }

    void check(std::int64_t number, Expected& expected) {
        SCOPED_TRACE(fmt::format("ticket {}", number));
        const auto whole = read(db(), number);
        ASSERT_TRUE(whole);
        const auto& ticket = whole->ticket;
        EXPECT_EQ(ticket.state, expected.state);
        EXPECT_EQ(ticket.merged_into, expected.merged_into);
        EXPECT_EQ(ticket.first_response_due_at, expected.first_due);
        EXPECT_EQ(ticket.resolved_at.has_value(),
                  ticket.state == TicketState::solved || ticket.state == TicketState::closed);
        check_history(expected, whole->history);
        if (expected.merged_into) {
            EXPECT_EQ(ticket.timer_at, std::nullopt);
            return;
        }
        EXPECT_EQ(ticket.state_since, expected.since);
        EXPECT_EQ(ticket.last_requester_at, expected.requester_at);
        EXPECT_EQ(ticket.last_agent_answer_at, expected.agent_at);
        const auto clocks = clocks_of(*whole);
        EXPECT_EQ(ticket.first_response_due_at, clocks.first_response_due_at);
        EXPECT_EQ(ticket.resolution_due_at, clocks.resolution_due_at);
        EXPECT_EQ(ticket.closes_at, clocks.closes_at);
    }

    void check_mails() {
        std::map<std::string, int> sent;
        for (const auto& mail : mails()) ++sent[mail.at("template").get<std::string>()];
        EXPECT_EQ(sent, mails_);
    }

    std::mt19937 random_{kSeed};
    std::int64_t now_ = kMonday9;
    std::map<std::int64_t, Expected> model_;
    std::map<std::string, int> mails_;
};

TEST_P(RandomTicketTest, KeepsItsPromises) {
    open_one();
    open_one();
    for (int i = 0; i < kSteps && !HasFailure(); ++i) {
        SCOPED_TRACE(fmt::format("seed {}, step {}", kSeed, i));
        step();
        for (auto& [number, expected] : model_) check(number, expected);
        check_mails();
    }
    // The run was worth something: everything that mails came to pass.
    for (const char* name : {"ticket_created", "ticket_answered", "ticket_solved", "ticket_closed"}) {
        EXPECT_GT(mails_[name], 0) << name;
    }
}

ON_BOTH_DATABASES(RandomTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
