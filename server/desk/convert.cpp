#include "desk/convert.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "protocol/encode.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::desk {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

protocol::PageInfo page_of(const json& page) {
    if (!page.is_object()) return {};
    return {text_of(page, "url"), text_of(page, "title"), text_of(page, "referrer")};
}

protocol::Fields fields_of(const json& fields) {
    protocol::Fields result;
    if (!fields.is_object()) return result;
    for (const auto& [key, value] : fields.items()) {
        if (value.is_string()) result[key] = value.get<std::string>();
    }
    return result;
}

json parse(const std::string& text) {
    return json::parse(text, nullptr, false);
}

}  // namespace

protocol::Chat to_wire(const live::ChatMeta& chat) {
    protocol::Chat wire;
    wire.id = chat.id;
    wire.status = protocol::parse_word<protocol::ChatStatus>(chat.status).value_or(protocol::ChatStatus::closed);
    wire.department = chat.department;
    wire.priority = chat.priority;
    if (!chat.agent.empty() && wire.status == protocol::ChatStatus::assigned) {
        wire.agent = protocol::AgentRef{chat.agent, chat.agent_name};
    }
    if (wire.status == protocol::ChatStatus::queued) {
        wire.position = chat.position;
        wire.wait_s = chat.wait_s;
    }
    wire.last = chat.last;
    wire.read_by_visitor = chat.read_visitor;
    wire.read_by_agent = chat.read_agent;
    return wire;
}

protocol::Visitor to_wire(const live::VisitorMeta& visitor, std::optional<std::int64_t> chats_before) {
    protocol::Visitor wire;
    wire.id = visitor.id;
    wire.name = visitor.name;
    wire.email = visitor.email;
    wire.verified = visitor.verified;
    wire.connected = visitor.connected;
    wire.page = page_of(parse(visitor.page_json));
    wire.locale = visitor.locale;
    wire.since_at = visitor.since_at;
    wire.fields = fields_of(parse(visitor.fields_json));
    wire.chats_before = chats_before;
    return wire;
}

protocol::Queue to_wire(const live::QueueSnapshot& queue) {
    protocol::Queue wire;
    wire.department = queue.department;
    wire.waiting = queue.waiting;
    wire.longest_wait_s = queue.longest_wait_s;
    wire.agents_online = queue.agents_online;
    wire.free_slots = queue.free_slots;
    for (const auto& chat : queue.chats) wire.chats.push_back({chat.chat, chat.name, chat.since_at});
    return wire;
}

protocol::Ticket to_wire(const record::TicketRecord& ticket) {
    protocol::Ticket wire;
    wire.number = tickets::number_text(ticket.number);
    wire.state = ticket.state;
    wire.channel = ticket.channel;
    wire.email = ticket.email;
    wire.rfc = ticket.rfc;
    wire.department = ticket.department;
    wire.subject = ticket.subject;
    wire.priority = ticket.priority;
    wire.created_at = ticket.created_at;
    wire.updated_at = ticket.updated_at;
    if (ticket.assignee_id) wire.assignee = protocol::AgentRef{*ticket.assignee_id, ticket.assignee_name.value_or("")};
    wire.chat = ticket.chat_id;
    if (ticket.follows) wire.follows = tickets::number_text(*ticket.follows);
    wire.first_response_due_at = ticket.first_response_due_at;
    wire.first_responded_at = ticket.first_responded_at;
    wire.resolution_due_at = ticket.resolution_due_at;
    wire.resolved_at = ticket.resolved_at;
    wire.closes_at = ticket.closes_at;
    return wire;
}

std::string states_of(const protocol::ChannelInfo& channel) {
    std::string states(1, protocol::to_string(channel.state).front());
    for (const auto& department : channel.departments) states += protocol::to_string(department.state).front();
    return states;
}

protocol::AgentState state_of(const live::AgentMeta& agent) {
    if (agent.state == "grace") return protocol::AgentState::online;
    return protocol::parse_word<protocol::AgentState>(agent.state).value_or(protocol::AgentState::offline);
}

protocol::AgentInfo to_wire(const live::AgentMeta& agent) {
    protocol::AgentInfo wire;
    wire.id = agent.id;
    wire.name = agent.name;
    wire.state = state_of(agent);
    wire.free_slots = agent.state == "online" ? std::max(0, agent.capacity - agent.load) : 0;
    wire.departments = agent.departments;
    return wire;
}

