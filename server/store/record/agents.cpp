#include "store/record/agents.hpp"

#include "base/random.hpp"
#include "store/record/database.hpp"
#include "store/record/sql.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

namespace ventanilla::record {
namespace {

constexpr std::string_view columns =
    "id, username, name, role, departments, capacity, disabled, password_hash, revision, credentials";

/// The columns of one agent on their way in or out.
struct AgentRow {
    Agent agent;
    std::string role;
    std::string departments;
    Nullable<std::int64_t> capacity;
    std::int64_t disabled = 0;

    Agent get() {
        Agent out = agent;
        out.role = role_from(role).value_or(Role::agent);
        out.departments = nlohmann::json::parse(departments).get<std::vector<std::string>>();
        out.capacity = capacity.get();
        out.disabled = disabled != 0;
        return out;
    }
};

// All agents that `rest` (WHERE and ORDER BY, at most one parameter) selects.
template <typename... Parameter>
std::vector<Agent> select(Database& database, std::string_view rest, const Parameter&... parameter) {
    AgentRow row;
    soci::statement statement(database.sql());
    statement.exchange(soci::into(row.agent.id));
    statement.exchange(soci::into(row.agent.username));
    statement.exchange(soci::into(row.agent.name));
    statement.exchange(soci::into(row.role));
    statement.exchange(soci::into(row.departments));
    statement.exchange(soci::into(row.capacity.value, row.capacity.indicator));
    statement.exchange(soci::into(row.disabled));
    statement.exchange(soci::into(row.agent.password_hash));
    statement.exchange(soci::into(row.agent.revision));
    statement.exchange(soci::into(row.agent.credentials));
    (statement.exchange(soci::use(parameter)), ...);
    statement.alloc();
    statement.prepare(fmt::format("SELECT {} FROM agent {}", columns, rest));
    statement.define_and_bind();
    statement.execute();
    std::vector<Agent> agents;
    while (statement.fetch()) {
        agents.push_back(row.get());
    }
    return agents;
}

std::optional<Agent> first(std::vector<Agent> agents) {
    return agents.empty() ? std::nullopt : std::optional<Agent>(std::move(agents.front()));
}

}  // namespace

protocol::Result<Agent> AgentRepository::add(Agent agent) {
    Transaction transaction(database_);
    // The number first: whoever changes agents at the same time waits here, so the look-up below stays true.
    agent.revision = next_revision();
    agent.credentials = agent.revision;
    agent.id = random_id("a_");
    if (find_by_username(agent.username)) {
        return protocol::fail(protocol::Code::bad_field, "username");
    }
    const std::string role(to_string(agent.role));
    const std::string departments = nlohmann::json(agent.departments).dump();
    Nullable<std::int64_t> capacity(agent.capacity);
    const std::int64_t disabled = agent.disabled ? 1 : 0;
    database_.sql() << fmt::format("INSERT INTO agent ({}) VALUES (:id, :username, :name, :role, :departments, "
                                   ":capacity, :disabled, :password_hash, :revision, :credentials)",
                                   columns),
        soci::use(agent.id), soci::use(agent.username), soci::use(agent.name), soci::use(role), soci::use(departments),
        soci::use(capacity.value, capacity.indicator), soci::use(disabled), soci::use(agent.password_hash),
        soci::use(agent.revision), soci::use(agent.credentials);
    transaction.commit();
    return agent;
}

std::vector<Agent> AgentRepository::list() {
    return select(database_, "ORDER BY username");
}

std::optional<Agent> AgentRepository::find(std::string_view id) {
    return first(select(database_, "WHERE id = :id", std::string(id)));
}

std::optional<Agent> AgentRepository::find_by_username(std::string_view username) {
    return first(select(database_, "WHERE username = :username", std::string(username)));
}

bool AgentRepository::disable(std::string_view id) {
    return set_disabled(id, true);
}

bool AgentRepository::enable(std::string_view id) {
    return set_disabled(id, false);
}

bool AgentRepository::set_disabled(std::string_view id, bool disabled) {
    Transaction transaction(database_);
    const std::int64_t revision = next_revision();
    std::optional<Agent> agent = find(id);
    if (!agent) {
        return false;
    }
    if (agent->disabled == disabled) {
        return true;
    }
    const std::int64_t flag = disabled ? 1 : 0;
    const std::int64_t credentials = disabled ? revision : agent->credentials;
    database_.sql() << "UPDATE agent SET disabled = :disabled, revision = :revision, credentials = :credentials "
                       "WHERE id = :id",
        soci::use(flag), soci::use(revision), soci::use(credentials), soci::use(agent->id);
    transaction.commit();
    return true;
}

bool AgentRepository::set_password(std::string_view id, std::string_view password_hash) {
    Transaction transaction(database_);
    const std::int64_t revision = next_revision();
    const std::int64_t credentials = revision;
    const std::string hash(password_hash);
    const std::string key(id);
    soci::statement update =
        (database_.sql().prepare << "UPDATE agent SET password_hash = :hash, revision = :revision, "
                                    "credentials = :credentials WHERE id = :id",
         soci::use(hash), soci::use(revision), soci::use(credentials), soci::use(key));
    update.execute(true);
    if (changed(update) == 0) {
        return false;
    }
    transaction.commit();
    return true;
}

std::int64_t AgentRepository::revision() {
    std::int64_t revision = 0;
    database_.sql() << "SELECT agents_revision FROM meta", soci::into(revision);
    return revision;
}

// The row stays locked until the commit, so revisions become visible in their order.
std::int64_t AgentRepository::next_revision() {
    database_.sql() << "UPDATE meta SET agents_revision = agents_revision + 1";
    return revision();
}

std::vector<Agent> AgentRepository::changed_since(std::int64_t revision) {
    return select(database_, "WHERE revision > :revision ORDER BY revision", revision);
}

}  // namespace ventanilla::record
