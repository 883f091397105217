// Every golden frame that a client may send is decoded to what the example says.
#include <gtest/gtest.h>

#include "protocol/decode.hpp"
#include "unit/protocol/examples.hpp"

namespace ventanilla::protocol {
namespace {

using nlohmann::json;

template <typename Decoded>
json outcome(const Decoded& decoded) {
    if (decoded) {
        return "ok";
    }
    const auto& [re, error] = decoded.error();
    json refusal = {{"code", to_string(error.code)}, {"re", re}};
    if (!error.field.empty()) {
        refusal["field"] = error.field;
    }
    return refusal;
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, IsDecodedAsTheExampleSays) {
    const auto cases = examples::load(GetParam());
    ASSERT_FALSE(cases.empty());
    for (const auto& example : cases) {
        SCOPED_TRACE(example.at("name").get<std::string>());
        ASSERT_EQ(example.at("direction"), "in");
        const auto text = example.contains("raw") ? example["raw"].get<std::string>() : example.at("frame").dump();
        const auto last_id = example.value("last_id", std::int64_t{0});
        const auto actual = example.at("role") == "visitor" ? outcome(decode_visitor(text, last_id))
                                                            : outcome(decode_agent(text, last_id));
        EXPECT_EQ(actual, example.at("expect"));
    }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden,
                         testing::Values("visitor_requests", "agent_requests", "visitor_refusals", "agent_refusals",
                                         "envelope"));

}  // namespace
}  // namespace ventanilla::protocol