protocol::Note to_wire(const live::ArchiveNote& note) {
    return {note.id, note.at, {protocol::Role::agent, note.agent, note.agent_name}, note.text};
}

protocol::Note to_wire(const record::NoteRecord& note) {
    return {note.id, note.at, {protocol::Role::agent, note.agent_id, note.agent_name}, note.text};
}

live::NoteToKeep new_note(const AgentActor& actor, const std::string& chat, std::string text) {
    live::ArchiveNote note{random_id("n_"), actor.agent.id, actor.agent.name, std::move(text), wall_clock_ms()};
    const auto frame = protocol::note(chat, to_wire(note));
    return {std::move(note), *frame};
}

protocol::AgentSelf to_self(const live::AgentMeta& agent) {
    protocol::AgentSelf self;
    self.id = agent.id;
    self.username = agent.username;
    self.name = agent.name;
    self.role = agent.role;
    self.departments = agent.departments;
    self.capacity = agent.capacity;
    return self;
}

live::ChatMeta to_meta(const record::ChatRecord& chat) {
    live::ChatMeta meta;
    meta.id = chat.id;
    meta.status = "closed";
    meta.channel = chat.channel;
    meta.department = chat.department;
    meta.visitor = chat.visitor_id;
    meta.agent = chat.agent_id.value_or("");
    meta.agent_name = chat.agent_name.value_or("");
    meta.outcome = chat.outcome;
    meta.last = chat.last;
    meta.read_visitor = chat.read_by_visitor;
    meta.read_agent = chat.read_by_agent;
    meta.started_at = chat.started_at;
    meta.closed_at = chat.closed_at;
    return meta;
}

live::VisitorMeta to_visitor(const record::ChatRecord& chat) {
    live::VisitorMeta visitor;
    visitor.id = chat.visitor_id;
    const auto kept = parse(chat.visitor);
    if (!kept.is_object()) return visitor;
    visitor.name = text_of(kept, "name");
    visitor.email = text_of(kept, "email");
    visitor.locale = text_of(kept, "locale");
    visitor.verified = kept.value("verified", false);
    visitor.since_at = chat.started_at;
    if (const auto page = kept.find("page"); page != kept.end()) visitor.page_json = protocol::dump(*page);
    if (const auto fields = kept.find("fields"); fields != kept.end()) visitor.fields_json = protocol::dump(*fields);
    return visitor;
}

std::string visitor_json(const live::VisitorMeta& visitor) {
    json object{
        {"name", visitor.name}, {"email", visitor.email}, {"locale", visitor.locale}, {"verified", visitor.verified}};
    auto page = parse(visitor.page_json);
    auto fields = parse(visitor.fields_json);
    object["page"] = page.is_object() ? std::move(page) : json::object();
    object["fields"] = fields.is_object() ? std::move(fields) : json::object();
    return protocol::dump(object);
}

record::ChatRecord to_record(const live::ArchiveChat& chat) {
    record::ChatRecord record;
    record.id = chat.meta.id;
    record.visitor_id = chat.meta.visitor;
    record.visitor = visitor_json(chat.visitor);
    record.channel = chat.meta.channel;
    record.department = chat.meta.department;
    if (!chat.meta.agent.empty()) record.agent_id = chat.meta.agent;
    if (!chat.meta.agent_name.empty()) record.agent_name = chat.meta.agent_name;
    record.outcome = chat.meta.outcome;
    record.closed_by = chat.closed_by;
    record.started_at = chat.meta.started_at;
    if (chat.assigned_at > 0) record.assigned_at = chat.assigned_at;
    record.closed_at = chat.closed_at;
    record.last = chat.meta.last;
    record.read_by_visitor = chat.meta.read_visitor;
    record.read_by_agent = chat.meta.read_agent;
    record.decisions = chat.decisions_json;
    for (const auto& entry : chat.entries) {
        record.entries.push_back(
            {entry.seq, entry.at, entry.kind, entry.sender, entry.client_id, entry.content_hash, entry.frame});
        if (entry.kind != "rated") continue;
        if (const auto frame = parse(entry.frame); frame.is_object()) record.rating = frame.value("score", 0);
    }
    for (const auto& note : chat.notes) {
        record.notes.push_back({note.id, note.at, note.agent, note.agent_name, note.text});
    }
    return record;
}

}  // namespace ventanilla::desk
