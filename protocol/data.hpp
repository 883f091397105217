#pragma once
// The things that replies and events carry: CHAT, VISITOR, QUEUE and their parts (protocol.md 2.3, 2.4).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/frames.hpp"
#include "protocol/words.hpp"

namespace ventanilla::protocol {

/// An agent as others see one.
struct AgentRef {
    std::string id;
    std::string name;

    bool operator==(const AgentRef&) const = default;
};

/// Who an entry, a note or a typing event is from. The system has "" for id and name.
struct From {
    Role role = Role::system;
    std::string id;
    std::string name;
};

/// CHAT. `position` counts from 1 and is there only while queued; `wait_s` only where it can be estimated.
struct Chat {
    std::string id;
    ChatStatus status = ChatStatus::queued;
    std::string department;
    std::int64_t priority = 0;
    std::optional<AgentRef> agent;
    std::optional<std::int64_t> position;
    std::optional<std::int64_t> wait_s;
    std::int64_t last = 0;
    std::int64_t read_by_visitor = 0;
    std::int64_t read_by_agent = 0;
};

/// VISITOR. `name`, `email` are "" where not given; `chats_before` is nothing while SQL is away.
struct Visitor {
    std::string id;
    std::string name;
    std::string email;
    bool verified = false;
    bool connected = false;
    PageInfo page;
    std::string locale;
    std::int64_t since_at = 0;
    Fields fields;
    std::optional<std::int64_t> chats_before;
};

struct QueuedChat {
    std::string chat;
    std::string name;
    std::int64_t since_at = 0;
};

/// QUEUE; `chats` are the first 20 waiting.
struct Queue {
    std::string department;
    std::int64_t waiting = 0;
    std::int64_t longest_wait_s = 0;
    std::int64_t agents_online = 0;
    std::int64_t free_slots = 0;
    std::vector<QueuedChat> chats;
};

/// One of `agents` in an agent's hello and in the event.
struct AgentInfo {
    std::string id;
    std::string name;
    AgentState state = AgentState::offline;
    std::int64_t free_slots = 0;
    std::vector<std::string> departments;
};

/// The signed-in agent, in one's own hello and in the answer to a sign-in.
struct AgentSelf {
    std::string id;
    std::string username;
    std::string name;
    std::string role;  ///< agent, supervisor or admin
    std::vector<std::string> departments;
    std::int64_t capacity = 0;
};

struct DepartmentInfo {
    std::string id;
    std::string name;
    OpenState state = OpenState::closed;
    std::int64_t waiting = 0;
    std::optional<std::int64_t> wait_s;
};

struct Phone {
    std::string label;
    std::string number;
};

/// A channel as its visitors see it; `opens_at` is there while it is closed by its hours.
struct ChannelInfo {
    std::string id;
    std::string title;
    std::string greeting;
    OpenState state = OpenState::closed;
    std::optional<std::int64_t> opens_at;
    std::vector<std::string> ask;
    std::vector<DepartmentInfo> departments;
    std::vector<Phone> phones;
    std::string ticket_url;
};

/// FILE of protocol.md: an upload, as entries and messages carry it.
struct File {
    std::string id;
    std::string name;
    std::int64_t size = 0;
    std::string media_type;
};

/// TICKET of protocol.md 3. `number`, `chat` and `follows` as they are spelled: "T-000123", "c_…".
struct Ticket {
    std::string number;
    TicketState state = TicketState::open;
    TicketChannel channel = TicketChannel::form;
    std::string email;
    std::string rfc;
    std::string department;
    std::string subject;
    TicketPriority priority = TicketPriority::normal;
    std::int64_t created_at = 0;
    std::int64_t updated_at = 0;
    std::optional<AgentRef> assignee;
    std::optional<std::string> chat;
    std::optional<std::string> follows;
    std::optional<std::int64_t> first_response_due_at;
    std::optional<std::int64_t> first_responded_at;
    std::optional<std::int64_t> resolution_due_at;
    std::optional<std::int64_t> resolved_at;
    std::optional<std::int64_t> closes_at;
};

/// A note between agents: never sent to the visitor, not in the log.
struct Note {
    std::string id;
    std::int64_t at = 0;
    From from;
    std::string text;
};

nlohmann::json to_json(const AgentRef& agent);
nlohmann::json to_json(const From& from);
nlohmann::json to_json(const PageInfo& page);
nlohmann::json to_json(const Chat& chat);
nlohmann::json to_json(const Visitor& visitor);
nlohmann::json to_json(const Queue& queue);
nlohmann::json to_json(const AgentInfo& agent);
nlohmann::json to_json(const AgentSelf& agent);
nlohmann::json to_json(const DepartmentInfo& department);
nlohmann::json to_json(const Phone& phone);
nlohmann::json to_json(const ChannelInfo& channel);
nlohmann::json to_json(const Note& note);
nlohmann::json to_json(const File& file);
nlohmann::json to_json(const Ticket& ticket);

/// CHAT with the member `visitor`, as agents get it in hello. (The replies to take and watch have `visitor` beside
/// `chat`, as the event chat.assigned has.)
nlohmann::json to_json(const Chat& chat, const Visitor& visitor);

/// A JSON array of whatever has a `to_json` above.
template <typename T>
nlohmann::json to_json_array(const std::vector<T>& items) {
    auto array = nlohmann::json::array();
    for (const auto& item : items) {
        array.push_back(to_json(item));
    }
    return array;
}

}  // namespace ventanilla::protocol
