// Lists of tickets, page by page. How their speed comes about is told in docs/decisions/ticket-lists.md.
#include "store/record/database.hpp"
#include "store/record/search_index.hpp"
#include "store/record/sql.hpp"
#include "store/record/ticket_row.hpp"
#include "store/record/tickets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace ventanilla::record {
namespace {

using Sort = TicketQuery::Sort;

constexpr std::int64_t most_per_page = 200;
/// More departments than this are looked up row by row and not each in its own index range.
constexpr std::size_t most_walks = 64;
/// Up to so many hits of a search are read and sorted; with more the list is walked in its order.
constexpr std::int64_t few_hits = 1000;
/// Of that list so many rows are asked for their words; only then all hits are gathered from the index. PostgreSQL is
/// not asked first how many hits there are.
constexpr std::int64_t most_probed = 2000;
constexpr std::int64_t most_probed_untold = 500;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// An order of the list: by `place`, then by number in the same direction.
struct Order {
    std::string_view name;  ///< in cursors
    std::string_view place;
    bool rising;
};

const Order& order_of(Sort sort) {
    static constexpr std::array<Order, 3> orders{
        {{"n", "number", false}, {"d", "due_order", true}, {"u", "updated_at", false}}};
    return orders.at(static_cast<std::size_t>(sort));
}

std::string order_by(const Order& order, std::string_view number) {
    const std::string_view direction = order.rising ? "" : " DESC";
    return order.place == "number" ? fmt::format("place{}", direction)
                                   : fmt::format("place{0}, {1}{0}", direction, number);
}

std::string cursor_of(Sort sort, const TicketRecord& ticket) {
    switch (sort) {
        case Sort::newest: break;
        case Sort::due: return fmt::format("d.{}.{}", ticket.next_due_at.value_or(never), ticket.number);
        case Sort::updated: return fmt::format("u.{}.{}", ticket.updated_at, ticket.number);
    }
    return fmt::format("n.{}", ticket.number);
}

// Takes ".123" off the front of `text`.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    if (!text.starts_with('.')) {
        return std::nullopt;
    }
    const char* const end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data() + 1, end, number);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text = {after, end};
    return number;
}

// False if this is no cursor of ours, of this order.
bool begin_after(Conditions& conditions, Sort sort, std::string_view cursor) {
    const Order& order = order_of(sort);
    if (!cursor.starts_with(order.name)) {
        return false;
    }
    cursor.remove_prefix(order.name.size());
    const bool by_number = sort == Sort::newest;
    const auto place = by_number ? std::optional<std::int64_t>(0) : take_number(cursor);
    const auto number = place ? take_number(cursor) : std::nullopt;
    if (!number || !cursor.empty()) {
        return false;
    }
    const char comparison = order.rising ? '>' : '<';
    conditions.add(by_number ? fmt::format("number {} {}", comparison, conditions.place(*number))
                             : fmt::format("({}, number) {} ({}, {})", order.place, comparison,
                                           conditions.place(*place), conditions.place(*number)));
    return true;
}

std::vector<std::string> spelled(const std::vector<protocol::TicketState>& states) {
    std::vector<std::string> words;
    words.reserve(states.size());
    for (const protocol::TicketState state : states) {
        words.emplace_back(protocol::to_string(state));
    }
    return words;
}

void restrict_to_filters(Conditions& conditions, const TicketQuery& query) {
    const auto equal = [&](std::string_view column, const std::string& value) {
        conditions.add(fmt::format("{} = {}", column, conditions.place(value)));
    };
    if (!query.states.empty()) {
        conditions.add(in_list(conditions, "state", spelled(query.states)));
    }
    if (query.priority) {
        equal("priority", std::string(protocol::to_string(*query.priority)));
    }
    if (query.assignee && query.assignee->empty()) {
        conditions.add("assignee_id IS NULL");
    } else if (query.assignee) {
        equal("assignee_id", *query.assignee);
    }
    if (query.email) {
        equal("email", *query.email);
    }
    if (query.chat) {
        equal("chat_id", *query.chat);
    }
    if (query.due_before) {
        conditions.add("due_order < " + conditions.place(*query.due_before));
    }
}

