// Pages of a list that changes while somebody leafs through it, and odd questions: on both databases.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <soci/soci.h>

#include "store/record/ticket_fixture.hpp"

namespace ventanilla::record {
namespace {

using protocol::TicketState;
using Sort = TicketQuery::Sort;

constexpr unsigned kSeed = 20'261'130;
constexpr std::int64_t kStart = 1'789'000'000'000;

class RecordTicketPages : public RecordTest {
protected:
    Database database{url()};
    TicketRepository tickets{database};
    std::mt19937 dice{kSeed};
    std::int64_t now = kStart;

    std::int64_t below(std::int64_t end) { return static_cast<std::int64_t>(dice() % static_cast<unsigned>(end)); }

    std::int64_t insert() {
        auto ticket = form_ticket("No puedo timbrar", ++now);
        // Few different times: ties are where a page may lose a ticket.
        ticket.next_due_at = below(4) == 0 ? std::nullopt : std::optional(kStart + below(5));
        ticket.updated_at = kStart + below(5);
        ticket.department = below(2) == 0 ? "soporte-tecnico" : "soporte-contable";
        const auto number = tickets.insert(ticket, {}, {}).first;
        tickets.index(number);
        return number;
    }

    /// These tickets and no others.
    std::vector<std::int64_t> begin_with(int count) {
        Transaction transaction(database);
        database.sql() << "DELETE FROM ticket";
        std::vector<std::int64_t> numbers;
        for (int i = 0; i < count; ++i) {
            numbers.push_back(insert());
        }
        transaction.commit();
        return numbers;
    }

    /// Moves a ticket to another place of each order.
    void touch(std::int64_t number) {
        auto ticket = *tickets.find(number);
        ticket.updated_at = ++now;
        ticket.next_due_at = kStart + below(5);
        ticket.priority = protocol::TicketPriority::high;
        tickets.update(ticket);
        tickets.index(number);
    }

    struct Leafed {
        std::vector<std::int64_t> shown;
        std::set<std::int64_t> touched;
    };
    /// All pages of seven; between two of them tickets come and change.
    Leafed leaf(TicketQuery query, const std::vector<std::int64_t>& there) {
        Leafed out;
        query.limit = 7;
        do {
            const auto page = tickets.list(query).value();
            std::set<std::int64_t> here;
            for (const auto& ticket : page.tickets) {
                EXPECT_TRUE(here.insert(ticket.number).second) << "twice on one page, seed " << kSeed;
                out.shown.push_back(ticket.number);
            }
            query.cursor = page.next;
            insert();
            const auto moved = there[static_cast<std::size_t>(below(std::ssize(there)))];
            touch(moved);
            out.touched.insert(moved);
        } while (!query.cursor.empty() && out.shown.size() < 1000);
        return out;
    }
};
ON_BOTH_DATABASES(RecordTicketPages);

TEST_P(RecordTicketPages, WhatDoesNotMoveIsShownOnceWhateverElseComesAndMoves) {
    std::vector<TicketQuery> queries(4);
    queries[1].departments = {"soporte-tecnico", "soporte-contable"};
    queries[2].q = "timbrar";
    queries[3].states = {TicketState::open, TicketState::pending};
    for (const auto sort : {Sort::newest, Sort::due, Sort::updated}) {
        for (auto& query : queries) {
            query.sort = sort;
            const auto there = begin_with(40);
            const auto leafed = leaf(query, there);
            std::map<std::int64_t, int> times;
            for (const auto number : leafed.shown) {
                ++times[number];
            }
            for (const auto number : there) {
                if (sort == Sort::newest || !leafed.touched.contains(number)) {
                    EXPECT_EQ(times[number], 1) << number << ", order " << static_cast<int>(sort) << ", seed " << kSeed;
                }
            }
            if (sort == Sort::newest) {
                EXPECT_TRUE(std::ranges::is_sorted(leafed.shown, std::greater<>{}));
            }
        }
    }
}

TEST_P(RecordTicketPages, WhatLeavesTheFilterIsNotShownAndBreaksNoPage) {
    begin_with(40);
    TicketQuery query;
    query.states = {TicketState::open};
    query.limit = 10;
    const auto first = tickets.list(query).value();
    // The last one shown, which the cursor names, and the next one.
    for (const auto number : {first.tickets.back().number, first.tickets.back().number - 1}) {
        auto ticket = *tickets.find(number);
        ticket.state = TicketState::solved;
        tickets.update(ticket);
    }
    query.cursor = first.next;
    const auto second = tickets.list(query).value();
    ASSERT_EQ(second.tickets.size(), 10U);
    EXPECT_EQ(second.tickets.front().number, first.tickets.back().number - 2);
}

TEST_P(RecordTicketPages, HostileQuestionsAreOnlyWords) {
    const auto number = insert();
    for (const std::string text : {"' OR 1=1 --",
                                   "\"; DROP TABLE ticket; --",
                                   "a' & !b | (c",
                                   "timbrar:*",
                                   "* * *",
                                   "NEAR(a b)",
                                   "{a b}",
                                   "^a",
                                   "-timbrar",
                                   "+",
                                   "\\",
                                   "\\'",
                                   "%",
                                   "_",
                                   "a:b:c",
                                   "<->",
                                   "!!",
                                   "()",
                                   "\t\n\r",
                                   "\x01\x02",
                                   "😀",
                                   "ñ\xcc\x83",
                                   "AND OR NOT",
                                   "timbrar AND",
                                   "column:timbrar",
                                   "''''''",
                                   "$1",
                                   ":words",
                                   "?",
                                   "--"}) {
        TicketQuery query;
        query.q = text;
        EXPECT_TRUE(tickets.list(query)) << text;
        query.q.clear();
        query.email = text;
        EXPECT_TRUE(tickets.list(query).value().tickets.empty()) << text;
        query = {};
        query.assignee = text;
        EXPECT_TRUE(tickets.list(query).value().tickets.empty()) << text;
        query = {};
        query.departments = {text};
        EXPECT_TRUE(tickets.list(query).value().tickets.empty()) << text;
        query = {};
        query.chat = text;
        EXPECT_TRUE(tickets.list(query).value().tickets.empty()) << text;
        query = {};
        query.cursor = text;
        EXPECT_FALSE(tickets.list(query)) << text;
    }
    EXPECT_TRUE(tickets.find(number));
}

TEST_P(RecordTicketPages, CursorsBeyondEverythingAreEmptyPages) {
    insert();
    for (const auto& [sort, cursor] :
         std::vector<std::pair<Sort, std::string>>{{Sort::newest, "n.0"},
                                                   {Sort::newest, "n.-9223372036854775808"},
                                                   {Sort::due, "d.9223372036854775807.9223372036854775807"},
                                                   {Sort::updated, "u.-9223372036854775808.-9223372036854775808"}}) {
        TicketQuery query;
        query.sort = sort;
        query.cursor = cursor;
        const auto page = tickets.list(query);
        ASSERT_TRUE(page) << cursor;
        EXPECT_TRUE(page->tickets.empty()) << cursor;
        EXPECT_EQ(page->next, "");
    }
    for (const auto* cursor : {"n", "n.", "n.1.2", "n.1 ", "n.+1", "n.0x1", "n.1e3", "n.9223372036854775808", "N.1",
                               "u.1.1", "d.1.1", "n.1\n", "n..1", "x"}) {
        TicketQuery query;
        query.cursor = cursor;
        EXPECT_FALSE(tickets.list(query)) << cursor;
    }
}

}  // namespace
}  // namespace ventanilla::record
