// How long one page of tickets takes at 1,000, 10,000 and 100,000 of them: each order, filter and search, the first
// page and one in the middle. record_bench [postgresql://…|sqlite://…]: without a URL on a new SQLite file, then on a
// PostgreSQL of its own. One that is named keeps its tickets, so that a second run need not make them again. Both the time on
// the wall and that of the processor are told: on a busy machine only the latter says something of SQLite, of PostgreSQL
// only the former.

#include "store/record/database.hpp"
#include "store/record/tickets.hpp"
#include "support/postgres.hpp"

#include <soci/soci.h>
#include <spdlog/spdlog.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace ventanilla::record {
namespace {

using Sort = TicketQuery::Sort;
using protocol::TicketState;

constexpr int runs = 15;
constexpr std::int64_t begin_ms = 1'789'000'000'000;

/// A desk as it may look after years: nearly all closed, a few departments with most tickets and a rare one.
class Desk {
public:
    explicit Desk(Database& database) : database_(database), tickets_(database) {
        database.sql() << "SELECT count(*) FROM ticket", soci::into(size_);
    }

    /// Adds tickets until there are `count`.
    void grow(std::int64_t count) {
        while (size_ < count) {
            Transaction transaction(database_);
            for (int i = 0; i < 1000 && size_ < count; ++i) {
                add(++size_);
            }
            transaction.commit();
        }
        // What autovacuum does a minute later: without statistics PostgreSQL guesses.
        if (database_.backend() == Backend::postgresql) {
            database_.sql() << "VACUUM ANALYZE";
        }
    }
    std::int64_t size() const { return size_; }

private:
    std::uint64_t below(std::uint64_t end) { return random_() % end; }

    std::string department() {
        const auto draw = below(1000);
        return draw < 5 ? "rara" : fmt::format("departamento-{}", draw % 8);
    }

