#pragma once
// Replies and events as finished frame texts. Encoded once, shared by every recipient.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/codes.hpp"
#include "protocol/data.hpp"
#include "protocol/words.hpp"

namespace ventanilla::protocol {

/// An immutable frame text that any number of outboxes share.
using Bytes = std::shared_ptr<const std::string>;

/// A frame text made elsewhere, e.g. an entry as the live store keeps it.
Bytes verbatim(std::string text);

/// `value` as text; bytes that are not UTF-8 become U+FFFD, so it never throws.
std::string dump(const nlohmann::json& value);

// Replies. `re` is the request's id.

Bytes ok(std::int64_t re);
/// With the members of the object `fields` beside `type` and `re`.
Bytes ok(std::int64_t re, const nlohmann::json& fields);
/// The acknowledgement of `message.send`.
Bytes ok_sent(std::int64_t re, std::int64_t seq, std::int64_t at);
/// The reply to `chat.close` and `chat.rate`.
Bytes ok_seq(std::int64_t re, std::int64_t seq);
/// The reply to `chat.sync`; `entries` are frame texts as the store keeps them.
Bytes ok_sync(std::int64_t re, const std::vector<std::string>& entries, std::int64_t last);
/// `reader` is whom its message speaks to.
Bytes error(std::int64_t re, const Error& error, Locale locale, Role reader = Role::visitor);

struct VisitorWelcome {
    std::string visitor;
    std::string token;
    std::int64_t now = 0;
    std::string_view limits;   ///< text of limits_json()
    std::string_view channel;  ///< text of a ChannelInfo
    std::optional<Chat> chat;
};

struct HeldChat {
    Chat chat;
    Visitor visitor;
};

struct AgentWelcome {
    AgentSelf agent;
    AgentState state = AgentState::offline;
    std::vector<HeldChat> chats;
    std::vector<Queue> queues;
    std::vector<AgentInfo> agents;
    std::int64_t now = 0;
    nlohmann::json limits;  ///< of limits_json()
};

Bytes ok_hello(std::int64_t re, const VisitorWelcome& welcome);
Bytes ok_hello(std::int64_t re, const AgentWelcome& welcome);

// Events.

Bytes tick(std::string_view chat, std::int64_t last);
Bytes queue(std::string_view chat, std::optional<std::int64_t> position, std::optional<std::int64_t> wait_s);
/// `draft` only towards agents, where the site shows drafts.
Bytes typing(std::string_view chat, bool on, const From& from, const std::optional<std::string>& draft = std::nullopt);
Bytes read(std::string_view chat, Role role, std::int64_t seq);
Bytes channel(const ChannelInfo& channel);
Bytes chat_assigned(const Chat& chat, const Visitor& visitor);
/// `reason`: no_answer, transferred, closed or agent_lost.
Bytes chat_revoked(std::string_view chat, std::string_view reason);
Bytes queues(const std::vector<Queue>& queues);
Bytes note(std::string_view chat, const Note& note);
/// `ticket` is a TICKET of protocol.md 3.
Bytes ticket(const nlohmann::json& ticket);
Bytes visitor(std::string_view chat, const Visitor& visitor);
Bytes agents(const std::vector<AgentInfo>& agents);
Bytes state(AgentState state);
Bytes viewing(std::string_view number, const std::vector<AgentRef>& agents);

// The log.

/// The members of an entry after `"at":…,` with the closing brace: `"kind":"message","from":{…},"text":"…"}`.
/// The store's function puts `{"type":"entry","chat":"…","seq":N,"at":M,` before it and keeps the finished text.
/// `fields` is an object with what the kind adds (protocol.md 2.2), or null for nothing.
std::string entry_rest(std::string_view kind, const From& from, const nlohmann::json& fields = nullptr);
/// The same for a spoken text, without the detour over a JSON tree.
std::string message_rest(const From& from, std::string_view text, std::string_view client_id);
/// The same for a file.
std::string file_rest(const From& from, const File& file, std::string_view client_id);
/// A whole entry, as the store makes it from `entry_rest`.
Bytes entry(std::string_view chat, std::int64_t seq, std::int64_t at, std::string_view rest);

}  // namespace ventanilla::protocol
