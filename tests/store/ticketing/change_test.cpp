// What agents set, of one ticket or many; and merging.
#include <gmock/gmock.h>

#include "store/ticketing/ticketing_fixture.hpp"

namespace ventanilla::ticketing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ChangeTicketTest : public TicketingTest {
protected:
    static Changes all_changes() {
        Changes changes;
        changes.state = TicketState::solved;
        changes.priority = TicketPriority::urgent;
        changes.department = "pagos";
        changes.assignee.emplace(std::pair<std::string, std::string>("a_carla", "Carla"));
        return changes;
    }

    record::TicketRecord merged(std::int64_t number, std::int64_t into, std::int64_t now_ms) {
        auto done = merge(db(), policy(), number, into, kBeto, now_ms);
        EXPECT_TRUE(done) << (done ? "" : done.error().field);
        return done ? done->whole.now : record::TicketRecord{};
    }
};

TEST_P(ChangeTicketTest, EachFieldThatChangesHasItsLine) {
    const auto number = opened().ticket.number;
    const auto after = changed(number, all_changes(), november(23, 10));
    EXPECT_EQ(after, ticket(number));
    EXPECT_EQ(after.assignee_id, "a_carla");
    EXPECT_THAT(lines(number), ElementsAre("state:open>solved", "priority:normal>urgent",
                                           "department:soporte-tecnico>pagos", "assignee:>Carla"));
    for (const auto& line : history(number)) {
        if (line.what == "created") continue;
        EXPECT_EQ(line.author_id, "a_beto");
        EXPECT_EQ(line.at, november(23, 10));
    }
    ASSERT_EQ(mails("ticket_solved").size(), 1U);
}

TEST_P(ChangeTicketTest, WhatIsSoAlreadyWritesNothing) {
    const auto number = opened().ticket.number;
    changed(number, all_changes(), november(23, 10));
    const auto before = dump(db());
    const auto same = changed(number, all_changes(), november(23, 11));
    EXPECT_EQ(same.updated_at, november(23, 10));
    EXPECT_EQ(dump(db()), before);
}

TEST_P(ChangeTicketTest, AnotherDepartmentHasNoAssigneeUnlessTold) {
    const auto number = opened().ticket.number;
    changed(number, all_changes(), november(23, 10));  // names both
    EXPECT_EQ(ticket(number).assignee_id, "a_carla");
    Changes move;
    move.department = "quejas";
    const auto after = changed(number, move, november(23, 11));
    EXPECT_EQ(after.assignee_id, std::nullopt);
    EXPECT_EQ(after.assignee_name, std::nullopt);
    EXPECT_EQ(lines(number).back(), "assignee:Carla>");
}

TEST_P(ChangeTicketTest, ManyAreAllOrNone) {
    std::vector<std::int64_t> numbers;
    for (int i = 0; i < 5; ++i) numbers.push_back(opened(kMonday9 + i).ticket.number);
    std::reverse(numbers.begin(), numbers.end());
    const auto before = dump(db());
    auto with_unknown = numbers;
    with_unknown.insert(with_unknown.begin() + 3, 999);
    const auto refused = change(db(), policy(), with_unknown, all_changes(), kBeto, november(23, 10));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::not_found);
    EXPECT_EQ(dump(db()), before);
    const auto done = change(db(), policy(), numbers, all_changes(), kBeto, november(23, 10));
    ASSERT_TRUE(done);
    ASSERT_EQ(done->size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ((*done)[i].now, ticket(numbers[i]));
        EXPECT_EQ((*done)[i].now.state, TicketState::solved);
        EXPECT_EQ((*done)[i].before.state, TicketState::open);
    }
    EXPECT_EQ(mails("ticket_solved").size(), 5U);
}

TEST_P(ChangeTicketTest, SolvedTwiceIsMailedTwice) {
    const auto number = opened().ticket.number;
    set(number, TicketState::solved, november(23, 10));
    set(number, TicketState::open, november(23, 10));
    set(number, TicketState::solved, november(23, 10));
    EXPECT_EQ(mails("ticket_solved").size(), 2U);
}

