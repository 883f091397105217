// Sockets over real connections: order, limits, pings, closing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/web/raw_client.hpp"
#include "unit/web/server_fixture.hpp"

namespace ventanilla::web::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(WebSocket, FramesRightBehindTheHandshakeAreNotLost) {
    TestServer server;
    RawClient client(server.port());
    std::string behind;
    for (int i = 0; i < 50; ++i) behind += client_frame(1, std::to_string(i));
    behind += client_frame(1, std::string(30'000, 'z'));
    ASSERT_EQ(client.upgrade("", behind).status, 101);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(client.read_data_frame().payload, "echo:" + std::to_string(i));
    EXPECT_EQ(client.read_data_frame().payload.size(), 30'005U);
}

TEST(WebSocket, OneByteAtATime) {
    TestServer server;
    RawClient client(server.port());
    for (const char c : handshake() + client_frame(1, "slowly")) client.send(std::string_view(&c, 1));
    ASSERT_EQ(client.read_answer().status, 101);
    EXPECT_EQ(client.read_data_frame().payload, "echo:slowly");
}

// However the bytes between the parts of a message come, it is the same message.
TEST(WebSocket, AMessageInPartsAndAControlFrameInPieces) {
    TestServer server;
    RawClient client(server.port());
    RawClient other(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    ASSERT_EQ(other.upgrade().status, 101);
    const auto begin = client_frame(1, "in p", false);
    const auto all = begin + client_frame(9, "are you there?") + client_frame(0, "", false) + client_frame(0, "arts");
    for (std::size_t cut = begin.size(); cut < all.size(); ++cut) {
        client.send(all.substr(0, cut));
        // When this is answered, the server has read what came before it.
        other.send_text("and you?");
        EXPECT_EQ(other.read_data_frame().payload, "echo:and you?");
        client.send(all.substr(cut));
        EXPECT_EQ(client.read_frame().payload, "are you there?") << cut;
        EXPECT_EQ(client.read_data_frame().payload, "echo:in parts") << cut;
    }
}

struct BadFrames {
    std::string name;
    std::string bytes;
    int close;
};

TEST(WebSocket, BrokenFramesCloseWithTheirCode) {
    const std::string big(65537, 'b');
    const std::vector<BadFrames> cases = {
        {"binary", client_frame(2, "x"), 1003},
        {"empty binary", client_frame(2, ""), 1003},
        {"bad UTF-8", client_frame(1, "a\xff"), 1007},
        {"overlong UTF-8", client_frame(1, "\xc0\xaf"), 1007},
        {"surrogate", client_frame(1, "\xed\xa0\x80"), 1007},
        {"UTF-8 cut short", client_frame(1, "\xe2\x82"), 1007},
        {"UTF-8 cut short by an empty last part", client_frame(1, "\xe2\x82", false) + client_frame(0, ""), 1007},
        {"beyond Unicode", client_frame(1, "\xf4\x90\x80\x80"), 1007},
        {"too big", client_frame(1, big), 1009},
        {"too big in parts", client_frame(1, big.substr(0, 40000), false) + client_frame(0, big.substr(0, 40000)),
         1009},
        {"length of 63 bits", std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44", 14), 1009},
        {"length of 64 bits", std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44", 14), 1009},
        {"unmasked", client_frame(1, "x", true, false), 1002},
        {"reserved bit 1", client_frame(1, "x", true, true, 4), 1002},
        {"reserved bit 3", client_frame(1, "x", true, true, 1), 1002},
        {"opcode 3", client_frame(3, "x"), 1002},
        {"opcode 11", client_frame(11, "x"), 1002},
        {"continuation of nothing", client_frame(0, "x"), 1002},
        {"text inside a message", client_frame(1, "a", false) + client_frame(1, "b"), 1002},
        {"fragmented ping", client_frame(9, "x", false), 1002},
        {"ping too long", client_frame(9, std::string(126, 'p')), 1002},
        {"close too short", client_frame(8, "x"), 1002},
        {"close with 999", client_frame(8, "\x03\xe7"), 1002},
        {"close with 1005", client_frame(8, "\x03\xed"), 1002},
        {"close with bad UTF-8", client_frame(8, "\x03\xe8\xff"), 1002},
        {"length not minimal", std::string("\x81\xfe\x00\x01\x11\x22\x33\x44\x70", 9), 1002},
        {"HTTP after the handshake", "GET / HTTP/1.1\r\n\r\n", 1002},
        {"owner throws", client_frame(1, "throw"), 4500},
    };
    TestServer server;
    int gone = 0;
    for (const auto& bad : cases) {
        SCOPED_TRACE(bad.name);
        RawClient client(server.port());
        ASSERT_EQ(client.upgrade().status, 101);
        client.send(bad.bytes);
        EXPECT_EQ(client.read_data_frame().close_code(), bad.close);
        client.send_frame(8, "\x03\xe8");
        EXPECT_TRUE(client.at_end());
        EXPECT_TRUE(server.journal.wait_for("gone", ++gone));
    }
    EXPECT_EQ(server.journal.count("gone"), static_cast<int>(cases.size()));
    EXPECT_EQ(server.counters().sockets_open, 0U);
}

TEST(WebSocket, LargestMessagePassesAlsoInParts) {
    TestServer server;
    RawClient client(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    const std::string text(65536, 'm');
    client.send_text(text);
    EXPECT_EQ(client.read_data_frame().payload, "echo:" + text);
    client.send_frame(1, "\xc3", false);  // A character may be cut by a fragment.
    client.send_frame(9, "in between");
    client.send_frame(0, "\xb1");
    const auto pong = client.read_frame();
    EXPECT_EQ(pong.opcode, 10);
    EXPECT_EQ(pong.payload, "in between");
    EXPECT_EQ(client.read_data_frame().payload, "echo:\xc3\xb1");
}

TEST(WebSocket, PeersCloseIsAnswered) {
    TestServer server;
    RawClient client(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    client.send_frame(8, "\x03\xe8");
    EXPECT_EQ(client.read_data_frame().close_code(), 1000);
    EXPECT_TRUE(client.at_end());
    EXPECT_TRUE(server.journal.wait_for("gone"));
    EXPECT_THAT(server.journal.words(), ElementsAre("open", "gone"));
}

TEST(WebSocket, PeerThatVanishesIsToldOnce) {
    TestServer server;
    {
        RawClient client(server.port());
        ASSERT_EQ(client.upgrade().status, 101);
    }
    EXPECT_TRUE(server.journal.wait_for("gone"));
    EXPECT_THAT(server.journal.words(), ElementsAre("open", "gone"));
    EXPECT_EQ(server.counters().sockets_open, 0U);
}

TEST(WebSocket, CloseFlushesWhatIsQueued) {
    TestServer server;
    RawClient client(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    client.send_text("bye");
    EXPECT_EQ(client.read_data_frame().payload, "last words");
    const auto end = client.read_data_frame();
    EXPECT_EQ(end.close_code(), 1000);
    EXPECT_EQ(end.payload.substr(2), "bye");
    EXPECT_TRUE(server.journal.wait_for("gone"));
    EXPECT_THAT(server.journal.words(), ElementsAre("open", "frame", "refused", "gone"));
    // The peer does not answer: the connection ends all the same.
    EXPECT_TRUE(client.at_end());
}

TEST(WebSocket, AfterTheCloseFrameNothingFollows) {
    TestServer server;
    RawClient client(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    client.send(client_frame(1, "bye") + client_frame(9, "ping") + client_frame(1, "more") +
                client_frame(8, "\x03\xe8"));
    EXPECT_EQ(client.read_data_frame().payload, "last words");
    EXPECT_EQ(client.read_data_frame().close_code(), 1000);
    EXPECT_EQ(client.read_frame().opcode, -1);
    EXPECT_EQ(server.journal.count("frame"), 1);
}

TEST(WebSocket, BurstArrivesInOrder) {
    TestServer server;
    RawClient client(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    client.send_text("burst");
    for (int i = 0; i < 100; ++i) EXPECT_EQ(client.read_data_frame().payload, std::to_string(i));
    EXPECT_TRUE(server.journal.wait_for("drain"));
    EXPECT_EQ(server.journal.count("drain"), 1) << "all hundred left in one go";
}

TEST(WebSocket, SlowReaderIsClosedWithinItsLimit) {
    TestServer server;
    RawClient client(server.port(), 4096);
    ASSERT_EQ(client.upgrade().status, 101);
    client.send_text("flood");
    EXPECT_TRUE(server.journal.wait_for("gone"));
    EXPECT_EQ(server.journal.count("slow within the limit"), 1);
    EXPECT_EQ(server.journal.count("closed"), 1);
    EXPECT_EQ(server.counters().slow_closes, 1U);
    // Nobody else notices.
    RawClient other(server.port());
    ASSERT_EQ(other.upgrade().status, 101);
    other.send_text("hi");
    EXPECT_EQ(other.read_data_frame().payload, "echo:hi");
    // Whenever it reads on, even after its connection was given up, it gets whole frames and then the reason.
    std::this_thread::sleep_for(1500ms);
    EXPECT_EQ(server.counters().sockets_open, 1U);
    auto frame = client.read_data_frame();
    while (frame.opcode == 1) {
        EXPECT_EQ(frame.payload.size(), 1000U);
        frame = client.read_data_frame();
    }
    EXPECT_EQ(frame.close_code(), 4513);
}

TEST(WebSocket, PingsWithoutReadingThePongsEndIt) {
    TestServer server;
    RawClient client(server.port(), 4096);
    ASSERT_EQ(client.upgrade().status, 101);
    client.patience = 500ms;
    std::string pings;
    for (int i = 0; i < 1000; ++i) pings += client_frame(9, std::string(125, 'p'));
    for (int i = 0; i < 100; ++i) {
        if (!client.send(pings)) break;
    }
    EXPECT_TRUE(server.journal.wait_for("gone"));
    EXPECT_EQ(server.counters().slow_closes, 1U);
}

TEST(WebSocket, PausedSocketReadsNoFurther) {
    TestServer server;
    RawClient client(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    client.send(client_frame(1, "pause") + client_frame(1, "one") + client_frame(1, "two"));
    EXPECT_TRUE(client.silent_for(150ms));
    EXPECT_EQ(client.read_data_frame().payload, "echo:one");
    EXPECT_EQ(client.read_data_frame().payload, "echo:two");
    const auto words = server.journal.words();
    ASSERT_GE(words.size(), 4U);
    EXPECT_EQ(words[2], "resume");
}

TEST(WebSocket, PingsComeAndSilenceEndsIt) {
    TestServer server([](ServerOptions& options) {
        options.timing.ping = 300ms;
        options.timing.silence = 1000ms;
    });
    RawClient silent(server.port());
    RawClient alive(server.port());
    ASSERT_EQ(silent.upgrade().status, 101);
    ASSERT_EQ(alive.upgrade().status, 101);
    const auto until = std::chrono::steady_clock::now() + 2s;
    int pings = 0;
    while (std::chrono::steady_clock::now() < until) {
        const auto frame = alive.read_frame();
        ASSERT_EQ(frame.opcode, 9);
        ++pings;
        alive.send_frame(10, frame.payload);
    }
    EXPECT_GE(pings, 4);
    EXPECT_LE(pings, 8);
    EXPECT_EQ(server.counters().silent_closes, 1U);
    EXPECT_EQ(server.journal.count("gone"), 1);
    EXPECT_EQ(server.counters().sockets_open, 1U);
}

TEST(WebSocket, SocketsPerAddressAreCounted) {
    TestServer server([](ServerOptions& options) { options.sockets_per_address = 2; });
    auto first = std::make_unique<RawClient>(server.port());
    RawClient second(server.port());
    ASSERT_EQ(first->upgrade().status, 101);
    ASSERT_EQ(second.upgrade().status, 101);
    RawClient third(server.port());
    const auto refused = third.upgrade();
    EXPECT_EQ(refused.status, 429);
    EXPECT_NE(refused.header("retry-after"), "");
    first.reset();
    ASSERT_TRUE(server.journal.wait_for("gone"));
    RawClient fourth(server.port());
    EXPECT_EQ(fourth.upgrade().status, 101);
}

TEST(Drain, ClosesAllWithRestartAndAnswersWhatIsInHand) {
    TestServer server([](ServerOptions& options) { options.timing.drain_spread = 1000ms; });
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 40; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
        ASSERT_EQ(clients.back()->upgrade().status, 101);
    }
    RawClient slow(server.port());
    slow.send("GET /slow HTTP/1.1\r\nHost: desk.test\r\n\r\n");
    RawClient idle(server.port());
    idle.send("GET /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n");
    ASSERT_EQ(idle.read_answer().status, 200);
    std::this_thread::sleep_for(50ms);

    auto drained = server.drain(10s);
    RawClient late(server.port());
    EXPECT_EQ(late.upgrade().status, 503);
    EXPECT_EQ(slow.read_answer().status, 200);
    EXPECT_TRUE(idle.at_end());
    EXPECT_EQ(drained.wait_for(0s), std::future_status::timeout);
    for (const auto& client : clients) {
        const auto frame = client->read_data_frame();
        EXPECT_EQ(frame.close_code(), 1012);
        client->send_frame(8, frame.payload);
    }
    EXPECT_EQ(drained.wait_for(3s), std::future_status::ready);
    EXPECT_TRUE(server.journal.wait_for("gone", 40));
    EXPECT_THROW(RawClient{server.port()}, std::runtime_error);
}

TEST(Drain, DeadlineCutsOffWhoDoesNotAnswer) {
    TestServer server([](ServerOptions& options) { options.timing.linger = 60s; });
    RawClient client(server.port());
    ASSERT_EQ(client.upgrade().status, 101);
    const auto drained = server.drain(500ms);
    EXPECT_EQ(client.read_data_frame().close_code(), 1012);
    EXPECT_EQ(drained.wait_for(3s), std::future_status::ready);
    EXPECT_TRUE(client.at_end());
}

}  // namespace
}  // namespace ventanilla::web::testing
