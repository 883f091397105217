#include "store/record/ticket_fixture.hpp"

#include <soci/soci.h>

#include <atomic>
#include <limits>
#include <thread>

namespace ventanilla::record {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

class RecordTickets : public RecordTest {
protected:
    Database database{url()};
    TicketRepository tickets{database};

    std::int64_t insert(const TicketRecord& ticket) { return tickets.insert(ticket, {}, {}).first; }
};
ON_BOTH_DATABASES(RecordTickets);

/// With every column set to something of its own.
TicketRecord full_ticket() {
    TicketRecord ticket = form_ticket("O'Higgins \"x\" :state $1 ? \\ % 😀 ñ\t");
    ticket.state = protocol::TicketState::pending;
    ticket.channel = protocol::TicketChannel::chat;
    ticket.name = "Ana Ibáñez";
    ticket.priority = protocol::TicketPriority::urgent;
    ticket.locale = "en";
    ticket.started_at = lowest;
    ticket.created_at = highest;
    ticket.updated_at = 1'789'000'000'001;
    ticket.state_since = 1'789'000'000'002;
    ticket.assignee_id = "a_1";
    ticket.assignee_name = "Beto";
    ticket.chat_id = "c_1";
    ticket.follows = 1LL << 40;
    ticket.merged_into = 1LL << 41;
    ticket.first_response_due_at = 1'789'000'000'003;
    ticket.first_responded_at = 1'789'000'000'004;
    ticket.resolution_due_at = 1'789'000'000'005;
    ticket.resolved_at = 1'789'000'000'006;
    ticket.closes_at = 1'789'000'000'007;
    ticket.last_agent_answer_at = 1'789'000'000'008;
    ticket.last_requester_at = 1'789'000'000'009;
    ticket.next_due_at = 1'789'000'000'010;
    ticket.timer_at = 1'789'000'000'011;
    ticket.calendar_version = "v2";
    ticket.erased = true;
    return ticket;
}

TEST_P(RecordTickets, ComesBackAsItWasStored) {
    for (TicketRecord ticket : {form_ticket(), full_ticket()}) {
        const auto [number, fresh] = tickets.insert(ticket, {}, {});
        EXPECT_TRUE(fresh);
        ticket.number = number;
        EXPECT_EQ(tickets.find(number), ticket);
        Transaction transaction(database);
        EXPECT_EQ(tickets.lock(number), ticket);
    }
    EXPECT_EQ(tickets.find(99), std::nullopt);
    Transaction transaction(database);
    EXPECT_EQ(tickets.lock(99), std::nullopt);
}

TEST_P(RecordTickets, NumbersRiseAndAreNotUsedAgain) {
    const auto first = insert(form_ticket());
    const auto second = insert(form_ticket());
    EXPECT_LT(first, second);
    database.sql() << "DELETE FROM ticket WHERE number = :number", soci::use(second);
    EXPECT_LT(second, insert(form_ticket()));
}

TEST_P(RecordTickets, WhatIsRolledBackLeavesNothing) {
    {
        Transaction transaction(database);
        insert(form_ticket());
    }
    EXPECT_TRUE(tickets.list({}).value().tickets.empty());
}

TEST_P(RecordTickets, UpdateChangesAllButWhatNeverChanges) {
    TicketRecord before = form_ticket();
    before.number = insert(before);
    const auto other = insert(form_ticket());
    TicketRecord changed = full_ticket();
    changed.number = before.number;
    tickets.update(changed);
    changed.channel = before.channel;
    changed.started_at = before.started_at;
    changed.created_at = before.created_at;
    changed.chat_id = before.chat_id;
    EXPECT_EQ(tickets.find(before.number), changed);
    EXPECT_EQ(tickets.find(other)->subject, "No puedo timbrar");
    // And back: what was set is NULL again.
    tickets.update(before);
    EXPECT_EQ(tickets.find(before.number), before);
}

TEST_P(RecordTickets, ClientKeyGivesTheSameTicketAgain) {
    const auto [number, fresh] = tickets.insert(form_ticket("primero"), "c_1:k", "hash");
    EXPECT_TRUE(fresh);
    EXPECT_EQ(tickets.insert(form_ticket("segundo"), "c_1:k", "other"), std::pair(number, false));
    EXPECT_EQ(tickets.find(number)->subject, "primero");
    EXPECT_EQ(tickets.find_by_client_key("c_1:k"), std::pair(number, std::string("hash")));
    EXPECT_EQ(tickets.find_by_client_key("c_1:other"), std::nullopt);
    // No key is no key: any number of tickets have none.
    EXPECT_TRUE(tickets.insert(form_ticket(), "", "").second);
    EXPECT_TRUE(tickets.insert(form_ticket(), "", "").second);
    EXPECT_EQ(tickets.find_by_client_key(""), std::nullopt);
}

TEST_P(RecordTickets, OfTwoWithOneClientKeyOneIsStored) {
    constexpr int rounds = 20;
    std::atomic<int> stored{0};
    const auto insert_all = [&](std::vector<std::int64_t>& numbers) {
        Database own(url());
        for (int i = 0; i < rounds; ++i) {
            Transaction transaction(own);
            const auto [number, fresh] =
                TicketRepository(own).insert(form_ticket(), "key-" + std::to_string(i), "hash");
            transaction.commit();
            numbers.push_back(number);
            stored += fresh ? 1 : 0;
        }
    };
    std::vector<std::int64_t> here;
    std::vector<std::int64_t> there;
    url();
    std::thread other([&] { insert_all(there); });
    insert_all(here);
    other.join();
    EXPECT_EQ(here, there);
    EXPECT_EQ(stored, rounds);
}

TEST_P(RecordTickets, MessagesInTheirOrder) {
    const auto number = insert(form_ticket());
    TicketMessageRecord note = ticket_message("m_0", number, "nota", 7);
    note.kind = protocol::TicketMessageKind::note;
    note.role = protocol::TicketRole::agent;
    note.author_id = "a_1";
    note.erased = true;
    const auto late = ticket_message("m_a", number, "tarde", highest);
    const auto tie = ticket_message("m_9", number, "a la vez", 7);
    EXPECT_TRUE(tickets.add_message(late));
    EXPECT_TRUE(tickets.add_message(tie));
    EXPECT_TRUE(tickets.add_message(note));
    EXPECT_EQ(tickets.messages(number), (std::vector{tie, note, late}));
    EXPECT_EQ(tickets.message("m_0"), note);
    EXPECT_EQ(tickets.message("m_1"), std::nullopt);
    EXPECT_TRUE(tickets.messages(number + 1).empty());
}

TEST_P(RecordTickets, MessageIsStoredOnce) {
    const auto number = insert(form_ticket());
    EXPECT_TRUE(tickets.add_message(ticket_message("m_1", number, "primero")));
    EXPECT_FALSE(tickets.add_message(ticket_message("m_1", number, "otro")));
    ASSERT_EQ(tickets.messages(number).size(), 1u);
    EXPECT_EQ(tickets.messages(number)[0].text, "primero");
    EXPECT_ANY_THROW(tickets.add_message(ticket_message("m_2", number + 1, "de nadie")));
}

TEST_P(RecordTickets, MergedMessagesKeepTheirTimes) {
    const auto from = insert(form_ticket());
    const auto into = insert(form_ticket());
    tickets.add_message(ticket_message("m_1", into, "uno", 1));
    tickets.add_message(ticket_message("m_3", into, "tres", 3));
    tickets.add_message(ticket_message("m_2", from, "dos", 2));
    tickets.move_messages(from, into);
    std::vector<std::string> texts;
    for (const auto& message : tickets.messages(into)) {
        texts.push_back(message.text);
        EXPECT_EQ(message.ticket, into);
    }
    EXPECT_EQ(texts, (std::vector<std::string>{"uno", "dos", "tres"}));
    EXPECT_TRUE(tickets.messages(from).empty());
}

TEST_P(RecordTickets, HistoryIsNumberedPerTicket) {
    const auto number = insert(form_ticket());
    const auto other = insert(form_ticket());
    TicketHistoryRecord line{number, 99, 5, protocol::TicketRole::agent, "a_1", "Beto", "state", "open", "solved"};
    Transaction transaction(database);
    tickets.add_history(line);
    line.ticket = other;
    tickets.add_history(line);
    line.ticket = number;
    line.what = "priority";
    tickets.add_history(line);
    transaction.commit();
    const auto lines = tickets.history(number);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].what, "state");
    line.n = 2;
    EXPECT_EQ(lines[1], line);
    ASSERT_EQ(tickets.history(other).size(), 1u);
    EXPECT_EQ(tickets.history(other)[0].n, 1);
    EXPECT_TRUE(tickets.history(99).empty());
}

