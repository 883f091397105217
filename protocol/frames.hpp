#pragma once
// One struct per request of protocol.md 2.3 and 2.4. They own what came in. A value here has passed every check that
// needs nothing but the frame itself: types, ranges, lengths, blanks, U+0000.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "protocol/words.hpp"

namespace ventanilla::protocol {

/// What the host page knows about a visitor: up to 20 texts by name.
using Fields = std::map<std::string, std::string>;

/// The page a visitor is on; "" is unknown. Longer values were cut.
struct PageInfo {
    std::string url;
    std::string title;
    std::string referrer;

    bool operator==(const PageInfo&) const = default;
};

/// Who the host site says the visitor is. Verified only by a good `signature` (protocol.md 6), which the session
/// checks; with a signature, `email` and `expires_at` (ms since the epoch) are there.
struct Identity {
    std::optional<std::string> email;
    std::optional<std::string> name;
    Fields fields;
    std::optional<std::int64_t> expires_at;
    std::optional<std::string> signature;
};

struct Resume {
    std::string chat;
    std::int64_t after = 0;
};

/// A visitor's hello. `locale` is the tag as sent, "" if left out (see `locale_for`).
struct Hello {
    std::string channel;
    std::optional<std::string> token;
    std::string locale;
    PageInfo page;
    std::optional<Identity> identity;
    std::optional<Resume> resume;
};

/// What the channel asks for is checked by `check_start`.
struct ChatStart {
    std::string client_id;
    std::optional<std::string> department;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> message;
    Fields fields;
};

/// Exactly one of `text` and `file` (an uploaded file's id) is set.
struct MessageSend {
    std::string chat;
    std::string client_id;
    std::optional<std::string> text;
    std::optional<std::string> file;
};

struct Typing {
    std::string chat;
    bool on = false;
    std::optional<std::string> draft;
};

/// Everything up to and with `seq` has been read.
struct Read {
    std::string chat;
    std::int64_t seq = 0;
};

/// Entries after `after`, at most `limit` of them.
struct ChatSync {
    std::string chat;
    std::int64_t after = 0;
    std::int64_t limit = 0;
};

/// The visitor's close.
struct ChatClose {
    std::string chat;
};

struct ChatRate {
    std::string chat;
    std::int64_t score = 0;
    std::optional<std::string> comment;
};

struct ChatTranscript {
    std::string chat;
};

/// The visitor went to another page.
struct Page {
    std::string url;
    std::string title;
};

struct AgentHello {
    std::string device;
};

struct StateSet {
    AgentState state = AgentState::offline;
};

/// Exactly one of `chat` and `department` (take the one at its head) is set.
struct ChatTake {
    std::optional<std::string> chat;
    std::optional<std::string> department;
};

struct ChatNote {
    std::string chat;
    std::string text;
};

/// Exactly one of `agent` and `department` is set.
struct TransferTo {
    std::optional<std::string> agent;
    std::optional<std::string> department;
};

struct ChatTransfer {
    std::string chat;
    TransferTo to;
    std::optional<std::string> note;
};

/// An agent's close; `outcome` is never `missed`.
struct AgentClose {
    std::string chat;
    Outcome outcome = Outcome::solved;
};

/// `department` left out is the chat's own, `email` the visitor's. The shape of `rfc` is for the tickets room to check.
struct ChatTicket {
    std::string chat;
    std::string client_id;
    std::optional<std::string> department;
    std::string subject;
    TicketPriority priority = TicketPriority::normal;
    std::optional<std::string> rfc;
    std::optional<std::string> comments;
    std::optional<std::string> email;
};

struct ChatWatch {
    std::string chat;
};

struct ChatUnwatch {
    std::string chat;
};

/// `priority` is -1, 0 or 1.
struct ChatPriority {
    std::string chat;
    std::int64_t priority = 0;
};

/// This console has the ticket open; without a number none.
struct TicketView {
    std::optional<std::string> number;
};

using VisitorRequest =
    std::variant<Hello, ChatStart, MessageSend, Typing, Read, ChatSync, ChatClose, ChatRate, ChatTranscript, Page>;

using AgentRequest =
    std::variant<AgentHello, StateSet, ChatTake, MessageSend, Typing, Read, ChatSync, ChatNote, ChatTransfer,
                 AgentClose, ChatTicket, ChatWatch, ChatUnwatch, ChatPriority, TicketView>;

}  // namespace ventanilla::protocol
