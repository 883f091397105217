// Proof of work: what solves it, and what only looks like it. That altcha-lib agrees is tests/captcha/altcha_test.mjs.

#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "captcha/seal.hpp"
#include "unit/captcha/captcha_support.hpp"

namespace ventanilla::captcha {
namespace {

using namespace testing;
using nlohmann::json;

class Pow : public ::testing::Test {
protected:
    Verdict verdict(const json& document) const { return captchas.check(made.id, payload(document), now).verdict; }

    const Captchas captchas{secret};
    const Challenge made = captchas.make(Kind::pow, protocol::Locale::es_mx, now, seed(20));
    const json solved = solve(made);
};

TEST_F(Pow, has_the_names_and_the_work_of_altcha) {
    const auto parameters = json::parse(made.parameters);
    EXPECT_EQ(parameters.at("algorithm"), "PBKDF2/SHA-256");
    EXPECT_EQ(parameters.at("cost"), pow_cost);
    EXPECT_EQ(parameters.at("keyLength"), 32);
    EXPECT_EQ(parameters.at("expiresAt"), made.expires_at / 1000);
    EXPECT_EQ(parameters.at("keyPrefix").get<std::string>().size(), 32U);
    EXPECT_EQ(parameters.at("keySignature").get<std::string>().size(), 64U);
    EXPECT_EQ(parameters.size(), 8U);
}

TEST_F(Pow, a_solution_is_right_until_it_expires) {
    EXPECT_EQ(verdict(solved), Verdict::right);
    EXPECT_EQ(captchas.check(made.id, " " + payload(solved) + "\n", now + 599'999).verdict, Verdict::right);
    EXPECT_EQ(captchas.check(made.id, payload(solved), now + 600'000).verdict, Verdict::expired);
}

TEST_F(Pow, the_order_of_names_and_further_members_do_not_matter) {
    nlohmann::ordered_json turned;
    turned["solution"] = solved["solution"];
    turned["widget"] = "3.0";
    nlohmann::ordered_json parameters;
    for (auto name = solved["challenge"]["parameters"].rbegin(); name != solved["challenge"]["parameters"].rend();
         ++name)
        parameters[name.key()] = name.value();
    turned["challenge"] = {{"signature", solved["challenge"]["signature"]}, {"parameters", parameters}};
    const auto text = base64(bytes_of(turned.dump(1)), Base64::plain);
    EXPECT_EQ(captchas.check(made.id, text, now).verdict, Verdict::right);
}

TEST_F(Pow, nothing_signed_can_be_changed) {
    const auto& parameters = solved["challenge"]["parameters"];
    for (auto name = parameters.begin(); name != parameters.end(); ++name) {
        auto forged = solved;
        forged["challenge"]["parameters"][name.key()] = name.value().is_number() ? json(1) : json("00");
        EXPECT_EQ(verdict(forged), Verdict::wrong) << name.key();
        forged["challenge"]["parameters"].erase(name.key());
        EXPECT_EQ(verdict(forged), Verdict::wrong) << name.key();
    }
    auto longer = solved;
    longer["challenge"]["parameters"]["data"] = {{"free", true}};
    EXPECT_EQ(verdict(longer), Verdict::wrong);
}

TEST_F(Pow, only_the_key_itself_is_a_solution) {
    const std::vector<std::function<void(json&)>> changes = {
        [](json& solution) { solution["derivedKey"] = std::string(64, '0'); },
        [](json& solution) { solution["derivedKey"] = solution["derivedKey"].get<std::string>().substr(0, 32); },
        [](json& solution) { solution["derivedKey"] = solution["derivedKey"].get<std::string>() + "00"; },
        [](json& solution) { solution["derivedKey"] = ""; },
        [](json& solution) { solution["derivedKey"] = 7; },
        [](json& solution) { solution["derivedKey"] = nullptr; },
        [](json& solution) { solution["counter"] = -1; },
        [](json& solution) { solution["counter"] = 1.5; },
        [](json& solution) { solution["counter"] = "12"; },
        [](json& solution) { solution["counter"] = std::uint64_t{1} << 32; },
        [](json& solution) { solution.erase("counter"); },
        [](json& solution) { solution = json::array(); },
        [](json& solution) { solution = nullptr; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        auto forged = solved;
        changes[i](forged["solution"]);
        EXPECT_EQ(verdict(forged), Verdict::wrong) << "change " << i;
    }
}

TEST_F(Pow, a_solution_belongs_to_its_own_challenge) {
    const auto other = captchas.make(Kind::pow, protocol::Locale::es_mx, now, seed(21));
    EXPECT_EQ(captchas.check(other.id, payload(solved), now).verdict, Verdict::wrong);
    const auto drawn = captchas.make(Kind::code, protocol::Locale::es_mx, now, seed(20));
    EXPECT_EQ(captchas.check(drawn.id, payload(solved), now).verdict, Verdict::wrong);
    EXPECT_EQ(captchas.check(made.id, code_of(drawn.id), now).verdict, Verdict::wrong);
}

TEST_F(Pow, what_is_no_payload_is_wrong) {
    const std::string good = payload(solved);
    const std::vector<std::string> answers = {
        "",
        "{}",
        solved.dump(),
        good.substr(0, good.size() / 2),
        good + "====",
        std::string(5000, 'A'),
        base64(bytes_of("{}"), Base64::plain),
        base64(bytes_of("[]"), Base64::plain),
        base64(bytes_of("null"), Base64::plain),
        base64(bytes_of(R"({"challenge":7,"solution":8})"), Base64::plain),
        base64(bytes_of(std::string(3000, '[')), Base64::plain),
        base64(bytes_of(R"({"challenge":{"parameters":{},"signature":""},"solution":{}})"), Base64::plain),
        base64(bytes_of("{\"challenge\":\"\xff\"}"), Base64::plain),
        base64(bytes_of(R"({"challenge":{"parameters":{"nonce":"\ud800"},"signature":"x"},"solution":{}})"),
               Base64::plain)};
    for (const auto& answer : answers)
        EXPECT_EQ(captchas.check(made.id, answer, now).verdict, Verdict::wrong) << answer.substr(0, 60);
}

TEST_F(Pow, the_widget_is_tested_with_what_is_made_here) {
    std::ifstream file(VENTANILLA_SOURCE_DIR "/tests/captcha/pow_golden.json");
    const auto golden = json::parse(file);
    const Captchas own(golden["secret"].get<std::string>());
    const auto at = golden["now"].get<std::int64_t>();
    const auto again = own.make(Kind::pow, protocol::Locale::en, at, seed(golden["seed"].get<unsigned>()));
    EXPECT_EQ(json::parse(again.json()), golden["challenge"]);
    const json document = {{"challenge", golden["challenge"]}, {"solution", golden["solution"]}};
    EXPECT_EQ(own.check(again.id, payload(document), at).verdict, Verdict::right);
}

TEST_F(Pow, the_number_to_find_is_anywhere_below_twice_the_median) {
    // Found by its key's signature alone it would need no work: so look only at how it is spread.
    unsigned low = 0;
    for (unsigned i = 0; i < 3; ++i) {
        const auto counter =
            solve(captchas.make(Kind::pow, protocol::Locale::en, now, seed(100 + i)))["solution"]["counter"]
                .get<unsigned>();
        ASSERT_LT(counter, 2 * pow_median_tries);
        low += counter < pow_median_tries ? 1 : 0;
    }
    EXPECT_GT(low, 0U);
    EXPECT_LT(low, 3U);
}

}  // namespace
}  // namespace ventanilla::captcha
