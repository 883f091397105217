#include "api/ticket_views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "desk/convert.hpp"
#include "protocol/data.hpp"
#include "protocol/encode.hpp"
#include "tickets/sla.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;
using protocol::Locale;
using record::TicketHistoryRecord;

std::string_view in(Locale locale, std::string_view es, std::string_view en) {
    return locale == Locale::en ? en : es;
}

template <typename Enum>
std::string word_of(const std::string& spelled, Locale locale) {
    const auto word = protocol::parse_word<Enum>(spelled);
    return word ? std::string(word_for(*word, locale)) : spelled;
}

std::string department_name(const std::string& id, const config::Site& site) {
    const auto* department = site.find_department(id);
    return department == nullptr ? id : department->name;
}

std::string timed_words(const std::string& kind, Locale locale) {
    switch (tickets::timed_kind_from(kind).value_or(tickets::TimedKind::close_solved)) {
        case tickets::TimedKind::warn_first_response:
            return std::string(
                in(locale, "Se acerca el plazo de la primera respuesta.", "The first answer is due soon."));
        case tickets::TimedKind::miss_first_response:
            return std::string(in(locale, "Venció el plazo de la primera respuesta.", "The first answer is overdue."));
        case tickets::TimedKind::warn_resolution:
            return std::string(in(locale, "Se acerca el plazo de la solución.", "The solution is due soon."));
        case tickets::TimedKind::miss_resolution:
            return std::string(in(locale, "Venció el plazo de la solución.", "The solution is overdue."));
        case tickets::TimedKind::close_silent:
            return std::string(in(locale, "Se cerró: pasaron los días previstos sin respuesta.",
                                  "Closed: the days that we wait for an answer went by."));
        case tickets::TimedKind::close_solved:
            return std::string(in(locale, "Se cerró: quedó solucionado y nadie escribió más.",
                                  "Closed: it was solved and nobody wrote any more."));
    }
    return {};
}

std::string assignee_words(const TicketHistoryRecord& line, Locale locale) {
    if (line.to.empty()) return std::string(in(locale, "Quedó sin agente asignado.", "It has no assignee now."));
    return fmt::format(fmt::runtime(in(locale, "Quedó a cargo de {}.", "Assigned to {}.")), line.to);
}

/// Reminders to agents: nothing happened to the ticket.
bool is_for_agents(const TicketHistoryRecord& line) {
    return line.what == "timed" && (line.to.starts_with("warn_") || line.to.starts_with("miss_"));
}

/// The new state of a ticket that the line before says the reason of: one line is enough.
bool repeats(const TicketHistoryRecord& line, const TicketHistoryRecord* before) {
    if (line.what != "state" || before == nullptr || before->at != line.at) return false;
    return before->what == "merged" || (before->what == "timed" && !is_for_agents(*before));
}

/// That it was opened stands in the ticket itself; only who of the agents opened it is worth a line.
bool is_shown(const TicketHistoryRecord& line, const TicketHistoryRecord* before, Reader reader) {
    if (line.what == "created") return line.role == protocol::TicketRole::agent;
    if (repeats(line, before)) return false;
    return reader == Reader::agent || !is_for_agents(line);
}

json event_json(const TicketHistoryRecord& line, const config::Site& site, Locale locale) {
    return {{"id", fmt::format("h_{}_{}", line.ticket, line.n)},
            {"at", line.at},
            {"kind", "event"},
            {"from", {{"role", protocol::to_string(line.role)}, {"name", line.author_name}}},
            {"text", history_words(line, site, locale)},
            {"files", json::array()}};
}

json used_json(const tickets::Explanation& explanation) {
    auto used = json::array();
    for (const auto& span : explanation.used) used.push_back({{"from_at", span.from_ms}, {"to_at", span.to_ms}});
    return {{"due_at", explanation.due_at ? json(*explanation.due_at) : json(nullptr)}, {"used", std::move(used)}};
}

}  // namespace

json ticket_json(const record::TicketRecord& ticket) {
    return protocol::to_json(desk::to_wire(ticket));
}

json message_json(const record::TicketMessageRecord& message, const std::vector<record::FileRecord>& files) {
    auto attached = json::array();
    for (const auto& file : files) {
        if (file.message != message.id || file.erased) continue;
        attached.push_back(
            {{"id", file.id}, {"name", file.name}, {"size", file.size}, {"media_type", file.media_type}});
    }
    return {{"id", message.id},
            {"at", message.at},
            {"kind", protocol::to_string(message.kind)},
            {"from", {{"role", protocol::to_string(message.role)}, {"name", message.author_name}}},
            {"text", message.text},
            {"files", std::move(attached)}};
}

