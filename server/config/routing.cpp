// The part of the configuration that lies in Redis.

#include "base/random.hpp"
#include "config/load.hpp"

namespace ventanilla::config {

nlohmann::json routing_json(const Site& site) {
    nlohmann::json channels = nlohmann::json::object();
    for (const Channel& channel : site.channels) {
        nlohmann::json departments = nlohmann::json::array();
        for (const Department* department : site.departments_of(channel.id)) departments.push_back(department->id);
        channels[channel.id] = {
            {"priority", channel.priority}, {"departments", std::move(departments)}, {"any", channel.any_department}};
    }

    nlohmann::json departments = nlohmann::json::object();
    nlohmann::json order = nlohmann::json::array();
    for (const Department& department : site.departments) {
        order.push_back(department.id);
        departments[department.id] = {
            {"channel", department.channel},         {"assign", to_string(department.assign)},
            {"capacity", department.capacity},       {"answer_within_s", department.answer_within_s},
            {"max_waiting", department.max_waiting}, {"overflow_after_s", department.overflow_after_s},
            {"overflow_to", department.overflow_to}};
    }

    return {{"channels", std::move(channels)},
            {"departments", std::move(departments)},
            {"order", std::move(order)},
            {"chat",
             {{"agent_grace_s", site.chat.agent_grace_s},
              {"visitor_grace_s", site.chat.visitor_grace_s},
              {"idle_close_s", site.chat.idle_close_s}}}};
}

std::string routing_version(const nlohmann::json& routing) {
    // Objects are kept sorted by key, so that equal settings have equal bytes.
    return token_hash(routing.dump());
}

}  // namespace ventanilla::config
