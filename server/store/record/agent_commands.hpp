#pragma once
// The work of `ventanilla agent …`: rules and words; flags and standard input are the caller's.

#include "store/record/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace ventanilla::record {

class Database;

/// What went wrong, in words for stderr. `exit_code` is 2 for wrong use, 1 for what failed.
struct CommandError {
    int exit_code = 1;
    std::string message;
};

template <typename T>
using CommandResult = tl::expected<T, CommandError>;

struct NewAgent {
    std::string username;
    std::string name;
    std::string role;
    std::vector<std::string> departments;
    std::optional<std::int64_t> capacity;
    std::string password;
};

/// A username is 2–32 of a–z, 0–9, dot, hyphen, underscore, and begins with a letter or digit; a name has 1–80 code
/// points; capacity is 1–100; a password has 8–1024 bytes; departments are among `known_departments`, none twice, and
/// an agent with role "agent" has at least one.
CommandResult<Agent> agent_add(Database& database, const NewAgent& agent,
                               const std::vector<std::string>& known_departments);
CommandResult<Agent> agent_disable(Database& database, std::string_view username);
CommandResult<Agent> agent_enable(Database& database, std::string_view username);
CommandResult<Agent> agent_password(Database& database, std::string_view username, std::string_view password);

/// The table for stdout: a head and one aligned line per agent, by username.
std::string agent_table(Database& database);

}  // namespace ventanilla::record
