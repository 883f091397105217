#include "api/template.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ventanilla::api {
namespace {

using nlohmann::json;

std::string render(std::string_view text, const json& data) {
    Templates templates;
    templates.add("page", text);
    templates.add("part", "[{{name}}]");
    templates.add("self", "{{>self}}");
    return templates.render("page", data);
}

TEST(Template, EscapesWhatIsPutIn) {
    const json data{{"name", R"(<script>"a" & 'b'</script>)"}};
    EXPECT_EQ(render("<p title=\"{{name}}\">", data),
              "<p title=\"&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;\">");
}

TEST(Template, HasNoWayAroundEscaping) {
    // What other dialects take for unescaped is here a name that does not exist.
    const json data{{"name", "<b>"}};
    EXPECT_THROW(render("{{{name}}}", data), std::logic_error);
    EXPECT_THROW(render("{{&name}}", data), std::logic_error);
}

TEST(Template, DoesNotReadWhatIsPutInAsATemplate) {
    EXPECT_EQ(render("{{name}}", {{"name", "{{secret}}"}, {"secret", "x"}}), "{{secret}}");
}

TEST(Template, ShowsSectionsForWhatIsThere) {
    const json data{{"yes", true}, {"no", false}, {"empty", json::array()}, {"blank", ""}, {"null", nullptr}};
    EXPECT_EQ(render("{{#yes}}a{{/yes}}{{^yes}}b{{/yes}}", data), "a");
    for (const auto* name : {"no", "empty", "blank", "null", "unknown"}) {
        const std::string key = name;
        EXPECT_EQ(render("{{#" + key + "}}a{{/" + key + "}}{{^" + key + "}}b{{/" + key + "}}", data), "b") << key;
    }
}

TEST(Template, RepeatsForEachItemAndSeesWhatIsAround) {
    const json data{{"site", "FEL"}, {"items", {{{"name", "a"}}, {{"name", "b"}}}}, {"words", {"x", "y"}}};
    EXPECT_EQ(render("{{#items}}{{name}}@{{site}} {{/items}}", data), "a@FEL b@FEL ");
    EXPECT_EQ(render("{{#words}}{{.}},{{/words}}", data), "x,y,");
}

TEST(Template, EntersObjectsAndReadsMembers) {
    const json data{{"mail", {{"to", "a@b.mx"}}}, {"count", 3}};
    EXPECT_EQ(render("{{#mail}}{{to}}{{/mail}} {{mail.to}} {{count}}", data), "a@b.mx a@b.mx 3");
}

TEST(Template, IncludesOthersInTheSameContext) {
    EXPECT_EQ(render("{{#items}}{{>part}}{{/items}}", {{"items", {{{"name", "<"}}}}}), "[&lt;]");
}

TEST(Template, SaysWhatIsWrongWithIt) {
    for (const auto* text : {"{{name", "{{#a}}", "{{/a}}", "{{unknown}}", "{{>unknown}}", "{{>self}}"}) {
        EXPECT_THROW(render(text, json::object()), std::logic_error) << text;
    }
}

TEST(Template, PlainTextIsNotEscaped) {
    EXPECT_EQ(render_plain("{{a}} & {{b}}", {{"a", "<1>"}, {"b", 24}}), "<1> & 24");
}

}  // namespace
}  // namespace ventanilla::api
