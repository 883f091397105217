// A new ticket: its number, first message, files, clocks, index and mail come to be in one step, or none of them.
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "store/record/outbox.hpp"
#include "ticketing/mails.hpp"
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using nlohmann::json;
using protocol::Code;
using protocol::Result;

/// Tells whether a client_key comes back with the same content.
std::string content_hash(const NewTicket& ticket) {
    const json content = {ticket.email,       ticket.rfc,      ticket.department,
                          ticket.subject,     ticket.comments, protocol::to_string(ticket.priority),
                          ticket.attach.files};
    return token_hash(content.dump(-1, ' ', false, json::error_handler_t::replace));
}

record::TicketRecord record_of(const Policy& policy, const NewTicket& ticket, std::int64_t now_ms) {
    record::TicketRecord out;
    out.channel = ticket.channel;
    out.email = ticket.email;
    out.name = ticket.name;
    out.rfc = ticket.rfc;
    out.department = ticket.department;
    out.subject = ticket.subject;
    out.priority = ticket.priority;
    out.locale = ticket.locale.empty() ? policy.locale : ticket.locale;
    out.started_at = std::min(ticket.started_at.value_or(now_ms), now_ms);
    out.created_at = now_ms;
    out.updated_at = now_ms;
    out.state_since = now_ms;
    out.assignee_id = ticket.assignee_id;
    out.assignee_name = ticket.assignee_name;
    out.chat_id = ticket.chat_id;
    out.follows = ticket.follows;
    out.first_responded_at = ticket.first_responded_at;
    // Whoever opened it, it is the customer who waits: nothing closes before an agent has answered.
    out.last_requester_at = now_ms;
    out.calendar_version = policy.calendar_version;
    return out;
}

/// The ticket that this client_key opened, if it did.
std::optional<Result<Created>> opened_before(record::Database& database, const Policy& policy,
                                             const NewTicket& ticket) {
    if (ticket.client_key.empty()) return std::nullopt;
    record::TicketRepository rows(database);
    const auto found = rows.find_by_client_key(ticket.client_key);
    if (!found) return std::nullopt;
    // Tickets from before there were tickets have no hash; their key is proof enough.
    if (!found->second.empty() && found->second != content_hash(ticket)) return protocol::fail(Code::client_id_reuse);
    Created created;
    created.existed = true;
    if (auto there = rows.find(found->first)) created.ticket = *std::move(there);
    created.key = requester_key(policy, created.ticket);
    return created;
}

/// The comments and files, as the first message. Nothing if there are none.
Result<std::optional<record::TicketMessageRecord>> add_first_message(record::Database& database,
                                                                     const record::TicketRecord& ticket,
                                                                     const NewTicket& wanted, const std::string& id,
                                                                     std::vector<record::FileRecord>& files) {
    if (wanted.comments.empty() && wanted.attach.files.empty()) return std::nullopt;
    record::TicketMessageRecord message;
    message.id = id;
    message.ticket = ticket.number;
    message.at = ticket.created_at;
    message.role = wanted.by.role;
    message.author_id = wanted.by.id;
    message.author_name = wanted.by.name;
    message.text = wanted.comments;
    // Ids are random or one's own, and one's own are looked up before.
    if (!record::TicketRepository(database).add_message(message)) return protocol::fail(Code::client_id_reuse);
    auto attached = attach_files(database, ticket.number, wanted.attach, id);
    if (!attached) return tl::unexpected(attached.error());
    files = *std::move(attached);
    return message;
}

void add_first_lines(record::Database& database, const record::TicketRecord& ticket, const Author& by) {
    add_line(database, ticket, by, "created", "", protocol::to_string(ticket.state));
    if (ticket.follows) add_line(database, ticket, by, "follows", "", tickets::number_text(*ticket.follows));
    if (ticket.assignee_id) add_line(database, ticket, by, "assignee", "", ticket.assignee_name.value_or(""));
}

/// In the chat's log it will say that this ticket was opened; any server writes it there.
void promise_log_entry(record::Database& database, const record::TicketRecord& ticket) {
    if (!ticket.chat_id) return;
    const json payload = {{"chat", *ticket.chat_id}, {"number", ticket.number}};
    record::OutboxRepository(database).put(kLogTicket, tickets::number_text(ticket.number), payload.dump());
}

/// One attempt at `create`.
Result<Created> create_once(record::Database& database, const Policy& policy, const NewTicket& ticket,
                            std::int64_t now_ms) {
    record::Transaction transaction(database);
    auto created = create_within(database, policy, ticket, now_ms);
    if (created && !created->repeated) transaction.commit();
    return created;
}

}  // namespace

std::string chat_end_key(std::string_view chat_id) {
    return fmt::format("chat-end:{}", chat_id);
}

Result<void> spend(record::Database& database, const std::optional<Captcha>& captcha) {
    if (!captcha) return {};
    if (record::OnceRepository(database).spend_captcha(captcha->challenge, captcha->expires_at)) return {};
    return protocol::fail(Code::bad_field, "captcha");
}

Result<Created> open_ticket(record::Database& database, const Policy& policy, const NewTicket& ticket,
                            const std::string& message_id, std::int64_t now_ms) {
    if (auto before = opened_before(database, policy, ticket)) return *std::move(before);
    if (auto spent = spend(database, ticket.captcha); !spent) return tl::unexpected(spent.error());
    Created created;
    created.ticket = record_of(policy, ticket, now_ms);
    keep_rules(database, policy);
    count_clocks(database, policy, created.ticket, {});
    record::TicketRepository rows(database);
    const auto [number, inserted] = rows.insert(created.ticket, ticket.client_key, content_hash(ticket));
    if (!inserted) {
        // Another opened it while this one waited to insert; only its captcha can have been written here.
        if (auto before = opened_before(database, policy, ticket)) return *std::move(before);
        return protocol::fail(Code::unavailable);
    }
    created.ticket.number = number;
    created.key = requester_key(policy, created.ticket);

    std::vector<record::FileRecord> files;
    auto message = add_first_message(database, created.ticket, ticket, message_id, files);
    if (!message) return tl::unexpected(message.error());
    add_first_lines(database, created.ticket, ticket.by);
    rows.index(number);
    if (*message) {
        const Said said{**message, files};
        mail_created(database, policy, created.ticket, &said);
    } else {
        mail_created(database, policy, created.ticket, nullptr);
    }
    promise_log_entry(database, created.ticket);
    return created;
}

Result<Created> create_within(record::Database& database, const Policy& policy, const NewTicket& ticket,
                              std::int64_t now_ms) {
    if (ticket.repeatable) {
        if (auto before = told_before<Created>(database, *ticket.repeatable, now_ms)) return *std::move(before);
    }
    if (ticket.chat_id) record::TicketRepository(database).hold_chat(*ticket.chat_id);
    auto created = ticket.completes_chat_end ? complete_or_open(database, policy, ticket, now_ms)
                                             : open_ticket(database, policy, ticket, random_id("m_"), now_ms);
    if (!created || !ticket.repeatable) return created;
    if (auto kept = keep_told(database, *ticket.repeatable, *created, now_ms); !kept) {
        return tl::unexpected(kept.error());
    }
    return created;
}

Result<Created> create(record::Database& database, const Policy& policy, const NewTicket& ticket, std::int64_t now_ms) {
    auto created = create_once(database, policy, ticket, now_ms);
    if (created || !ticket.repeatable) return created;
    // The same request may have been committed by another server while this one waited for the captcha or the key.
    if (auto before = told_before<Created>(database, *ticket.repeatable, now_ms)) return *std::move(before);
    return created;
}

}  // namespace ventanilla::ticketing
