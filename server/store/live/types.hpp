#pragma once
// What the live store answers. Times are ms since the Unix epoch unless a name says otherwise.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/codes.hpp"

namespace ventanilla::live {

/// Something that happened in the store and that connected people may have to hear of. The function that made it true
/// returns it to its caller (but for `append`) and publishes it to the other servers concerned, in the same step.
struct Event {
    enum class Kind {
        entry,       ///< a log entry was written: `seq`, `frame` (finished wire text)
        assigned,    ///< `agent` now holds `chat`
        revoked,     ///< `agent` holds `chat` no longer; `reason` as in chat.revoked
        agent,       ///< the state of `agent` changed to `reason` (online, away, offline)
        displaced,   ///< a newer console with device `reason` and generation `seq` replaces the older one of `agent`
        signed_out,  ///< sessions of `agent` ended: all of them, or the one whose hash is `reason`
        visitor,     ///< `visitor` came, went or changed page; concerns `agent` who holds `chat`
        ticket,  ///< a ticket is new or changed: `frame` is the event, `reason` JSON of who may see it (desk/tell_ticket.cpp)
        viewing,    ///< which tickets the agents of server `sender` have open: `reason` is JSON (desk/viewing.cpp)
        ephemeral,  ///< typing, read or note: `frame` is finished wire text, `reason` says for whom: "visitor", "agents"
    };
    Kind kind = Kind::entry;
    std::string chat;
    std::string visitor;
    std::string agent;  ///< the holder when the event was made, empty if none
    std::string reason;
    std::string entry_kind;  ///< for entries: message, queued, assigned, transferred, ticket, rated, closed
    std::string frame;
    std::int64_t seq = 0;
    std::string sender;  ///< for entry and ephemeral: who caused it, "v:<id>" or "a:<id>"
};
using Events = std::vector<Event>;

/// Which live store a server may work on: that of its own record.
struct ExpectedStore {
    std::string id;                 ///< this one, or one that took its place; empty: any
    std::string replaces = "none";  ///< what a store that begins now takes the place of; empty: none may begin
};

/// One chat as the store knows it now.
struct ChatMeta {
    std::string id;
    std::string status;  ///< queued, assigned, closed
    std::string channel;
    std::string department;  ///< "any" until an agent has it
    std::string visitor;
    std::string agent;  ///< holder's id, empty if none
    std::string agent_name;
    std::string outcome;  ///< empty while open
    int priority = 0;
    std::int64_t last = 0;
    std::int64_t read_visitor = 0;
    std::int64_t read_agent = 0;
    std::int64_t started_at = 0;
    std::int64_t closed_at = 0;            ///< 0 while open
    std::optional<std::int64_t> position;  ///< 1 is next; only while queued
    std::optional<std::int64_t> wait_s;    ///< estimate, none below 5 finished chats
};

struct VisitorMeta {
    std::string id;
    std::string name;
    std::string email;
    bool verified = false;
    bool connected = false;
    std::string locale;
    std::string page_json = "{}";
    std::string fields_json = "{}";
    std::int64_t since_at = 0;
};

struct AgentMeta {
    std::string id;
    std::string username;
    std::string name;
    std::string role;  ///< agent, supervisor, admin
    std::vector<std::string> departments;
    int capacity = 1;
    std::string state;  ///< online, away, offline as the agent set it; "grace" while no console is connected
    int load = 0;       ///< chats held
    bool disabled = false;
    std::int64_t revision = 0;     ///< of the record store, so that a change can be seen to have arrived
    std::int64_t credentials = 0;  ///< rises when all sessions have to end: a new password, disabling
    std::int64_t version = 0;      ///< rises with each assign, revoke and state change
};

struct VisitorHello {
    std::string token_hash;     ///< of the token the client sent; empty: a new visitor
    std::string fresh_visitor;  ///< id to use if a new visitor is made
    std::string fresh_token_hash;
    std::string channel;
    std::string locale;
    std::string page_json;
    std::string name, email, fields_json;  ///< from a signed or unsigned identity; empty: keep
    bool verified = false;
    bool has_identity = false;
    std::string resume_chat;  ///< the chat that the client goes on with; empty: none
    std::int64_t resume_after = 0;
};
struct VisitorOpened {
    std::string visitor;
    std::string chat;  ///< the open chat in this channel, empty if none
    std::string name, email;
    bool verified = false;
    Events events;
    std::optional<ChatMeta>
        resumed;  ///< `resume_chat`, if it is there, the visitor's own, and reaches to `resume_after`
    std::vector<std::string> missed;  ///< its entries after that, maybe not all of them
};

struct StartChat {
    std::string chat;  ///< id to use if a chat is made
    std::string visitor;
    std::string token_hash;  ///< its life is extended to 30 days
    std::string channel;
    std::string department;                     ///< an id or "any"
    std::vector<std::string> open_departments;  ///< of this channel, by their opening hours
    std::string client_id;
    std::string content_hash;
    std::string name, email, fields_json;
    std::string message_rest;  ///< as Append::rest, of the first message; empty: the chat starts without one
    bool known_only = false;   ///< over the rate: a chat that is there is answered, a new one is slow_down
};
struct Started {
    std::string chat;
    bool existing = false;
    Events events;
    ChatMeta meta;
};

struct Append {
    std::string chat;
    std::string role;    ///< visitor or agent
    std::string sender;  ///< visitor or agent id
    std::string client_id;
    std::string content_hash;
    std::string rest;          ///< members of the entry after "at": from "kind" to the closing brace
    bool replay_only = false;  ///< the sender is over its rate: a re-send is answered, anything new is slow_down
};
struct Appended {
    std::int64_t seq = 0;
    std::int64_t at = 0;
    bool replayed = false;
};
/// One append on its way, for those who have many of them: no coroutine is begun for one that goes well.
class Appending {
public:
    explicit Appending(Append append) : append_(std::move(append)) {}
    virtual ~Appending() = default;
    Appending(const Appending&) = delete;
    Appending& operator=(const Appending&) = delete;

