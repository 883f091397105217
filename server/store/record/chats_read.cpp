// Chats as agents read them.
#include "store/record/chats.hpp"

#include "store/record/database.hpp"
#include "store/record/search_index.hpp"
#include "store/record/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ventanilla::record {
namespace {

constexpr std::string_view columns =
    "id, visitor_id, visitor, channel, department, agent_id, agent_name, outcome, closed_by, started_at, assigned_at, "
    "closed_at, last, read_by_visitor, read_by_agent, rating, decisions";
constexpr std::int64_t most_per_page = 200;

/// One chat's columns on their way out.
struct HeaderRow {
    ChatRecord chat;
    Nullable<std::string> agent_id;
    Nullable<std::string> agent_name;
    Nullable<std::int64_t> assigned_at;
    Nullable<std::int64_t> rating;

    void define(soci::statement& statement) {
        statement.exchange(soci::into(chat.id));
        statement.exchange(soci::into(chat.visitor_id));
        statement.exchange(soci::into(chat.visitor));
        statement.exchange(soci::into(chat.channel));
        statement.exchange(soci::into(chat.department));
        statement.exchange(soci::into(agent_id.value, agent_id.indicator));
        statement.exchange(soci::into(agent_name.value, agent_name.indicator));
        statement.exchange(soci::into(chat.outcome));
        statement.exchange(soci::into(chat.closed_by));
        statement.exchange(soci::into(chat.started_at));
        statement.exchange(soci::into(assigned_at.value, assigned_at.indicator));
        statement.exchange(soci::into(chat.closed_at));
        statement.exchange(soci::into(chat.last));
        statement.exchange(soci::into(chat.read_by_visitor));
        statement.exchange(soci::into(chat.read_by_agent));
        statement.exchange(soci::into(rating.value, rating.indicator));
        statement.exchange(soci::into(chat.decisions));
    }

    ChatRecord get() const {
        ChatRecord out = chat;
        out.agent_id = agent_id.get();
        out.agent_name = agent_name.get();
        out.assigned_at = assigned_at.get();
        out.rating = rating.get();
        return out;
    }
};

void restrict_to_departments(Conditions& conditions, const ChatQuery& query) {
    if (query.departments) {
        const std::string own = in_list(conditions, "department", *query.departments);
        const std::string any = in_list(conditions, "channel", query.any_channels);
        conditions.add(fmt::format("({} OR (department = 'any' AND {}))", own, any));
    }
}

std::string cursor_of(const ChatRecord& chat) {
    return fmt::format("{}.{}", chat.closed_at, chat.id);
}

// False if this is no cursor of ours.
bool begin_after(Conditions& conditions, const std::string& cursor) {
    std::int64_t closed_at = 0;
    const char* const end = cursor.data() + cursor.size();
    const auto [after, error] = std::from_chars(cursor.data(), end, closed_at);
    if (error != std::errc{} || after == end || *after != '.' || cursor.size() > 128) {
        return false;
    }
    conditions.add(fmt::format("(closed_at, id) < ({}, {})", conditions.place(closed_at),
                               conditions.place(std::string(after + 1, end))));
    return true;
}

std::vector<ChatRecord> select_headers(Database& database, const Conditions& conditions, std::int64_t limit) {
    HeaderRow row;
    soci::statement statement(database.sql());
    row.define(statement);
    conditions.bind(statement);
    statement.alloc();
    statement.prepare(fmt::format("SELECT {} FROM chat {} ORDER BY closed_at DESC, id DESC LIMIT {}", columns,
                                  conditions.where(), limit));
    statement.define_and_bind();
    statement.execute();
    std::vector<ChatRecord> chats;
    while (statement.fetch()) {
        chats.push_back(row.get());
    }
    return chats;
}

std::vector<EntryRecord> select_entries(Database& database, const Conditions& conditions, std::int64_t limit) {
    EntryRecord entry;
    Nullable<std::string> client_id;
    soci::statement statement(database.sql());
    statement.exchange(soci::into(entry.seq));
    statement.exchange(soci::into(entry.at));
    statement.exchange(soci::into(entry.kind));
    statement.exchange(soci::into(entry.sender));
    statement.exchange(soci::into(client_id.value, client_id.indicator));
    statement.exchange(soci::into(entry.content_hash));
    statement.exchange(soci::into(entry.frame));
    conditions.bind(statement);
    statement.alloc();
    statement.prepare(fmt::format("SELECT seq, at, kind, sender, client_id, content_hash, frame FROM entry {} "
                                  "ORDER BY seq LIMIT {}",
                                  conditions.where(), limit));
    statement.define_and_bind();
    statement.execute();
    std::vector<EntryRecord> entries;
    while (statement.fetch()) {
        entries.push_back(entry);
        entries.back().client_id = client_id.get().value_or("");
    }
    return entries;
}

}  // namespace