/// What one page is read with.
struct Plan {
    Conditions conditions;
    std::vector<std::string> walks;  ///< one condition for each range of an index; empty: one range, no condition
    std::string many;                ///< the expression that is searched for, if many may be hits
    std::string hits;                ///< SQLite: a condition that is checked while walking; may be empty
    bool by_hits = false;            ///< SQLite: the search leads to few tickets, which are sorted
};

// Departments in ranges of their own come out of the index in order, without sorting.
void plan_departments(Plan& plan, const TicketQuery& query) {
    if (!query.departments) {
        return;
    }
    std::vector<std::string> departments = *query.departments;
    std::sort(departments.begin(), departments.end());
    departments.erase(std::unique(departments.begin(), departments.end()), departments.end());
    // An address or a chat leads to few tickets, by an index of its own.
    if (plan.by_hits || query.email || query.chat || departments.empty() || departments.size() > most_walks) {
        plan.conditions.add(in_list(plan.conditions, "department", departments));
        return;
    }
    for (std::string& department : departments) {
        plan.walks.push_back("department = " + plan.conditions.place(std::move(department)));
    }
}

bool has_many(Database& database, const std::string& expression) {
    const std::int64_t limit = few_hits + 1;
    std::int64_t count = 0;
    database.sql() << "SELECT count(*) FROM (SELECT 1 FROM ticket_search WHERE ticket_search MATCH :words LIMIT :most)",
        soci::use(expression), soci::use(limit), soci::into(count);
    return count > few_hits;
}

void plan_search(Plan& plan, Database& database, std::string_view q) {
    const std::string expression = search_expression(database.backend(), q);
    if (expression.empty()) {
        return;
    }
    // Whole words are asked first: they alone are often many, and cost little.
    if (database.backend() == Backend::postgresql || has_many(database, whole_words_expression(q)) ||
        has_many(database, expression)) {
        plan.many = expression;
        return;
    }
    plan.by_hits = true;
    plan.conditions.add(search_condition(Backend::sqlite, "ticket", plan.conditions.place(expression)));
}

// All numbers of the list in their order, with what they are ordered by.
std::string ordered(const Plan& plan, const Order& order) {
    // Without other indexes nothing is left to SQLite but to begin with the hits.
    const std::string_view table = plan.by_hits ? "ticket NOT INDEXED" : "ticket";
    const auto walk = [&](std::string_view further) {
        return fmt::format("SELECT number, {} AS place FROM {} {}", order.place, table, plan.conditions.where(further));
    };
    std::vector<std::string> walks;
    for (const std::string& condition : plan.walks) {
        walks.push_back(walk(condition));
    }
    if (walks.empty()) {
        walks.push_back(walk({}));
    }
    return fmt::format("{} ORDER BY {}", fmt::join(walks, " UNION ALL "), order_by(order, "number"));
}

// The numbers of the page in their order, with what they are ordered by.
std::string page_query(const Plan& plan, const Order& order, std::int64_t limit) {
    if (plan.hits.empty()) {
        return fmt::format("{} LIMIT {}", ordered(plan, order), limit);
    }
    // LIMIT -1 keeps SQLite from looking up the hits again for each range: they are gathered once, for all.
    return fmt::format("SELECT number, place FROM ({} LIMIT -1) AS walk WHERE {} LIMIT {}", ordered(plan, order),
                       plan.hits, limit);
}

