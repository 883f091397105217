#include "desk/hub.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ventanilla::desk {
namespace {

namespace asio = boost::asio;

/// A connection that remembers what it was told.
class Listener : public Recipient {
public:
    void push(const protocol::Bytes& frame) override { got.push_back(*frame); }
    bool congested() const override { return full; }
    void end(protocol::Close code, std::string_view) override { ended = code; }

    std::vector<std::string> got;
    std::optional<protocol::Close> ended;
    bool full = false;
};

class HubTest : public testing::Test {
protected:
    // The log of one chat, read in pages of three; each read takes a turn of the loop, as a store does.
    asio::awaitable<protocol::Result<Hub::Frames>> read(std::string, std::int64_t after) {
        ++reads_;
        co_await asio::post(io_, asio::use_awaitable);
        Hub::Frames page;
        for (auto seq = after + 1; seq <= last_ && page.size() < 3; ++seq) page.push_back(std::to_string(seq));
        co_return page;
    }

    MemberPtr join(Listener& listener, std::string person = "v_1", Member::Kind kind = Member::Kind::visitor) {
        auto member = std::make_shared<Member>();
        member->kind = kind;
        member->person = std::move(person);
        // The listeners are the tests' own; the hub only ever sees weak pointers.
        owners_.emplace_back(&listener, [](Recipient*) {});
        member->recipient = owners_.back();
        hub_.join(member);
        return member;
    }

    void follow(const MemberPtr& member, std::int64_t pushed) {
        hub_.expect("c_1", member, Hub::Role::participant);
        hub_.begin("c_1", member, pushed, last_);
        run();
    }

    void write(const MemberPtr& origin = nullptr) {
        ++last_;
        hub_.entry("c_1", last_, protocol::verbatim(std::to_string(last_)), origin);
    }

    void run() {
        io_.restart();
        io_.run();
    }

    static std::vector<std::string> numbers(std::int64_t from, std::int64_t to) {
        std::vector<std::string> all;
        for (auto seq = from; seq <= to; ++seq) all.push_back(std::to_string(seq));
        return all;
    }

