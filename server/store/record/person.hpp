#pragma once
// What the record holds of one person, known by an address: handed out, or erased for good (contract.md 8).

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ventanilla::record {

class Database;

/// How much of a person there is, or was.
struct PersonCounts {
    std::int64_t chats = 0;
    std::int64_t entries = 0;
    std::int64_t tickets = 0;
    std::int64_t messages = 0;
    std::int64_t files = 0;
    std::int64_t outbox = 0;
    std::int64_t notes = 0;

    bool operator==(const PersonCounts&) const = default;
};
nlohmann::json to_json(const PersonCounts& counts);

/// {"email","chats":[…],"tickets":[…],"files":[…],"counts":{…}}: chats with entries and notes, tickets with messages,
/// and the rows of files. A person is known by an address in any case of letters; theirs is every chat and ticket with
/// it, also the tickets of their chats and the chats of their tickets where these have no address.
nlohmann::json export_person(Database& database, std::string_view email);

/// Whether both are the same person's, in any case of letters; an empty one is nobody's.
bool same_address(std::string_view one, std::string_view other);
/// The visitors of the person's chats.
std::set<std::string> visitors_of(Database& database, std::string_view email);

struct Erased {
    PersonCounts counts;
    std::vector<std::string> blobs;  ///< whose bytes must be deleted, also those that an earlier erasure left behind
};

/// Puts the address on the list of erasures, before anything else is done: a restore erases again whatever becomes of it.
void list_erasure(Database& database, std::string_view email, std::int64_t now_ms);
/// Blanks text, names, addresses and files in one transaction, and lists the erasure. Numbers, times, kinds and what
/// agents decided stay. Tickets that were open are closed, mails that wait are not sent. Repeating it is harmless.
/// Afterwards `scrub`, and `forget_blobs` once the bytes are gone.
Erased erase_person(Database& database, std::string_view email, std::int64_t now_ms);
/// Their bytes are deleted.
void forget_blobs(Database& database, const std::vector<std::string>& blobs);
/// Overwrites what deleted text leaves behind: merges the search index, empties SQLite's write-ahead log, vacuums
/// PostgreSQL. May take a while. Throws DatabaseError(unavailable) if a reader keeps the log from being emptied.
void scrub(Database& database);

/// Who was erased: a hash of the address, not the address.
struct Erasure {
    std::string email_hash;
    std::int64_t at = 0;

    bool operator==(const Erasure&) const = default;
};
/// Nothing for an empty address, which is nobody's.
std::optional<Erasure> erasure_of(std::string_view email, std::int64_t at);
std::vector<Erasure> erasures(Database& database);
/// After a restore: erases again what came back with it. What a person has left since the erasure stays.
Erased replay_erasures(Database& database, const std::vector<Erasure>& list, std::int64_t now_ms);

}  // namespace ventanilla::record
