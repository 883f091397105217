#include "api/chat_views.hpp"

#include <algorithm>

#include "desk/convert.hpp"
#include "desk/rights.hpp"

namespace ventanilla::api {

nlohmann::json past_chat_json(const live::ChatMeta& chat, const protocol::Visitor& visitor) {
    auto wire = desk::to_wire(chat);
    if (!chat.agent.empty()) wire.agent = protocol::AgentRef{chat.agent, chat.agent_name};
    auto json = protocol::to_json(wire, visitor);
    json["outcome"] = chat.outcome.empty() ? nlohmann::json(nullptr) : nlohmann::json(chat.outcome);
    json["closed_at"] = chat.closed_at > 0 ? nlohmann::json(chat.closed_at) : nlohmann::json(nullptr);
    return json;
}

std::optional<record::ChatQuery> visible_chats(const live::AgentMeta& agent, const std::string& department,
                                               const config::Site& site) {
    record::ChatQuery query;
    query.departments = desk::visible_departments(agent);
    if (query.departments) query.any_channels = desk::visible_channels(agent, site);
    if (department.empty()) return query;
    if (department == "any") {
        if (!query.departments) {
            for (const auto& channel : site.channels) query.any_channels.push_back(channel.id);
        }
        query.departments.emplace();
        return query;
    }
    const auto& theirs = query.departments;
    const bool visible = !theirs || std::find(theirs->begin(), theirs->end(), department) != theirs->end();
    if (!visible || site.find_department(department) == nullptr) return std::nullopt;
    query.departments = {department};
    query.any_channels.clear();
    return query;
}

}  // namespace ventanilla::api
