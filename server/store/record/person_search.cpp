#include "store/record/person_search.hpp"

#include "store/record/chats.hpp"
#include "store/record/conditions.hpp"
#include "store/record/database.hpp"
#include "store/record/files.hpp"
#include "store/record/outbox.hpp"
#include "store/record/person.hpp"
#include "store/record/sql.hpp"
#include "store/record/tickets.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

namespace ventanilla::record {
namespace {

using nlohmann::json;

/// A chat or a ticket, as far as it tells whose it is.
struct ChatAddress {
    std::string id;
    std::string visitor_id;
    std::string email;
};
struct TicketAddress {
    std::int64_t number = 0;
    std::string email;
    std::string chat;
};

std::string address_in(const std::string& visitor) {
    const auto parsed = json::parse(visitor, nullptr, false);
    const auto email = parsed.is_object() ? parsed.find("email") : parsed.end();
    const bool there = parsed.is_object() && email != parsed.end() && email->is_string();
    return there ? folded_address(email->get_ref<const std::string&>()) : std::string();
}

template <typename Visit>
void each_chat(Database& database, std::int64_t until_ms, const Visit& visit) {
    ChatAddress chat;
    std::string visitor;
    soci::statement statement =
        (database.sql().prepare << "SELECT id, visitor_id, visitor FROM chat WHERE started_at <= :until",
         soci::use(until_ms), soci::into(chat.id), soci::into(chat.visitor_id), soci::into(visitor));
    statement.execute();
    while (statement.fetch()) {
        chat.email = address_in(visitor);
        visit(chat);
    }
}

template <typename Visit>
void each_ticket(Database& database, std::int64_t until_ms, const Visit& visit) {
    TicketAddress ticket;
    soci::statement statement =
        (database.sql().prepare << "SELECT number, email, coalesce(chat_id, '') FROM ticket WHERE created_at <= :until",
         soci::use(until_ms), soci::into(ticket.number), soci::into(ticket.email), soci::into(ticket.chat));
    statement.execute();
    while (statement.fetch()) {
        ticket.email = folded_address(ticket.email);
        visit(ticket);
    }
}

// Files that chats, tickets and their people hold or have not attached yet.
void find_files(Database& database, PersonRows& rows, const std::set<std::string>& visitors, std::int64_t until_ms) {
    std::set<std::string> holders;
    std::set<std::string> uploaders;
    for (const std::string& chat : rows.chats) {
        holders.insert("chat:" + chat);
    }
    for (const std::int64_t number : rows.tickets) {
        holders.insert(fmt::format("ticket:{}", number));
        uploaders.insert(fmt::format("t:{}", number));
    }
    for (const std::string& visitor : visitors) {
        uploaders.insert("v:" + visitor);
    }
    std::string id;
    const auto collect = [&](const char* column, const std::set<std::string>& values) {
        for (const std::string& value : values) {
            soci::statement statement =
                (database.sql().prepare << "SELECT id FROM file WHERE created_at <= :until AND " << column,
                 soci::use(until_ms), soci::use(value), soci::into(id));
            statement.execute();
            while (statement.fetch()) {
                rows.files.insert(id);
            }
        }
    };
    collect("holder = :value", holders);
    collect("uploader = :value AND holder IS NULL", uploaders);
}

// Mails and transcripts to the person or about what is theirs.
void find_outbox(Database& database, PersonRows& rows, const std::string& email, std::int64_t until_ms) {
    std::set<std::string> numbers;
    for (const std::int64_t number : rows.tickets) {
        numbers.insert(fmt::format("T-{:06}", number));
    }
    std::int64_t id = 0;
    std::string text;
    soci::statement statement =
        (database.sql().prepare << "SELECT id, payload FROM outbox WHERE created_at <= :until ORDER BY id",
         soci::use(until_ms), soci::into(id), soci::into(text));
    statement.execute();
    while (statement.fetch()) {
        if (folded_address(text).find(email) != std::string::npos ||
            is_about(json::parse(text, nullptr, false), rows.chats, numbers)) {
            rows.outbox.push_back(id);
        }
    }
}

}  // namespace

std::string folded_address(std::string_view email) {
    std::string folded(email);
    for (char& letter : folded) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return folded;
}

bool same_address(std::string_view one, std::string_view other) {
    return !one.empty() && folded_address(one) == folded_address(other);
}

std::set<std::string> visitors_of(Database& database, std::string_view email) {
    std::set<std::string> visitors;
    ChatRepository chats(database);
    for (const std::string& id : find_person(database, email).chats) {
        if (const auto chat = chats.header(id)) {
            visitors.insert(chat->visitor_id);
        }
    }
    return visitors;
}

PersonRows find_person(Database& database, std::string_view email, std::int64_t until_ms) {
    const std::string address = folded_address(email);
    PersonRows rows;
    if (address.empty()) {
        return rows;  // would be everybody who left none
    }
    std::set<std::string> chats_without_address;
    std::set<std::string> visitors;
    each_chat(database, until_ms, [&](const ChatAddress& chat) {
        if (chat.email == address) {
            rows.chats.insert(chat.id);
            visitors.insert(chat.visitor_id);
        } else if (chat.email.empty()) {
            chats_without_address.insert(chat.id);
        }
    });
    const std::set<std::string> by_address = rows.chats;
    each_ticket(database, until_ms, [&](const TicketAddress& ticket) {
        const bool of_their_chat = ticket.email.empty() && by_address.contains(ticket.chat);
        if (ticket.email == address || of_their_chat) {
            rows.tickets.insert(ticket.number);
            if (chats_without_address.contains(ticket.chat)) {
                rows.chats.insert(ticket.chat);
            }
        }
    });
    find_files(database, rows, visitors, until_ms);
    find_outbox(database, rows, address, until_ms);
    return rows;
}

std::set<std::string> all_addresses(Database& database) {
    std::set<std::string> addresses;
    constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
    each_chat(database, all, [&](const ChatAddress& chat) { addresses.insert(chat.email); });
    each_ticket(database, all, [&](const TicketAddress& ticket) { addresses.insert(ticket.email); });
    addresses.erase("");
    return addresses;
}

}  // namespace ventanilla::record