json ticket_view(const ticketing::Whole& whole, Reader reader, const config::Site& site, Locale locale) {
    std::vector<std::tuple<std::int64_t, int, json>> lines;  // when, said before happened, what
    for (const auto& message : whole.messages) {
        if (reader == Reader::requester && message.kind == protocol::TicketMessageKind::note) continue;
        lines.emplace_back(message.at, 0, message_json(message, whole.files));
    }
    const record::TicketHistoryRecord* before = nullptr;
    for (const auto& line : whole.history) {
        if (is_shown(line, before, reader)) lines.emplace_back(line.at, 1, event_json(line, site, locale));
        before = &line;
    }
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
        return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
    });
    auto messages = json::array();
    for (auto& line : lines) messages.push_back(std::move(std::get<2>(line)));
    return {{"ticket", ticket_json(whole.ticket)}, {"messages", std::move(messages)}};
}

std::string history_words(const TicketHistoryRecord& line, const config::Site& site, Locale locale) {
    const auto& what = line.what;
    const auto filled = [&](std::string_view es, std::string_view en, const std::string& from, const std::string& to) {
        return fmt::format(fmt::runtime(in(locale, es, en)), from, to);
    };
    if (what == "created") return filled("Se abrió el ticket.", "The ticket was opened.", "", "");
    if (what == "state") {
        return filled("El estado pasó de {} a {}.", "The state went from {} to {}.",
                      word_of<protocol::TicketState>(line.from, locale),
                      word_of<protocol::TicketState>(line.to, locale));
    }
    if (what == "priority") {
        return filled("La prioridad pasó de {} a {}.", "The priority went from {} to {}.",
                      word_of<protocol::TicketPriority>(line.from, locale),
                      word_of<protocol::TicketPriority>(line.to, locale));
    }
    if (what == "department") {
        return filled("Pasó de {} a {}.", "It went from {} to {}.", department_name(line.from, site),
                      department_name(line.to, site));
    }
    if (what == "assignee") return assignee_words(line, locale);
    if (what == "merged" && line.to.empty()) {
        return filled("Ahora es parte de otro ticket. Le enviamos por correo el enlace para verlo.",
                      "It is part of another ticket now. We sent you the link to that by e-mail.", "", "");
    }
    if (what == "merged") return filled("Ahora es parte del ticket {1}.", "It is part of ticket {1} now.", "", line.to);
    if (what == "took_in") return filled("Se le unió el ticket {1}.", "Ticket {1} was merged into it.", "", line.to);
    if (what == "follows") return filled("Continúa el ticket {1}.", "It goes on from ticket {1}.", "", line.to);
    if (what == "form") return filled("Se completó con el formulario.", "It was completed with the form.", "", "");
    if (what == "reopened") return filled("Se abrió de nuevo.", "It was opened again.", "", "");
    if (what == "timed") return timed_words(line.to, locale);
    return filled("Cambió.", "It changed.", "", "");
}

json due_json(const ticketing::Explained& explained) {
    return {{"first_response", used_json(explained.first_response)}, {"resolution", used_json(explained.resolution)}};
}

std::string ticket_url(std::string_view origin, std::int64_t number, std::string_view key) {
    return fmt::format("{}/ticket/{}?key={}", origin, tickets::number_text(number), key);
}

std::string check_digit_words(Locale locale) {
    return std::string(
        in(locale,
           "El último carácter del RFC no es el que corresponde. Si está bien escrito, no tiene que hacer "
           "nada; si no, díganoslo en una respuesta.",
           "The last character of the RFC is not the one that its rule gives. If it is spelled as it "
           "should be, there is nothing to do; if not, tell us in an answer."));
}

std::string_view word_for(protocol::TicketState state, Locale locale) {
    switch (state) {
        case protocol::TicketState::open: return in(locale, "abierto", "open");
        case protocol::TicketState::pending: return in(locale, "en espera de respuesta", "waiting for an answer");
        case protocol::TicketState::solved: return in(locale, "solucionado", "solved");
        case protocol::TicketState::closed: return in(locale, "cerrado", "closed");
    }
    return {};
}

std::string_view word_for(protocol::TicketPriority priority, Locale locale) {
    switch (priority) {
        case protocol::TicketPriority::low: return in(locale, "baja", "low");
        case protocol::TicketPriority::normal: return in(locale, "normal", "normal");
        case protocol::TicketPriority::high: return in(locale, "alta", "high");
        case protocol::TicketPriority::urgent: return in(locale, "urgente", "urgent");
    }
    return {};
}

}  // namespace ventanilla::api
