// What the commands need of the configuration. The calendar version is the hours themselves as text: a ticket that keeps
// it can have its due times counted, and explained, as they were promised, however often the configuration changed since.
#include <date/tz.h>

#include <nlohmann/json.hpp>

#include <array>

#include "ticketing/steps.hpp"

namespace ventanilla::ticketing {
namespace {

using nlohmann::json;

constexpr std::int64_t kHourMs = 3'600'000;

json hours_json(const tickets::Hours& hours) {
    json week = json::array();
    for (const auto& day : hours.week) {
        json intervals = json::array();
        for (const auto& interval : day) intervals.push_back({interval.from_min, interval.to_min});
        week.push_back(std::move(intervals));
    }
    json holidays = json::array();
    for (const auto& date : hours.holidays) holidays.push_back({date.year, date.month, date.day});
    return {{"week", week}, {"mx_lft", hours.mx_lft}, {"holidays", holidays}};
}

tickets::Hours hours_from(const json& text) {
    tickets::Hours hours;
    for (std::size_t day = 0; day < hours.week.size(); ++day) {
        for (const auto& interval : text.at("week").at(day)) {
            hours.week.at(day).push_back({interval.at(0).get<int>(), interval.at(1).get<int>()});
        }
    }
    hours.mx_lft = text.at("mx_lft").get<bool>();
    for (const auto& date : text.at("holidays")) {
        hours.holidays.push_back({date.at(0).get<int>(), date.at(1).get<int>(), date.at(2).get<int>()});
    }
    return hours;
}

std::string version_text(const config::Site& site) {
    json version = {{"first_response_h", site.sla.first_response_h}, {"resolution_h", site.sla.resolution_h}};
    const auto hours = site.hours.find(site.sla.calendar);
    if (hours != site.hours.end()) {
        version["hours"] = hours_json(hours->second);
        version["zone"] = site.timezone;
        version["zone_data"] = date::get_tzdb().version;
    }
    return version.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

PolicyPtr make_policy(const config::Site& site, std::string public_url, std::string key_secret) {
    auto policy = std::make_shared<Policy>();
    policy->sla.calendar = site.calendar(site.sla.calendar);
    policy->sla.first_response_ms = site.sla.first_response_h * kHourMs;
    policy->sla.resolution_ms = site.sla.resolution_h * kHourMs;
    policy->sla.silence_ms = site.sla.close_after_silence_days * 24 * kHourMs;
    policy->calendar_version = version_text(site);
    policy->locale = site.locale;
    policy->public_url = std::move(public_url);
    policy->key_secret = std::move(key_secret);
    return policy;
}

tickets::SlaPolicy sla_of(const Policy& policy, const record::TicketRecord& ticket) {
    if (ticket.calendar_version == policy.calendar_version) return policy.sla;
    tickets::SlaPolicy sla = policy.sla;
    try {
        const json version = json::parse(ticket.calendar_version);
        sla.first_response_ms = version.at("first_response_h").get<std::int64_t>() * kHourMs;
        sla.resolution_ms = version.at("resolution_h").get<std::int64_t>() * kHourMs;
        sla.calendar = tickets::Calendar::always_open();
        const auto hours = version.find("hours");
        if (hours == version.end()) return sla;
        auto calendar = tickets::Calendar::make(hours_from(*hours), version.at("zone").get<std::string>());
        // A zone that the system no longer knows: today's hours are nearer than none.
        sla.calendar = calendar ? *std::move(calendar) : policy.sla.calendar;
        return sla;
    } catch (const json::exception&) {
        return policy.sla;  // a version that was not made here
    }
}

}  // namespace ventanilla::ticketing
