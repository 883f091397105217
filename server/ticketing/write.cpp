// A message on a ticket, by the requester or an agent, and what it does to the state.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ticketing/mails.hpp"
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using protocol::Code;
using protocol::Result;
using protocol::TicketChannel;
using protocol::TicketMessageKind;
using protocol::TicketRole;
using protocol::TicketState;
using tickets::AfterRequester;

constexpr std::int64_t kFullMs = 24LL * 3'600'000;

bool by_requester(const NewMessage& message) {
    return message.by.role == TicketRole::requester;
}

bool is_answer(const NewMessage& message) {
    return message.by.role == TicketRole::agent && message.kind == TicketMessageKind::answer;
}

Result<void> check(const NewMessage& message) {
    if (!by_requester(message)) return {};
    if (message.kind == TicketMessageKind::note) return protocol::fail(Code::bad_field, "kind");
    if (message.state && *message.state != TicketState::solved) return protocol::fail(Code::bad_field, "state");
    return {};
}

std::vector<record::FileRecord> files_of(record::Database& database, const record::TicketMessageRecord& message) {
    auto files = record::FileRepository(database).held_by(holder_of(message.ticket));
    std::erase_if(files, [&](const record::FileRecord& file) { return file.message != message.id; });
    return files;
}

/// What was stored when this message came first. It may be in the ticket that follows, or have moved by a merge since.
Result<Written> stored_before(record::Database& database, const record::TicketRecord& asked,
                              const record::TicketMessageRecord& stored, const NewMessage& message) {
    auto there = record::TicketRepository(database).find(stored.ticket);
    if (!there || there->email != asked.email || stored.text != message.text || stored.role != message.by.role) {
        return protocol::fail(Code::client_id_reuse);
    }
    Written written;
    written.new_ticket = there->number != asked.number;
    written.ticket = *std::move(there);
    written.message = stored;
    written.files = files_of(database, stored);
    written.existed = true;
    return written;
}

/// One ticket goes on from another, however often the requester writes to that.
std::string follow_key(const record::TicketRecord& old) {
    return fmt::format("follows:{}", old.number);
}

/// A ticket that goes on from one that was closed for too long: a case of its own, with its own clocks.
Result<Written> open_following(record::Database& database, const Policy& policy, const record::TicketRecord& old,
                               const NewMessage& message, std::int64_t now_ms) {
    NewTicket next;
    // The chat or the call is over; a mail is answered by mail.
    next.channel = old.channel == TicketChannel::mail ? TicketChannel::mail : TicketChannel::form;
    next.email = old.email;
    next.name = old.name;
    next.rfc = old.rfc;
    next.department = old.department;
    next.subject = old.subject;
    next.priority = old.priority;
    next.locale = old.locale;
    next.comments = message.text;
    next.attach = message.attach;
    next.by = message.by;
    next.follows = old.number;
    next.client_key = follow_key(old);
    auto created = open_ticket(database, policy, next, message.id, now_ms);
    if (!created) return tl::unexpected(created.error());
    Written written;
    written.ticket = std::move(created->ticket);
    written.new_ticket = true;
    if (auto stored = record::TicketRepository(database).message(message.id)) {
        written.message = *std::move(stored);
        written.files = files_of(database, written.message);
    }
    if (message.state && set_state(database, written.ticket, message.by, *message.state)) {
        store_clocks(database, policy, written.ticket);
    }
    return written;
}

/// Stores the message and its files.
Result<Written> add_message(record::Database& database, record::TicketRecord ticket, const NewMessage& message) {
    Written written;
    written.message.id = message.id;
    written.message.ticket = ticket.number;
    written.message.at = ticket.updated_at;
    written.message.kind = message.kind;
    written.message.role = message.by.role;
    written.message.author_id = message.by.id;
    written.message.author_name = message.by.name;
    written.message.text = message.text;
    if (!record::TicketRepository(database).add_message(written.message)) return protocol::fail(Code::client_id_reuse);
    auto files = attach_files(database, ticket.number, message.attach, message.id);
    if (!files) return tl::unexpected(files.error());
    written.files = *std::move(files);
    written.ticket = std::move(ticket);
    return written;
}

/// What the message does to the ticket beside being there. True if it was solved.
bool apply(record::Database& database, record::TicketRecord& ticket, const NewMessage& message) {
    if (by_requester(message)) {
        ticket.last_requester_at = ticket.updated_at;
        if (tickets::after_requester(ticket.state, ticket.state_since, ticket.updated_at) == AfterRequester::reopens) {
            set_state(database, ticket, message.by, TicketState::open, "reopened");
        }
    }
    if (is_answer(message)) {
        if (!ticket.first_responded_at) ticket.first_responded_at = ticket.updated_at;
        ticket.last_agent_answer_at = ticket.updated_at;
    }
    return message.state && set_state(database, ticket, message.by, *message.state) &&
           *message.state == TicketState::solved;
}

