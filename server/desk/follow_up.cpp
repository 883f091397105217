#include "desk/follow_up.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "desk/convert.hpp"
#include "protocol/encode.hpp"
#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::desk {
namespace {

using nlohmann::json;
using protocol::Locale;

constexpr std::size_t kSubject = 120;  // code points: a line of a list

/// A message as the log has it.
struct Said {
    bool by_visitor = false;
    std::int64_t at = 0;
    std::string text;  ///< a file is its name
};

std::optional<Said> said(const std::string& frame) {
    const auto entry = json::parse(frame, nullptr, false);
    if (!entry.is_object() || entry.value("kind", "") != "message" || entry.value("erased", false)) return std::nullopt;
    Said message;
    const auto from = entry.value("from", json::object());
    message.by_visitor = from.value("role", "") == "visitor";
    message.at = entry.value("at", std::int64_t{0});
    message.text = entry.value("text", "");
    if (const auto file = entry.find("file"); file != entry.end()) message.text = file->value("name", "");
    return message;
}

std::string joined(const std::vector<Said>& messages) {
    std::string text;
    for (const auto& message : messages) {
        if (!text.empty()) text += '\n';
        text += message.text;
    }
    return std::string(protocol::cut(text, protocol::limits::comments));
}

std::string subject_of(std::string_view text, const std::string& fallback) {
    const auto line = protocol::cut(protocol::trim(text.substr(0, text.find_first_of("\n\r\v\f"))), kSubject);
    return line.empty() || !protocol::is_one_line(line) ? fallback : std::string(line);
}

/// What the visitor said that nobody has answered.
std::vector<Said> unanswered(const record::ChatRecord& chat) {
    std::vector<Said> waiting;
    for (const auto& entry : chat.entries) {
        auto message = said(entry.frame);
        if (!message) continue;
        if (message->by_visitor) {
            waiting.push_back(std::move(*message));
        } else {
            waiting.clear();
        }
    }
    return waiting;
}

bool has_ticket(const record::ChatRecord& chat) {
    return std::any_of(chat.entries.begin(), chat.entries.end(),
                       [](const record::EntryRecord& entry) { return entry.kind == "ticket"; });
}

bool decided(const record::ChatRecord& chat) {
    return chat.closed_by == "agent" && (chat.outcome == "solved" || chat.outcome == "ticket");
}

}  // namespace

std::optional<std::int64_t> first_answer_at(const std::vector<std::string>& frames) {
    for (const auto& frame : frames) {
        const auto message = said(frame);
        if (message && !message->by_visitor) return message->at;
    }
    return std::nullopt;
}

std::string ticket_department(const config::Site& site, const std::string& channel, const std::string& department) {
    if (site.find_department(department) != nullptr) return department;
    const auto departments = site.departments_of(channel);
    if (!departments.empty()) return departments.front()->id;
    return site.departments.empty() ? department : site.departments.front().id;
}

std::optional<ticketing::NewTicket> follow_up(const record::ChatRecord& chat, const config::Site& site) {
    if (has_ticket(chat) || decided(chat)) return std::nullopt;
    const auto visitor = to_visitor(chat);
    const auto waiting = unanswered(chat);
    if (visitor.email.empty() || waiting.empty()) return std::nullopt;

    ticketing::NewTicket ticket;
    ticket.channel = protocol::TicketChannel::chat;
    ticket.email = visitor.email;
    ticket.name = visitor.name;
    ticket.department = ticket_department(site, chat.channel, chat.department);
    ticket.comments = joined(waiting);
    const auto* channel = site.find_channel(chat.channel);
    ticket.subject = subject_of(ticket.comments, channel != nullptr ? channel->title : chat.channel);
    const auto fallback = site.locale == "en" ? Locale::en : Locale::es_mx;
    ticket.locale = protocol::to_string(protocol::locale_for(visitor.locale, fallback));
    ticket.by = {protocol::TicketRole::requester, "", visitor.name};
    ticket.assignee_id = chat.agent_id;
    ticket.assignee_name = chat.agent_name;
    ticket.chat_id = chat.id;
    ticket.started_at = chat.started_at;
    std::vector<std::string> frames;
    for (const auto& entry : chat.entries) frames.push_back(entry.frame);
    ticket.first_responded_at = first_answer_at(frames);
    ticket.client_key = ticketing::chat_end_key(chat.id);
    return ticket;
}

std::string ticket_rest(std::int64_t number) {
    return protocol::entry_rest("ticket", protocol::From{}, {{"ticket", {{"number", tickets::number_text(number)}}}});
}

}  // namespace ventanilla::desk