TEST_P(ChangeTicketTest, MergingMovesWhatWasSaid) {
    upload("f_1", "c:challenge");
    auto wanted = form("Timbrado, otra vez");
    wanted.attach = {"c:challenge", {"f_1"}};
    const auto into = opened(november(23, 9)).ticket.number;
    const auto number = opened(wanted, november(23, 10)).ticket.number;
    const auto done = merged(number, into, november(23, 11));
    EXPECT_EQ(done, ticket(into));
    EXPECT_EQ(done.state, TicketState::open);
    EXPECT_EQ(done.last_requester_at, november(23, 10));
    const auto whole = read(db(), into);
    EXPECT_EQ(whole->messages.size(), 2U);
    EXPECT_EQ(whole->files.size(), 1U);
    EXPECT_EQ(whole->messages[1].at, november(23, 10));
    const auto rest = read(db(), number);
    EXPECT_THAT(rest->messages, IsEmpty());
    EXPECT_THAT(rest->files, IsEmpty());
    EXPECT_EQ(rest->ticket.state, TicketState::closed);
    EXPECT_EQ(rest->ticket.merged_into, into);
    EXPECT_EQ(rest->ticket.timer_at, std::nullopt);
    EXPECT_EQ(rest->ticket.next_due_at, std::nullopt);
    EXPECT_THAT(lines(number), ElementsAre("merged:>" + tickets::number_text(into), "state:open>closed"));
    EXPECT_THAT(lines(into), ElementsAre("took_in:>" + tickets::number_text(number)));
    EXPECT_EQ(mails().size(), 3U);  // of the two creations, and the new link
    const auto before = dump(db());
    EXPECT_EQ(merged(number, into, november(23, 12)).number, into);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(ChangeTicketTest, MergingIsRefused) {
    const auto one = opened().ticket.number;
    const auto two = opened().ticket.number;
    const auto three = opened().ticket.number;
    auto foreign = form();
    foreign.email = "otro@example.mx";
    const auto other = opened(foreign, kMonday9).ticket.number;
    merged(two, one, november(23, 10));
    const auto before = dump(db());
    const auto refuse = [&](std::int64_t number, std::int64_t into) {
        const auto done = merge(db(), policy(), number, into, kBeto, november(23, 11));
        return done ? protocol::Error{} : done.error();
    };
    const protocol::Error into{Code::bad_field, "into"};
    EXPECT_EQ(refuse(one, one), into);
    EXPECT_EQ(refuse(three, two), into);    // is merged itself
    EXPECT_EQ(refuse(two, three), into);    // is part of another already
    EXPECT_EQ(refuse(three, other), into);  // another's
    EXPECT_EQ(refuse(three, 999), into);
    EXPECT_EQ(refuse(999, one).code, Code::not_found);
    EXPECT_EQ(dump(db()), before);
}

TEST_P(ChangeTicketTest, TheCustomerWhoWaitedThereWaitsHere) {
    const auto into = opened().ticket.number;
    written(into, says(kBeto, "¿Qué versión?", TicketState::pending), november(23, 10));
    const auto number = opened(november(23, 12)).ticket.number;
    const auto done = merged(number, into, november(23, 13));
    EXPECT_EQ(done.state, TicketState::open);
    EXPECT_EQ(done.closes_at, std::nullopt);
    EXPECT_EQ(lines(into).back(), "reopened:pending>open");
    EXPECT_THAT(apply_timers(db(), policy(), november(23, 13) + 10 * kDay, 100),
                ::testing::Each(::testing::Field(&record::TicketRecord::state, TicketState::open)));
}

TEST_P(ChangeTicketTest, AnAnswerGivenThereCountsHereIfItCameLater) {
    const auto into = opened(november(23, 12)).ticket.number;
    const auto number = opened(november(23, 9)).ticket.number;
    written(number, says(kBeto, "Antes"), november(23, 10));
    EXPECT_EQ(merged(number, into, november(23, 13)).first_responded_at, std::nullopt);
    const auto third = opened(november(23, 9)).ticket.number;
    written(third, says(kBeto, "Después"), november(23, 14));
    EXPECT_EQ(merged(third, into, november(23, 15)).first_responded_at, november(23, 14));
}

TEST_P(ChangeTicketTest, AChainOfMergesPassesOn) {
    const auto one = opened().ticket.number;
    const auto two = opened().ticket.number;
    const auto three = opened().ticket.number;
    merged(one, two, november(23, 10));
    merged(two, three, november(23, 11));
    const auto word = written(one, says(kAna, "¿Y mi caso?"), november(23, 12));
    EXPECT_EQ(word.ticket.number, three);
    EXPECT_FALSE(word.new_ticket);
    EXPECT_EQ(read(db(), three)->messages.size(), 4U);
    Changes changes;
    changes.priority = TicketPriority::high;
    const auto done = change(db(), policy(), {one, three, two}, changes, kBeto, november(23, 13));
    ASSERT_TRUE(done);
    for (const auto& ticket : *done) EXPECT_EQ(ticket.now.number, three);
    EXPECT_EQ(lines(three).back(), "priority:normal>high");
    EXPECT_EQ(lines(three).size(), 2U);
}

ON_BOTH_DATABASES(ChangeTicketTest);

}  // namespace
}  // namespace ventanilla::ticketing
