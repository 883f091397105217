// Challenges from being made to being checked: who has not got the secret gets nowhere.

#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "captcha/seal.hpp"
#include "unit/captcha/captcha_support.hpp"

namespace ventanilla::captcha {
namespace {

using namespace testing;
using protocol::Locale;

const Captchas& captchas() {
    static const Captchas all(secret);
    return all;
}

Challenge code(unsigned number) {
    return captchas().make(Kind::code, Locale::es_mx, now, seed(number));
}

TEST(Captcha, code_is_right_until_it_expires) {
    for (unsigned i = 0; i < 20; ++i) {
        const auto made = code(i);
        const auto answer = code_of(made.id);
        ASSERT_EQ(answer.size(), 6U);
        EXPECT_EQ(made.expires_at, now + 600'000);
        const auto checked = captchas().check(made.id, answer, now + 599'999);
        EXPECT_EQ(checked.verdict, Verdict::right) << "seed " << i;
        EXPECT_EQ(checked.challenge.kind, Kind::code);
        EXPECT_EQ(checked.challenge.expires_at, made.expires_at);
        EXPECT_EQ(checked.challenge.nonce.size(), 22U);
        const auto late = captchas().check(made.id, answer, now + 600'000);
        EXPECT_EQ(late.verdict, Verdict::expired);
        EXPECT_EQ(late.challenge.nonce, checked.challenge.nonce);
    }
}

TEST(Captcha, blanks_in_an_answer_do_not_matter_and_all_else_does) {
    const auto made = code(1);
    const auto answer = code_of(made.id);
    const auto verdict = [&made](const std::string& said) { return captchas().check(made.id, said, now).verdict; };
    EXPECT_EQ(verdict(" " + answer.substr(0, 3) + "\t" + answer.substr(3) + "\r\n"), Verdict::right);
    EXPECT_EQ(verdict(answer.substr(0, 3) + "\u00a0" + answer.substr(3)), Verdict::right);
    for (std::size_t i = 0; i < answer.size(); ++i) {
        auto other = answer;
        other[i] = static_cast<char>('0' + (other[i] - '0' + 1) % 10);
        EXPECT_EQ(verdict(other), Verdict::wrong);
    }
    const std::vector<std::string> wrong = {"",
                                            answer.substr(1),
                                            answer + "0",
                                            "0" + answer,
                                            answer + "\xc2",
                                            "\xa0" + answer,
                                            std::string(100'000, '7'),
                                            answer + std::string(1, '\0')};
    for (const auto& said : wrong) EXPECT_EQ(verdict(said), Verdict::wrong) << said.substr(0, 20);
}

TEST(Captcha, a_wrong_answer_names_what_to_spend) {
    const auto made = code(2);
    const auto checked = captchas().check(made.id, "no", now);
    EXPECT_EQ(checked.verdict, Verdict::wrong);
    EXPECT_EQ(checked.challenge.nonce, captchas().peek(made.id, now).value().nonce);
    EXPECT_EQ(checked.challenge.expires_at, made.expires_at);
}

TEST(Captcha, peek_knows_genuine_ids_until_they_expire) {
    for (const Kind kind : {Kind::code, Kind::pow}) {
        const auto made = captchas().make(kind, Locale::en, now);
        const auto identity = captchas().peek(made.id, now);
        ASSERT_TRUE(identity);
        EXPECT_EQ(identity->kind, kind);
        EXPECT_EQ(identity->expires_at, made.expires_at);
        EXPECT_TRUE(captchas().peek(made.id, made.expires_at - 1));
        EXPECT_FALSE(captchas().peek(made.id, made.expires_at));
        EXPECT_FALSE(Captchas("another secret, as long as it has to be.").peek(made.id, now));
    }
}

TEST(Captcha, servers_with_one_secret_take_each_others_challenges) {
    const Captchas other(secret);
    const auto made = code(3);
    EXPECT_EQ(other.check(made.id, code_of(made.id), now).verdict, Verdict::right);
    const Captchas foreign("another secret, as long as it has to be.");
    EXPECT_EQ(foreign.check(made.id, code_of(made.id), now).verdict, Verdict::malformed);
    EXPECT_THROW(Captchas(""), std::invalid_argument);
    EXPECT_THROW(Captchas("too short to be a secret"), std::invalid_argument);
}

TEST(Captcha, no_bit_of_an_id_can_be_changed) {
    const auto made = code(4);
    const auto bytes = from_base64(made.id, Base64::url).value();
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto forged = bytes;
        forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << bit % 8));
        const auto id = base64(bytes_of(forged), Base64::url);
        const auto checked = captchas().check(id, code_of(id), now);
        ASSERT_EQ(checked.verdict, Verdict::malformed) << "bit " << bit;
        ASSERT_TRUE(checked.challenge.nonce.empty());
        ASSERT_FALSE(captchas().peek(id, now));
    }
}

TEST(Captcha, malformed_ids_are_nothing) {
    const auto made = code(5);
    std::vector<std::string> ids = {"",
                                    "x",
                                    "....",
                                    made.id + "A",
                                    made.id + "=",
                                    " " + made.id,
                                    made.id + "\n",
                                    std::string(55, 'A'),
                                    std::string(55, '\0'),
                                    std::string(1'000'000, 'A'),
                                    "é"};
    for (std::size_t length = 0; length < made.id.size(); ++length) ids.push_back(made.id.substr(0, length));
    // The last character holds two bits that mean nothing: they must be zero.
    for (const char last : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
        if (last != made.id.back()) ids.push_back(made.id.substr(0, made.id.size() - 1) + last);
    for (const auto& id : ids) {
        EXPECT_EQ(captchas().check(id, code_of(made.id), now).verdict, Verdict::malformed) << id.substr(0, 80);
        EXPECT_FALSE(captchas().peek(id, now));
    }
}

TEST(Captcha, random_bytes_are_neither_ids_nor_answers) {
    constexpr unsigned start = 20261123;
    std::mt19937 engine(start);
    const auto pow = captchas().make(Kind::pow, Locale::en, now, seed(6));
    const auto genuine = code(7);
    for (int round = 0; round < 5'000; ++round) {
        std::string bytes(engine() % 90, '\0');
        for (auto& byte : bytes) byte = static_cast<char>(engine() % 256);
        ASSERT_EQ(captchas().check(bytes, bytes, now).verdict, Verdict::malformed) << "seed " << start;
        const auto encoded = base64(bytes_of(bytes), Base64::url);
        ASSERT_EQ(captchas().check(encoded, bytes, now).verdict, Verdict::malformed) << "seed " << start;
        ASSERT_EQ(captchas().check(genuine.id, bytes, now).verdict, Verdict::wrong) << "seed " << start;
        ASSERT_EQ(captchas().check(pow.id, bytes, now).verdict, Verdict::wrong) << "seed " << start;
        ASSERT_EQ(captchas().check(pow.id, base64(bytes_of(bytes), Base64::plain), now).verdict, Verdict::wrong);
    }
}

TEST(Captcha, challenges_do_not_repeat) {
    std::set<std::string> ids;
    std::set<std::string> codes;
    for (int i = 0; i < 200; ++i) {
        const auto made = captchas().make(Kind::code, Locale::es_mx, now);
        ids.insert(made.id);
        codes.insert(code_of(made.id));
    }
    EXPECT_EQ(ids.size(), 200U);
    EXPECT_GT(codes.size(), 190U);
    EXPECT_EQ(code(8).json(), code(8).json());
}

TEST(Captcha, many_threads_may_ask_at_once) {
    std::vector<std::string> made(8);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < made.size(); ++i) threads.emplace_back([&made, i] { made[i] = code(i % 2).json(); });
    for (auto& thread : threads) thread.join();
    for (unsigned i = 0; i < made.size(); ++i) EXPECT_EQ(made[i], code(i % 2).json());
}

TEST(Captcha, the_answer_of_the_endpoint_is_as_documented) {
    const auto drawn = nlohmann::json::parse(code(9).json());
    EXPECT_EQ(drawn.size(), 4U);
    EXPECT_EQ(drawn.at("kind"), "code");
    EXPECT_EQ(drawn.at("id"), code(9).id);
    EXPECT_TRUE(drawn.at("image").get<std::string>().starts_with("data:image/png;base64,iVBOR"));
    EXPECT_TRUE(drawn.at("audio").get<std::string>().starts_with("data:audio/wav;base64,UklGR"));
    const auto work = nlohmann::json::parse(captchas().make(Kind::pow, Locale::en, now, seed(9)).json());
    EXPECT_EQ(work.size(), 4U);
    EXPECT_EQ(work.at("kind"), "pow");
    EXPECT_TRUE(work.at("parameters").is_object());
    EXPECT_EQ(work.at("signature").get<std::string>().size(), 64U);
}

TEST(Captcha, the_site_decides_which_kinds_there_are) {
    using config::CaptchaMode;
    EXPECT_EQ(choose(CaptchaMode::code, std::nullopt), Kind::code);
    EXPECT_EQ(choose(CaptchaMode::pow, std::nullopt), Kind::pow);
    EXPECT_EQ(choose(CaptchaMode::both, std::nullopt), Kind::code);
    EXPECT_EQ(choose(CaptchaMode::both, "pow"), Kind::pow);
    EXPECT_EQ(choose(CaptchaMode::both, "code"), Kind::code);
    EXPECT_EQ(choose(CaptchaMode::code, "code"), Kind::code);
    EXPECT_EQ(choose(CaptchaMode::pow, "pow"), Kind::pow);
    EXPECT_EQ(choose(CaptchaMode::code, "pow"), std::nullopt);
    EXPECT_EQ(choose(CaptchaMode::pow, "code"), std::nullopt);
    EXPECT_EQ(choose(CaptchaMode::both, "audio"), std::nullopt);
    EXPECT_EQ(choose(CaptchaMode::both, ""), std::nullopt);
    EXPECT_FALSE(allows(CaptchaMode::code, Kind::pow));
    EXPECT_FALSE(allows(CaptchaMode::pow, Kind::code));
}

}  // namespace
}  // namespace ventanilla::captcha