    void add(std::int64_t n) {
        static const std::vector<std::string> words{"factura",    "timbre", "cancelación", "nómina", "año",
                                                    "contraseña", "acceso", "complemento", "pago",   "certificado"};
        TicketRecord ticket;
        const bool done = below(100) < 95;
        ticket.state = done ? TicketState::closed : below(4) == 0 ? TicketState::pending : TicketState::open;
        ticket.email = fmt::format("cliente{}@empresa{}.example", below(20'000), below(2'000));
        ticket.rfc = fmt::format("XAXX010101{:03}", below(1000));
        ticket.department = department();
        ticket.subject = fmt::format("{} {} {}", words[below(10)], words[below(10)], n);
        ticket.priority = below(200) == 0 ? protocol::TicketPriority::urgent : protocol::TicketPriority::normal;
        ticket.locale = "es-MX";
        ticket.created_at = ticket.started_at = ticket.state_since = begin_ms + n * 60'000;
        ticket.updated_at = ticket.created_at + static_cast<std::int64_t>(below(86'400'000));
        ticket.calendar_version = "1";
        if (!done) {
            ticket.next_due_at = ticket.first_response_due_at = ticket.created_at + 86'400'000;
        }
        if (below(3) == 0) {
            ticket.assignee_id = fmt::format("a_{}", below(40));
            ticket.assignee_name = "Beto";
        }
        const auto number = tickets_.insert(ticket, {}, {}).first;
        for (int i = 0; i < 3; ++i) {
            TicketMessageRecord message;
            message.id = fmt::format("m_{}_{}", number, i);
            message.ticket = number;
            message.at = ticket.created_at + i;
            message.text = fmt::format("Buenas tardes, sigo con la duda de {} y {} del caso {}: no puedo entrar desde "
                                       "ayer y lo necesito para la declaración de este mes, quedo al pendiente",
                                       words[below(10)], words[below(10)], below(50'000));
            tickets_.add_message(message);
        }
        tickets_.index(number);
    }

    Database& database_;
    TicketRepository tickets_;
    std::mt19937_64 random_{20'261'123};  // fixed: every run measures the same desk
    std::int64_t size_ = 0;
};

struct Case {
    std::string name;
    TicketQuery query;
};

template <typename Set>
Case make(std::string name, Sort sort, Set set) {
    Case made{std::move(name), {}};
    made.query.sort = sort;
    set(made.query);
    return made;
}

void add_cases(std::vector<Case>& cases, Sort sort, const std::string& order, std::int64_t tickets) {
    const std::vector<std::string> own{"departamento-1", "departamento-3", "departamento-5", "rara"};
    const std::vector<TicketState> alive{TicketState::open, TicketState::pending};
    const std::int64_t middle = begin_ms + tickets * 30'000;
    const auto add = [&](const char* name, auto set) { cases.push_back(make(order + name, sort, set)); };
    add("", [](auto&) {});
    add(", 4 departments", [&](auto& q) { q.departments = own; });
    add(", rare department", [](auto& q) { q.departments = {"rara"}; });
    add(", unclosed", [&](auto& q) { q.states = alive; });
    add(", 4 departments, unclosed", [&](auto& q) { q.departments = own, q.states = alive; });
    add(", solved (none)", [](auto& q) { q.states = {TicketState::solved}; });
    add(", 4 departments, solved (none)", [&](auto& q) { q.departments = own, q.states = {TicketState::solved}; });
    add(", due before", [&](auto& q) { q.due_before = middle; });
    add(", 4 departments, due before", [&](auto& q) { q.departments = own, q.due_before = middle; });
    add(", mine, unclosed", [&](auto& q) { q.departments = own, q.states = alive, q.assignee = "a_7"; });
    add(", nobody's, urgent", [](auto& q) { q.assignee = "", q.priority = protocol::TicketPriority::urgent; });
    add(", one address", [](auto& q) { q.email = "cliente7@empresa7.example"; });
    add(", search, in all", [](auto& q) { q.q = "declaracion mes"; });
    add(", search, in many", [](auto& q) { q.q = "factura cancel"; });
    add(", search, in many, 4 departments", [&](auto& q) { q.departments = own, q.q = "factura año"; });
    add(", search, in all, rare department", [](auto& q) { q.departments = {"rara"}, q.q = "declaracion"; });
    add(", search, in all, none of them solved",
        [](auto& q) { q.states = {TicketState::solved}, q.q = "declaracion"; });
    add(", search, few", [](auto& q) { q.q = "empresa77"; });
    add(", search, one", [](auto& q) { q.q = "T-000777"; });
}

struct Taken {
    double wall_ms;
    double processor_ms;
};

double processor_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

Taken take(TicketRepository& tickets, const TicketQuery& query) {
    const auto begin = std::chrono::steady_clock::now();
    const double processor_begin = processor_ms();
    const auto page = tickets.list(query);
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
    if (!page) {
        throw std::runtime_error("a page was refused");
    }
    return {wall.count(), processor_ms() - processor_begin};
}

// The cursor behind the first `pages` pages of 200; empty if the list is shorter.
std::string cursor_at(TicketRepository& tickets, TicketQuery query, std::int64_t pages) {
    query.limit = 200;
    for (std::int64_t i = 0; i < pages; ++i) {
        const auto page = tickets.list(query);
        if (!page || page->next.empty()) {
            return {};
        }
        query.cursor = page->next;
    }
    return query.cursor;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void measure(TicketRepository& tickets, const Case& one, const char* which) {
    std::vector<double> wall;
    std::vector<double> processor;
    for (int i = 0; i < runs; ++i) {
        const Taken taken = take(tickets, one.query);
        wall.push_back(taken.wall_ms);
        processor.push_back(taken.processor_ms);
    }
    fmt::print("{:<52} {:<6} {:>9.2f} {:>9.2f}\n", one.name, which, median(wall), median(processor));
    std::fflush(stdout);
}

void measure_all(Database& database, std::int64_t size) {
    TicketRepository tickets(database);
    std::vector<Case> cases;
    add_cases(cases, Sort::newest, "newest", size);
    add_cases(cases, Sort::due, "due", size);
    add_cases(cases, Sort::updated, "updated", size);
    fmt::print("\n{:<52} {:<6} {:>9} {:>9}\n", fmt::format("{} tickets, medians in ms", size), "page", "wall",
               "processor");
    for (Case& one : cases) {
        measure(tickets, one, "first");
    }
    for (Case& one : cases) {
        one.query.cursor = cursor_at(tickets, one.query, std::min<std::int64_t>(size / 400, 25));
        if (!one.query.cursor.empty()) {
            measure(tickets, one, "later");
        }
    }
}

void run(const DatabaseUrl& url) {
    Database database(url);
    Desk desk(database);
    for (const std::int64_t size : {1'000, 10'000, 100'000}) {
        if (desk.size() > size) {
            continue;
        }
        const double begin = processor_ms();
        const std::int64_t more = size - desk.size();
        desk.grow(size);
        if (more > 0) {
            fmt::print("\n{} more tickets with 3 messages each, indexed: {:.2f} ms of the processor for each\n", more,
                       (processor_ms() - begin) / static_cast<double>(more));
        }
        measure_all(database, size);
    }
}

void run_on_both() {
    std::string directory = (std::filesystem::temp_directory_path() / "record-bench-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr) {
        throw std::runtime_error("no directory for a database");
    }
    fmt::print("SQLite\n");
    run(DatabaseUrl::parse("", directory));
    std::filesystem::remove_all(directory);
    fmt::print("\nPostgreSQL\n");
    run(DatabaseUrl::parse(test::shared_postgres().new_database(), ""));
}

}  // namespace
}  // namespace ventanilla::record

int main(int argc, char** argv) {
    using namespace ventanilla::record;
    spdlog::set_level(spdlog::level::warn);
    try {
        if (argc > 1) {
            run(DatabaseUrl::parse(argv[1], ""));
        } else {
            run_on_both();
        }
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "record_bench: {}\n", error.what());
        return 1;
    }
}
