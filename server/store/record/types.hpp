#pragma once
// What SQL keeps: plain values, no behaviour. All times are milliseconds since the Unix epoch, UTC.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::record {

enum class Role : std::uint8_t { agent, supervisor, admin };

/// "agent", "supervisor" or "admin".
std::string_view to_string(Role role) noexcept;
std::optional<Role> role_from(std::string_view text) noexcept;

struct Agent {
    std::string id;        ///< "a_…"
    std::string username;  ///< unique, lower case
    std::string name;
    Role role = Role::agent;
    std::vector<std::string> departments;
    std::optional<std::int64_t> capacity;  ///< empty: the largest of the departments' capacities counts
    bool disabled = false;
    std::string password_hash;
    std::int64_t revision = 0;     ///< the table's revision at this agent's last change
    std::int64_t credentials = 0;  ///< its revision when sessions last had to end: a new password, disabling

    bool operator==(const Agent&) const = default;
};

/// One entry of a chat's log. `frame` is the finished JSON text that clients get.
struct EntryRecord {
    std::int64_t seq = 0;
    std::int64_t at = 0;
    std::string kind;
    std::string sender;        ///< "v:<id>", "a:<id>" or "s"
    std::string client_id;     ///< empty: the entry has none
    std::string content_hash;  ///< decides between a replay and client_id_reuse
    std::string frame;

    bool operator==(const EntryRecord&) const = default;
};

/// For agents only; has no seq.
struct NoteRecord {
    std::string id;
    std::int64_t at = 0;
    std::string agent_id;
    std::string agent_name;
    std::string text;

    bool operator==(const NoteRecord&) const = default;
};

struct ChatRecord {
    std::string id;  ///< "c_…"
    std::string visitor_id;
    std::string visitor;  ///< JSON: name, email, locale, page, fields, verified
    std::string channel;
    std::string department;  ///< "any" if no agent ever had it
    std::optional<std::string> agent_id;
    std::optional<std::string> agent_name;
    std::string outcome;
    std::string closed_by;
    std::int64_t started_at = 0;
    std::optional<std::int64_t> assigned_at;
    std::int64_t closed_at = 0;
    std::int64_t last = 0;             ///< the highest seq
    std::int64_t read_by_visitor = 0;  ///< the seq up to which they had read; 0 if nothing
    std::int64_t read_by_agent = 0;
    std::optional<std::int64_t> rating;
    std::string decisions = "[]";  ///< JSON array for …/why
    std::vector<EntryRecord> entries;
    std::vector<NoteRecord> notes;

    bool operator==(const ChatRecord&) const = default;
};

/// Something to be done outside (a mail, a log entry to deliver), kept until it is.
struct OutboxRow {
    std::int64_t id = 0;
    std::string kind;
    std::string key;
    std::string payload;  ///< JSON
    std::int64_t created_at = 0;

    bool operator==(const OutboxRow&) const = default;
};

}  // namespace ventanilla::record
