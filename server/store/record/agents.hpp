#pragma once
// The people who answer. Every change raises one number, so that servers notice changes by comparing it.

#include "protocol/codes.hpp"
#include "store/record/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ventanilla::record {

class Database;

class AgentRepository {
public:
    explicit AgentRepository(Database& database) : database_(database) {}

    /// Stores a new agent; `id`, `revision` and `credentials` are given here. A username that exists is
    /// bad_field "username".
    protocol::Result<Agent> add(Agent agent);
    /// All, by username.
    std::vector<Agent> list();
    std::optional<Agent> find(std::string_view id);
    std::optional<Agent> find_by_username(std::string_view username);

    /// The following return false if there is no such agent. Repeating one is harmless.
    bool disable(std::string_view id);
    bool enable(std::string_view id);
    bool set_password(std::string_view id, std::string_view password_hash);

    /// Rises with every change of any agent.
    std::int64_t revision();
    /// The agents changed after `revision`, in the order of their changes.
    std::vector<Agent> changed_since(std::int64_t revision);

private:
    bool set_disabled(std::string_view id, bool disabled);
    std::int64_t next_revision();

    Database& database_;
};

}  // namespace ventanilla::record