/// slow_down if the message does not fit into the ticket any more.
Result<void> check_room(record::Database& database, const record::TicketRecord& ticket, const NewMessage& message) {
    const Room room = message.by.role == TicketRole::agent ? kAgentsRoom : kRequestersRoom;
    const auto used = record::TicketRepository(database).used_room(ticket.number);
    const auto bytes = used.bytes + static_cast<std::int64_t>(message.text.size());
    if (used.messages < room.messages && bytes <= room.bytes) return {};
    // It stays full; whoever still has something to say opens another.
    return protocol::fail(Code::slow_down, "", kFullMs);
}

Result<Written> write_to(record::Database& database, const Policy& policy, record::TicketRecord ticket,
                         const NewMessage& message, std::int64_t now_ms) {
    if (auto fits = check_room(database, ticket, message); !fits) return tl::unexpected(fits.error());
    auto before = ticket;
    // Later than all that was before: which of two spoke last is never open, also if the clock was put back.
    ticket.updated_at = std::max(now_ms, ticket.updated_at + 1);
    auto written = add_message(database, std::move(ticket), message);
    if (!written) return written;
    written->before = std::move(before);
    const bool solved = apply(database, written->ticket, message);
    store_clocks(database, policy, written->ticket);
    record::TicketRepository(database).index(written->ticket.number);
    if (is_answer(message)) {
        mail_answered(database, policy, written->ticket, {written->message, written->files});
    } else if (solved && message.by.role == TicketRole::agent) {
        mail_solved(database, policy, written->ticket);
    }
    return written;
}

/// Whether a requester's word may go on to this ticket, which their earlier one was followed by. Once it is part of another,
/// or another of it, more stands there than the earlier ticket's link may open.
bool is_plain_follower(const record::TicketRecord& ticket) {
    return !ticket.merged_into && ticket.key_generation == 0;
}

Result<Written> write_within(record::Database& database, const Policy& policy, std::int64_t number,
                             const NewMessage& message, std::int64_t now_ms, const Allowed& allowed) {
    record::TicketRepository rows(database);
    auto ticket = lock_ticket(database, number, allowed);
    if (!ticket || (ticket->erased && by_requester(message))) return protocol::fail(Code::not_found);
    if (const auto stored = rows.message(message.id)) return stored_before(database, *ticket, *stored, message);
    const std::int64_t at = std::max(now_ms, ticket->updated_at);
    if (!by_requester(message) ||
        tickets::after_requester(ticket->state, ticket->state_since, at) != AfterRequester::follows) {
        return write_to(database, policy, *std::move(ticket), message, now_ms);
    }
    const auto next = rows.find_by_client_key(follow_key(*ticket));
    if (!next) return open_following(database, policy, *ticket, message, now_ms);
    auto written = write_within(database, policy, next->first, message, now_ms, is_plain_follower);
    if (written) written->new_ticket = true;
    return written;
}

/// One attempt at `write`.
Result<Written> write_once(record::Database& database, const Policy& policy, std::int64_t number,
                           const NewMessage& message, std::int64_t now_ms, const Allowed& allowed) {
    record::Transaction transaction(database);
    if (message.repeatable) {
        if (auto before = told_before<Written>(database, *message.repeatable, now_ms)) return *std::move(before);
    }
    auto written = write_within(database, policy, number, message, now_ms, allowed);
    if (!written || written->existed) return written;
    if (message.repeatable) {
        auto kept = keep_told(database, *message.repeatable, *written, now_ms);
        if (!kept) return tl::unexpected(kept.error());
    }
    transaction.commit();
    return written;
}

}  // namespace

Result<Written> write(record::Database& database, const Policy& policy, std::int64_t number, const NewMessage& message,
                      std::int64_t now_ms, const Allowed& allowed) {
    if (auto good = check(message); !good) return tl::unexpected(good.error());
    auto written = write_once(database, policy, number, message, now_ms, allowed);
    if (written || !message.repeatable) return written;
    // The same request may have been committed by another server while this one waited for the ticket or the key.
    if (auto before = told_before<Written>(database, *message.repeatable, now_ms)) return *std::move(before);
    return written;
}

}  // namespace ventanilla::ticketing
