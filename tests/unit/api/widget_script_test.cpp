#include "api/widget_script.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

namespace ventanilla::api {
namespace {

config::Site example() {
    config::Site site;
    site.site = "fel";
    site.name = "A </script><script>alert(1)</script>";
    site.channels.push_back({.id = "soporte", .title = "Chat \"1\"", .side = config::Side::left});
    config::Department chat;
    chat.id = "tecnico";
    chat.name = "Técnico";
    chat.channel = "soporte";
    config::Department tickets_only;
    tickets_only.id = "pagos";
    site.departments = {chat, tickets_only};
    tickets::Hours hours;
    hours.week[0] = {{540, 1080}};
    site.hours["oficina"] = hours;
    site.phones = {{"Soporte", "+52 222", "oficina"}, {"Ventas", "800", ""}};
    return site;
}

std::string inflate_gzip(const std::string& packed) {
    std::string out(1 << 16, '\0');
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string input = packed;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

TEST(WidgetScript, LiteralIsJsonThatCannotEndAScript) {
    const auto site = example();
    const auto literal = site_literal(site);
    EXPECT_EQ(literal.find('<'), std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(literal).at("name"), site.name);
}

TEST(WidgetScript, LiteralHasWhatTheWidgetExpects) {
    const auto words = nlohmann::json::parse(site_literal(example()));
    const auto& channel = words.at("channels").at(0);
    EXPECT_EQ(channel.at("side"), "left");
    EXPECT_EQ(channel.at("any"), true);
    EXPECT_EQ(channel.at("ask"), nlohmann::json({"message", "name", "email", "department"}));
    EXPECT_EQ(channel.at("departments"), nlohmann::json::parse(R"([{"id":"tecnico","name":"Técnico"}])"));
    EXPECT_EQ(words.at("phones").at(0).at("hours").at("es"), "lun. 9:00–18:00");
    EXPECT_FALSE(words.at("phones").at(1).contains("hours"));
    EXPECT_FALSE(words.contains("email"));
}

TEST(WidgetScript, PutsTheLiteralInPlaceOfTheString) {
    EXPECT_EQ(with_site(R"(f("__VENTANILLA_SITE__"))", "{}"), "f({})");
    EXPECT_EQ(with_site("nothing here", "{}"), "nothing here");
}

TEST(WidgetScript, CompressesWhatItServes) {
    constexpr std::string_view built = R"(boot("__VENTANILLA_SITE__"))";
    const Asset asset{"widget.js", built, {}, "\"old\""};
    const WidgetScript script(asset, example());
    EXPECT_EQ(inflate_gzip(std::string(script.asset().gzip)), script.asset().bytes);
    EXPECT_NE(script.asset().etag, asset.etag);
    EXPECT_TRUE(script.asset().etag.starts_with('"') && script.asset().etag.ends_with('"'));
}

}  // namespace
}  // namespace ventanilla::api
