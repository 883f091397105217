#pragma once
// The steps that the commands are made of. Each runs inside its caller's transaction. Internal to this room.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ticketing/commands.hpp"

namespace ventanilla::ticketing {

/// The rules that the ticket's due times are counted with: those of its own calendar version, whatever the configuration
/// says today. The silence after which it closes is today's.
tickets::SlaPolicy sla_of(const Policy& policy, const record::TicketRecord& ticket);

/// What the rules look at, from the ticket and its history.
tickets::SlaHistory sla_history(const record::TicketRecord& ticket,
                                const std::vector<record::TicketHistoryRecord>& history);
/// What has happened by itself so far.
std::vector<tickets::Timed> timed_so_far(const std::vector<record::TicketHistoryRecord>& history);

/// Counts the due times and the next look of the jobs anew. The one place that sets them.
void count_clocks(const Policy& policy, record::TicketRecord& ticket,
                  const std::vector<record::TicketHistoryRecord>& history);
/// The same from the history as it is stored; stores the ticket.
void store_clocks(record::Database& database, const Policy& policy, record::TicketRecord& ticket);

/// A line of the ticket's history, at `updated_at`, which a command sets first.
void add_line(record::Database& database, const record::TicketRecord& ticket, const Author& by, std::string_view what,
              std::string_view from, std::string_view to);
/// The new state with its line, if it is another. `what` is "state" or "reopened". Gives whether it changed.
bool set_state(record::Database& database, record::TicketRecord& ticket, const Author& by, protocol::TicketState state,
               std::string_view what = "state");

/// The ticket itself, or the one that it is part of now; held until the end of the transaction.
std::optional<record::TicketRecord> lock_ticket(record::Database& database, std::int64_t number);

/// "ticket:123", the holder of its files.
std::string holder_of(std::int64_t number);
/// Gives the files to a message of the ticket. bad_field "files[i]".
protocol::Result<std::vector<record::FileRecord>> attach_files(record::Database& database, std::int64_t number,
                                                               const Attach& attach, std::string_view message);

/// Opens a ticket whose first message has that id. The whole of create_within but for the Idempotency-Key.
protocol::Result<Created> open_ticket(record::Database& database, const Policy& policy, const NewTicket& ticket,
                                      const std::string& message_id, std::int64_t now_ms);

}  // namespace ventanilla::ticketing
