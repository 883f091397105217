#include "api/body.hpp"

#include <gtest/gtest.h>

namespace ventanilla::api {
namespace {

using protocol::Locale;

TEST(JsonBody, IsOneObject) {
    EXPECT_TRUE(json_object(R"({"a":1})"));
    for (const auto* wrong : {"", "[]", "1", "{", "{} {}", "{\"a\":\"\xff\"}", "username=ana"}) {
        const auto body = json_object(wrong);
        ASSERT_FALSE(body) << wrong;
        EXPECT_EQ(body.error().code, protocol::Code::bad_json);
    }
}

TEST(JsonBody, IsNotNestedTooDeep) {
    EXPECT_FALSE(json_object(R"({"a":)" + std::string(16, '[') + std::string(16, ']') + "}"));
}

TEST(Form, NamesEveryWrongField) {
    const auto body = json_object(R"({"b":5,"c":" ","d":"toolong","e":"\u0000","f":"good"})");
    ASSERT_TRUE(body);
    Form form(*body, Locale::en);
    for (const auto* field : {"a", "b", "c", "d", "e"}) EXPECT_EQ(form.need_text(field, 6), "");
    EXPECT_EQ(form.need_text("f", 6), "good");
    ASSERT_EQ(form.errors().size(), 5U);
    const std::vector<std::string> codes{"required", "wrong_type", "required", "too_long", "invalid"};
    for (std::size_t i = 0; i < codes.size(); ++i) {
        EXPECT_EQ(form.errors()[i].code, codes[i]);
        EXPECT_FALSE(form.errors()[i].message.empty());
    }
    const auto refusal = form.refusal();
    EXPECT_EQ(refusal.status, 422U);
    EXPECT_EQ(nlohmann::json::parse(refusal.body).at("errors").size(), 5U);
}

TEST(Form, BytesThatAreNoTextAreInvalid) {
    // What a plain form brings has not been through a parser of JSON.
    const nlohmann::json body{{"a", std::string(200'000, '\x80')}, {"b", "caf\xe9"}, {"c", {"\xff"}}};
    Form form(body, Locale::en);
    EXPECT_EQ(form.need_text("a", 100), "");
    EXPECT_EQ(form.text("b", 100), "");
    EXPECT_TRUE(form.texts("c", 5, 100).empty());
    ASSERT_EQ(form.errors().size(), 3U);
    for (const auto& error : form.errors()) EXPECT_EQ(error.code, "invalid") << error.field;
}

TEST(Form, CountsCodePoints) {
    const auto body = json_object(R"({"a":"ñandú"})");
    ASSERT_TRUE(body);
    Form form(*body, Locale::es_mx);
    EXPECT_EQ(form.need_text("a", 5), "ñandú");
    EXPECT_TRUE(form.good());
}

}  // namespace
}  // namespace ventanilla::api
