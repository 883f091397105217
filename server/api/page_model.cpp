#include "api/page_model.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "api/template.hpp"
#include "tickets/describe.hpp"

namespace ventanilla::api {
namespace {

using nlohmann::json;

std::string_view language(protocol::Locale locale) {
    return locale == protocol::Locale::en ? "en" : "es";
}

/// Midnight of the date, as a count of days.
std::chrono::sys_days day_of(const tickets::LocalTime& time) {
    const auto& date = time.date;
    return std::chrono::year(date.year) / std::chrono::month(static_cast<unsigned>(date.month)) /
           std::chrono::day(static_cast<unsigned>(date.day));
}

/// Spanish says "a la 1:00" and "a las 2:00": words that hold a time come in both forms.
std::string word_with_time(const json& words, std::string key, const tickets::LocalTime& at, json values) {
    if (at.hour == 1) key += "_one";
    return render_plain(words.at(key).get_ref<const std::string&>(), values);
}

std::string when_it_opens(std::int64_t opens_ms, std::int64_t now_ms, std::string_view zone, std::string_view locale,
                          const json& words) {
    const auto opens = tickets::local_time(opens_ms, zone);
    const auto days = (day_of(opens) - day_of(tickets::local_time(now_ms, zone))).count();
    json values{{"time", tickets::format_time(opens_ms, zone)}};
    if (days == 0) return word_with_time(words, "opens_today", opens, std::move(values));
    if (days == 1) return word_with_time(words, "opens_tomorrow", opens, std::move(values));
    if (days < 7) {
        values["day"] = words.at("days").at(static_cast<std::size_t>(opens.weekday));
        return word_with_time(words, "opens_weekday", opens, std::move(values));
    }
    values["date"] = tickets::format_date_time(opens_ms, zone, locale);
    return render_plain(words.at("opens_date").get_ref<const std::string&>(), values);
}

std::string hours_text(const config::Site& site, const std::string& name, const PageRequest& request,
                       const json& words) {
    const auto hours = site.hours.find(name);
    if (hours == site.hours.end()) return words.at("always");
    return tickets::describe_week(hours->second, protocol::to_string(request.locale));
}

/// Lines with one label and one set of hours share a card.
json phones_json(const config::Site& site, const PageRequest& request, const json& words) {
    auto cards = json::array();
    const config::Phone* before = nullptr;
    for (const auto& phone : site.phones) {
        if (before == nullptr || before->label != phone.label || before->hours != phone.hours) {
            const auto calendar = site.calendar(phone.hours);
            cards.push_back({{"label", phone.label},
                             {"index", cards.size()},
                             {"hours", hours_text(site, phone.hours, request, words)},
                             {"state", calendar.is_open(request.now_ms) ? "open" : "closed"},
                             {"state_text", opening_text(calendar, request.now_ms, site.timezone,
                                                         protocol::to_string(request.locale), words)},
                             {"numbers", json::array()}});
        }
        before = &phone;
        cards.back()["numbers"].push_back(
            {{"number", phone.number},
             {"tel", phone_link(phone.number)},
             {"call", render_plain(words.at("call").get_ref<const std::string&>(), {{"number", phone.number}})}});
    }
    return cards;
}

/// The shortest wait that a department of the channel could estimate.
std::optional<std::int64_t> shortest_wait(const protocol::ChannelInfo& channel) {
    std::optional<std::int64_t> shortest;
    for (const auto& department : channel.departments) {
        if (department.state != protocol::OpenState::open || !department.wait_s) continue;
        shortest = std::min(shortest.value_or(*department.wait_s), *department.wait_s);
    }
    return shortest;
}

std::string channel_text(const protocol::ChannelInfo& channel, const config::Site& site, const PageRequest& request,
                         const json& words) {
    if (channel.state == protocol::OpenState::busy) return words.at("chat_busy");
    if (channel.state == protocol::OpenState::open) {
        const auto wait = shortest_wait(channel);
        if (!wait) return words.at("chat_open");
        const json values{{"minutes", std::max<std::int64_t>(1, (*wait + 59) / 60)}};
        return render_plain(words.at("chat_wait").get_ref<const std::string&>(), values);
    }
    if (!channel.opens_at) return words.at("chat_closed");
    return words.at("closed").get<std::string>() + " · " +
           when_it_opens(*channel.opens_at, request.now_ms, site.timezone, protocol::to_string(request.locale), words);
}

json channels_json(const config::Site& site, const desk::Board& board, const PageRequest& request, const json& words) {
    auto channels = json::array();
    for (const auto& channel : site.channels) {
        const auto info = board.channel(channel, request.now_ms);
        const bool open = info.state == protocol::OpenState::open;
        channels.push_back({{"id", channel.id},
                            {"title", channel.title},
                            {"greeting", channel.greeting},
                            {"state", protocol::to_string(info.state)},
                            {"state_text", channel_text(info, site, request, words)},
                            {"button", words.at(open ? "chat_start" : "chat_leave")}});
    }
    return channels;
}

json mail_json(const config::Site& site, const json& words) {
    if (site.contact.email.empty()) return nullptr;
    json mail{{"email", site.contact.email}};
    if (site.contact.ask_in_mail.empty()) return mail;
    auto items = json::array();
    for (const auto& what : site.contact.ask_in_mail) items.push_back(words.at("ask_" + what));
    mail["ask"] = {{"items", std::move(items)}};
    return mail;
}

std::string zone_name(const std::string& zone, const json& words) {
    const auto& zones = words.at("zones");
    if (const auto known = zones.find(zone); known != zones.end()) return *known;
    auto city = zone.substr(zone.rfind('/') + 1);
    std::replace(city.begin(), city.end(), '_', ' ');
    return city;
}

/// The words with the site's numbers put in.
json filled_words(const config::Site& site, const PageRequest& request, json words) {
    const json values{{"first_response_h", site.sla.first_response_h},
                      {"resolution_h", site.sla.resolution_h},
                      {"close_days", site.sla.close_after_silence_days},
                      {"hours", hours_text(site, site.sla.calendar, request, words)},
                      {"zone", zone_name(site.timezone, words)}};
    for (const auto* key : {"times_chat_text", "times_ticket_text", "times_silence_text", "times_hours", "zone"}) {
        words[key] = render_plain(words.at(key).get_ref<const std::string&>(), values);
    }
    return words;
}

}  // namespace

std::string opening_text(const tickets::Calendar& calendar, std::int64_t now_ms, std::string_view zone,
                         std::string_view locale, const json& words) {
    if (!calendar.is_open(now_ms)) {
        const auto opens = calendar.next_opening(now_ms);
        std::string closed = words.at("closed");
        if (!opens) return closed;
        return closed + " · " + when_it_opens(*opens, now_ms, zone, locale, words);
    }
    const auto closes = calendar.next_change(now_ms);
    const auto now = tickets::local_time(now_ms, zone);
    if (!closes || tickets::local_time(*closes, zone).date != now.date) return words.at("open_now");
    return word_with_time(words, "open_until", tickets::local_time(*closes, zone),
                          {{"time", tickets::format_time(*closes, zone)}});
}

std::string phone_link(std::string_view number) {
    std::string link;
    for (const char c : number) {
        if ((c >= '0' && c <= '9') || (c == '+' && link.empty())) link.push_back(c);
    }
    return link;
}

json page_model(const config::Site& site, const desk::Board& board, const json& words, const PageRequest& request,
                std::string_view title) {
    const bool english = request.locale == protocol::Locale::en;
    const auto calendar = site.hours.find(site.sla.calendar);
    json model{{"lang", protocol::to_string(request.locale)},
               {"lang_query", request.chosen ? "?lang=" + std::string(language(request.locale)) : ""},
               {"other",
                {{"lang", english ? "es-MX" : "en"},
                 {"label", english ? "Español" : "English"},
                 {"href", request.path + (english ? "?lang=es" : "?lang=en")}}},
               {"site", site.name},
               {"page_title", words.at(title)},
               {"t", filled_words(site, request, words)},
               {"phones", phones_json(site, request, words)},
               {"has_phones", !site.phones.empty()},
               {"channels", channels_json(site, board, request, words)},
               {"has_chats", !site.channels.empty()},
               {"mail", mail_json(site, words)},
               {"rest_days", calendar != site.hours.end() && calendar->second.mx_lft},
               {"script", false}};
    return model;
}

}  // namespace ventanilla::api
