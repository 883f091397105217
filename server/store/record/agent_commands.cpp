#include "store/record/agent_commands.hpp"

#include "protocol/text.hpp"
#include "store/record/agents.hpp"
#include "store/record/database.hpp"
#include "store/record/passwords.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace ventanilla::record {
namespace {

constexpr std::size_t longest_username = 32;
constexpr std::size_t longest_name = 80;
constexpr std::size_t shortest_password = 8;
constexpr std::size_t longest_password = 1024;
constexpr std::int64_t largest_capacity = 100;

tl::unexpected<CommandError> wrong_use(std::string message) {
    return tl::unexpected(CommandError{2, std::move(message)});
}

tl::unexpected<CommandError> failed(std::string message) {
    return tl::unexpected(CommandError{1, std::move(message)});
}

bool letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool valid_username(std::string_view name) {
    return name.size() >= 2 && name.size() <= longest_username && letter_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return letter_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool valid_name(std::string_view name) {
    const bool blank = name.find_first_not_of(' ') == std::string_view::npos;
    const bool control =
        std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    return !blank && !control && protocol::is_utf8(name) && code_points(name) <= longest_name;
}

// Empty if the password will do.
std::string password_fault(std::string_view password) {
    if (password.size() < shortest_password || password.size() > longest_password) {
        return fmt::format("the password must have {} to {} characters", shortest_password, longest_password);
    }
    // It comes as JSON when the agent signs in.
    if (!protocol::is_utf8(password) || password.find('\0') != std::string_view::npos) {
        return "the password must be UTF-8 text";
    }
    return {};
}

std::string departments_fault(const NewAgent& agent, const std::vector<std::string>& known) {
    std::set<std::string_view> seen;
    for (const std::string& department : agent.departments) {
        if (std::find(known.begin(), known.end(), department) == known.end()) {
            return fmt::format("unknown department \"{}\"; the configuration has: {}", department,
                               fmt::join(known, ", "));
        }
        if (!seen.insert(department).second) {
            return fmt::format("department \"{}\" is named twice", department);
        }
    }
    return agent.departments.empty() && agent.role == "agent" ? "an agent needs at least one department" : "";
}

std::string fault_of(const NewAgent& agent, const std::vector<std::string>& known) {
    if (!valid_username(agent.username)) {
        return fmt::format("the username must have 2 to {} of a-z, 0-9, dot, hyphen and underscore, and begin with a "
                           "letter or digit",
                           longest_username);
    }
    if (!valid_name(agent.name)) {
        return fmt::format("the name must have 1 to {} characters on one line", longest_name);
    }
    if (!role_from(agent.role)) {
        return "the role must be agent, supervisor or admin";
    }
    if (agent.capacity && (*agent.capacity < 1 || *agent.capacity > largest_capacity)) {
        return fmt::format("the capacity must be 1 to {}", largest_capacity);
    }
    const std::string fault = departments_fault(agent, known);
    return fault.empty() ? password_fault(agent.password) : fault;
}

tl::unexpected<CommandError> no_such_agent(std::string_view username) {
    return failed(fmt::format("there is no agent \"{}\"", username));
}

// Applies `change` to the agent's id, and gives the agent as it is afterwards.
template <typename Change>
CommandResult<Agent> change_agent(Database& database, std::string_view username, Change change) {
    AgentRepository agents(database);
    const auto agent = agents.find_by_username(username);
    if (!agent || !change(agents, agent->id)) {
        return no_such_agent(username);
    }
    return agents.find(agent->id).value();
}

using Line = std::array<std::string, 6>;

Line line_of(const Agent& agent) {
    return {agent.username,
            agent.name,
            std::string(to_string(agent.role)),
            fmt::format("{}", fmt::join(agent.departments, ",")),
            agent.capacity ? std::to_string(*agent.capacity) : "-",
            agent.disabled ? "disabled" : "enabled"};
}

}  // namespace

CommandResult<Agent> agent_add(Database& database, const NewAgent& agent,
                               const std::vector<std::string>& known_departments) {
    if (const std::string fault = fault_of(agent, known_departments); !fault.empty()) {
        return wrong_use(fault);
    }
    Agent fresh;
    fresh.username = agent.username;
    fresh.name = agent.name;
    fresh.role = *role_from(agent.role);
    fresh.departments = agent.departments;
    fresh.capacity = agent.capacity;
    fresh.password_hash = hash_password(agent.password);
    auto added = AgentRepository(database).add(std::move(fresh));
    if (!added) {
        return failed(fmt::format("there is an agent \"{}\" already", agent.username));
    }
    return std::move(*added);
}

CommandResult<Agent> agent_disable(Database& database, std::string_view username) {
    return change_agent(database, username,
                        [](AgentRepository& agents, const std::string& id) { return agents.disable(id); });
}

CommandResult<Agent> agent_enable(Database& database, std::string_view username) {
    return change_agent(database, username,
                        [](AgentRepository& agents, const std::string& id) { return agents.enable(id); });
}

CommandResult<Agent> agent_password(Database& database, std::string_view username, std::string_view password) {
    if (const std::string fault = password_fault(password); !fault.empty()) {
        return wrong_use(fault);
    }
    const std::string hash = hash_password(password);
    return change_agent(database, username,
                        [&](AgentRepository& agents, const std::string& id) { return agents.set_password(id, hash); });
}

std::string agent_table(Database& database) {
    std::vector<Line> lines{{"USERNAME", "NAME", "ROLE", "DEPARTMENTS", "CAPACITY", "STATE"}};
    for (const Agent& agent : AgentRepository(database).list()) {
        lines.push_back(line_of(agent));
    }
    std::array<std::size_t, std::tuple_size_v<Line>> widths{};
    for (const Line& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], code_points(line[i]));
        }
    }
    std::string out;
    for (const Line& line : lines) {
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            out += line[i] + std::string(widths[i] - code_points(line[i]) + 2, ' ');
        }
        out += line.back() + '\n';
    }
    return out;
}

}  // namespace ventanilla::record
