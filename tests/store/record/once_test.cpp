#include "store/record/once.hpp"
#include "store/record/record_fixture.hpp"

#include <atomic>
#include <set>
#include <thread>

namespace ventanilla::record {
namespace {

constexpr std::int64_t now = 1'789'000'000'000;
constexpr std::int64_t day = 24LL * 60 * 60 * 1000;

class RecordOnce : public RecordTest {
protected:
    Database database{url()};
    OnceRepository once{database};

    /// Carries out `work` on `count` connections at the same time; gives how often it said yes.
    template <typename Work>
    int at_once(int count, Work work) {
        std::atomic<int> yes{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < count; ++i) {
            threads.emplace_back([&, i] {
                Database own(url());
                yes += work(own, i) ? 1 : 0;
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        return yes;
    }
};
ON_BOTH_DATABASES(RecordOnce);

TEST_P(RecordOnce, AnswerIsKeptForADay) {
    EXPECT_FALSE(once.answer("a", "k", now));
    EXPECT_TRUE(once.keep_answer("a", "k", {"hash", 201, R"({"x":"ñ 😀 ' :y ?"})"}, now));
    const auto answer = once.answer("a", "k", now + day - 1);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body_hash, "hash");
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, R"({"x":"ñ 😀 ' :y ?"})");
    EXPECT_FALSE(once.answer("b", "k", now));
    EXPECT_FALSE(once.answer("a", "l", now));
    EXPECT_FALSE(once.answer("a", "k", now + day));
}

TEST_P(RecordOnce, FirstAnswerStaysUntilItHasExpired) {
    EXPECT_TRUE(once.keep_answer("a", "k", {"h", 201, "first"}, now));
    EXPECT_FALSE(once.keep_answer("a", "k", {"h", 201, "second"}, now + day - 1));
    EXPECT_EQ(once.answer("a", "k", now)->body, "first");
    EXPECT_TRUE(once.keep_answer("a", "k", {"h", 200, "third"}, now + day));
    EXPECT_EQ(once.answer("a", "k", now + day)->body, "third");
}

TEST_P(RecordOnce, OfSeveralAnswersAtOnceOneIsKept) {
    for (int round = 0; round < 5; ++round) {
        const std::string key = "k" + std::to_string(round);
        std::atomic<int> keeper{-1};
        EXPECT_EQ(at_once(4,
                          [&](Database& own, int i) {
                              Transaction transaction(own);
                              if (!OnceRepository(own).keep_answer("a", key, {"h", i, ""}, now)) {
                                  return false;
                              }
                              transaction.commit();
                              keeper = i;
                              return true;
                          }),
                  1);
        EXPECT_EQ(once.answer("a", key, now)->status, keeper);
    }
}

TEST_P(RecordOnce, CaptchaIsSpentByExactlyOne) {
    EXPECT_FALSE(once.captcha_spent("c1"));
    EXPECT_EQ(at_once(8,
                      [](Database& own, int) {
                          Transaction transaction(own);
                          const bool spent = OnceRepository(own).spend_captcha("c1", now);
                          transaction.commit();
                          return spent;
                      }),
              1);
    EXPECT_TRUE(once.captcha_spent("c1"));
    EXPECT_FALSE(once.captcha_spent("c2"));
}

TEST_P(RecordOnce, CaptchaIsNotSpentByWhatIsRolledBack) {
    {
        Transaction transaction(database);
        EXPECT_TRUE(once.spend_captcha("c1", now));
    }
    EXPECT_FALSE(once.captcha_spent("c1"));
    EXPECT_TRUE(once.spend_captcha("c1", now));
}

TEST_P(RecordOnce, PurgeTakesWhatHasExpiredTheOldestFirst) {
    for (std::int64_t i = 0; i < 4; ++i) {
        const std::string name = std::to_string(i);
        once.spend_captcha(name, now + i);
        once.keep_answer("a", name, {"h", 200, ""}, now - day + i);
    }
    once.purge(now + 2, 2);
    const auto spent = [&](const char* name) { return once.captcha_spent(name); };
    EXPECT_FALSE(spent("0"));
    EXPECT_FALSE(spent("1"));
    EXPECT_TRUE(spent("2"));
    once.purge(now + 2, 2);
    EXPECT_FALSE(spent("2"));
    EXPECT_TRUE(spent("3"));
    // Looked up with an earlier clock, to see what is still there.
    EXPECT_FALSE(once.answer("a", "2", now - day));
    EXPECT_TRUE(once.answer("a", "3", now - day));
}

TEST_P(RecordOnce, SecretIsTheSameEverywhere) {
    std::vector<std::string> secrets(4);
    at_once(4, [&](Database& own, int i) {
        secrets[static_cast<std::size_t>(i)] = OnceRepository(own).secret("captcha");
        return true;
    });
    EXPECT_EQ(std::set<std::string>(secrets.begin(), secrets.end()).size(), 1u);
    EXPECT_EQ(secrets[0].size(), 43u);
    EXPECT_EQ(once.secret("captcha"), secrets[0]);
    EXPECT_NE(once.secret("ticket-key"), secrets[0]);
}

}  // namespace
}  // namespace ventanilla::record
