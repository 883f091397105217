// What the commands need of the configuration. The calendar version is the hours themselves as text: a ticket that keeps
// it can have its due times counted, and explained, as they were promised, however often the configuration changed since. The
// rules of the zone are named in it by their id, and kept beside the tickets (docs/decisions/time-zones.md).
#include <nlohmann/json.hpp>

#include <array>

#include "store/record/zone_data.hpp"
#include "ticketing/steps.hpp"
#include "zones/zones.hpp"

namespace ventanilla::ticketing {
namespace {

using nlohmann::json;

constexpr std::int64_t kHourMs = 3'600'000;
/// Members of a version: what the due times were counted with, and the resolution's, where that is other.
constexpr auto kZoneData = "zone_data";
constexpr auto kResolutionZoneData = "resolution_zone_data";

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

std::string text_of(const json& version) {
    return version.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string version_text(const config::Site& site, const zones::ZonePtr& zone) {
    json version = {{"first_response_h", site.sla.first_response_h}, {"resolution_h", site.sla.resolution_h}};
    if (zone) {
        version["hours"] = hours_json(site.hours.at(site.sla.calendar));
        version["zone"] = site.timezone;
        version[kZoneData] = zone->id();
    }
    return text_of(version);
}

/// The rules with that id, from this process or from the store.
zones::ZonePtr kept_zone(record::Database& database, const std::string& id) {
    if (auto zone = zones::find_by_id(id)) return zone;
    const auto data = record::ZoneDataRepository(database).find(id);
    if (!data) return nullptr;
    auto zone = zones::Zone::parse(*data);
    if (!zone) return nullptr;
    zones::remember(*zone);
    return *std::move(zone);
}

/// The ticket's hours with the rules that `member` of its version names. Of tickets from before rules were kept, the rules
/// that the zone has now. Nothing for a zone that the system no longer knows.
std::optional<tickets::Calendar> calendar_of(record::Database& database, const json& version, const char* member) {
    auto zone = kept_zone(database, version.at(member).get<std::string>());
    if (!zone) zone = zones::find(version.at("zone").get<std::string>()).value_or(nullptr);
    if (!zone) return std::nullopt;
    auto calendar = tickets::Calendar::make(hours_from(version.at("hours")), std::move(zone));
    return calendar ? std::optional(*std::move(calendar)) : std::nullopt;
}

}  // namespace

PolicyPtr make_policy(const config::Site& site, std::string public_url, std::string key_secret) {
    auto policy = std::make_shared<Policy>();
    policy->sla.calendar = site.calendar(site.sla.calendar);
    policy->sla.first_response_ms = site.sla.first_response_h * kHourMs;
    policy->sla.resolution_ms = site.sla.resolution_h * kHourMs;
    policy->sla.silence_ms = site.sla.close_after_silence_days * 24 * kHourMs;
    policy->zone = policy->sla.calendar.zone();
    policy->calendar_version = version_text(site, policy->zone);
    policy->locale = site.locale;
    policy->public_url = std::move(public_url);
    policy->key_secret = std::move(key_secret);
    return policy;
}

tickets::SlaPolicy sla_of(record::Database& database, const Policy& policy, const record::TicketRecord& ticket) {
    if (ticket.calendar_version == policy.calendar_version) return policy.sla;
    tickets::SlaPolicy sla = policy.sla;
    try {
        const json version = json::parse(ticket.calendar_version);
        sla.first_response_ms = version.at("first_response_h").get<std::int64_t>() * kHourMs;
        sla.resolution_ms = version.at("resolution_h").get<std::int64_t>() * kHourMs;
        sla.calendar = tickets::Calendar::always_open();
        if (!version.contains("hours")) return sla;
        // Without the zone today's hours are nearer than none.
        sla.calendar = calendar_of(database, version, kZoneData).value_or(policy.sla.calendar);
        if (version.contains(kResolutionZoneData)) {
            sla.resolution_calendar = calendar_of(database, version, kResolutionZoneData);
        }
        return sla;
    } catch (const json::exception&) {
        return policy.sla;  // a version that was not made here
    }
}

void take_todays_rules(const Policy& policy, record::TicketRecord& ticket) {
    if (!policy.zone || ticket.calendar_version == policy.calendar_version) return;
    json version = json::parse(ticket.calendar_version, nullptr, false);
    const json today = json::parse(policy.calendar_version);
    // Another zone, or none: its own stay.
    if (!version.is_object() || !version.contains("hours") || version.value("zone", "") != today.at("zone")) return;
    if (version.value(kZoneData, "") == policy.zone->id()) {
        version.erase(kResolutionZoneData);
    } else {
        version[kResolutionZoneData] = policy.zone->id();
    }
    ticket.calendar_version = text_of(version);
}

void keep_rules(record::Database& database, const Policy& policy) {
    if (policy.zone) record::ZoneDataRepository(database).keep(policy.zone->id(), policy.zone->data());
}

}  // namespace ventanilla::ticketing
