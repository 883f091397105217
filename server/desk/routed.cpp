#include "desk/routed.hpp"

#include <algorithm>

namespace ventanilla::desk {

live::AgentMeta routed(const record::Agent& agent, const config::Site& site) {
    live::AgentMeta meta;
    meta.id = agent.id;
    meta.username = agent.username;
    meta.name = agent.name;
    meta.role = std::string(record::to_string(agent.role));
    meta.disabled = agent.disabled;
    meta.revision = agent.revision;
    meta.credentials = agent.credentials;
    int largest = 0;
    for (const auto& id : agent.departments) {
        const auto* department = site.find_department(id);
        if (department == nullptr) continue;  // no longer configured: the agent keeps the others
        meta.departments.push_back(id);
        largest = std::max(largest, department->capacity);
    }
    meta.capacity = agent.capacity ? static_cast<int>(*agent.capacity) : std::max(largest, 1);
    return meta;
}

}  // namespace ventanilla::desk