std::optional<ChatRecord> ChatRepository::header(std::string_view id) {
    Conditions conditions;
    conditions.add("id = " + conditions.place(std::string(id)));
    const auto found = select_headers(database_, conditions, 1);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::optional<ChatRecord> ChatRepository::find(std::string_view id) {
    auto chat = header(id);
    if (chat) {
        // Up to the header's last, so that header and log agree even if an entry is appended in between.
        chat->entries = entries(id, 0, chat->last);
        chat->notes = notes(id);
    }
    return chat;
}

std::vector<EntryRecord> ChatRepository::entries(std::string_view id, std::int64_t after, std::int64_t limit) {
    Conditions conditions;
    conditions.add("chat_id = " + conditions.place(std::string(id)));
    conditions.add("seq > " + conditions.place(after));
    return select_entries(database_, conditions, std::max<std::int64_t>(limit, 0));
}

std::vector<NoteRecord> ChatRepository::notes(std::string_view id) {
    const std::string chat_id(id);
    NoteRecord note;
    soci::statement statement =
        (database_.sql().prepare << "SELECT id, at, agent_id, agent_name, text FROM note WHERE chat_id = :id "
                                    "ORDER BY at, id",
         soci::use(chat_id), soci::into(note.id), soci::into(note.at), soci::into(note.agent_id),
         soci::into(note.agent_name), soci::into(note.text));
    statement.execute();
    std::vector<NoteRecord> notes;
    while (statement.fetch()) {
        notes.push_back(note);
    }
    return notes;
}

std::optional<EntryRecord> ChatRepository::find_by_client_id(std::string_view id, std::string_view sender,
                                                             std::string_view client_id) {
    Conditions conditions;
    conditions.add("chat_id = " + conditions.place(std::string(id)));
    conditions.add("sender = " + conditions.place(std::string(sender)));
    conditions.add("client_id = " + conditions.place(std::string(client_id)));
    const auto found = select_entries(database_, conditions, 1);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

protocol::Result<ChatPage> ChatRepository::list(const ChatQuery& query) {
    Conditions conditions;
    if (!query.cursor.empty() && !begin_after(conditions, query.cursor)) {
        return protocol::fail(protocol::Code::bad_field, "cursor");
    }
    restrict_to_departments(conditions, query);
    restrict_to_words(conditions, database_.backend(), "chat", query.q);
    const std::int64_t limit = std::clamp<std::int64_t>(query.limit, 1, most_per_page);
    ChatPage page;
    // One more than asked for tells whether there is another page.
    page.chats = select_headers(database_, conditions, limit + 1);
    if (static_cast<std::int64_t>(page.chats.size()) > limit) {
        page.chats.pop_back();
        page.next = cursor_of(page.chats.back());
    }
    return page;
}

std::int64_t ChatRepository::count_by_visitor(const std::string& visitor_id) {
    return counts_by_visitor({visitor_id}).front();
}

std::vector<std::int64_t> ChatRepository::counts_by_visitor(const std::vector<std::string>& visitor_ids) {
    std::string id;
    std::int64_t count = 0;
    soci::statement statement = (database_.sql().prepare << "SELECT count(*) FROM chat WHERE visitor_id = :id",
                                 soci::use(id), soci::into(count));
    std::vector<std::int64_t> counts;
    counts.reserve(visitor_ids.size());
    for (const auto& visitor : visitor_ids) {
        id = visitor;
        statement.execute(true);
        counts.push_back(count);
    }
    return counts;
}

}  // namespace ventanilla::record
