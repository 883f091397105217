// Many messages with one command: numbered, judged and answered one by one.

#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

using protocol::Code;
using testing::ElementsAre;

class LiveAppends : public LiveTest {
protected:
    class Noted final : public Appending {
    public:
        Noted(Append append, std::vector<std::string>& answers) : Appending(std::move(append)), answers_(answers) {}
        void done(protocol::Result<Appended> result) noexcept override {
            const auto what = result ? std::to_string(result->seq) + (result->replayed ? " again" : "")
                                     : std::string(protocol::to_string(result.error().code));
            answers_.push_back(append().client_id + ": " + what);
        }

    private:
        std::vector<std::string>& answers_;
    };

    void send(Append append) {
        ++sent;
        live.append(std::make_unique<Noted>(std::move(append), answers));
    }
    void settle() {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        io.restart();
        while (answers.size() < sent && std::chrono::steady_clock::now() < until)
            io.run_one_for(std::chrono::seconds(1));
    }
    std::int64_t functions_called() {
        const auto stats = redis({"INFO", "commandstats"});
        const std::string label = "cmdstat_fcall:calls=";
        const auto at = stats.find(label);
        return at == std::string::npos ? 0 : std::stoll(stats.substr(at + label.size()));
    }

    std::size_t sent = 0;
    std::vector<std::string> answers;
};

TEST_F(LiveAppends, EachOfATurnIsJudgedByItself) {
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico"))).chat;
    get(live.append(message(c, "visitor", v, "m1")));
    send(message(c, "visitor", v, "m2"));
    send(message(c, "visitor", v, "m1"));
    send(message(c, "visitor", v, "m2"));
    send(message(c, "visitor", v, "m1", "otra"));
    send(message(c, "visitor", "v_otra", "m3"));
    send(message(c, "agent", "a2", "m4"));
    auto held = message(c, "visitor", v, "m5");
    held.replay_only = true;
    send(held);
    send(message("c_nada", "visitor", v, "m6"));
    send(message(c, "agent", "a1", "m7"));
    settle();
    EXPECT_THAT(answers, testing::UnorderedElementsAre("m2: 5", "m1: 4 again", "m2: 5 again", "m1: client_id_reuse",
                                                       "m3: not_found", "m4: not_assigned", "m5: slow_down",
                                                       "m6: not_found", "m7: 6"));
    EXPECT_EQ(log(c).size(), 6U);
}

TEST_F(LiveAppends, ManyShareACommandAndKeepTheirOrder) {
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico"))).chat;
    constexpr int messages = 300;
    const auto before = functions_called();
    for (int i = 0; i < messages; ++i) send(message(c, "visitor", v, "m" + std::to_string(i), std::to_string(i)));
    settle();
    ASSERT_EQ(answers.size(), static_cast<std::size_t>(messages));
    const auto frames = log(c);
    for (int i = 0; i < messages; ++i) {
        const auto place = static_cast<std::size_t>(i);
        EXPECT_EQ(answers[place], "m" + std::to_string(i) + ": " + std::to_string(i + 4));
        EXPECT_EQ(frames.at(place + 3).at("text"), std::to_string(i));
        EXPECT_EQ(frames.at(place + 3).at("seq"), i + 4);
    }
    EXPECT_LE(functions_called() - before, 10) << "64 messages with one command";
}

TEST_F(LiveAppends, WhatComesWhileOthersAreUnderWayGathers) {
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico"))).chat;
    const auto before = functions_called();
    send(message(c, "visitor", v, "first"));
    io.restart();
    io.poll();  // sent; its answer may be there or not
    for (int i = 0; i < 20; ++i) {
        send(message(c, "visitor", v, "m" + std::to_string(i)));
        if (answers.empty()) io.poll_one();
    }
    settle();
    ASSERT_EQ(answers.size(), 21U);
    EXPECT_EQ(answers.front(), "first: 4");
    EXPECT_EQ(answers.back(), "m19: 24");
    EXPECT_LT(functions_called() - before, 20);
}

TEST_F(LiveAppends, ALostLibraryIsLoadedForAllOfThem) {
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico"))).chat;
    redis({"FUNCTION", "FLUSH"});
    for (const auto* id : {"m1", "m2", "m3"}) send(message(c, "visitor", v, id));
    settle();
    EXPECT_THAT(answers, ElementsAre("m1: 4", "m2: 5", "m3: 6"));
}

TEST_F(LiveAppends, OthersHearOfEach) {
    const auto other = new_node();
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico"))).chat;
    get(other->store.attach(c));
    listen();
    other->heard.clear();
    for (const auto* id : {"m1", "m2", "m3"}) send(message(c, "visitor", v, id));
    settle();
    listen();
    EXPECT_EQ(kinds_of(other->heard), "entry:message entry:message entry:message");
}

TEST_F(LiveAppends, WhenRedisIsGoneAllAreRefused) {
    online("a1", {"tecnico"}, 3);
    const auto v = visitor("v");
    const auto c = get(live.chat_start(start_of(v, "tecnico"))).chat;
    send(message(c, "visitor", v, "m1"));
    send(message(c, "visitor", v, "m2"));
    node->pool.stop();
    settle();
    EXPECT_THAT(answers, testing::UnorderedElementsAre("m1: unavailable", "m2: unavailable"));
}

}  // namespace
}  // namespace ventanilla::live
