#include "api/page_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "api/template.hpp"
#include "embedded/page_files.hpp"
#include "store/live/redis_pool.hpp"

namespace ventanilla::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kZone = "America/Mexico_City";
// Monday, 23 November 2026, 8:00 in Mexico City (UTC-6).
constexpr std::int64_t kMondayAt8 = 1795442400000;
constexpr std::int64_t kHour = 3600 * 1000;
constexpr std::int64_t kDay = 24 * kHour;

nlohmann::json words(std::string_view file) {
    for (const auto& asset : page_files()) {
        if (asset.path == file) return nlohmann::json::parse(asset.bytes);
    }
    return {};
}

tickets::Hours office() {
    tickets::Hours hours;
    for (std::size_t day = 0; day < 5; ++day) hours.week[day] = {{9 * 60, 18 * 60}};
    hours.week[5] = {{13 * 60, 14 * 60}};
    return hours;
}

std::string text_at(std::int64_t at_ms, std::string_view locale = "es-MX") {
    const auto calendar = tickets::Calendar::make(office(), kZone);
    return opening_text(*calendar, at_ms, kZone, locale, words(locale == "en" ? "words.en.json" : "words.es.json"));
}

TEST(OpeningText, SaysWhenItOpensInTheWordsOfPeople) {
    EXPECT_EQ(text_at(kMondayAt8), "Cerrado · abre hoy a las 9:00");
    EXPECT_EQ(text_at(kMondayAt8 + 11 * kHour), "Cerrado · abre mañana a las 9:00");
    EXPECT_EQ(text_at(kMondayAt8 + 6 * kDay), "Cerrado · abre mañana a las 9:00");
    EXPECT_EQ(text_at(kMondayAt8 + 5 * kDay + 7 * kHour), "Cerrado · abre el lunes a las 9:00");
    EXPECT_EQ(text_at(kMondayAt8, "en"), "Closed · opens today at 9:00");
}

TEST(OpeningText, SaysUntilWhenItIsOpen) {
    EXPECT_EQ(text_at(kMondayAt8 + kHour), "Abierto ahora · hasta las 18:00");
    EXPECT_EQ(text_at(kMondayAt8 + 2 * kHour, "en"), "Open now · until 18:00");
}

TEST(OpeningText, KnowsTheSingularOfOneOClock) {
    tickets::Hours night;
    night.week[1] = {{60, 120}};
    const auto calendar = tickets::Calendar::make(night, kZone);
    EXPECT_EQ(opening_text(*calendar, kMondayAt8, kZone, "es-MX", words("words.es.json")),
              "Cerrado · abre mañana a la 1:00");
}

TEST(OpeningText, ThatIsAlwaysOpenSaysNoMore) {
    EXPECT_EQ(opening_text(tickets::Calendar::always_open(), kMondayAt8, kZone, "en", words("words.en.json")),
              "Open now");
}

TEST(PhoneLink, KeepsDigitsAndTheLeadingPlus) {
    EXPECT_EQ(phone_link("+52 (222) 699-6524"), "+522226996524");
    EXPECT_EQ(phone_link("800 087 3391"), "8000873391");
    EXPECT_EQ(phone_link("ext. 5+1"), "51");
}

TEST(Words, BothLanguagesSayTheSameThings) {
    const auto spanish = words("words.es.json");
    const auto english = words("words.en.json");
    for (const auto& [key, value] : spanish.items()) {
        EXPECT_TRUE(english.contains(key)) << key;
        EXPECT_EQ(value.type(), english.value(key, nlohmann::json()).type()) << key;
    }
    EXPECT_EQ(spanish.size(), english.size());
}

/// Pages of a site without the stores: the board knows of nobody then.
class Pages : public ::testing::Test {
protected:
    Pages() {
        for (const auto& file : page_files()) {
            templates_.add(std::string(file.path.substr(0, file.path.rfind('.'))), file.bytes);
        }
        site_.name = "Mi <Empresa> & Cía";
        site_.hours["oficina"] = office();
        site_.hours["oficina"].mx_lft = true;
    }

    void fill() {
        site_.phones = {{"Soporte", "+52 222 699 6524", "oficina"},
                        {"Soporte", "+52 222 644 3335", "oficina"},
                        {"Ventas", "800 087 3391", ""}};
        site_.contact = {"soporte@example.mx",
                         {"subject", "rfc", "company", "phone", "email", "name", "description", "picture"}};
        site_.channels = {{.id = "soporte", .title = "Chat de Soporte", .greeting = "<b>Hola</b>"}};
        config::Department department;
        department.id = "tecnico";
        department.channel = "soporte";
        site_.departments = {department};
        site_.sla.calendar = "oficina";
    }

    std::string render(std::string_view page, protocol::Locale locale = protocol::Locale::es_mx) {
        live::RedisPool pool(io_, {}, {});
        live::LiveStore live(io_, pool, "test");
        const desk::Board board(site_, live);
        const auto language = locale == protocol::Locale::en ? words("words.en.json") : words("words.es.json");
        const PageRequest request{"/", locale, false, kMondayAt8 + 2 * kHour};
        return templates_.render(page, page_model(site_, board, language, request, "title"));
    }

    boost::asio::io_context io_;
    config::Site site_;
    Templates templates_;
};

TEST_F(Pages, RenderWithMuchAndWithNothing) {
    for (const bool full : {false, true}) {
        if (full) fill();
        for (const auto* page : {"contact", "missing"}) {
            for (const auto locale : {protocol::Locale::es_mx, protocol::Locale::en}) {
                const auto html = render(page, locale);
                EXPECT_THAT(html, HasSubstr("Mi &lt;Empresa&gt; &amp; Cía"));
                EXPECT_THAT(html, Not(HasSubstr("{{")));
                EXPECT_THAT(html, HasSubstr("</html>"));
            }
        }
    }
}

TEST_F(Pages, ContactHasEverythingOfTheManual) {
    fill();
    const auto html = render("contact");
    for (const auto* part : {"tel:+522226996524", "tel:+522226443335", "tel:8000873391",
                             "Abierto ahora · hasta las 18:00", "data-open=\"soporte\"", "&lt;b&gt;Hola&lt;/b&gt;",
                             "href=\"/ticket\"", "mailto:soporte@example.mx", "su RFC", "24 horas hábiles", "48"}) {
        EXPECT_THAT(html, HasSubstr(part));
    }
}

TEST_F(Pages, LinesOfOneKindShareACard) {
    fill();
    const auto html = render("contact");
    EXPECT_EQ(html.find("data-live=\"phone-2\""), std::string::npos);
    EXPECT_NE(html.find("data-live=\"phone-1\""), std::string::npos);
}

}  // namespace
}  // namespace ventanilla::api
