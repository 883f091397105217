// Fifty agents press "take" for the same chat at once, a thousand times, over several links and two servers.

#include <boost/asio/detached.hpp>

#include "store/live/live_fixture.hpp"

namespace ventanilla::live {
namespace {

using protocol::Code;

class LiveRace : public LiveTest {};

boost::asio::awaitable<void> press(LiveStore& store, std::string chat, std::string agent,
                                   std::vector<std::optional<Code>>& answers) {
    auto result = co_await store.take(chat, agent, false);
    answers.push_back(result ? std::nullopt : std::optional(result.error().code));
}

TEST_F(LiveRace, ExactlyOneOfFiftyHasIt) {
    const auto other = new_node();
    constexpr int agents = 50;
    for (int i = 0; i < agents; ++i) online("a" + std::to_string(i), {"manual"});
    for (int round = 0; round < 1000; ++round) {
        const auto c = start("manual");
        std::vector<std::optional<Code>> answers;
        for (int i = 0; i < agents; ++i) {
            auto& store = i % 2 == 0 ? live : other->store;
            boost::asio::co_spawn(io, press(store, c, "a" + std::to_string((i + round) % agents), answers),
                                  boost::asio::detached);
        }
        io.restart();
        while (answers.size() < agents) io.run_one_for(std::chrono::seconds(5));
        ASSERT_EQ(std::count(answers.begin(), answers.end(), std::nullopt), 1) << "round " << round;
        ASSERT_EQ(std::count(answers.begin(), answers.end(), Code::not_found), agents - 1) << "round " << round;
        const auto holder = chat(c).agent;
        ASSERT_EQ(get(live.agent(holder)).load, 1);
        close(c);
        get(live.archived(c, chat(c).last));
        other->heard.clear();
    }
}

}  // namespace
}  // namespace ventanilla::live
