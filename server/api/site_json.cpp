#include "api/site_json.hpp"

#include <map>
#include <optional>
#include <string>

#include "protocol/data.hpp"
#include "protocol/words.hpp"
#include "tickets/describe.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;

void add_hours(json& item, const config::Site& site, const std::string& name) {
    const auto hours = site.hours.find(name);
    if (hours == site.hours.end()) return;  // always open: there is nothing to say
    item["hours"] = {{"es", tickets::describe_week(hours->second, "es-MX")},
                     {"en", tickets::describe_week(hours->second, "en")}};
}

json phones_json(const config::Site& site) {
    auto phones = json::array();
    for (const auto& phone : site.phones) {
        json item{{"label", phone.label}, {"number", phone.number}};
        add_hours(item, site, phone.hours);
        phones.push_back(std::move(item));
    }
    return phones;
}

json channel_words(const config::Channel& channel) {
    auto ask = json::array();
    for (const auto what : channel.ask) ask.push_back(config::to_string(what));
    return {{"id", channel.id},
            {"title", channel.title},
            {"greeting", channel.greeting},
            {"side", config::to_string(channel.side)},
            {"ask", std::move(ask)},
            {"any", channel.any_department}};
}

json department_json(const config::Site& site, const config::Department& department, protocol::OpenState state) {
    json item{{"id", department.id},
              {"name", department.name},
              {"channel", department.channel.empty() ? json(nullptr) : json(department.channel)},
              {"state", protocol::to_string(state)}};
    if (!department.tickets_only()) item["answer_within_s"] = department.answer_within_s;
    add_hours(item, site, department.hours);
    return item;
}

}  // namespace

json site_words(const config::Site& site) {
    json words{{"site", site.site},         {"name", site.name},          {"locale", site.locale},
               {"timezone", site.timezone}, {"accent", site.look.accent}, {"phones", phones_json(site)}};
    if (!site.contact.email.empty()) words["email"] = site.contact.email;
    auto& channels = words["channels"] = json::array();
    for (const auto& channel : site.channels) {
        auto item = channel_words(channel);
        auto& departments = item["departments"] = json::array();
        for (const auto* department : site.departments_of(channel.id)) {
            departments.push_back({{"id", department->id}, {"name", department->name}});
        }
        channels.push_back(std::move(item));
    }
    return words;
}

json site_json(const config::Site& site, const desk::Board& board, std::int64_t now_ms) {
    auto body = site_words(site);
    body["ask_in_mail"] = site.contact.ask_in_mail;
    body["ticket_url"] = "/ticket";
    for (std::size_t i = 0; i < site.phones.size(); ++i) {
        body["phones"][i]["open"] = site.calendar(site.phones[i].hours).is_open(now_ms);
    }
    std::map<std::string, protocol::OpenState> states;
    for (std::size_t i = 0; i < site.channels.size(); ++i) {
        const auto info = board.channel(site.channels[i], now_ms);
        for (const auto& department : info.departments) states[department.id] = department.state;
        auto& channel = body["channels"][i];
        channel["state"] = protocol::to_string(info.state);
        channel["opens_at"] = info.opens_at ? json(*info.opens_at) : json(nullptr);
        channel["departments"] = protocol::to_json_array(info.departments);
    }
    auto& departments = body["departments"] = json::array();
    for (const auto& department : site.departments) {
        const auto known = states.find(department.id);
        const bool open = site.calendar(department.hours).is_open(now_ms);
        // A department without a chat has nobody to be online: its hours are all there is.
        const auto by_hours = open ? protocol::OpenState::open : protocol::OpenState::closed;
        departments.push_back(department_json(site, department, known != states.end() ? known->second : by_hours));
    }
    body["captcha"] = {{"mode", config::to_string(site.captcha)}};
    body["files"] = {{"max_mib", site.files.max_mib}, {"types", site.files.types}};
    return body;
}

}  // namespace ventanilla::api
