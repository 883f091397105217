// Chats on their way in: archiving, and what comes after it.
#include "store/record/chats.hpp"

#include "store/record/blank.hpp"
#include "store/record/database.hpp"
#include "store/record/search_index.hpp"
#include "store/record/sql.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace ventanilla::record {
namespace {

/// The row of a chat as the end of its log shows it.
struct LogEnd {
    std::int64_t last = 0;
    std::int64_t count = 0;
    std::int64_t at = 0;
};

LogEnd log_end(Database& database, const std::string& chat_id) {
    LogEnd end;
    database.sql() << "SELECT coalesce(max(seq), 0), count(*), coalesce(max(at), 0) FROM entry WHERE chat_id = :id",
        soci::use(chat_id), soci::into(end.last), soci::into(end.count), soci::into(end.at);
    return end;
}

// Holds the chat's row until the end of the transaction, so that two cannot give the same seq. False: no such chat.
bool lock_chat(Database& database, const std::string& id) {
    const std::string_view locking = database.backend() == Backend::postgresql ? " FOR UPDATE" : "";
    std::int64_t last = 0;
    database.sql() << fmt::format("SELECT last FROM chat WHERE id = :id{}", locking), soci::use(id), soci::into(last);
    return database.sql().got_data();
}

// Locks the row too: an erasure that runs now is over by the answer.
bool belongs_to_erased(Database& database, const std::string& id) {
    if (!lock_chat(database, id)) {
        return false;
    }
    std::string visitor;
    database.sql() << "SELECT visitor FROM chat WHERE id = :id", soci::use(id), soci::into(visitor);
    return was_erased(visitor);
}

void append_text(std::string& out, const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (found != object.end() && found->is_string()) {
        out += ' ';
        out += found->get_ref<const std::string&>();
    }
}

// What a search looks at: the visitor's name and address, and what was said.
std::string searchable_text(Database& database, const std::string& id) {
    std::string text;
    std::string json;
    database.sql() << "SELECT visitor FROM chat WHERE id = :id", soci::use(id), soci::into(json);
    const auto visitor = nlohmann::json::parse(json, nullptr, false);
    append_text(text, visitor, "name");
    append_text(text, visitor, "email");
    soci::statement frames =
        (database.sql().prepare << "SELECT frame FROM entry WHERE chat_id = :id AND kind = 'message' ORDER BY seq",
         soci::use(id), soci::into(json));
    frames.execute();
    while (frames.fetch()) {
        append_text(text, nlohmann::json::parse(json, nullptr, false), "text");
    }
    return text;
}

void insert_entry(soci::session& sql, const std::string& chat_id, const EntryRecord& entry) {
    Nullable<std::string> client_id(entry.client_id.empty() ? std::nullopt : std::optional(entry.client_id));
    sql << "INSERT INTO entry (chat_id, seq, at, kind, sender, client_id, content_hash, frame) VALUES "
           "(:chat_id, :seq, :at, :kind, :sender, :client_id, :content_hash, :frame) ON CONFLICT DO NOTHING",
        soci::use(chat_id), soci::use(entry.seq), soci::use(entry.at), soci::use(entry.kind), soci::use(entry.sender),
        soci::use(client_id.value, client_id.indicator), soci::use(entry.content_hash), soci::use(entry.frame);
}

// Entries that are there stay.
void write_new_entries(Database& database, const std::string& id, const std::vector<EntryRecord>& entries) {
    const std::int64_t stored = log_end(database, id).last;
    for (const EntryRecord& entry : entries) {
        if (entry.seq > stored) {
            insert_entry(database.sql(), id, entry);
        }
    }
}

// `last` as the entries have it. Throws if one of them is missing.
std::int64_t write_end(Database& database, const std::string& id) {
    const LogEnd end = log_end(database, id);
    if (end.last != end.count) {
        throw DatabaseError(DatabaseError::Kind::broken,
                            fmt::format("the log of chat {} has {} entries up to {}", id, end.count, end.last));
    }
    database.sql() << "UPDATE chat SET last = :last WHERE id = :id", soci::use(end.last), soci::use(id);
    return end.last;
}

// The live store may file a chat again whose visitor was erased in between: what it brings must not bring them back.
// Entries that are new are written as erased ones, so that the log has no hole; the rest stays as it is.
std::int64_t archive_erased(Database& database, const ChatRecord& chat) {
    auto entries = chat.entries;
    for (EntryRecord& entry : entries) {
        entry.frame = blanked_frame(entry.frame);
        entry.content_hash.clear();
    }
    write_new_entries(database, chat.id, entries);
    return write_end(database, chat.id);
}

}  // namespace

std::int64_t ChatRepository::archive(const ChatRecord& chat) {
    Transaction transaction(database_);
    const auto last = archive_within(chat);
    transaction.commit();
    return last;
}

std::int64_t ChatRepository::archive_within(const ChatRecord& chat) {
    if (belongs_to_erased(database_, chat.id)) {
        return archive_erased(database_, chat);
    }
    // The header first: its row makes whoever archives the same chat at the same time wait here.
    write_header(chat);
    write_entries(chat);
    write_notes(chat);
    const std::int64_t last = write_end(database_, chat.id);
    index_chat(chat.id);
    return last;
}