// The first hits of the list, judged row by row; nothing if they lie too deep in it to be found so.
std::optional<std::vector<std::int64_t>> first_hits(Database& database, const Plan& plan, const Order& order,
                                                    std::string_view q, std::size_t limit) {
    const Backend backend = database.backend();
    const std::int64_t most = backend == Backend::sqlite ? most_probed : most_probed_untold;
    Conditions parameters = plan.conditions;
    const std::string asked = is_hit(parameters, backend, "ticket", "walk.number", q);
    std::int64_t number = 0;
    std::int64_t hit = 0;
    soci::statement statement(database.sql());
    statement.exchange(soci::into(number));
    statement.exchange(soci::into(hit));
    parameters.bind(statement);
    statement.alloc();
    statement.prepare(
        fmt::format("SELECT walk.number, {} FROM ({} LIMIT {}) AS walk", asked, ordered(plan, order), most));
    statement.define_and_bind();
    statement.execute();
    std::vector<std::int64_t> numbers;
    std::int64_t probed = 0;
    while (numbers.size() < limit && statement.fetch()) {
        ++probed;
        if (hit != 0) {
            numbers.push_back(number);
        }
    }
    return numbers.size() == limit || probed < most ? std::optional(std::move(numbers)) : std::nullopt;
}

// Turns a search that may have many hits into a plan for its page.
void plan_many(Plan& plan, Database& database, const Order& order, std::string_view q, std::int64_t limit) {
    if (const auto numbers = first_hits(database, plan, order, q, static_cast<std::size_t>(limit))) {
        plan = Plan{};
        // No ticket has the number 0; an empty list is not SQL.
        plan.conditions.add(fmt::format("number IN (0{}{})", numbers->empty() ? "" : ", ", fmt::join(*numbers, ", ")));
        return;
    }
    std::string condition = search_condition(database.backend(), "ticket", plan.conditions.place(plan.many));
    if (database.backend() == Backend::sqlite) {
        plan.hits = std::move(condition);
    } else {
        plan.conditions.add(std::move(condition));  // it has statistics to choose by
    }
}

}  // namespace

protocol::Result<TicketPage> TicketRepository::list(const TicketQuery& query) {
    Plan plan;
    if (!query.cursor.empty() && !begin_after(plan.conditions, query.sort, query.cursor)) {
        return protocol::fail(protocol::Code::bad_field, "cursor");
    }
    restrict_to_filters(plan.conditions, query);
    plan_search(plan, database_, query.q);
    plan_departments(plan, query);
    const Order& order = order_of(query.sort);
    const std::int64_t limit = std::clamp<std::int64_t>(query.limit, 1, most_per_page);
    // One more than asked for tells whether there is another page.
    if (!plan.many.empty()) {
        plan_many(plan, database_, order, query.q, limit + 1);
    }
    TicketPage page;
    // CROSS JOIN: the page first, then its tickets.
    page.tickets =
        select_tickets(database_, plan.conditions,
                       fmt::format("({}) AS page CROSS JOIN ticket WHERE ticket.number = page.number ORDER BY {}",
                                   page_query(plan, order, limit + 1), order_by(order, "ticket.number")));
    if (static_cast<std::int64_t>(page.tickets.size()) > limit) {
        page.tickets.pop_back();
        page.next = cursor_of(query.sort, page.tickets.back());
    }
    return page;
}

std::vector<TicketRecord> TicketRepository::of_chat(std::string_view chat_id) {
    Conditions conditions;
    conditions.add("chat_id = " + conditions.place(std::string(chat_id)));
    return select_tickets(database_, conditions, fmt::format("ticket {} ORDER BY number", conditions.where()));
}

void TicketRepository::hold_chat(std::string_view chat_id) {
    if (database_.backend() == Backend::sqlite) {
        return;  // one writer at a time
    }
    const std::string chat(chat_id);
    std::string held;
    // There may be no row yet to hold: the chat is not here before it is filed.
    database_.sql() << "SELECT pg_advisory_xact_lock(1, hashtext(:chat))::text", soci::use(chat), soci::into(held);
}

std::vector<std::int64_t> TicketRepository::timers_due(std::int64_t now_ms, std::int64_t limit) {
    std::int64_t number = 0;
    soci::statement statement =
        (database_.sql().prepare << "SELECT number FROM ticket WHERE timer_at <= :now ORDER BY timer_at, number "
                                    "LIMIT :most",
         soci::use(now_ms), soci::use(limit), soci::into(number));
    statement.execute();
    std::vector<std::int64_t> numbers;
    while (statement.fetch()) {
        numbers.push_back(number);
    }
    return numbers;
}

}  // namespace ventanilla::record
