#include "protocol/data.hpp"

namespace ventanilla::protocol {

using nlohmann::json;

namespace {

template <typename T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

}  // namespace

json to_json(const AgentRef& agent) {
    return {{"id", agent.id}, {"name", agent.name}};
}

json to_json(const From& from) {
    return {{"role", to_string(from.role)}, {"id", from.id}, {"name", from.name}};
}

json to_json(const PageInfo& page) {
    return {{"url", page.url}, {"title", page.title}, {"referrer", page.referrer}};
}

json to_json(const Chat& chat) {
    return {
        {"id", chat.id},
        {"status", to_string(chat.status)},
        {"department", chat.department},
        {"priority", chat.priority},
        {"agent", chat.agent ? to_json(*chat.agent) : json(nullptr)},
        {"position", or_null(chat.position)},
        {"wait_s", or_null(chat.wait_s)},
        {"last", chat.last},
        {"read", {{"visitor", chat.read_by_visitor}, {"agent", chat.read_by_agent}}},
    };
}

json to_json(const Visitor& visitor) {
    return {
        {"id", visitor.id},
        {"name", visitor.name},
        {"email", visitor.email},
        {"verified", visitor.verified},
        {"connected", visitor.connected},
        {"page", to_json(visitor.page)},
        {"locale", visitor.locale},
        {"since_at", visitor.since_at},
        {"fields", visitor.fields},
        {"chats_before", or_null(visitor.chats_before)},
    };
}

json to_json(const Queue& queue) {
    auto chats = json::array();
    for (const auto& waiting : queue.chats) {
        chats.push_back({{"chat", waiting.chat}, {"name", waiting.name}, {"since_at", waiting.since_at}});
    }
    return {
        {"department", queue.department},         {"waiting", queue.waiting},
        {"longest_wait_s", queue.longest_wait_s}, {"agents_online", queue.agents_online},
        {"free_slots", queue.free_slots},         {"chats", std::move(chats)},
    };
}

json to_json(const AgentInfo& agent) {
    return {
        {"id", agent.id},
        {"name", agent.name},
        {"state", to_string(agent.state)},
        {"free_slots", agent.free_slots},
        {"departments", agent.departments},
    };
}

json to_json(const AgentSelf& agent) {
    return {
        {"id", agent.id},     {"username", agent.username},       {"name", agent.name},
        {"role", agent.role}, {"departments", agent.departments}, {"capacity", agent.capacity},
    };
}

json to_json(const DepartmentInfo& department) {
    return {
        {"id", department.id},
        {"name", department.name},
        {"state", to_string(department.state)},
        {"waiting", department.waiting},
        {"wait_s", or_null(department.wait_s)},
    };
}

json to_json(const Phone& phone) {
    return {{"label", phone.label}, {"number", phone.number}};
}

json to_json(const ChannelInfo& channel) {
    return {
        {"id", channel.id},
        {"title", channel.title},
        {"greeting", channel.greeting},
        {"state", to_string(channel.state)},
        {"opens_at", or_null(channel.opens_at)},
        {"ask", channel.ask},
        {"departments", to_json_array(channel.departments)},
        {"phones", to_json_array(channel.phones)},
        {"ticket_url", channel.ticket_url},
    };
}

json to_json(const Note& note) {
    return {{"id", note.id}, {"at", note.at}, {"from", to_json(note.from)}, {"text", note.text}};
}

json to_json(const File& file) {
    return {{"id", file.id}, {"name", file.name}, {"size", file.size}, {"media_type", file.media_type}};
}

json to_json(const Ticket& ticket) {
    return {
        {"number", ticket.number},
        {"state", to_string(ticket.state)},
        {"channel", to_string(ticket.channel)},
        {"email", ticket.email},
        {"rfc", ticket.rfc},
        {"department", ticket.department},
        {"subject", ticket.subject},
        {"priority", to_string(ticket.priority)},
        {"created_at", ticket.created_at},
        {"updated_at", ticket.updated_at},
        {"assignee", ticket.assignee ? to_json(*ticket.assignee) : json(nullptr)},
        {"chat", or_null(ticket.chat)},
        {"follows", or_null(ticket.follows)},
        {"first_response_due_at", or_null(ticket.first_response_due_at)},
        {"first_responded_at", or_null(ticket.first_responded_at)},
        {"resolution_due_at", or_null(ticket.resolution_due_at)},
        {"resolved_at", or_null(ticket.resolved_at)},
        {"closes_at", or_null(ticket.closes_at)},
    };
}

json to_json(const Chat& chat, const Visitor& visitor) {
    auto with_visitor = to_json(chat);
    with_visitor["visitor"] = to_json(visitor);
    return with_visitor;
}

}  // namespace ventanilla::protocol