void ChatRepository::write_header(const ChatRecord& chat) {
    Nullable<std::string> agent_id(chat.agent_id);
    Nullable<std::string> agent_name(chat.agent_name);
    Nullable<std::int64_t> assigned_at(chat.assigned_at);
    Nullable<std::int64_t> rating(chat.rating);
    // A shorter log than the one that is here knows less, and changes nothing. A rating, once given, stays,
    // and a read mark never falls.
    database_.sql()
        << "INSERT INTO chat (id, visitor_id, visitor, channel, department, agent_id, agent_name, outcome, closed_by, "
           "started_at, assigned_at, closed_at, last, read_by_visitor, read_by_agent, rating, decisions) VALUES (:id, "
           ":visitor_id, :visitor, :channel, :department, :agent_id, :agent_name, :outcome, :closed_by, :started_at, "
           ":assigned_at, :closed_at, :last, :read_by_visitor, :read_by_agent, :rating, :decisions) "
           "ON CONFLICT (id) DO UPDATE SET visitor_id = excluded.visitor_id, "
           "visitor = excluded.visitor, channel = excluded.channel, department = excluded.department, "
           "agent_id = excluded.agent_id, agent_name = excluded.agent_name, outcome = excluded.outcome, "
           "closed_by = excluded.closed_by, started_at = excluded.started_at, assigned_at = excluded.assigned_at, "
           "closed_at = excluded.closed_at, rating = coalesce(excluded.rating, chat.rating), "
           "read_by_visitor = CASE WHEN excluded.read_by_visitor > chat.read_by_visitor "
           "THEN excluded.read_by_visitor ELSE chat.read_by_visitor END, "
           "read_by_agent = CASE WHEN excluded.read_by_agent > chat.read_by_agent "
           "THEN excluded.read_by_agent ELSE chat.read_by_agent END, "
           "decisions = excluded.decisions WHERE excluded.last >= chat.last",
        soci::use(chat.id), soci::use(chat.visitor_id), soci::use(chat.visitor), soci::use(chat.channel),
        soci::use(chat.department), soci::use(agent_id.value, agent_id.indicator),
        soci::use(agent_name.value, agent_name.indicator), soci::use(chat.outcome), soci::use(chat.closed_by),
        soci::use(chat.started_at), soci::use(assigned_at.value, assigned_at.indicator), soci::use(chat.closed_at),
        soci::use(chat.last), soci::use(chat.read_by_visitor), soci::use(chat.read_by_agent),
        soci::use(rating.value, rating.indicator), soci::use(chat.decisions);
}

void ChatRepository::write_entries(const ChatRecord& chat) {
    write_new_entries(database_, chat.id, chat.entries);
}

void ChatRepository::write_notes(const ChatRecord& chat) {
    for (const NoteRecord& note : chat.notes) {
        insert_note(chat.id, note);
    }
}

void ChatRepository::insert_note(const std::string& chat_id, const NoteRecord& note) {
    database_.sql() << "INSERT INTO note (id, chat_id, at, agent_id, agent_name, text) VALUES "
                       "(:id, :chat_id, :at, :agent_id, :agent_name, :text) ON CONFLICT (id) DO NOTHING",
        soci::use(note.id), soci::use(chat_id), soci::use(note.at), soci::use(note.agent_id),
        soci::use(note.agent_name), soci::use(note.text);
}

void ChatRepository::index_chat(const std::string& id) {
    Conditions which;
    which.add("id = " + which.place(id));
    write_words(database_, "chat", which, searchable_text(database_, id));
}

protocol::Result<Appended> ChatRepository::append_after_close(std::string_view id, const LateEntry& entry) {
    const std::string chat_id(id);
    Transaction transaction(database_);
    if (!lock_chat(database_, chat_id)) {
        return protocol::fail(protocol::Code::not_found);
    }
    if (!entry.client_id.empty()) {
        if (const auto before = find_by_client_id(id, entry.sender, entry.client_id)) {
            if (before->content_hash != entry.content_hash) {
                return protocol::fail(protocol::Code::client_id_reuse);
            }
            return Appended{before->seq, before->at, true};
        }
    }
    if (entry.rating && header(id)->rating) {
        return protocol::fail(protocol::Code::chat_closed);
    }
    const LogEnd end = log_end(database_, chat_id);
    // Never earlier than the entry before it, whatever the wall clock did.
    const Appended appended{end.last + 1, std::max(entry.at, end.at), false};
    insert_entry(database_.sql(), chat_id,
                 EntryRecord{appended.seq, appended.at, entry.kind, entry.sender, entry.client_id, entry.content_hash,
                             entry.frame(appended.seq, appended.at)});
    Nullable<std::int64_t> rating(entry.rating);
    database_.sql() << "UPDATE chat SET last = :last, rating = coalesce(:rating, rating) WHERE id = :id",
        soci::use(appended.seq), soci::use(rating.value, rating.indicator), soci::use(chat_id);
    transaction.commit();
    return appended;
}

protocol::Result<void> ChatRepository::add_note(std::string_view id, const NoteRecord& note) {
    const std::string chat_id(id);
    Transaction transaction(database_);
    if (!lock_chat(database_, chat_id)) {
        return protocol::fail(protocol::Code::not_found);
    }
    insert_note(chat_id, note);
    transaction.commit();
    return {};
}

}  // namespace ventanilla::record
