#include "desk/viewing.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ventanilla::desk {
namespace {

/// A console that remembers who it was told of: "T-000007: Ana, Ben".
class Console : public Recipient {
public:
    void push(const protocol::Bytes& frame) override {
        const auto event = nlohmann::json::parse(*frame);
        std::string line = event.at("number").get<std::string>() + ":";
        for (const auto& agent : event.at("agents")) line += " " + agent.at("name").get<std::string>();
        told.push_back(line);
    }
    bool congested() const override { return false; }
    void end(protocol::Close, std::string_view) override {}

    std::vector<std::string> told;
};

/// A server with its consoles; what it publishes reaches the others in the list.
struct Server {
    explicit Server(std::vector<Server*>& all)
        : hub(io,
              [](std::string, std::int64_t) -> boost::asio::awaitable<protocol::Result<Hub::Frames>> {
                  co_return Hub::Frames{};
              }),
          viewing(hub, [this, &all](const live::Event& event) {
              for (auto* server : all) {
                  if (server != this && !cut) server->viewing.heard(event);
              }
          }) {
        all.push_back(this);
    }

    MemberPtr join(const std::shared_ptr<Console>& console, std::string person) {
        auto member = std::make_shared<Member>();
        member->kind = Member::Kind::agent;
        member->person = std::move(person);
        member->recipient = console;
        hub.join(member);
        return member;
    }
    void leave(const MemberPtr& member) {
        hub.leave(member);
        viewing.left(member);
    }

    boost::asio::io_context io;
    bool cut = false;
    Hub hub;
    Viewing viewing;
};

class ViewingTest : public testing::Test {
protected:
    std::vector<Server*> all;
    Server one{all};
    Server two{all};
    std::shared_ptr<Console> ana = std::make_shared<Console>();
    std::shared_ptr<Console> ben = std::make_shared<Console>();
    MemberPtr ana_here = one.join(ana, "a_ana");
    MemberPtr ben_there = two.join(ben, "a_ben");
};

using Lines = std::vector<std::string>;

TEST_F(ViewingTest, WhoHasItOpenIsToldToAllWhoHave) {
    one.viewing.view(ana_here, 7, "Ana");
    EXPECT_EQ(ana->told, Lines{"T-000007: Ana"});
    EXPECT_TRUE(ben->told.empty()) << "he has another open, or none";
    two.viewing.view(ben_there, 7, "Ben");
    EXPECT_EQ(ana->told.back(), "T-000007: Ana Ben");
    EXPECT_EQ(ben->told, Lines{"T-000007: Ana Ben"});
    one.viewing.view(ana_here, 8, "Ana");
    EXPECT_EQ(ben->told.back(), "T-000007: Ben");
    EXPECT_EQ(ana->told.back(), "T-000008: Ana");
    two.leave(ben_there);
    one.viewing.view(ana_here, 7, "Ana");
    EXPECT_EQ(ana->told.back(), "T-000007: Ana");
}

TEST_F(ViewingTest, TwoConsolesOfOneAgentAreOnePerson) {
    const auto second = std::make_shared<Console>();
    const auto second_here = one.join(second, "a_ana");
    one.viewing.view(ana_here, 7, "Ana");
    one.viewing.view(second_here, 7, "Ana");
    EXPECT_EQ(second->told.back(), "T-000007: Ana");
    one.leave(second_here);
    EXPECT_EQ(ana->told.back(), "T-000007: Ana") << "she still has it open";
}

TEST_F(ViewingTest, LostNewsAreMadeUpForByTheNextRound) {
    one.viewing.view(ana_here, 7, "Ana");
    two.cut = true;
    two.viewing.view(ben_there, 7, "Ben");
    EXPECT_EQ(ana->told.back(), "T-000007: Ana");
    two.cut = false;
    two.viewing.refresh();
    EXPECT_EQ(ana->told.back(), "T-000007: Ana Ben");
}

TEST_F(ViewingTest, AServerThatFellSilentIsForgotten) {
    one.viewing.view(ana_here, 7, "Ana");
    two.viewing.view(ben_there, 7, "Ben");
    two.cut = true;
    one.viewing.refresh();
    EXPECT_EQ(ana->told.back(), "T-000007: Ana Ben") << "one round may be late";
    one.viewing.refresh();
    EXPECT_EQ(ana->told.back(), "T-000007: Ana");
    two.cut = false;
    two.viewing.refresh();
    EXPECT_EQ(ana->told.back(), "T-000007: Ana Ben");
}

TEST_F(ViewingTest, NewsThatMakeNoSenseAreLeftAside) {
    one.viewing.view(ana_here, 7, "Ana");
    live::Event event;
    event.kind = live::Event::Kind::viewing;
    for (const auto* reason : {"", "[]", "{}", "x"}) {
        event.reason = reason;
        event.sender = "n_other";
        one.viewing.heard(event);
    }
    EXPECT_EQ(ana->told.size(), 1U);
}

}  // namespace
}  // namespace ventanilla::desk
