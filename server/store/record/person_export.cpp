#include "store/record/chats.hpp"
#include "store/record/database.hpp"
#include "store/record/files.hpp"
#include "store/record/person.hpp"
#include "store/record/person_search.hpp"
#include "store/record/sql.hpp"
#include "store/record/tickets.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

namespace ventanilla::record {
namespace {

using nlohmann::json;

// What is stored as JSON, as JSON; a text that is none, as text.
json embedded(const std::string& text) {
    auto parsed = json::parse(text, nullptr, false);
    return parsed.is_discarded() ? json(text) : parsed;
}

template <typename T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

json chat_json(const ChatRecord& chat) {
    json entries = json::array();
    for (const EntryRecord& entry : chat.entries) {
        entries.push_back(embedded(entry.frame));
    }
    json notes = json::array();
    for (const NoteRecord& note : chat.notes) {
        notes.push_back({{"at", note.at}, {"by", note.agent_name}, {"text", note.text}});
    }
    return {{"id", chat.id},
            {"visitor", embedded(chat.visitor)},
            {"channel", chat.channel},
            {"department", chat.department},
            {"agent", or_null(chat.agent_name)},
            {"outcome", chat.outcome},
            {"started_at", chat.started_at},
            {"closed_at", chat.closed_at},
            {"rating", or_null(chat.rating)},
            {"entries", std::move(entries)},
            {"notes", std::move(notes)}};
}

json ticket_json(const TicketRecord& ticket, const std::vector<TicketMessageRecord>& said) {
    json messages = json::array();
    for (const TicketMessageRecord& message : said) {
        messages.push_back({{"id", message.id},
                            {"at", message.at},
                            {"kind", protocol::to_string(message.kind)},
                            {"from", {{"role", protocol::to_string(message.role)}, {"name", message.author_name}}},
                            {"text", message.text}});
    }
    return {{"number", fmt::format("T-{:06}", ticket.number)},
            {"state", protocol::to_string(ticket.state)},
            {"channel", protocol::to_string(ticket.channel)},
            {"email", ticket.email},
            {"name", ticket.name},
            {"rfc", ticket.rfc},
            {"department", ticket.department},
            {"subject", ticket.subject},
            {"priority", protocol::to_string(ticket.priority)},
            {"created_at", ticket.created_at},
            {"updated_at", ticket.updated_at},
            {"resolved_at", or_null(ticket.resolved_at)},
            {"chat", or_null(ticket.chat_id)},
            {"messages", std::move(messages)}};
}

json file_json(const FileRecord& file) {
    return {{"id", file.id},
            {"name", file.name},
            {"size", file.size},
            {"media_type", file.media_type},
            {"blob", file.blob},
            {"holder", or_null(file.holder)},
            {"created_at", file.created_at}};
}

}  // namespace

json to_json(const PersonCounts& counts) {
    return {{"chats", counts.chats},       {"entries", counts.entries}, {"tickets", counts.tickets},
            {"messages", counts.messages}, {"files", counts.files},     {"outbox", counts.outbox},
            {"notes", counts.notes}};
}

json export_person(Database& database, std::string_view email) {
    const PersonRows rows = find_person(database, email);
    PersonCounts counts;
    counts.outbox = static_cast<std::int64_t>(rows.outbox.size());
    json chats = json::array();
    for (const std::string& id : rows.chats) {
        if (const auto chat = ChatRepository(database).find(id)) {
            counts.chats += 1;
            counts.entries += static_cast<std::int64_t>(chat->entries.size());
            counts.notes += static_cast<std::int64_t>(chat->notes.size());
            chats.push_back(chat_json(*chat));
        }
    }
    json tickets = json::array();
    TicketRepository repository(database);
    for (const std::int64_t number : rows.tickets) {
        if (const auto ticket = repository.find(number)) {
            const auto messages = repository.messages(number);
            counts.tickets += 1;
            counts.messages += static_cast<std::int64_t>(messages.size());
            tickets.push_back(ticket_json(*ticket, messages));
        }
    }
    json files = json::array();
    for (const std::string& id : rows.files) {
        if (const auto file = FileRepository(database).find(id)) {
            counts.files += 1;
            files.push_back(file_json(*file));
        }
    }
    return {{"email", std::string(email)},
            {"chats", std::move(chats)},
            {"tickets", std::move(tickets)},
            {"files", std::move(files)},
            {"counts", to_json(counts)}};
}

}  // namespace ventanilla::record
