#include "store/live/replies.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "store/live/decisions.hpp"

namespace ventanilla::live {

using nlohmann::json;
using protocol::Code;

namespace {

constexpr std::array codes{Code::bad_json,    Code::unknown_type,    Code::bad_field, Code::unauthenticated,
                           Code::forbidden,   Code::not_found,       Code::offline,   Code::not_assigned,
                           Code::chat_closed, Code::client_id_reuse, Code::slow_down, Code::unavailable};

constexpr std::array<std::pair<std::string_view, Event::Kind>, 10> kinds{{
    {"entry", Event::Kind::entry},
    {"assigned", Event::Kind::assigned},
    {"revoked", Event::Kind::revoked},
    {"agent", Event::Kind::agent},
    {"displaced", Event::Kind::displaced},
    {"signed_out", Event::Kind::signed_out},
    {"visitor", Event::Kind::visitor},
    {"ticket", Event::Kind::ticket},
    {"viewing", Event::Kind::viewing},
    {"ephemeral", Event::Kind::ephemeral},
}};

std::string text(const json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// cjson writes whole numbers as such, but a double that became whole by arithmetic may carry a fraction of zero.
std::int64_t number(const json& object, const char* member) {
    const auto found = object.find(member);
    if (found == object.end() || !found->is_number()) return 0;
    if (!found->is_number_float()) return found->get<std::int64_t>();
    // Beyond these a cast is undefined.
    constexpr double most = 9007199254740991.0;
    return static_cast<std::int64_t>(std::clamp(found->get<double>(), -most, most));
}

int small_number(const json& object, const char* member) {
    constexpr std::int64_t most = std::numeric_limits<int>::max();
    return static_cast<int>(std::clamp(number(object, member), -most, most));
}

bool flag(const json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::optional<std::int64_t> optional_number(const json& object, const char* member) {
    return object.contains(member) ? std::optional(number(object, member)) : std::nullopt;
}

json member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() ? *found : json::object();
}

ArchiveEntry entry_of(const RedisValue::Array& row) {
    ArchiveEntry entry;
    const auto* fields = row.size() == 2 ? row[1].array() : nullptr;
    if (!fields) return entry;
    const auto id = text_of(row[0]);
    entry.seq = std::strtoll(id.c_str() + std::min<std::size_t>(id.size(), 2), nullptr, 10);
    for (std::size_t i = 0; i + 1 < fields->size(); i += 2) {
        const auto name = text_of((*fields)[i]);
        auto value = text_of((*fields)[i + 1]);
        if (name == "f")
            entry.frame = std::move(value);
        else if (name == "k")
            entry.kind = std::move(value);
        else if (name == "s")
            entry.sender = std::move(value);
        else if (name == "i")
            entry.client_id = std::move(value);
        else if (name == "h")
            entry.content_hash = std::move(value);
    }
    const auto frame = json::parse(entry.frame, nullptr, false);
    if (frame.is_object()) entry.at = number(frame, "at");
    return entry;
}

}  // namespace

std::optional<Code> code_of(std::string_view name) {
    const auto found =
        std::find_if(codes.begin(), codes.end(), [name](Code code) { return protocol::to_string(code) == name; });
    return found != codes.end() ? std::optional(*found) : std::nullopt;
}

std::string text_of(const RedisValue& value) {
    if (const auto* text = value.text()) return *text;
    if (const auto* integer = value.integer()) return std::to_string(*integer);
    return {};
}

std::int64_t number_of(const RedisValue& value) {
    if (const auto* integer = value.integer()) return *integer;
    const auto* text = value.text();
    return text ? std::strtoll(text->c_str(), nullptr, 10) : 0;
}

json json_of(const RedisValue& value) {
    const auto* text = value.text();
    auto parsed = text ? json::parse(*text, nullptr, false) : json::object();
    return parsed.is_discarded() ? json::object() : parsed;
}

std::vector<json> items_of(const json& object, const char* member) {
    const auto found = object.find(member);
    if (found == object.end() || !found->is_array()) return {};
    return found->get<std::vector<json>>();
}

Event event_of(const json& object) {
    Event event;
    const auto name = text(object, "k");
    const auto* kind =
        std::find_if(kinds.begin(), kinds.end(), [&name](const auto& entry) { return entry.first == name; });
    if (kind != kinds.end()) event.kind = kind->second;
    event.chat = text(object, "chat");
    event.visitor = text(object, "visitor");
    event.agent = text(object, "agent");
    event.reason = text(object, "reason");
    event.entry_kind = text(object, "ek");
    event.frame = text(object, "frame");
    event.seq = number(object, "seq");
    event.sender = text(object, "sender");
    return event;
}

Events events_of(const json& object) {
    Events events;
    for (const auto& item : items_of(object, "events")) events.push_back(event_of(item));
    return events;
}

ChatMeta chat_of(const json& object) {
    ChatMeta chat;
    chat.id = text(object, "id");
    chat.status = text(object, "status");
    chat.channel = text(object, "channel");
    chat.department = text(object, "department");
    chat.visitor = text(object, "visitor");
    chat.agent = text(object, "agent");
    chat.agent_name = text(object, "agent_name");
    chat.outcome = text(object, "outcome");
    chat.priority = small_number(object, "priority");
    chat.last = number(object, "last");
    chat.read_visitor = number(object, "read_v");
    chat.read_agent = number(object, "read_a");
    chat.started_at = number(object, "started_at");
    chat.closed_at = number(object, "closed_at");
    chat.position = optional_number(object, "position");
    chat.wait_s = optional_number(object, "wait_s");
    return chat;
}

VisitorMeta visitor_of(const json& object) {
    VisitorMeta visitor;
    visitor.id = text(object, "id");
    visitor.name = text(object, "name");
    visitor.email = text(object, "email");
    visitor.verified = flag(object, "verified");
    visitor.connected = flag(object, "connected");
    visitor.locale = text(object, "locale");
    visitor.page_json = text(object, "page");
    visitor.fields_json = text(object, "fields");
    visitor.since_at = number(object, "since_at");
    return visitor;
}

AgentMeta agent_of(const json& object) {
    AgentMeta agent;
    agent.id = text(object, "id");
    agent.username = text(object, "username");
    agent.name = text(object, "name");
    agent.role = text(object, "role");
    for (const auto& item : items_of(object, "departments")) {
        if (item.is_string()) agent.departments.push_back(item.get<std::string>());
    }
    agent.capacity = small_number(object, "capacity");
    agent.state = text(object, "state");
    agent.load = small_number(object, "load");
    agent.disabled = flag(object, "disabled");
    agent.version = number(object, "version");
    return agent;
}

QueueSnapshot queue_of(const json& object) {
    QueueSnapshot queue;
    queue.department = text(object, "department");
    queue.waiting = number(object, "waiting");
    queue.longest_wait_s = number(object, "longest_wait_s");
    queue.agents_online = number(object, "agents_online");
    queue.free_slots = number(object, "free_slots");
    queue.wait_s = optional_number(object, "wait_s");
    for (const auto& item : items_of(object, "chats")) {
        queue.chats.push_back({text(item, "chat"), text(item, "name"), number(item, "since_at")});
    }
    return queue;
}

ArchiveNote note_of(const json& object) {
    ArchiveNote note;
    note.id = text(object, "id");
    note.agent = text(object, "agent");
    note.agent_name = text(object, "agent_name");
    note.text = text(object, "text");
    note.at = number(object, "at");
    return note;
}

json to_json(const ArchiveNote& note) {
    return {
        {"id", note.id}, {"agent", note.agent}, {"agent_name", note.agent_name}, {"text", note.text}, {"at", note.at}};
}

Changed changed_of(const json& object) {
    return Changed{chat_of(member(object, "meta")), number(object, "seq"), events_of(object)};
}

ArchiveChat archive_of(const Words& words) {
    ArchiveChat chat;
    if (words.size() < 4) return chat;
    const auto head = json_of(words[0]);
    chat.meta = chat_of(member(head, "meta"));
    chat.visitor = visitor_of(member(head, "visitor"));
    chat.closed_by = text(head, "closed_by");
    chat.assigned_at = number(head, "assigned_at");
    chat.closed_at = number(head, "closed_at");
    if (const auto* notes = words[1].array()) {
        for (const auto& note : *notes) chat.notes.push_back(note_of(json_of(note)));
    }
    if (const auto* decisions = words[2].array()) chat.decisions_json = decisions_json(*decisions);
    if (const auto* entries = words[3].array()) {
        for (const auto& row : *entries) {
            if (const auto* cells = row.array()) chat.entries.push_back(entry_of(*cells));
        }
    }
    return chat;
}

}  // namespace ventanilla::live
