// Tickets on their way in, one at a time.
#include "store/record/database.hpp"
#include "store/record/search_index.hpp"
#include "store/record/sql.hpp"
#include "store/record/ticket_row.hpp"
#include "store/record/tickets.hpp"

#include <fmt/format.h>

namespace ventanilla::record {
namespace {

/// A message more must not cost the reading of a whole long ticket.
constexpr std::size_t most_indexed = 256 * 1024;

// "name = :name, …"
std::string assignments(const std::vector<std::string>& names) {
    std::vector<std::string> each;
    each.reserve(names.size());
    for (const std::string& name : names) {
        each.push_back(fmt::format("{0} = :{0}", name));
    }
    return fmt::format("{}", fmt::join(each, ", "));
}

/// Who wrote a message or a line of history.
struct AuthorRow {
    std::string role;
    std::string id;
    std::string name;
};

protocol::TicketRole role_from(const AuthorRow& author) {
    return protocol::parse_word<protocol::TicketRole>(author.role).value_or(protocol::TicketRole::system);
}

// Messages that `rest` (WHERE and ORDER BY with the one parameter :key) selects.
template <typename Key>
std::vector<TicketMessageRecord> select_messages(Database& database, const char* rest, const Key& key) {
    TicketMessageRecord message;
    std::string kind;
    AuthorRow author;
    std::int64_t erased = 0;
    soci::statement statement =
        (database.sql().prepare
             << "SELECT id, ticket, at, kind, role, author_id, author_name, text, erased FROM ticket_message " << rest,
         soci::into(message.id), soci::into(message.ticket), soci::into(message.at), soci::into(kind),
         soci::into(author.role), soci::into(author.id), soci::into(author.name), soci::into(message.text),
         soci::into(erased), soci::use(key, "key"));
    statement.execute();
    std::vector<TicketMessageRecord> messages;
    while (statement.fetch()) {
        messages.push_back(message);
        TicketMessageRecord& last = messages.back();
        last.kind = protocol::parse_word<protocol::TicketMessageKind>(kind).value_or(last.kind);
        last.role = role_from(author);
        last.author_id = author.id;
        last.author_name = author.name;
        last.erased = erased != 0;
    }
    return messages;
}

}  // namespace

std::pair<std::int64_t, bool> TicketRepository::insert(const TicketRecord& ticket, std::string_view client_key,
                                                       std::string_view content_hash) {
    TicketRow row(ticket);
    Nullable<std::string> key(client_key.empty() ? std::nullopt : std::optional(std::string(client_key)));
    const std::string hash(content_hash);
    const auto names = TicketRow::names();
    std::int64_t number = 0;
    soci::statement statement(database_.sql());
    row.bind(statement, true);
    statement.exchange(soci::use(key.value, key.indicator, "client_key"));
    statement.exchange(soci::use(hash, "content_hash"));
    statement.exchange(soci::into(number));
    statement.alloc();
    // Whoever inserts the same key at the same time is waited for; then it is there.
    statement.prepare(fmt::format("INSERT INTO ticket (client_key, content_hash, {}) VALUES (:client_key, "
                                  ":content_hash, :{}) ON CONFLICT (client_key) DO NOTHING RETURNING number",
                                  fmt::join(names, ", "), fmt::join(names, ", :")));
    statement.define_and_bind();
    if (statement.execute(true)) {
        return {number, true};
    }
    const auto before = find_by_client_key(client_key);
    if (!before) {
        throw DatabaseError(DatabaseError::Kind::broken, "a ticket was neither stored nor there already");
    }
    return {before->first, false};
}

std::optional<std::pair<std::int64_t, std::string>> TicketRepository::find_by_client_key(std::string_view client_key) {
    const std::string key(client_key);
    std::pair<std::int64_t, std::string> found;
    database_.sql() << "SELECT number, content_hash FROM ticket WHERE client_key = :key", soci::use(key),
        soci::into(found.first), soci::into(found.second);
    return database_.sql().got_data() ? std::optional(found) : std::nullopt;
}

std::optional<TicketRecord> TicketRepository::find(std::int64_t number) {
    Conditions conditions;
    conditions.add("number = " + conditions.place(number));
    const auto found = select_tickets(database_, conditions, "ticket " + conditions.where());
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::optional<TicketRecord> TicketRepository::lock(std::int64_t number) {
    Conditions conditions;
    conditions.add("number = " + conditions.place(number));
    // On SQLite the transaction lets nobody else write already.
    const std::string_view locking = database_.backend() == Backend::postgresql ? " FOR UPDATE" : "";
    const auto found = select_tickets(database_, conditions, fmt::format("ticket {}{}", conditions.where(), locking));
    return found.empty() ? std::nullopt : std::optional(found.front());
}

void TicketRepository::update(const TicketRecord& ticket) {
    TicketRow row(ticket);
    soci::statement statement(database_.sql());
    row.bind(statement, false);
    statement.exchange(soci::use(ticket.number, "number"));
    statement.alloc();
    statement.prepare(
        fmt::format("UPDATE ticket SET {} WHERE number = :number", assignments(TicketRow::changing_names())));
    statement.define_and_bind();
    statement.execute(true);
}

bool TicketRepository::add_message(const TicketMessageRecord& message) {
    const std::string kind(protocol::to_string(message.kind));
    const std::string role(protocol::to_string(message.role));
    const std::int64_t erased = message.erased ? 1 : 0;
    soci::statement insert =
        (database_.sql().prepare << "INSERT INTO ticket_message (id, ticket, at, kind, role, author_id, author_name, "
                                    "text, erased) VALUES (:id, :ticket, :at, :kind, :role, :author_id, :author_name, "
                                    ":text, :erased) ON CONFLICT (id) DO NOTHING",
         soci::use(message.id), soci::use(message.ticket), soci::use(message.at), soci::use(kind), soci::use(role),
         soci::use(message.author_id), soci::use(message.author_name), soci::use(message.text), soci::use(erased));
    insert.execute(true);
    return changed(insert) > 0;
}

std::optional<TicketMessageRecord> TicketRepository::message(std::string_view id) {
    const auto found = select_messages(database_, "WHERE id = :key", std::string(id));
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<TicketMessageRecord> TicketRepository::messages(std::int64_t number) {
    return select_messages(database_, "WHERE ticket = :key ORDER BY at, place", number);
}

TicketRepository::UsedRoom TicketRepository::used_room(std::int64_t number) {
    // length() of SQLite counts characters, and octet_length() came to it only in 3.43.
    const std::string_view bytes =
        database_.backend() == Backend::postgresql ? "octet_length(text)" : "length(CAST(text AS BLOB))";
    UsedRoom used;
    database_.sql() << fmt::format("SELECT count(*), coalesce(sum({}), 0) FROM ticket_message WHERE ticket = :number",
                                   bytes),
        soci::use(number), soci::into(used.messages), soci::into(used.bytes);
    return used;
}

void TicketRepository::move_messages(std::int64_t from, std::int64_t into) {
    database_.sql() << "UPDATE ticket_message SET ticket = :into_ticket WHERE ticket = :from_ticket", soci::use(into),
        soci::use(from);
}

void TicketRepository::add_history(const TicketHistoryRecord& line) {
    if (database_.backend() == Backend::postgresql) {
        // Whoever writes history of the same ticket waits here, so that two cannot give the same number.
        std::int64_t number = 0;
        database_.sql() << "SELECT number FROM ticket WHERE number = :number FOR UPDATE", soci::use(line.ticket),
            soci::into(number);
    }
    const std::string role(protocol::to_string(line.role));
    database_.sql() << "INSERT INTO ticket_history (ticket, n, at, role, author_id, author_name, what, from_value, "
                       "to_value) VALUES (:ticket, (SELECT coalesce(max(n), 0) + 1 FROM ticket_history "
                       "WHERE ticket = :of_ticket), :at, :role, :author_id, :author_name, :what, :from_value, "
                       ":to_value)",
        soci::use(line.ticket), soci::use(line.ticket), soci::use(line.at), soci::use(role), soci::use(line.author_id),
        soci::use(line.author_name), soci::use(line.what), soci::use(line.from), soci::use(line.to);
}

std::vector<TicketHistoryRecord> TicketRepository::history(std::int64_t number) {
    TicketHistoryRecord line;
    AuthorRow author;
    soci::statement statement =
        (database_.sql().prepare << "SELECT ticket, n, at, role, author_id, author_name, what, from_value, to_value "
                                    "FROM ticket_history WHERE ticket = :ticket ORDER BY n",
         soci::use(number), soci::into(line.ticket), soci::into(line.n), soci::into(line.at), soci::into(author.role),
         soci::into(author.id), soci::into(author.name), soci::into(line.what), soci::into(line.from),
         soci::into(line.to));
    statement.execute();
    std::vector<TicketHistoryRecord> lines;
    while (statement.fetch()) {
        lines.push_back(line);
        lines.back().role = role_from(author);
        lines.back().author_id = author.id;
        lines.back().author_name = author.name;
    }
    return lines;
}

void TicketRepository::index(std::int64_t number) {
    std::string email;
    std::string rfc;
    std::string subject;
    database_.sql() << "SELECT email, rfc, subject FROM ticket WHERE number = :number", soci::use(number),
        soci::into(email), soci::into(rfc), soci::into(subject);
    // As it is written, and as people type it.
    std::string text = fmt::format("T-{0:06} {0} {1} {2} {3}", number, email, rfc, subject);
    std::string said;
    soci::statement messages =
        (database_.sql().prepare << "SELECT text FROM ticket_message WHERE ticket = :number ORDER BY at, place",
         soci::use(number), soci::into(said));
    messages.execute();
    while (text.size() < most_indexed && messages.fetch()) {
        text += ' ';
        text += said;
    }
    Conditions which;
    which.add("number = " + which.place(number));
    write_words(database_, "ticket", which, text);
}

}  // namespace ventanilla::record