    asio::io_context io_;
    std::int64_t last_ = 0;
    int reads_ = 0;
    std::vector<std::shared_ptr<Recipient>> owners_;
    Hub hub_{io_, [this](std::string chat, std::int64_t after) { return read(std::move(chat), after); }};
};

TEST_F(HubTest, LiveEntriesComeOnceAndWithoutReading) {
    Listener listener;
    follow(join(listener), 0);
    for (int i = 0; i < 5; ++i) write();
    EXPECT_EQ(listener.got, numbers(1, 5));
    EXPECT_EQ(reads_, 0);
}

TEST_F(HubTest, ResumeReadsPageByPageBeforeAnythingNewer) {
    Listener listener;
    const auto member = join(listener);
    last_ = 8;
    hub_.expect("c_1", member, Hub::Role::participant);
    hub_.begin("c_1", member, 2, last_);
    write();  // 9 arrives while 3 to 8 are being read
    EXPECT_TRUE(listener.got.empty());
    run();
    EXPECT_EQ(listener.got, numbers(3, 9));
}

TEST_F(HubTest, AnEntryBetweenExpectAndBeginIsNotLost) {
    Listener listener;
    const auto member = join(listener);
    last_ = 2;
    hub_.expect("c_1", member, Hub::Role::participant);
    write();  // 3: written after the state was read (last = 2), told before `begin`
    EXPECT_TRUE(listener.got.empty());
    hub_.begin("c_1", member, 2, 2);
    run();
    EXPECT_EQ(listener.got, numbers(3, 3));
}

TEST_F(HubTest, EntriesAtHandAreNotReadAgain) {
    Listener listener;
    const auto member = join(listener);
    last_ = 4;
    hub_.expect("c_1", member, Hub::Role::participant);
    hub_.begin("c_1", member, 2, last_, numbers(3, 4));
    EXPECT_EQ(listener.got, numbers(3, 4));
    write();
    run();
    EXPECT_EQ(listener.got, numbers(3, 5));
    EXPECT_EQ(reads_, 0);
}

TEST_F(HubTest, WhatTheEntriesAtHandDoNotReachIsRead) {
    Listener listener;
    const auto member = join(listener);
    last_ = 6;
    hub_.expect("c_1", member, Hub::Role::participant);
    write();  // 7, after the entries at hand were read
    hub_.begin("c_1", member, 2, 6, numbers(3, 4));
    run();
    EXPECT_EQ(listener.got, numbers(3, 7));
}

TEST_F(HubTest, WhoIsAdmittedMayExpectBeforeItIsKnownWhoItIs) {
    Listener listener;
    auto unknown = std::make_shared<Member>();
    hub_.expect("c_1", unknown, Hub::Role::participant);
    EXPECT_FALSE(hub_.follows("c_1", unknown)) << "not admitted";
    hub_.admit(unknown);
    hub_.expect("c_1", unknown, Hub::Role::participant);
    EXPECT_EQ(hub_.count(Member::Kind::visitor), 0u);
    EXPECT_TRUE(hub_.followed_by("c_1", Member::Kind::visitor));
    EXPECT_FALSE(hub_.followed_by("c_1", Member::Kind::agent));
    write();
    hub_.leave(unknown);
    EXPECT_FALSE(hub_.follows("c_1", unknown));
    EXPECT_TRUE(hub_.followed_chats().empty());
}

TEST_F(HubTest, WhoWasLetBeginMeanwhileFollowsOn) {
    Listener listener;
    const auto member = join(listener);
    hub_.expect("c_1", member, Hub::Role::participant);
    hub_.unexpect("c_1", member);
    write();
    EXPECT_FALSE(hub_.follows("c_1", member));

    // Two of the server's ways at once: one finds that the chat is this visitor's, the other that it cannot be resumed.
    hub_.expect("c_1", member, Hub::Role::participant);
    follow(member, 0);
    hub_.unexpect("c_1", member);
    write();
    EXPECT_EQ(listener.got, numbers(1, 2));
}

TEST_F(HubTest, AnAcknowledgementDuringAReadDoesNotShiftThePage) {
    Listener listener;
    const auto member = join(listener);
    follow(member, 0);
    last_ = 2;
    hub_.entry("c_1", 2, protocol::verbatim("2"), nullptr);  // 1 is the member's own: its reply is still on its way
    hub_.entry("c_1", 1, protocol::verbatim("1"), member);
    run();
    write();
    EXPECT_EQ(listener.got, numbers(2, 3));
}

TEST_F(HubTest, OwnMessageIsNotReadFromTheLogBeforeItsAcknowledgement) {
    Listener listener;
    const auto member = join(listener);
    follow(member, 0);
    hub_.sending("c_1", member);
    last_ = 1;
    hub_.tick("c_1", 1);  // the store has it already
    run();
    EXPECT_EQ(reads_, 0);
    hub_.entry("c_1", 1, protocol::verbatim("1"), member);
    hub_.sent("c_1", member);
    run();
    write();
    EXPECT_EQ(listener.got.back(), "2");
    EXPECT_EQ(std::count(listener.got.begin(), listener.got.end(), "1"), 0);
}

TEST_F(HubTest, AHoleIsReadFromTheLog) {
    Listener listener;
    follow(join(listener), 0);
    write();
    ++last_;  // 2 was published, but nobody heard
    write();
    EXPECT_EQ(listener.got, numbers(1, 1));
    run();
    EXPECT_EQ(listener.got, numbers(1, 3));
    EXPECT_GT(reads_, 0);
}

TEST_F(HubTest, ATickShowsAMissedLastEntry) {
    Listener listener;
    follow(join(listener), 0);
    last_ = 1;
    hub_.tick("c_1", 1);
    run();
    ASSERT_EQ(listener.got.size(), 2U);
    EXPECT_NE(listener.got[0].find("\"tick\""), std::string::npos);
    EXPECT_EQ(listener.got[1], "1");
}

TEST_F(HubTest, AReSendRepairsWhatNobodyWasToldOf) {
    Listener sender;
    Listener tab;
    const auto origin = join(sender);
    const auto other = join(tab);
    follow(origin, 0);
    follow(other, 0);
    ++last_;  // carried out, but its reply came too late to be told
    hub_.repair("c_1", last_, origin);
    run();
    EXPECT_TRUE(sender.got.empty()) << "it has the acknowledgement";
    EXPECT_EQ(tab.got, numbers(1, 1));
    write();
    EXPECT_EQ(sender.got, numbers(2, 2));
}

TEST_F(HubTest, TheSenderHasItsAcknowledgementOthersTheEntry) {
    Listener sender;
    Listener tab;
    const auto origin = join(sender);
    const auto other = join(tab);
    follow(origin, 0);
    follow(other, 0);
    write(origin);
    write();
    EXPECT_EQ(sender.got, numbers(2, 2));
    EXPECT_EQ(tab.got, numbers(1, 2));
}

TEST_F(HubTest, ASlowSocketIsFilledOnlyAsItDrains) {
    Listener listener;
    const auto member = join(listener);
    last_ = 9;
    listener.full = true;
    hub_.expect("c_1", member, Hub::Role::participant);
    hub_.begin("c_1", member, 0, last_);
    run();
    EXPECT_EQ(listener.got, numbers(1, 3)) << "one page, then it waits";
    listener.full = false;
    hub_.drained(member);
    run();
    EXPECT_EQ(listener.got, numbers(1, 9));
    write();
    EXPECT_EQ(listener.got, numbers(1, 10)) << "live again";
}

TEST_F(HubTest, WhoLeavesWhileTheLogIsReadIsToldNothingMore) {
    Listener listener;
    const auto member = join(listener);
    last_ = 9;
    hub_.expect("c_1", member, Hub::Role::participant);
    hub_.begin("c_1", member, 0, last_);
    EXPECT_TRUE(hub_.leave(member));
    run();
    EXPECT_TRUE(listener.got.empty());
    EXPECT_TRUE(hub_.followed_chats().empty());
    hub_.expect("c_1", member, Hub::Role::participant);
    EXPECT_FALSE(hub_.follows("c_1", member)) << "a command that was under way does not bring it back";
}

TEST_F(HubTest, LeaveSaysWhetherItWasThePersonsLastConnection) {
    Listener one;
    Listener two;
    const auto first = join(one);
    const auto second = join(two);
    EXPECT_EQ(hub_.count(Member::Kind::visitor, "v_1"), 2U);
    EXPECT_FALSE(hub_.leave(first));
    EXPECT_TRUE(hub_.leave(second));
}

TEST_F(HubTest, AHolderWhoAlsoWatchesKeepsReadingAlong) {
    Listener listener;
    const auto member = join(listener, "a_1", Member::Kind::agent);
    follow(member, 0);
    hub_.expect("c_1", member, Hub::Role::watcher);
    hub_.unfollow_participant("c_1", member);
    write();
    EXPECT_EQ(listener.got, numbers(1, 1));
    hub_.unwatch("c_1", member);
    write();
    EXPECT_EQ(listener.got, numbers(1, 1));
}

TEST_F(HubTest, TellsOneKindAndLeavesOutWhoItIsAbout) {
    Listener visitor;
    Listener agent;
    follow(join(visitor), 0);
    follow(join(agent, "a_1", Member::Kind::agent), 0);
    const auto nobody = [](const Member&) { return false; };
    hub_.tell("c_1", Member::Kind::agent, protocol::verbatim("note"), nobody);
    hub_.tell("c_1", std::nullopt, protocol::verbatim("typing"),
              [](const Member& member) { return member.person == "a_1"; });
    EXPECT_EQ(agent.got, std::vector<std::string>{"note"});
    EXPECT_EQ(visitor.got, std::vector<std::string>{"typing"});
}

TEST_F(HubTest, EndAllEndsEverybody) {
    Listener visitor;
    Listener agent;
    join(visitor);
    join(agent, "a_1", Member::Kind::agent);
    hub_.end_all(protocol::Close::restart, "restarting");
    EXPECT_EQ(visitor.ended, protocol::Close::restart);
    EXPECT_EQ(agent.ended, protocol::Close::restart);
}

}  // namespace
}  // namespace ventanilla::desk
