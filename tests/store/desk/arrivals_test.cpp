// What many who come back at once have in common: one welcome, and consoles that are told of all of them together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "desk/visitor_news.hpp"
#include "session/greetings.hpp"
#include "store/live/live_fixture.hpp"
#include "store/record/record_fixture.hpp"

namespace ventanilla::desk {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// A console that remembers what it was told.
class Console : public Recipient {
public:
    void push(const protocol::Bytes& frame) override { got.push_back(json::parse(*frame)); }
    bool congested() const override { return false; }
    void end(protocol::Close, std::string_view) override {}

    std::vector<json> got;
};

config::Site with_support() {
    config::Site site;
    config::Channel channel;
    channel.id = "soporte";
    site.channels.push_back(channel);
    config::Department department;
    department.id = "tecnico";
    department.channel = "soporte";
    site.departments.push_back(department);
    return site;
}

boost::asio::awaitable<bool> read_anew(Board& board) {
    board.touch();
    co_await board.refresh();
    co_return true;
}

class Arrivals : public live::LiveTest {
protected:
    Arrivals()
        : worker(io.get_executor(), record::DatabaseUrl::parse("", directory.path())),
          site_config(with_support()),
          desk(io, site_config, live, worker) {
        online("a1", {"tecnico"}, 100);
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (!worker.healthy() && std::chrono::steady_clock::now() < give_up) listen(5ms);
    }

    void TearDown() override { listen(); }  // what other servers are told

    void follow(const std::string& chat, const std::shared_ptr<Console>& console) {
        const auto member = std::make_shared<Member>();
        member->kind = Member::Kind::agent;
        member->person = "a1";
        member->recipient = console;
        desk.hub.join(member);
        desk.hub.expect(chat, member, Hub::Role::participant);
        desk.hub.begin(chat, member, 0, 0);
    }

    void until_told() {
        const auto give_up = std::chrono::steady_clock::now() + 20s;
        while (desk.telling_visitors && std::chrono::steady_clock::now() < give_up) listen(5ms);
        ASSERT_FALSE(desk.telling_visitors);
    }

    record::TemporaryDirectory directory;
    record::Worker worker;
    config::Site site_config;
    Desk desk;
};

TEST_F(Arrivals, NothingIsReadOfAVisitorWhomNoConsoleFollows) {
    const auto chat = start("tecnico");
    tell_visitor(desk, chat, this->chat(chat).visitor);
    EXPECT_TRUE(desk.changed_visitors.empty());
    EXPECT_FALSE(desk.telling_visitors);
}

TEST_F(Arrivals, ConsolesAreToldOfAllWhoCameAndWentAsTheyAreThen) {
    const auto console = std::make_shared<Console>();
    std::vector<std::string> chats;
    for (int i = 0; i < 120; ++i) {  // more than are read at once
        chats.push_back(start("tecnico"));
        follow(chats.back(), console);
    }
    for (const auto& chat : chats) tell_visitor(desk, chat, this->chat(chat).visitor);
    const auto gone = chat(chats.back()).visitor;
    get(live.visitor_gone(gone, "hash-" + gone.substr(2)));
    tell_visitor(desk, chats.back(), gone);
    until_told();

    std::map<std::string, json> told;
    for (const auto& frame : console->got) {
        EXPECT_EQ(frame["type"], "visitor");
        told[frame["chat"]] = frame["visitor"];
    }
    ASSERT_EQ(told.size(), chats.size());
    for (const auto& chat : chats) {
        EXPECT_EQ(told[chat]["id"], this->chat(chat).visitor);
        EXPECT_EQ(told[chat]["chats_before"], 0);
        EXPECT_EQ(told[chat]["connected"], chat != chats.back());
    }
    EXPECT_LT(console->got.size(), 2 * chats.size());
}

TEST_F(Arrivals, AWelcomeIsMadeAnewWhenTheBoardOrTheConfigurationIsAnother) {
    session::Greetings greetings(desk);
    ASSERT_TRUE(wait(read_anew(desk.board)));
    const std::int64_t now = wall_clock_ms();
    const auto channel = [&] { return json::parse(greetings.of("soporte", now).channel); };
    const auto before = channel();
    EXPECT_EQ(before["id"], "soporte");
    EXPECT_EQ(before["state"], "open");
    site_config.limits.sockets_per_visitor += 2;
    const auto limits = [&] { return json::parse(greetings.of("soporte", now).limits); };
    const auto sockets = limits()["sockets"].get<std::int64_t>();
    EXPECT_EQ(sockets + 2, site_config.limits.sockets_per_visitor) << "made once";
    greetings.renew();
    EXPECT_EQ(limits()["sockets"], sockets + 2);

    set_state("a1", "offline");
    ASSERT_TRUE(wait(read_anew(desk.board)));
    EXPECT_NE(channel(), before) << "in the same second";
    EXPECT_EQ(channel()["state"], "closed");
    EXPECT_EQ(greetings.of("soporte", now).states.front(), 'c');
}

}  // namespace
}  // namespace ventanilla::desk
