#pragma once
// The steps that the commands are made of. Each runs inside its caller's transaction. Internal to this room.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ticketing/commands.hpp"

namespace ventanilla::ticketing {

/// The rules that the ticket's due times are counted with: those of its own calendar version, whatever the configuration and
/// the zone say today. The silence after which it closes is today's.
tickets::SlaPolicy sla_of(record::Database& database, const Policy& policy, const record::TicketRecord& ticket);
/// The resolution is counted anew: from now on with the rules that the ticket's zone has today.
void take_todays_rules(const Policy& policy, record::TicketRecord& ticket);
/// Keeps the rules that today's calendar version names. Inside the transaction in which a ticket takes it over.
void keep_rules(record::Database& database, const Policy& policy);

/// What the rules look at, from the ticket and its history.
tickets::SlaHistory sla_history(const record::TicketRecord& ticket,
                                const std::vector<record::TicketHistoryRecord>& history);
/// What has happened by itself so far.
std::vector<tickets::Timed> timed_so_far(const std::vector<record::TicketHistoryRecord>& history);

/// Counts the due times and the next look of the jobs anew. The one place that sets them.
void count_clocks(record::Database& database, const Policy& policy, record::TicketRecord& ticket,
                  const std::vector<record::TicketHistoryRecord>& history);
/// The same from the history as it is stored; stores the ticket.
void store_clocks(record::Database& database, const Policy& policy, record::TicketRecord& ticket);

/// A line of the ticket's history, at `updated_at`, which a command sets first.
void add_line(record::Database& database, const record::TicketRecord& ticket, const Author& by, std::string_view what,
              std::string_view from, std::string_view to);
/// The new state with its line, if it is another. `what` is "state" or "reopened". Gives whether it changed.
bool set_state(record::Database& database, record::TicketRecord& ticket, const Author& by, protocol::TicketState state,
               std::string_view what = "state");

/// Whether `allowed` lets the ticket pass; it may be empty.
inline bool passes(const Allowed& allowed, const record::TicketRecord& ticket) {
    return !allowed || allowed(ticket);
}
/// The number of the ticket itself, or of the one that it is part of now; nothing is held. Nothing if there is no such
/// ticket, or the ticket itself is not allowed.
std::optional<std::int64_t> whole_of(record::Database& database, std::int64_t number, const Allowed& allowed);
/// The ticket itself, or the one that it is part of now; held until the end of the transaction. Nothing if there is none, or
/// one of the two is not allowed.
std::optional<record::TicketRecord> lock_ticket(record::Database& database, std::int64_t number,
                                                const Allowed& allowed);

/// "ticket:123", the holder of its files.
std::string holder_of(std::int64_t number);
/// Gives the files to a message of the ticket. bad_field "files[i]".
protocol::Result<std::vector<record::FileRecord>> attach_files(record::Database& database, std::int64_t number,
                                                               const Attach& attach, std::string_view message);

/// The answer to the first request with this Idempotency-Key, if there was one. client_id_reuse if it was another request.
template <typename Told>
std::optional<protocol::Result<Told>> told_before(record::Database& database, const RepeatableOf<Told>& repeatable,
                                                  std::int64_t now_ms) {
    auto answer = record::OnceRepository(database).answer(repeatable.scope, repeatable.key, now_ms);
    if (!answer) return std::nullopt;
    if (answer->body_hash != repeatable.body_hash) return protocol::fail(protocol::Code::client_id_reuse);
    Told told;
    told.repeated.emplace(*std::move(answer));
    return told;
}
/// Keeps the answer beside what it tells of. `unavailable` if another request with this key was faster: the caller rolls back.
template <typename Told>
protocol::Result<void> keep_told(record::Database& database, const RepeatableOf<Told>& repeatable, const Told& told,
                                 std::int64_t now_ms) {
    auto answer = repeatable.answer(told);
    answer.body_hash = repeatable.body_hash;
    if (record::OnceRepository(database).keep_answer(repeatable.scope, repeatable.key, answer, now_ms)) return {};
    return protocol::fail(protocol::Code::unavailable);
}

/// Spends the challenge, if there is one. bad_field "captcha" if it was spent before.
protocol::Result<void> spend(record::Database& database, const std::optional<Captcha>& captcha);

/// A visitor's form about a chat that the caller holds: completes the ticket that the chat's end made, or opens one.
protocol::Result<Created> complete_or_open(record::Database& database, const Policy& policy, const NewTicket& form,
                                           std::int64_t now_ms);

/// Opens a ticket whose first message has that id. The whole of create_within but for the Idempotency-Key.
protocol::Result<Created> open_ticket(record::Database& database, const Policy& policy, const NewTicket& ticket,
                                      const std::string& message_id, std::int64_t now_ms);

}  // namespace ventanilla::ticketing
