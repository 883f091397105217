#pragma once
// What can be done to a ticket. Each command is one transaction on the record store: rules from tickets/, rows through
// store/record/, and the mails that it promises into the outbox. They run on a pool thread (record::Worker), so they get
// an immutable policy and the time as arguments; nothing here knows of sockets, sessions or rights.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/site.hpp"
#include "protocol/codes.hpp"
#include "store/record/database.hpp"
#include "store/record/files.hpp"
#include "store/record/once.hpp"
#include "store/record/tickets.hpp"
#include "tickets/sla.hpp"
#include "zones/zone.hpp"

namespace ventanilla::ticketing {

/// The outbox's promise of an entry `ticket` in a chat's log: {"chat", "number"}, keyed by the number's text.
inline constexpr std::string_view kLogTicket = "log_ticket";

/// What of the configuration the commands need, as it was when asked for.
struct Policy {
    tickets::SlaPolicy sla;
    zones::ZonePtr zone = {};      ///< of the calendar; null where it is always open
    std::string calendar_version;  ///< the hours, the zone, the id of its rules and the allowances, as text
    std::string locale;
    std::string public_url;  ///< an origin, without a slash at the end
    std::string key_secret;  ///< of requesters' keys; see OnceRepository::secret("ticket-key")
};
using PolicyPtr = std::shared_ptr<const Policy>;
/// Called on the event loop; again after a reload.
PolicyPtr make_policy(const config::Site& site, std::string public_url, std::string key_secret);

struct Author {
    protocol::TicketRole role = protocol::TicketRole::system;
    std::string id = {};
    std::string name = {};
};

/// Files to attach: `uploader` as in record::FileRecord, one for all.
struct Attach {
    std::string uploader = {};
    std::vector<std::string> files = {};
};

/// A challenge whose answer was found right; the command spends it. bad_field "captcha" if it was spent meanwhile.
struct Captcha {
    std::string challenge = {};
    std::int64_t expires_at = 0;
};

/// Whether whoever asks may know of a ticket. It is looked at inside the command's transaction, on the row that the command
/// holds, so nothing changes between the look and the deed. Empty: they may know of all.
using Allowed = std::function<bool(const record::TicketRecord&)>;

/// For a request with an Idempotency-Key: the answer is stored in the same transaction as what it tells of.
template <typename Told>
struct RepeatableOf {
    std::string scope = {};
    std::string key = {};
    std::string body_hash = {};
    std::function<record::StoredAnswer(const Told&)> answer;
};
struct Created;
using Repeatable = RepeatableOf<Created>;
struct Written;
using RepeatableMessage = RepeatableOf<Written>;

struct NewTicket {
    protocol::TicketChannel channel = protocol::TicketChannel::form;
    std::string email = {};
    std::string name = {};
    std::string rfc = {};  ///< as tickets::parse_rfc gives it; may be empty but for the form
    std::string department = {};
    std::string subject = {};
    protocol::TicketPriority priority = protocol::TicketPriority::normal;
    std::string comments = {};  ///< not empty: the first message
    std::string locale = {};    ///< what the requester is written in; empty: the site's
    Attach attach = {};
    Author by = {};
    std::optional<std::string> assignee_id = {};
    std::optional<std::string> assignee_name = {};
    std::optional<std::string> chat_id = {};
    std::optional<std::int64_t> started_at = {};          ///< of the chat's first entry; empty: now
    std::optional<std::int64_t> first_responded_at = {};  ///< of the agent's first message in the chat
    std::optional<std::int64_t> follows = {};
    std::string client_key = {};  ///< unique: "<chat>:<client_id>", chat_end_key(); empty: none
    /// The visitor's own form about `chat_id`: the ticket that the chat's end has made by itself is completed, if there is one.
    bool completes_chat_end = false;
    std::optional<Captcha> captcha = {};
    std::optional<Repeatable> repeatable = {};
};

struct Created {
    record::TicketRecord ticket = {};
    std::string key = {};  ///< the requester's, for links
    bool existed = false;  ///< by its client_key; nothing was stored
    /// The ticket that the chat's end had made, as it was before this form completed it.
    std::optional<record::TicketRecord> completed = {};
    /// What the first request with this Idempotency-Key was told: give it again. Nothing was stored, the rest is empty.
    std::optional<record::StoredAnswer> repeated = {};
};

/// The client_key of the ticket that an ended chat becomes by itself.
std::string chat_end_key(std::string_view chat_id);

/// With a `chat_id` the log's entry `ticket` is promised in the same step (outbox, kLogTicket).
/// client_id_reuse if the client_key or the Idempotency-Key was used with another content. bad_field "files[i]" names a
/// file that cannot be attached, "captcha" a challenge that is spent.
protocol::Result<Created> create(record::Database& database, const Policy& policy, const NewTicket& ticket,
                                 std::int64_t now_ms);
/// The same inside a transaction of the caller's: archiving a chat opens its `missed` ticket in the same step. After
/// client_id_reuse the caller may go on, nothing was written; after any other error it has to roll back.
protocol::Result<Created> create_within(record::Database& database, const Policy& policy, const NewTicket& ticket,
                                        std::int64_t now_ms);

/// What a message or change made of the ticket.
struct Written {
    record::TicketRecord ticket;
    record::TicketMessageRecord message;
    std::vector<record::FileRecord> files;
    bool new_ticket = false;  ///< the one written to was closed for too long: `ticket` follows it
    bool existed = false;     ///< by the message's id; nothing was stored
    /// What `ticket` was before; nothing if it was opened by this message.
    std::optional<record::TicketRecord> before = {};
    /// What the first request with this Idempotency-Key was told: give it again. Nothing was stored, the rest is empty.
    std::optional<record::StoredAnswer> repeated = {};
};

struct NewMessage {
    std::string id = {};  ///< "m_…"; the same again stores nothing (mails, repeated requests)
    protocol::TicketMessageKind kind = protocol::TicketMessageKind::answer;
    std::string text = {};
    Attach attach = {};
    Author by = {};
    std::optional<protocol::TicketState> state = {};  ///< set after the message; a requester may say `solved` only
    std::optional<RepeatableMessage> repeatable = {};
};
/// An answer ends the first-response clock, goes to the requester by mail and, without `state`, leaves the state as it is.
/// not_found if there is no such ticket, or none that is allowed, or a requester writes to an erased one; a merged one passes
/// on to the ticket it is part of, and one that was closed for too long to the one ticket that follows it, unless that was
/// merged or took another in. client_id_reuse if the id is another message's. slow_down if the ticket is full.
protocol::Result<Written> write(record::Database& database, const Policy& policy, std::int64_t number,
                                const NewMessage& message, std::int64_t now_ms, const Allowed& allowed = {});

/// How much one ticket may hold: every message looks at the whole of it. Agents have some room beyond, for a ticket that its
/// requester has filled can still be answered.
struct Room {
    std::int64_t messages = 0;
    std::int64_t bytes = 0;  ///< of text
};
inline constexpr Room kRequestersRoom{500, 1024 * 1024};
inline constexpr Room kAgentsRoom{600, 1280 * 1024};

/// Empty members stay as they are.
struct Changes {
    std::optional<protocol::TicketState> state = {};
    std::optional<protocol::TicketPriority> priority = {};
    std::optional<std::string> department = {};
    std::optional<std::optional<std::pair<std::string, std::string>>> assignee = {};  ///< id and name, or nobody
};
/// A ticket before and after a command.
struct Changed {
    record::TicketRecord before;
    record::TicketRecord now;
};
/// All or none; in the order of `numbers`. not_found if one of them does not exist or is not allowed, or is part of one that
/// is not: a merged one passes on to the ticket it is part of. What is so already is not changed and leaves no line.
protocol::Result<std::vector<Changed>> change(record::Database& database, const Policy& policy,
                                              const std::vector<std::int64_t>& numbers, const Changes& changes,
                                              const Author& by, std::int64_t now_ms, const Allowed& allowed = {});

/// What a merge made of both.
struct Merged {
    Changed part;
    Changed whole;
};
/// `number` becomes part of `into`: messages and files move, it is closed and points there. A customer who waited in it waits
/// in `into` then: that is open again. Every link to `into` ends, for whoever had one may not have been told what is in the
/// other; the new one goes by mail. not_found if `number` is not there or not allowed. bad_field "into" for itself, for one
/// that is merged, not allowed, or another requester's. The same again is harmless.
protocol::Result<Merged> merge(record::Database& database, const Policy& policy, std::int64_t number, std::int64_t into,
                               const Author& by, std::int64_t now_ms, const Allowed& allowed = {});

/// A ticket with all that belongs to it. Of a merged one nothing but its own history: the rest is in `merged_into`.
struct Whole {
    record::TicketRecord ticket;
    std::vector<record::TicketMessageRecord> messages;
    std::vector<record::TicketHistoryRecord> history;
    std::vector<record::FileRecord> files;
};
std::optional<Whole> read(record::Database& database, std::int64_t number);
/// How its due times came about.
struct Explained {
    tickets::Explanation first_response;
    tickets::Explanation resolution;
};
std::optional<Explained> explain(record::Database& database, const Policy& policy, std::int64_t number);

/// The agent's first message in a chat is the first response of its tickets that have had none: also of one that was
/// opened before that message. Inside a transaction of the caller's; gives the tickets that changed.
std::vector<record::TicketRecord> answered_in_chat(record::Database& database, const Policy& policy,
                                                   std::string_view chat_id, std::int64_t answered_at);

/// Does what has fallen due by itself, one ticket after the other, each in its own transaction: any number of servers may
/// call it, each thing happens once. Gives the tickets that changed.
std::vector<record::TicketRecord> apply_timers(record::Database& database, const Policy& policy, std::int64_t now_ms,
                                               std::int64_t limit);

/// The requester's key of a ticket, 256 bits, the same until the ticket takes another in: mails need it again.
std::string requester_key(const Policy& policy, const record::TicketRecord& ticket);
/// Whether the key opens the ticket for its requester: it is this ticket's, the latest, and nobody was erased from it.
/// Compared in constant time.
bool key_fits(const Policy& policy, const record::TicketRecord& ticket, std::string_view key);

}  // namespace ventanilla::ticketing
