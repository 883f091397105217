// Lists, filters, pages and the search of tickets.
#include "store/record/ticket_fixture.hpp"

#include <limits>

namespace ventanilla::record {
namespace {

using protocol::Code;
using protocol::TicketState;
using Sort = TicketQuery::Sort;
using Numbers = std::vector<std::int64_t>;

class RecordTicketLists : public RecordTest {
protected:
    Database database{url()};
    TicketRepository tickets{database};

    std::int64_t insert(const TicketRecord& ticket) { return tickets.insert(ticket, {}, {}).first; }

    std::int64_t saying(const std::string& subject, const std::string& text) {
        const auto number = insert(form_ticket(subject));
        tickets.add_message(ticket_message("m_" + std::to_string(number), number, text));
        tickets.index(number);
        return number;
    }

    Numbers list(const TicketQuery& query) {
        Numbers numbers;
        const auto page = tickets.list(query).value();
        for (const TicketRecord& ticket : page.tickets) {
            numbers.push_back(ticket.number);
        }
        return numbers;
    }
    Numbers search(const std::string& q) {
        TicketQuery query;
        query.q = q;
        return list(query);
    }
    /// All pages of `limit`, one after the other.
    Numbers pages(TicketQuery query, std::int64_t limit) {
        Numbers numbers;
        query.limit = limit;
        do {
            const auto page = tickets.list(query).value();
            EXPECT_LE(page.tickets.size(), static_cast<std::size_t>(limit));
            for (const TicketRecord& ticket : page.tickets) {
                numbers.push_back(ticket.number);
            }
            query.cursor = page.next;
        } while (!query.cursor.empty() && numbers.size() < 5000);
        return numbers;
    }
};
ON_BOTH_DATABASES(RecordTicketLists);

TicketQuery sorted(Sort sort) {
    TicketQuery query;
    query.sort = sort;
    return query;
}

TicketRecord due_at(std::optional<std::int64_t> at) {
    TicketRecord ticket = form_ticket();
    ticket.next_due_at = at;
    return ticket;
}

TEST_P(RecordTicketLists, EachOrder) {
    TicketRecord ticket = due_at(20);
    ticket.updated_at = 5;
    const auto a = insert(ticket);
    const auto b = insert(due_at({}));
    const auto c = insert(due_at(10));
    const auto d = insert(due_at(20));
    EXPECT_EQ(list(sorted(Sort::newest)), (Numbers{d, c, b, a}));
    EXPECT_EQ(list(sorted(Sort::due)), (Numbers{c, a, d, b}));
    EXPECT_EQ(list(sorted(Sort::updated)), (Numbers{d, c, b, a}));
    ticket = *tickets.find(b);
    ticket.updated_at = std::numeric_limits<std::int64_t>::max();
    tickets.update(ticket);
    EXPECT_EQ(list(sorted(Sort::updated)), (Numbers{b, d, c, a}));
}

TEST_P(RecordTicketLists, PageByPageThroughTies) {
    // Departments take turns, and in each order many share a place: owing nothing, updated in the same millisecond.
    const std::vector<std::string> departments{"a", "b", "c"};
    for (std::size_t i = 0; i < 60; ++i) {
        TicketRecord ticket = form_ticket();
        ticket.department = departments[i % 3];
        ticket.updated_at = static_cast<std::int64_t>(i / 20);
        ticket.next_due_at = i < 30 ? std::optional(static_cast<std::int64_t>(i / 10)) : std::nullopt;
        insert(ticket);
    }
    for (const Sort sort : {Sort::newest, Sort::due, Sort::updated}) {
        TicketQuery query = sorted(sort);
        query.limit = 200;
        const Numbers all = list(query);
        ASSERT_EQ(all.size(), 60u);
        EXPECT_EQ(pages(query, 7), all) << static_cast<int>(sort);
        EXPECT_EQ(pages(query, 1), all) << static_cast<int>(sort);
        query.departments = {"a", "c", "a"};
        const Numbers some = list(query);
        ASSERT_EQ(some.size(), 40u);
        EXPECT_EQ(pages(query, 7), some) << static_cast<int>(sort);
        EXPECT_EQ(pages(query, 20), some) << static_cast<int>(sort);
    }
}

TEST_P(RecordTicketLists, LimitIsKeptWithinItsBounds) {
    for (int i = 0; i < 205; ++i) {
        insert(form_ticket());
    }
    TicketQuery query;
    EXPECT_EQ(list(query).size(), 50u);
    query.limit = 1000;
    EXPECT_EQ(list(query).size(), 200u);
    query.limit = -1;
    EXPECT_EQ(list(query).size(), 1u);
}

TEST_P(RecordTicketLists, CursorOfSomebodyElseIsRefused) {
    insert(form_ticket());
    insert(form_ticket());
    const auto refused = [&](Sort sort, const std::string& cursor) {
        TicketQuery query = sorted(sort);
        query.cursor = cursor;
        const auto page = tickets.list(query);
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error(), (protocol::Error{Code::bad_field, "cursor", 0})) << cursor;
    };
    for (const char* const cursor : {"x", "n", "n.", "n.x", "n.1.2", "n.1 ", "n. 1", "n1", "99999999999999999999", "1",
                                     "n.99999999999999999999", "n.0x1", "N.1"}) {
        refused(Sort::newest, cursor);
    }
    for (const char* const cursor : {"d", "d.1", "d.1.", "d..1", "d.1.2.3", "d.1.x", "u.1"}) {
        refused(Sort::due, cursor);
        refused(Sort::updated, cursor);
    }
    for (const Sort from : {Sort::newest, Sort::due, Sort::updated}) {
        TicketQuery query = sorted(from);
        query.limit = 1;
        const std::string next = tickets.list(query).value().next;
        ASSERT_FALSE(next.empty());
        for (const Sort to : {Sort::newest, Sort::due, Sort::updated}) {
            if (to != from) {
                refused(to, next);
            }
        }
    }
}

TEST_P(RecordTicketLists, Filters) {
    TicketRecord ticket = form_ticket();
    const auto plain = insert(ticket);
    ticket.state = TicketState::pending;
    ticket.priority = protocol::TicketPriority::urgent;
    ticket.assignee_id = "a_1";
    ticket.email = "otra@example.mx";
    ticket.chat_id = "c_1";
    ticket.next_due_at = 100;
    const auto special = insert(ticket);
    ticket = form_ticket();
    ticket.state = TicketState::closed;
    ticket.department = "ventas";
    ticket.next_due_at = 50;
    const auto sales = insert(ticket);
    for (const Sort sort : {Sort::newest, Sort::due, Sort::updated}) {
        const auto with = [&](auto set) {
            TicketQuery query = sorted(sort);
            set(query);
            Numbers numbers = list(query);
            std::sort(numbers.begin(), numbers.end());
            return numbers;
        };
        EXPECT_EQ(with([](auto&) {}), (Numbers{plain, special, sales}));
        EXPECT_EQ(with([](auto& query) { query.departments.emplace(); }), Numbers{});
        EXPECT_EQ(with([](auto& query) { query.departments = {"ventas"}; }), Numbers{sales});
        EXPECT_EQ(with([](auto& query) { query.departments = {"ventas", "soporte-tecnico"}; }).size(), 3u);
        EXPECT_EQ(with([](auto& query) { query.departments.emplace(100, "ventas"); }), Numbers{sales});
        EXPECT_EQ(with([](auto& query) { query.states = {TicketState::pending}; }), Numbers{special});
        EXPECT_EQ(with([](auto& query) {
                      query.states = {TicketState::open, TicketState::closed};
                  }),
                  (Numbers{plain, sales}));
        EXPECT_EQ(with([](auto& query) { query.priority = protocol::TicketPriority::urgent; }), Numbers{special});
        EXPECT_EQ(with([](auto& query) { query.assignee = "a_1"; }), Numbers{special});
        EXPECT_EQ(with([](auto& query) { query.assignee = "a_2"; }), Numbers{});
        EXPECT_EQ(with([](auto& query) { query.assignee = ""; }), (Numbers{plain, sales}));
        EXPECT_EQ(with([](auto& query) { query.email = "otra@example.mx"; }), Numbers{special});
        EXPECT_EQ(with([](auto& query) { query.email = "otra"; }), Numbers{});
        EXPECT_EQ(with([](auto& query) { query.chat = "c_1"; }), Numbers{special});
        EXPECT_EQ(with([](auto& query) { query.due_before = 100; }), Numbers{sales});
        EXPECT_EQ(with([](auto& query) { query.due_before = 101; }), (Numbers{special, sales}));
        EXPECT_EQ(with([](auto& query) {
                      query.departments = {"soporte-tecnico"};
                      query.states = {TicketState::open, TicketState::pending};
                      query.assignee = "";
                      query.email = "ana@example.mx";
                  }),
                  Numbers{plain});
    }
}

TEST_P(RecordTicketLists, SearchFindsTheNumberHoweverItIsTyped) {
    const auto number = saying("una", "cosa");
    saying("otra", "cosa");
    const std::string digits = std::to_string(number);
    const std::string folio = "T-" + std::string(6 - digits.size(), '0') + digits;
    for (const std::string& q : {digits, folio, "t-" + digits, folio.substr(2), " " + folio + " una"}) {
        EXPECT_EQ(search(q), Numbers{number}) << q;
    }
}

TEST_P(RecordTicketLists, SearchGoesOverAllThatIsWritten) {
    TicketRecord ticket = form_ticket("Factura A-1021");
    ticket.email = "adrian.munoz@empresa.example";
    ticket.rfc = "ÑAN&010203AB1";
    const auto number = insert(ticket);
    tickets.add_message(ticket_message("m_1", number, "Primero: no timbra"));
    tickets.add_message(ticket_message("m_2", number, "Segundo: tampoco cancela"));
    tickets.index(number);
    saying("otra", "cosa");
    for (const char* const q : {"factura", "1021", "adrian.munoz@empresa.example", "empresa", "ÑAN&010203AB1", "timbra",
                                "cancela", "fact primero cancela munoz 010203ab1", "FACTURA"}) {
        EXPECT_EQ(search(q), Numbers{number}) << q;
    }
    EXPECT_EQ(search("factura nomina"), Numbers{});
}

TEST_P(RecordTicketLists, SearchIgnoresAccentsButKeepsEnye) {
    const auto with = saying("¿Cómo timbro el año pasado?", "Adrián Muñoz");
    const auto without = saying("El ano del perro", "Adrian Munoz");
    EXPECT_EQ(search("COMO"), Numbers{with});
    EXPECT_EQ(search("timbró"), Numbers{with});
    EXPECT_EQ(search("año"), Numbers{with});
    EXPECT_EQ(search("AN\u0303O"), Numbers{with});
    EXPECT_EQ(search("ano"), (Numbers{without, with}));
    EXPECT_EQ(search("muñoz"), Numbers{with});
    EXPECT_EQ(search("adrian"), (Numbers{without, with}));
}

TEST_P(RecordTicketLists, SearchTakesWhateverIsTyped) {
    const auto number = saying("hola 😀", "1e5 http://sat.gob.mx");
    EXPECT_EQ(search("😀"), Numbers{number});
    EXPECT_EQ(search("sat.gob.mx"), Numbers{number});
    EXPECT_EQ(search("  "), Numbers{number});
    for (const char* const q : {"\"", "'", "a'b\"c", "* OR x", "NEAR(", "!&|():*\\", "\xff\xfe", ":p0 ?"}) {
        EXPECT_NO_THROW(search(q)) << q;
    }
}

TEST_P(RecordTicketLists, SearchSeesATicketAsItWasIndexedLast) {
    const auto number = saying("primero", "texto");
    auto ticket = *tickets.find(number);
    ticket.subject = "segundo";
    tickets.update(ticket);
    EXPECT_EQ(search("primero"), Numbers{number});
    tickets.index(number);
    EXPECT_EQ(search("primero"), Numbers{});
    EXPECT_EQ(search("segundo"), Numbers{number});
    EXPECT_EQ(search("texto"), Numbers{number});
}

// Few hits are sorted, many are met while the list is walked: both give the same pages.
TEST_P(RecordTicketLists, SearchWithManyHitsGoesPageByPageToo) {
    constexpr std::size_t count = 1100;
    Numbers odd;
    Transaction transaction(database);
    for (std::size_t i = 0; i < count; ++i) {
        TicketRecord ticket = form_ticket(i % 100 == 0 ? "factura rara" : "factura");
        ticket.department = i % 2 == 0 ? "a" : "b";
        ticket.updated_at = static_cast<std::int64_t>(i % 5);
        ticket.next_due_at = i % 3 == 0 ? std::optional(static_cast<std::int64_t>(i % 7)) : std::nullopt;
        const auto number = insert(ticket);
        tickets.index(number);
        if (i % 2 == 1) {
            odd.push_back(number);
        }
    }
    insert(form_ticket("otra"));
    transaction.commit();
    for (const Sort sort : {Sort::newest, Sort::due, Sort::updated}) {
        TicketQuery query = sorted(sort);
        query.departments = {"a", "b"};
        const Numbers listed = pages(query, 200);
        query.q = "factura";
        EXPECT_EQ(pages(query, 200), listed);
        query.departments = {"b"};
        Numbers found = pages(query, 150);
        std::sort(found.begin(), found.end());
        EXPECT_EQ(found, odd);
        query.departments = {"a", "b"};
        query.q = "fact rara";
        EXPECT_EQ(pages(query, 3).size(), 11u);
        query.departments.reset();
        query.q = "factura";
        query.states = {TicketState::closed};
        EXPECT_EQ(list(query), Numbers{});
    }
}

// What lies behind thousands of other tickets is found as well as what is met at once, by whole words and by beginnings.
TEST_P(RecordTicketLists, SearchFindsManyHitsBehindOthers) {
    Numbers old;
    Transaction transaction(database);
    for (std::size_t i = 0; i < 1100; ++i) {
        old.push_back(insert(form_ticket("facturación de mi RFC")));
        tickets.index(old.back());
    }
    for (std::size_t i = 0; i < 2100; ++i) {
        tickets.index(insert(form_ticket("prefactura, mis timbres")));
    }
    const Numbers newest{insert(form_ticket("Mi facturación"))};
    tickets.index(newest.front());
    transaction.commit();
    Numbers expected(old.rbegin(), old.rend());
    for (const char* const q : {"factura rfc", "facturación de mi"}) {
        TicketQuery query = sorted(Sort::newest);
        query.q = q;
        EXPECT_EQ(pages(query, 200), expected) << q;
    }
    expected.insert(expected.begin(), newest.front());
    for (const char* const q : {"factura mi", "mi facturacion"}) {
        TicketQuery query = sorted(Sort::newest);
        query.q = q;
        EXPECT_EQ(pages(query, 200), expected) << q;
    }
}

}  // namespace
}  // namespace ventanilla::record
