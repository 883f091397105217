#include "desk/rights.hpp"

#include <algorithm>

namespace ventanilla::desk {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

bool may_read(const live::AgentMeta& agent, const live::ChatMeta& chat, const config::Site& site) {
    if (agent.disabled) return false;
    if (agent.role == "admin" || (!chat.agent.empty() && chat.agent == agent.id)) return true;
    if (contains(agent.departments, chat.department)) return true;
    return chat.department == "any" && contains(visible_channels(agent, site), chat.channel);
}

bool may_read(const live::AgentMeta& agent, const record::TicketRecord& ticket) {
    if (agent.disabled) return false;
    if (agent.role == "admin" || ticket.assignee_id == agent.id) return true;
    return contains(agent.departments, ticket.department);
}

bool may_write_reply(const live::AgentMeta& agent, const std::optional<std::string>& department) {
    if (agent.disabled) return false;
    if (agent.role == "admin") return true;
    return department ? contains(agent.departments, *department) : may_supervise(agent);
}

bool may_supervise(const live::AgentMeta& agent) {
    return agent.role == "supervisor" || agent.role == "admin";
}

std::optional<std::vector<std::string>> visible_departments(const live::AgentMeta& agent) {
    if (agent.role == "admin") return std::nullopt;
    return agent.departments;
}

std::vector<std::string> visible_channels(const live::AgentMeta& agent, const config::Site& site) {
    std::vector<std::string> channels;
    for (const auto& department : site.departments) {
        if (department.channel.empty() || !contains(agent.departments, department.id)) continue;
        if (!contains(channels, department.channel)) channels.push_back(department.channel);
    }
    return channels;
}

}  // namespace ventanilla::desk
