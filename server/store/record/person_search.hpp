#pragma once
// Where a person is in the record. Internal to this room.

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::record {

class Database;

/// The rows that are about one person.
struct PersonRows {
    std::set<std::string> chats;
    std::set<std::int64_t> tickets;
    std::set<std::string> files;
    std::vector<std::int64_t> outbox;
};

/// ASCII letters lower; nothing else, so that both databases and this program mean the same.
std::string folded_address(std::string_view email);

/// Everything of the person that began at `until_ms` or before.
PersonRows find_person(Database& database, std::string_view email,
                       std::int64_t until_ms = std::numeric_limits<std::int64_t>::max());

/// Every address in chats and tickets, folded.
std::set<std::string> all_addresses(Database& database);

}  // namespace ventanilla::record