    const Append& append() const noexcept { return append_; }
    Append take() { return std::move(append_); }
    /// Called once with what came of it, maybe before LiveStore::append returns. Must not throw.
    virtual void done(protocol::Result<Appended> result) noexcept = 0;

private:
    Append append_;
};

/// Whose open chats are asked for: those of these departments, those of any department of these channels, and those that
/// this agent holds.
struct OpenQuery {
    std::optional<std::vector<std::string>> departments;  ///< nothing: of all departments and channels
    std::vector<std::string> any_channels;
    std::string agent;  ///< empty: nobody
    std::int64_t limit = 200;
};
struct OpenChat {
    ChatMeta meta;
    VisitorMeta visitor;
};

/// A page of a log, with the chat it belongs to so that the caller can check who may read it.
struct LogPage {
    ChatMeta meta;
    std::vector<std::string> frames;
};

/// The result of a command that changed a chat.
struct Changed {
    ChatMeta meta;
    std::int64_t seq = 0;
    Events events;
};

struct QueueSnapshot {
    struct Waiting {
        std::string chat;
        std::string name;
        std::int64_t since_at = 0;
    };
    std::string department;
    std::int64_t waiting = 0;
    std::int64_t longest_wait_s = 0;
    std::int64_t agents_online = 0;  ///< grace counts as online
    std::int64_t free_slots = 0;
    std::optional<std::int64_t> wait_s;  ///< estimate for who would come now
    std::vector<Waiting> chats;          ///< the first 20, `any` chats of the channel among them
};

struct AgentHello {
    std::string agent;
    std::string device;
};
struct AgentOpened {
    AgentMeta agent;
    std::int64_t generation = 0;  ///< of this socket; an older one of the same device is fenced
    std::vector<ChatMeta> chats;
    std::vector<VisitorMeta> visitors;  ///< one per chat, same order
    Events events;
};

struct Swept {
    Events events;
    std::int64_t closing = 0;          ///< chats that have ended and that the record does not have yet
    std::int64_t queues_revision = 0;  ///< differs when a queue or a number of free slots changed
    std::int64_t agents_revision = 0;
    std::string routing_version;  ///< of the configuration that the functions route by
};

/// Everything the record store keeps of a chat.
struct ArchiveEntry {
    std::int64_t seq = 0;
    std::int64_t at = 0;
    std::string kind, sender, client_id, content_hash, frame;  ///< sender: "v:<id>", "a:<id>" or "s"
};
struct ArchiveNote {
    std::string id, agent, agent_name, text;
    std::int64_t at = 0;
};
/// A new note with the finished event that tells of it.
struct NoteToKeep {
    ArchiveNote note;
    std::string frame;
};
struct ArchiveChat {
    ChatMeta meta;
    VisitorMeta visitor;
    std::string closed_by;
    std::int64_t assigned_at = 0, closed_at = 0;
    std::vector<ArchiveEntry> entries;
    std::vector<ArchiveNote> notes;
    std::string decisions_json = "[]";
};

}  // namespace ventanilla::live