TEST_P(RecordTickets, HistoryFromSeveralAtOnceHasNoGap) {
    constexpr int writers = 4;
    constexpr int lines_each = 15;
    const auto number = insert(form_ticket());
    const auto write = [&] {
        Database own(url());
        for (int i = 0; i < lines_each; ++i) {
            Transaction transaction(own);
            TicketRepository(own).add_history({number, 0, i, {}, {}, {}, "state", "open", "pending"});
            transaction.commit();
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < writers; ++i) {
        threads.emplace_back(write);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    const auto lines = tickets.history(number);
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(writers * lines_each));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i].n, static_cast<std::int64_t>(i + 1));
    }
}

TEST_P(RecordTickets, LockLetsNobodyElseChangeIt) {
    constexpr int changes_each = 20;
    const auto number = insert(form_ticket());
    const auto change = [&] {
        Database own(url());
        TicketRepository repository(own);
        for (int i = 0; i < changes_each; ++i) {
            Transaction transaction(own);
            auto ticket = *repository.lock(number);
            ticket.updated_at += 1;
            repository.update(ticket);
            transaction.commit();
        }
    };
    std::thread other(change);
    change();
    other.join();
    EXPECT_EQ(tickets.find(number)->updated_at, form_ticket().updated_at + 2 * changes_each);
}

TEST_P(RecordTickets, OfAChatInTheOrderOfTheirNumbers) {
    TicketRecord ticket = form_ticket();
    ticket.chat_id = "c_1";
    const auto first = insert(ticket);
    insert(form_ticket());
    const auto second = insert(ticket);
    const auto found = tickets.of_chat("c_1");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].number, first);
    EXPECT_EQ(found[1].number, second);
    EXPECT_TRUE(tickets.of_chat("c_2").empty());
}

TEST_P(RecordTickets, TimersThatHaveComeTheEarliestFirst) {
    std::vector<std::int64_t> numbers;
    for (const std::optional<std::int64_t> at : {std::optional<std::int64_t>(30), {10}, {20}, {}, {31}, {10}}) {
        TicketRecord ticket = form_ticket();
        ticket.timer_at = at;
        numbers.push_back(insert(ticket));
    }
    using Numbers = std::vector<std::int64_t>;
    EXPECT_EQ(tickets.timers_due(30, 10), (Numbers{numbers[1], numbers[5], numbers[2], numbers[0]}));
    EXPECT_EQ(tickets.timers_due(30, 2), (Numbers{numbers[1], numbers[5]}));
    EXPECT_EQ(tickets.timers_due(9, 10), Numbers{});
}

}  // namespace
}  // namespace ventanilla::record
