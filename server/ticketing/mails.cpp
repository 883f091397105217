#include "ticketing/mails.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "store/record/outbox.hpp"
#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using nlohmann::json;

json or_null(const std::optional<std::int64_t>& value) {
    return value ? json(*value) : json(nullptr);
}

json said_json(const Said& said) {
    json files = json::array();
    for (const auto& file : said.files) {
        files.push_back({{"id", file.id}, {"name", file.name}, {"size", file.size}, {"media_type", file.media_type}});
    }
    return {{"id", said.message.id},
            {"at", said.message.at},
            {"from", {{"role", protocol::to_string(said.message.role)}, {"name", said.message.author_name}}},
            {"text", said.message.text},
            {"files", std::move(files)}};
}

/// What every mail has.
json payload_of(std::string_view name, const Policy& policy, const record::TicketRecord& ticket) {
    const std::string number = tickets::number_text(ticket.number);
    return {{"template", name},
            {"to", ticket.email},
            {"name", ticket.name},
            {"locale", ticket.locale},
            {"number", number},
            {"link", fmt::format("{}/ticket/{}?key={}", policy.public_url, number, requester_key(policy, ticket))},
            {"at", ticket.updated_at},
            {"department", ticket.department},
            {"subject", ticket.subject},
            {"state", protocol::to_string(ticket.state)}};
}

void put(record::Database& database, const std::string& key, const json& payload) {
    // Nobody to write to: a ticket of a person who was erased.
    if (payload.at("to").get_ref<const std::string&>().empty()) return;
    record::OutboxRepository(database).put("mail", key, payload.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// A ticket may be solved or closed more than once; the line of its history that says so tells the mails apart.
std::string key_by_line(record::Database& database, std::string_view name, const record::TicketRecord& ticket) {
    const auto lines = record::TicketRepository(database).history(ticket.number);
    return fmt::format("{}:{}:{}", name, ticket.number, lines.empty() ? 0 : lines.back().n);
}

/// All that was captured.
json captured(const Policy& policy, const record::TicketRecord& ticket, const Said* said) {
    auto payload = payload_of("ticket_created", policy, ticket);
    payload["channel"] = protocol::to_string(ticket.channel);
    payload["rfc"] = ticket.rfc;
    payload["priority"] = protocol::to_string(ticket.priority);
    payload["created_at"] = ticket.created_at;
    payload["follows"] = ticket.follows ? json(tickets::number_text(*ticket.follows)) : json(nullptr);
    payload["first_response_due_at"] = or_null(ticket.first_response_due_at);
    payload["first_responded_at"] = or_null(ticket.first_responded_at);
    payload["resolution_due_at"] = or_null(ticket.resolution_due_at);
    payload["message"] = said != nullptr ? said_json(*said) : json(nullptr);
    return payload;
}

}  // namespace

void mail_created(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                  const Said* said) {
    put(database, fmt::format("ticket_created:{}", ticket.number), captured(policy, ticket, said));
}

void mail_completed(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                    const Said* said) {
    put(database, fmt::format("ticket_completed:{}", ticket.number), captured(policy, ticket, said));
}

void mail_answered(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                   const Said& said) {
    auto payload = payload_of("ticket_answered", policy, ticket);
    payload["closes_at"] = or_null(ticket.closes_at);
    payload["message"] = said_json(said);
    put(database, fmt::format("ticket_answered:{}", said.message.id), payload);
}

void mail_solved(record::Database& database, const Policy& policy, const record::TicketRecord& ticket) {
    auto payload = payload_of("ticket_solved", policy, ticket);
    payload["closes_at"] = ticket.updated_at + tickets::kAfterwordsMs;
    put(database, key_by_line(database, "ticket_solved", ticket), payload);
}

void mail_closed(record::Database& database, const Policy& policy, const record::TicketRecord& ticket) {
    auto payload = payload_of("ticket_closed", policy, ticket);
    payload["reopens_until"] = ticket.updated_at + tickets::kAfterwordsMs;
    put(database, key_by_line(database, "ticket_closed", ticket), payload);
}

void mail_merged(record::Database& database, const Policy& policy, const record::TicketRecord& ticket,
                 std::int64_t part) {
    auto payload = payload_of("ticket_merged", policy, ticket);
    payload["part"] = tickets::number_text(part);
    put(database, key_by_line(database, "ticket_merged", ticket), payload);
}

}  // namespace ventanilla::ticketing
