// The ticket form of a visitor who waited in a chat. The chat's end may have made a ticket by itself before the form came: two
// tickets for one problem, unless the form completes that one (docs/decisions/tickets-from-chats.md).
#include <algorithm>
#include <utility>

#include "base/random.hpp"
#include "protocol/text.hpp"
#include "ticketing/mails.hpp"
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using protocol::Result;
using protocol::TicketMessageKind;
using protocol::TicketRole;
using protocol::TicketState;
using tickets::AfterRequester;

using History = std::vector<record::TicketHistoryRecord>;

/// The line that the form leaves: a second form is about something else.
constexpr std::string_view kForm = "form";

bool has_line(const History& history, std::string_view what) {
    return std::any_of(history.begin(), history.end(), [&](const auto& line) { return line.what == what; });
}

/// The ticket that the chat's end has made, held, as long as it is nothing but that: not completed by another form, not part
/// of another ticket nor holding one, of which the visitor's link must not tell.
std::optional<record::TicketRecord> made_at_the_end(record::Database& database, std::string_view chat_id) {
    record::TicketRepository rows(database);
    const auto found = rows.find_by_client_key(chat_end_key(chat_id));
    if (!found) return std::nullopt;
    auto ticket = rows.lock(found->first);
    if (!ticket || ticket->merged_into || ticket->key_generation != 0 || ticket->erased) return std::nullopt;
    if (has_line(rows.history(ticket->number), kForm)) return std::nullopt;
    return ticket;
}

/// What the form says goes before what the chat had; but where an agent has decided, that stays.
void take_fields(record::Database& database, record::TicketRecord& ticket, const NewTicket& form,
                 const History& history) {
    if (ticket.email != form.email) {
        // The link went to the other address: whoever reads mail there is not the one who corrected it.
        ticket.email = form.email;
        ++ticket.key_generation;
    }
    if (!form.name.empty()) ticket.name = form.name;
    if (!form.rfc.empty()) ticket.rfc = form.rfc;
    ticket.subject = form.subject;
    if (ticket.priority != form.priority && !has_line(history, "priority")) {
        add_line(database, ticket, form.by, "priority", protocol::to_string(ticket.priority),
                 protocol::to_string(form.priority));
        ticket.priority = form.priority;
    }
    const bool anybodys = !ticket.assignee_id && !has_line(history, "department") && !has_line(history, "assignee");
    if (ticket.department != form.department && anybodys) {
        add_line(database, ticket, form.by, "department", ticket.department, form.department);
        ticket.department = form.department;
    }
}

/// The words of a text, whatever stands between them: the form and the chat's end join the same messages differently.
std::string words_of(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!blank) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    return std::string(protocol::trim(out));
}

/// Whether the ticket says so already: what was typed in the chat stands in the form's comments from the start.
bool is_said(const std::vector<record::TicketMessageRecord>& messages, const std::string& text) {
    const auto words = words_of(text);
    return words.empty() || std::any_of(messages.begin(), messages.end(), [&](const auto& message) {
               return message.role == TicketRole::requester && words_of(message.text) == words;
           });
}

record::TicketMessageRecord message_of(const record::TicketRecord& ticket, const NewTicket& form, bool said) {
    record::TicketMessageRecord message;
    message.id = random_id("m_");
    message.ticket = ticket.number;
    message.at = ticket.updated_at;
    message.kind = TicketMessageKind::comment;
    message.role = form.by.role;
    message.author_name = form.by.name;
    if (!said) message.text = form.comments;
    return message;
}

/// A word of the requester's, though it may add no text.
void heard(record::Database& database, record::TicketRecord& ticket, const Author& by) {
    ticket.last_requester_at = ticket.updated_at;
    if (tickets::after_requester(ticket.state, ticket.state_since, ticket.updated_at) == AfterRequester::reopens) {
        set_state(database, ticket, by, TicketState::open, "reopened");
    }
}

Result<Created> complete(record::Database& database, const Policy& policy, record::TicketRecord ticket,
                         const NewTicket& form, std::int64_t now_ms) {
    record::TicketRepository rows(database);
    Created created;
    created.completed = ticket;
    const auto history = rows.history(ticket.number);
    ticket.updated_at = std::max(now_ms, ticket.updated_at + 1);
    add_line(database, ticket, form.by, kForm, "", "");
    take_fields(database, ticket, form, history);
    heard(database, ticket, form.by);

    const auto messages = rows.messages(ticket.number);
    const bool said = is_said(messages, form.comments);
    const auto message = message_of(ticket, form, said);
    const bool adds = !said || !form.attach.files.empty();
    std::vector<record::FileRecord> files;
    if (adds) {
        rows.add_message(message);
        auto attached = attach_files(database, ticket.number, form.attach, message.id);
        if (!attached) return tl::unexpected(attached.error());
        files = *std::move(attached);
    }
    store_clocks(database, policy, ticket);
    rows.index(ticket.number);
    const Said what{adds || messages.empty() ? message : messages.front(), files};
    mail_completed(database, policy, ticket, &what);
    created.key = requester_key(policy, ticket);
    created.ticket = std::move(ticket);
    return created;
}

}  // namespace

Result<Created> complete_or_open(record::Database& database, const Policy& policy, const NewTicket& form,
                                 std::int64_t now_ms) {
    auto made = made_at_the_end(database, form.chat_id.value_or(""));
    if (!made) return open_ticket(database, policy, form, random_id("m_"), now_ms);
    if (auto spent = spend(database, form.captcha); !spent) return tl::unexpected(spent.error());
    return complete(database, policy, *std::move(made), form, now_ms);
}

}  // namespace ventanilla::ticketing
