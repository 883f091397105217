#include "config/load.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/config/config_support.hpp"

namespace ventanilla::config {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Load, the_least_that_is_enough) {
    const Site site = loaded(minimal);
    EXPECT_EQ(site.site, "s");
    EXPECT_EQ(site.locale, "es-MX");
    EXPECT_EQ(site.timezone, "America/Mexico_City");
    EXPECT_EQ(site.captcha, CaptchaMode::code);
    EXPECT_THAT(site.phones, IsEmpty());
    EXPECT_THAT(site.origins, IsEmpty());
    EXPECT_EQ(site.public_url, "");
    ASSERT_EQ(site.channels.size(), 1U);
    EXPECT_THAT(site.channels[0].ask, ElementsAre(Ask::message, Ask::name, Ask::email, Ask::department));
    EXPECT_TRUE(site.channels[0].any_department);
    EXPECT_EQ(site.channels[0].side, Side::right);
    EXPECT_EQ(site.departments[0].capacity, 4);
    EXPECT_EQ(site.departments[0].assign, Assign::automatic);
    EXPECT_EQ(site.chat.visitor_grace_s, 120);
    EXPECT_TRUE(site.chat.show_drafts);
    EXPECT_EQ(site.limits.sockets_per_address, 2000);
    EXPECT_EQ(site.limits.starts_per_address, 12'000);
    EXPECT_EQ(site.limits.messages_per_address, 20'000);
    EXPECT_EQ(site.files.types.size(), 8U);
    EXPECT_EQ(site.sla.resolution_h, 48);
    EXPECT_EQ(site.mail.smtp, "");
    EXPECT_TRUE(site.calendar("").is_open(0));
    EXPECT_TRUE(site.calendar(site.sla.calendar).is_open(0));
}

TEST(Load, the_example_of_the_protocol) {
    const Site site = loaded(protocol_example);
    EXPECT_EQ(site.site, "fel");
    EXPECT_EQ(site.name, "Facturar en Línea");
    EXPECT_THAT(site.origins, ElementsAre("https://www.fel.mx"));
    EXPECT_EQ(site.public_url, "http://127.0.0.1:8080");
    ASSERT_EQ(site.phones.size(), 1U);
    EXPECT_EQ(site.phones[0].hours, "oficina");
    EXPECT_EQ(site.contact.ask_in_mail.size(), 6U);
    const auto& office = site.hours.at("oficina");
    EXPECT_THAT(office.week[0], ElementsAre(tickets::Interval{540, 1080}));
    EXPECT_THAT(office.week[1], IsEmpty());
    EXPECT_TRUE(office.mx_lft);
    EXPECT_EQ(site.channels[0].side, Side::left);
    EXPECT_THAT(site.channels[1].ask, ElementsAre(Ask::name, Ask::email));
    EXPECT_THAT(site.find_department("soporte-tecnico")->overflow_to, ElementsAre("soporte-contable"));
    EXPECT_EQ(site.mail.lmtp, "unix:lmtp.sock");
}

TEST(Load, the_demo_site) {
    const auto site = load_file(std::filesystem::path(VENTANILLA_SOURCE_DIR) / "deploy/demo/fel.toml");
    ASSERT_TRUE(site) << lines_of(site.error());
    EXPECT_EQ(site->phones.size(), 3U);
    std::vector<std::string> order;
    for (const Department& department : site->departments) order.push_back(department.id);
    EXPECT_THAT(order, ElementsAre("soporte-tecnico", "soporte-contable", "ventas", "pagos", "quejas", "sugerencias"));
    for (const Department& department : site->departments) {
        EXPECT_EQ(department.hours, "");  // the demo can be tried at night
        EXPECT_EQ(department.tickets_only(), order.begin() + 3 <= std::ranges::find(order, department.id));
    }
    ASSERT_EQ(site->departments_of("soporte").size(), 2U);
    EXPECT_EQ(site->departments_of("soporte")[1]->id, "soporte-contable");
    // Sunday 22 November 2026, noon in Mexico.
    EXPECT_FALSE(site->calendar("oficina").is_open(1'795'370'400'000));
    EXPECT_TRUE(site->calendar("oficina").is_open(1'795'370'400'000 + 86'400'000));
}

TEST(Load, normal_forms) {
    const Site site = loaded(R"(
origins = ["https://WWW.fel.mx:443", "http://[::1]:8080"]
public_url = "HTTPS://desk.example.mx"
trusted_proxies = ["10.0.0.0/8", "::1"]
)" + std::string(minimal) + R"(
[hours."Turno de noche"]
mon = ["22:00-24:00", "00:00-06:00"]
holidays = ["2026-12-24", "2026-01-02"]
[store]
sentinels = ["10.0.0.1:26379"]
[mail]
from = ""
)");
    EXPECT_THAT(site.origins, ElementsAre("https://www.fel.mx", "http://[::1]:8080"));
    EXPECT_EQ(site.public_url, "https://desk.example.mx");
    ASSERT_EQ(site.trusted_proxies.size(), 2U);
    EXPECT_TRUE(site.trusted_proxies[0].contains("10.1.2.3"));
    const auto& night = site.hours.at("Turno de noche");
    EXPECT_THAT(night.week[0], ElementsAre(tickets::Interval{0, 360}, tickets::Interval{1320, 1440}));
    EXPECT_THAT(night.holidays, ElementsAre(tickets::Date{2026, 1, 2}, tickets::Date{2026, 12, 24}));
    EXPECT_THAT(site.store.sentinels, ElementsAre(HostPort{"10.0.0.1", 26379}));
}

TEST(Load, limits_of_an_address_follow_its_sockets_unless_they_are_given) {
    const auto limits = [](const std::string& lines) {
        return loaded(std::string(minimal) + "[limits]\nsockets_per_address = 10000\n" + lines).limits;
    };
    EXPECT_EQ(limits("").connections_per_address, 10'000);
    EXPECT_EQ(limits("").starts_per_address, 60'000);
    EXPECT_EQ(limits("").visitors_per_address, 60'000);
    EXPECT_EQ(limits("").messages_per_address, 100'000);
    EXPECT_EQ(limits("messages_per_s = 1000000").messages_per_address, 1'000'000);
    EXPECT_EQ(limits("starts_per_address = 5").starts_per_address, 5);
    EXPECT_EQ(limits("sockets_per_site = 7\nstarts_per_site = 8\nmessages_per_site = 9\nvisitors_per_site = 10")
                  .visitors_per_site,
              10);
    EXPECT_EQ(loaded(std::string(minimal) + "[limits]\nsockets_per_address = 3").limits.starts_per_address, 12'000);
}

TEST(Load, how_long_a_department_keeps_what_is_past) {
    const Site site =
        loaded(std::string(minimal) + "chats_days = 30\n[[department]]\nid = \"pagos\"\nname = \"Pagos\"\n"
                                      "tickets_days = 3650\n[retention]\nchats_days = 365\n");
    EXPECT_EQ(site.retention.chats_days, 365);
    EXPECT_EQ(site.retention.tickets_days, 1825);
    EXPECT_EQ(site.departments.at(0).chats_days, 30);
    EXPECT_EQ(site.departments.at(0).tickets_days, std::nullopt);
    EXPECT_EQ(site.departments.at(1).chats_days, std::nullopt);
    EXPECT_EQ(site.departments.at(1).tickets_days, 3650);
}

TEST(Load, lookups_of_what_is_not_there) {
    const Site site = loaded(minimal);
    EXPECT_EQ(site.find_channel("x"), nullptr);
    EXPECT_EQ(site.find_department(""), nullptr);
    EXPECT_THAT(site.departments_of(""), IsEmpty());
    EXPECT_NE(site.find_channel("c"), nullptr);
}

TEST(Load, a_file_that_is_not_there) {
    const auto site = load_file("/nonexistent/site.toml");
    ASSERT_FALSE(site);
    EXPECT_EQ(lines_of(site.error()), "/nonexistent/site.toml: expected a file that can be read\n");
    EXPECT_FALSE(load_file(std::filesystem::temp_directory_path()));
}

TEST(Load, never_throws) {
    const std::string deep_dots = [] {
        std::string text;
        for (int i = 0; i < 200'000; ++i) text += "a.";
        return text + "a = 1\n";
    }();
    const std::string deep_arrays = "a = " + std::string(100'000, '[');
    for (const std::string& text :
         {deep_dots, deep_arrays, std::string(2'000'000, ' '), std::string("a = \"\xff\xfe\""), std::string("\0\0", 2),
          std::string("site = 99999999999999999999999999"), std::string("\xef\xbb\xbf")})
        EXPECT_FALSE(load(text, "f"));
}

TEST(Load, half_a_file_never_throws) {
    const std::string text(protocol_example);
    for (std::size_t length = 0; length < text.size(); length += 7) {
        for (const Problem& problem : problems_of(text.substr(0, length))) {
            EXPECT_GE(problem.line, 1);
            EXPECT_GE(problem.column, 1);
            EXPECT_EQ(to_line(problem).find('\n'), std::string::npos);
        }
    }
}

TEST(Routing, json_of_a_site) {
    const auto json = routing_json(loaded(R"(
site = "s"
name = "S"
[[channel]]
id = "soporte"
title = "Soporte"
priority = 1
[[channel]]
id = "ventas"
title = "Ventas"
any_department = false
[[department]]
id = "z"
name = "Z"
channel = "soporte"
overflow_to = ["a"]
[[department]]
id = "a"
name = "A"
channel = "soporte"
assign = "take"
[[department]]
id = "v"
name = "V"
channel = "ventas"
[[department]]
id = "pagos"
name = "Pagos"
)"));
    EXPECT_EQ(json, nlohmann::json::parse(R"({
"channels":{"soporte":{"priority":1,"departments":["z","a"],"any":true},
            "ventas":{"priority":0,"departments":["v"],"any":false}},
"departments":{
 "z":{"channel":"soporte","assign":"auto","capacity":4,"answer_within_s":60,"max_waiting":200,"overflow_after_s":120,"overflow_to":["a"]},
 "a":{"channel":"soporte","assign":"take","capacity":4,"answer_within_s":60,"max_waiting":200,"overflow_after_s":120,"overflow_to":[]},
 "v":{"channel":"ventas","assign":"auto","capacity":4,"answer_within_s":60,"max_waiting":200,"overflow_after_s":120,"overflow_to":[]},
 "pagos":{"channel":"","assign":"auto","capacity":4,"answer_within_s":60,"max_waiting":200,"overflow_after_s":120,"overflow_to":[]}},
"order":["z","a","v","pagos"],
"chat":{"agent_grace_s":20,"visitor_grace_s":120,"idle_close_s":1200}})"));
}

TEST(Routing, version_changes_with_routing_only) {
    const auto version = [](const std::string& extra) {
        return routing_version(routing_json(loaded(std::string(minimal) + extra)));
    };
    EXPECT_EQ(version("").size(), 64U);
    EXPECT_EQ(version(""), version("[look]\naccent = \"#000000\"\n"));
    EXPECT_EQ(version(""), version("[chat]\nagent_grace_s = 20\n"));
    EXPECT_NE(version(""), version("[chat]\nagent_grace_s = 21\n"));
}

}  // namespace
}  // namespace ventanilla::config
