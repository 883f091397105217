#include "base/random.hpp"
#include "store/record/blank.hpp"
#include "store/record/chats.hpp"
#include "store/record/database.hpp"
#include "store/record/files.hpp"
#include "store/record/person.hpp"
#include "store/record/person_search.hpp"
#include "store/record/search_index.hpp"
#include "store/record/sql.hpp"
#include "store/record/tickets.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <map>

namespace ventanilla::record {
namespace {

using nlohmann::json;

constexpr std::int64_t whole_log = std::numeric_limits<std::int64_t>::max();

void erase_entries(Database& database, const std::string& chat, PersonCounts& counts) {
    for (const EntryRecord& entry : ChatRepository(database).entries(chat, 0, whole_log)) {
        const std::string frame = blanked_frame(entry.frame);
        // Without the hash too: that of a short text is as good as the text.
        database.sql() << "UPDATE entry SET frame = :frame, content_hash = '' WHERE chat_id = :chat AND seq = :seq",
            soci::use(frame), soci::use(chat), soci::use(entry.seq);
        counts.entries += 1;
    }
}

void erase_chat(Database& database, const std::string& id, PersonCounts& counts) {
    const auto header = ChatRepository(database).header(id);
    if (!header) {
        return;
    }
    const std::string visitor = blanked_visitor(header->visitor);
    database.sql() << "UPDATE chat SET visitor = :visitor WHERE id = :id", soci::use(visitor), soci::use(id);
    erase_entries(database, id, counts);
    soci::statement notes = (database.sql().prepare << "UPDATE note SET text = '' WHERE chat_id = :id", soci::use(id));
    notes.execute(true);
    counts.notes += changed(notes);
    Conditions which;
    which.add("id = " + which.place(id));
    write_words(database, "chat", which, {});
    counts.chats += 1;
}

/// Nothing is owed to nobody.
void close_ticket(TicketRepository& tickets, TicketRecord& ticket, std::int64_t now_ms) {
    if (ticket.state != protocol::TicketState::closed) {
        tickets.add_history({ticket.number,
                             0,
                             now_ms,
                             protocol::TicketRole::system,
                             {},
                             {},
                             "state",
                             std::string(protocol::to_string(ticket.state)),
                             "closed"});
        ticket.state = protocol::TicketState::closed;
        ticket.state_since = ticket.updated_at = now_ms;
    }
    ticket.next_due_at = ticket.resolution_due_at = ticket.closes_at = ticket.timer_at = std::nullopt;
}

void erase_ticket(Database& database, std::int64_t number, std::int64_t now_ms, PersonCounts& counts) {
    TicketRepository tickets(database);
    auto ticket = tickets.lock(number);
    if (!ticket) {
        return;
    }
    close_ticket(tickets, *ticket, now_ms);
    ticket->email = ticket->name = ticket->rfc = ticket->subject = "";
    ticket->erased = true;
    tickets.update(*ticket);
    database.sql() << "UPDATE ticket SET content_hash = '' WHERE number = :number", soci::use(number);
    soci::statement messages =
        (database.sql().prepare << "UPDATE ticket_message SET text = '', erased = 1, author_name = CASE role "
                                   "WHEN 'requester' THEN '' ELSE author_name END WHERE ticket = :number",
         soci::use(number));
    messages.execute(true);
    counts.messages += changed(messages);
    database.sql() << "UPDATE ticket_history SET author_name = '' WHERE ticket = :number AND role = 'requester'",
        soci::use(number);
    tickets.index(number);
    counts.tickets += 1;
}

void erase_rest(Database& database, const PersonRows& rows, const std::string& email, std::int64_t now_ms,
                PersonCounts& counts) {
    for (const std::string& id : rows.files) {
        database.sql() << "UPDATE file SET name = '', erased = 1 WHERE id = :id", soci::use(id);
        counts.files += 1;
    }
    for (const std::int64_t id : rows.outbox) {
        database.sql() << "UPDATE outbox SET payload = '{}', done_at = coalesce(done_at, :now) WHERE id = :id",
            soci::use(now_ms), soci::use(id);
        counts.outbox += 1;
    }
    // Answers that are kept for a day hold what the ticket was told with.
    const char* const position = database.backend() == Backend::sqlite ? "instr" : "strpos";
    database.sql() << "DELETE FROM answer WHERE " << position << "(lower(body), :email) > 0", soci::use(email);
}

void list_erasure(Database& database, const Erasure& erasure) {
    database.sql() << "INSERT INTO erasure (email_hash, erased_at) VALUES (:hash, :at) ON CONFLICT (email_hash) "
                      "DO UPDATE SET erased_at = excluded.erased_at WHERE excluded.erased_at > erasure.erased_at",
        soci::use(erasure.email_hash), soci::use(erasure.at);
}

std::vector<std::string> erased_blobs(Database& database) {
    std::string blob;
    std::vector<std::string> blobs;
    soci::statement statement =
        (database.sql().prepare << "SELECT blob FROM file WHERE erased = 1 AND blob <> '' ORDER BY blob",
         soci::into(blob));
    statement.execute();
    while (statement.fetch()) {
        blobs.push_back(blob);
    }
    return blobs;
}

// Inside a transaction of the caller's.
void erase_rows(Database& database, const std::string& email, std::int64_t until_ms, std::int64_t now_ms,
                PersonCounts& counts) {
    const PersonRows rows = find_person(database, email, until_ms);
    for (const std::string& id : rows.chats) {
        erase_chat(database, id, counts);
    }
    for (const std::int64_t number : rows.tickets) {
        erase_ticket(database, number, now_ms, counts);
    }
    erase_rest(database, rows, email, now_ms, counts);
}

}  // namespace

void list_erasure(Database& database, std::string_view email, std::int64_t now_ms) {
    const auto erasure = erasure_of(email, now_ms);
    if (!erasure) {
        return;
    }
    Transaction transaction(database);
    list_erasure(database, *erasure);
    transaction.commit();
}

Erased erase_person(Database& database, std::string_view email, std::int64_t now_ms) {
    const std::string address = folded_address(email);
    if (address.empty()) {
        return {};
    }
    Transaction transaction(database);
    Erased erased;
    // Without a limit in time: a clock that ran ahead must not save anything.
    erase_rows(database, address, whole_log, now_ms, erased.counts);
    list_erasure(database, Erasure{token_hash(address), now_ms});
    erased.blobs = erased_blobs(database);
    transaction.commit();
    return erased;
}

void forget_blobs(Database& database, const std::vector<std::string>& blobs) {
    Transaction transaction(database);
    for (const std::string& blob : blobs) {
        database.sql() << "UPDATE file SET blob = '' WHERE blob = :blob AND erased = 1", soci::use(blob);
    }
    transaction.commit();
}

void scrub(Database& database) {
    soci::session& sql = database.sql();
    if (database.backend() == Backend::postgresql) {
        sql << "SET statement_timeout = 0";
        sql << "VACUUM chat, entry, note, ticket, ticket_message, ticket_history, file, outbox, answer";
        return;
    }
    // Deleted words stay in the segments of the index until these are merged.
    sql << "INSERT INTO chat_search (chat_search) VALUES ('rebuild')";
    sql << "INSERT INTO ticket_search (ticket_search) VALUES ('rebuild')";
    int busy = 1;
    int frames = 0;
    int written = 0;
    sql << "PRAGMA wal_checkpoint(TRUNCATE)", soci::into(busy), soci::into(frames), soci::into(written);
    if (busy != 0) {
        throw DatabaseError(DatabaseError::Kind::unavailable,
                            "erased, but the write-ahead log is being read and could not be emptied: run it again");
    }
}

std::optional<Erasure> erasure_of(std::string_view email, std::int64_t at) {
    const std::string address = folded_address(email);
    return address.empty() ? std::nullopt : std::optional(Erasure{token_hash(address), at});
}

std::vector<Erasure> erasures(Database& database) {
    Erasure erasure;
    soci::statement statement =
        (database.sql().prepare << "SELECT email_hash, erased_at FROM erasure ORDER BY erased_at, email_hash",
         soci::into(erasure.email_hash), soci::into(erasure.at));
    statement.execute();
    std::vector<Erasure> list;
    while (statement.fetch()) {
        list.push_back(erasure);
    }
    return list;
}

Erased replay_erasures(Database& database, const std::vector<Erasure>& list, std::int64_t now_ms) {
    Transaction transaction(database);
    Erased erased;
    std::map<std::string, std::string> by_hash;
    for (const std::string& address : all_addresses(database)) {
        by_hash[token_hash(address)] = address;
    }
    for (const Erasure& erasure : list) {
        const auto found = by_hash.find(erasure.email_hash);
        if (found != by_hash.end()) {
            erase_rows(database, found->second, erasure.at, now_ms, erased.counts);
        }
        list_erasure(database, erasure);
    }
    erased.blobs = erased_blobs(database);
    transaction.commit();
    return erased;
}

}  // namespace ventanilla::record
