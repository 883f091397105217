#include "store/ticketing/ticketing_fixture.hpp"

#include <fmt/format.h>

#include <soci/soci.h>

#include "base/random.hpp"

namespace ventanilla::ticketing {
namespace {

std::vector<std::string> strings(record::Database& database, const std::string& query) {
    std::vector<std::string> out;
    std::string value;
    soci::statement select = (database.sql().prepare << query, soci::into(value));
    select.execute();
    while (select.fetch()) out.push_back(value);
    return out;
}

/// An SQL expression that spells a whole row of the table.
std::string row_text(record::Database& database, const std::string& table) {
    if (database.backend() == Backend::postgresql) return "CAST(t AS text)";
    std::string columns;
    for (const auto& column : strings(database, fmt::format("SELECT name FROM pragma_table_info('{}')", table))) {
        columns += fmt::format("{}quote(\"{}\")", columns.empty() ? "" : " || ',' || ", column);
    }
    return columns;
}

}  // namespace

std::vector<std::string> table_names(record::Database& database) {
    if (database.backend() == Backend::postgresql) {
        return strings(database, "SELECT table_name FROM information_schema.tables WHERE table_schema = "
                                 "current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name");
    }
    // An index of FTS5 is a virtual table with tables of its own behind it.
    return strings(database, "SELECT name FROM sqlite_master m WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                             "AND sql NOT LIKE 'CREATE VIRTUAL%' AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE "
                             "v.sql LIKE 'CREATE VIRTUAL%' AND m.name LIKE v.name || '_%') ORDER BY name");
}

std::string dump(record::Database& database) {
    std::string out;
    for (const auto& table : table_names(database)) {
        const auto row = row_text(database, table);
        out += "\n# " + table;
        for (const auto& line : strings(database, fmt::format("SELECT {} FROM \"{}\" t ORDER BY 1", row, table))) {
            out += "\n" + line;
        }
    }
    return out;
}

NewTicket TicketingTest::form(const std::string& subject) {
    NewTicket ticket;
    ticket.email = "ana@example.mx";
    ticket.name = "Ana Ibáñez";
    ticket.rfc = "GODE561231GR8";
    ticket.department = "soporte-tecnico";
    ticket.subject = subject;
    ticket.comments = "Sale el error 305 desde ayer.";
    ticket.by = kAna;
    return ticket;
}

Created TicketingTest::opened(const NewTicket& ticket, std::int64_t now_ms) {
    auto created = create(db(), policy(), ticket, now_ms);
    EXPECT_TRUE(created) << (created ? "" : created.error().field);
    return created.value_or(Created{});
}

NewMessage TicketingTest::says(const Author& by, const std::string& text, std::optional<TicketState> state,
                               TicketMessageKind kind) {
    NewMessage message;
    message.id = random_id("m_");
    message.kind = kind;
    message.text = text;
    message.by = by;
    message.state = state;
    return message;
}

Written TicketingTest::written(std::int64_t number, const NewMessage& message, std::int64_t now_ms) {
    auto done = write(db(), policy(), number, message, now_ms);
    EXPECT_TRUE(done) << (done ? "" : std::string(protocol::to_string(done.error().code)) + done.error().field);
    return done.value_or(Written{});
}

record::TicketRecord TicketingTest::changed(std::int64_t number, const Changes& changes, std::int64_t now_ms) {
    auto done = change(db(), policy(), {number}, changes, kBeto, now_ms);
    EXPECT_TRUE(done);
    return done && !done->empty() ? done->front().now : record::TicketRecord{};
}

record::TicketRecord TicketingTest::set(std::int64_t number, TicketState state, std::int64_t now_ms) {
    Changes changes;
    changes.state = state;
    return changed(number, changes, now_ms);
}

record::TicketRecord TicketingTest::ticket(std::int64_t number) {
    return record::TicketRepository(db()).find(number).value_or(record::TicketRecord{});
}

std::vector<record::TicketHistoryRecord> TicketingTest::history(std::int64_t number) {
    return record::TicketRepository(db()).history(number);
}

std::vector<std::string> TicketingTest::lines(std::int64_t number) {
    std::vector<std::string> out;
    for (const auto& line : history(number)) {
        if (line.what != "created") out.push_back(fmt::format("{}:{}>{}", line.what, line.from, line.to));
    }
    return out;
}

std::vector<nlohmann::json> TicketingTest::mails(const std::string& only) {
    std::vector<nlohmann::json> out;
    for (const auto& row : record::OutboxRepository(db()).pending(100'000)) {
        auto payload = nlohmann::json::parse(row.payload);
        if (row.kind == "mail" && (only.empty() || payload.at("template") == only)) out.push_back(std::move(payload));
    }
    return out;
}

void TicketingTest::upload(const std::string& id, const std::string& uploader) {
    record::FileRecord file;
    file.id = id;
    file.blob = "blob-" + id;
    file.name = "captura " + id + ".png";
    file.size = 1234;
    file.media_type = "image/png";
    file.uploader = uploader;
    file.created_at = kMonday9;
    record::Transaction transaction(db());
    record::FileRepository(db()).insert(file);
    transaction.commit();
}

}  // namespace ventanilla::ticketing
