#pragma once
// Tickets with their history and messages. A method is one step: whoever carries out a command puts several of them into
// one Transaction, so none begins one itself.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codes.hpp"
#include "protocol/words.hpp"

namespace ventanilla::record {

class Database;

struct TicketRecord {
    std::int64_t number = 0;  ///< given by `insert`, rising
    protocol::TicketState state = protocol::TicketState::open;
    protocol::TicketChannel channel = protocol::TicketChannel::form;
    std::string email;
    std::string name;  ///< of the requester, where known
    std::string rfc;
    std::string department;
    std::string subject;
    protocol::TicketPriority priority = protocol::TicketPriority::normal;
    std::string locale;           ///< "es-MX" or "en": what the requester is written in
    std::int64_t started_at = 0;  ///< the clocks count from here: a chat's first entry
    std::int64_t created_at = 0;
    std::int64_t updated_at = 0;
    std::int64_t state_since = 0;
    std::optional<std::string> assignee_id;
    std::optional<std::string> assignee_name;
    std::optional<std::string> chat_id;
    std::optional<std::int64_t> follows;  ///< a ticket closed for long that this one goes on from
    std::optional<std::int64_t> merged_into;
    std::optional<std::int64_t> first_response_due_at;
    std::optional<std::int64_t> first_responded_at;
    std::optional<std::int64_t> resolution_due_at;
    std::optional<std::int64_t> resolved_at;
    std::optional<std::int64_t> closes_at;
    std::optional<std::int64_t> last_agent_answer_at;
    std::optional<std::int64_t> last_requester_at;
    std::optional<std::int64_t> next_due_at;  ///< first response while owed, else resolution: lists sort by it
    std::optional<std::int64_t> timer_at;     ///< when the jobs must look at it next
    std::int64_t key_generation = 0;          ///< of the requester's key; every merge into this ticket raises it
    std::string calendar_version;             ///< of the calendar and zone data that the due times were counted with
    bool erased = false;

    bool operator==(const TicketRecord&) const = default;
};

/// A line of a ticket's talk. `event` is not among them: events are history.
struct TicketMessageRecord {
    std::string id;  ///< "m_…"
    std::int64_t ticket = 0;
    std::int64_t at = 0;
    protocol::TicketMessageKind kind = protocol::TicketMessageKind::comment;
    protocol::TicketRole role = protocol::TicketRole::requester;
    std::string author_id;  ///< the agent's; empty for requester and system
    std::string author_name;
    std::string text;
    bool erased = false;

    bool operator==(const TicketMessageRecord&) const = default;
};

/// What changed, immutable: who, what, when (contract.md 5.4).
struct TicketHistoryRecord {
    std::int64_t ticket = 0;
    std::int64_t n = 0;  ///< 1, 2, … within the ticket; given by `add_history`
    std::int64_t at = 0;
    protocol::TicketRole role = protocol::TicketRole::system;
    std::string author_id;
    std::string author_name;
    std::string
        what;  ///< created, state, priority, department, assignee, merged, took_in, follows, timed, reopened, form
    std::string from;
    std::string to;

    bool operator==(const TicketHistoryRecord&) const = default;
};

/// Which tickets, in which order. Without `departments` all are looked at.
struct TicketQuery {
    enum class Sort : std::uint8_t { newest, due, updated };
    std::optional<std::vector<std::string>> departments;
    std::vector<protocol::TicketState> states;  ///< empty: all
    std::optional<protocol::TicketPriority> priority;
    std::optional<std::string> assignee;  ///< an agent's id; "" for nobody
    std::optional<std::string> email;     ///< exactly
    std::optional<std::string> chat;
    std::optional<std::int64_t> due_before;
    std::string q;       ///< all words, over number, email, rfc, subject and messages
    std::string cursor;  ///< empty, or `next` of the page before, of the same sort
    Sort sort = Sort::newest;
    std::int64_t limit = 50;  ///< 1–200
};

struct TicketPage {
    std::vector<TicketRecord> tickets;
    std::string next;  ///< empty: that was all
};

class TicketRepository {
public:
    explicit TicketRepository(Database& database) : database_(database) {}

    /// Gives the number and stores it. `client_key`, if not empty, is unique: with one that was used before nothing is
    /// stored and the number of the ticket there is comes back, `false` beside it. `content_hash` is kept with it.
    std::pair<std::int64_t, bool> insert(const TicketRecord& ticket, std::string_view client_key,
                                         std::string_view content_hash);
    /// What was stored with a client key: the number and the hash.
    std::optional<std::pair<std::int64_t, std::string>> find_by_client_key(std::string_view client_key);

    std::optional<TicketRecord> find(std::int64_t number);
    /// The same, and holds it until the end of the transaction.
    std::optional<TicketRecord> lock(std::int64_t number);
    /// Everything but number, channel, created_at, started_at and chat_id.
    void update(const TicketRecord& ticket);

    /// False if a message of this id is there already: nothing was stored.
    bool add_message(const TicketMessageRecord& message);
    std::optional<TicketMessageRecord> message(std::string_view id);
    std::vector<TicketMessageRecord> messages(std::int64_t number);
    /// How many messages a ticket has, and the bytes of their text.
    struct UsedRoom {
        std::int64_t messages = 0;
        std::int64_t bytes = 0;
    };
    UsedRoom used_room(std::int64_t number);
    /// The messages of one ticket become those of another (merge); keeps their times.
    void move_messages(std::int64_t from, std::int64_t into);
    /// Gives the line its number; `line.n` is not looked at.
    void add_history(const TicketHistoryRecord& line);
    std::vector<TicketHistoryRecord> history(std::int64_t number);
    /// Makes the search find the ticket as it is now, by the first 256 KiB of what it says. Once at the end of a command that
    /// changed what is searched.
    void index(std::int64_t number);

    /// A page. A cursor that is not one of ours is bad_field "cursor".
    protocol::Result<TicketPage> list(const TicketQuery& query);
    std::vector<TicketRecord> of_chat(std::string_view chat_id);
    /// Until the end of the transaction nobody else who asks for this chat opens or files a ticket of it.
    void hold_chat(std::string_view chat_id);
    /// Tickets whose `timer_at` has come, the earliest first.
    std::vector<std::int64_t> timers_due(std::int64_t now_ms, std::int64_t limit);

private:
    Database& database_;
};

}  // namespace ventanilla::record
