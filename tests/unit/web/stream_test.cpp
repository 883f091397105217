// Bodies that are not held in memory: uploads as a stream, downloads from a source.

#include <gtest/gtest.h>

#include "unit/web/raw_client.hpp"
#include "unit/web/server_fixture.hpp"

namespace ventanilla::web::testing {
namespace {

using namespace std::chrono_literals;

std::string request(std::string_view line, std::string_view more = "", std::string_view body = "") {
    return std::string(line) + " HTTP/1.1\r\nHost: desk.test\r\n" + std::string(more) + "\r\n" + std::string(body);
}

std::string sized(std::size_t size) {
    return "Content-Length: " + std::to_string(size) + "\r\n";
}

TEST(Stream, AnUploadIsReadAsItComes) {
    TestServer server;
    RawClient client(server.port());
    const std::string content(3'000'000, 'u');
    client.send(request("POST /upload", sized(content.size()), content) + request("GET /hello"));
    EXPECT_EQ(client.read_answer().body, "3000000");
    EXPECT_EQ(client.read_answer().body, "hello") << "the connection goes on";
    client.send(request("POST /upload", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") +
                request("POST /upload", sized(0)) + request("POST /upload") + request("GET /hello"));
    EXPECT_EQ(client.read_answer().body, "5");
    EXPECT_EQ(client.read_answer().body, "0");
    EXPECT_EQ(client.read_answer().body, "0");
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(Stream, TooMuchIsSaidAsEarlyAsItIsKnown) {
    TestServer server;
    {
        RawClient client(server.port());
        client.send(request("POST /upload", sized(3'000'001) + "Expect: 100-continue\r\n"));
        EXPECT_EQ(client.read_answer().status, 413) << "nothing need be sent to learn this";
        EXPECT_TRUE(client.at_end());
    }
    {
        RawClient client(server.port());
        client.send(request("POST /upload", "Transfer-Encoding: chunked\r\n", "2DC6C1\r\n"));
        EXPECT_EQ(client.read_answer().status, 413) << "by the size of the chunk";
    }
    EXPECT_EQ(server.counters().refused[static_cast<std::size_t>(Refusal::body_too_big)], 2U);
}

// Browsers look for an answer only when they have sent everything: it must be taken from them.
TEST(Stream, WhoSendsAllBeforeReadingGetsTheRefusal) {
    TestServer server;
    for (const std::string path : {"POST /upload", "POST /refused"}) {
        RawClient client(server.port());
        const std::string content(5'000'000, 'u');
        EXPECT_TRUE(client.send(request(path, sized(content.size()), content)));
        EXPECT_EQ(client.read_answer().status, 413) << path;
        EXPECT_TRUE(client.at_end());
    }
    RawClient client(server.port());
    const std::string content(2'900'000, 'u');
    EXPECT_TRUE(client.send(request("POST /refused", sized(content.size()), content)));
    EXPECT_EQ(client.read_answer().status, 401);
    EXPECT_TRUE(client.at_end());
}

TEST(Stream, ExpectContinueIsAnsweredWhenTheBodyIsWanted) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("POST /upload", sized(2) + "Expect: 100-continue\r\n"));
    EXPECT_EQ(client.read_answer().status, 100);
    client.send("ab");
    EXPECT_EQ(client.read_answer().body, "2");
    client.send(request("POST /refused", sized(2) + "Expect: 100-continue\r\n"));
    EXPECT_EQ(client.read_answer().status, 401);
}

TEST(Stream, MalformedBodiesAreRefused) {
    TestServer server;
    for (const std::string body : {"1\nx\n0\n\n", "z\r\n", "1\r\nxyz\r\n"}) {
        RawClient client(server.port());
        client.send(request("POST /upload", "Transfer-Encoding: chunked\r\n", body));
        EXPECT_EQ(client.read_answer().status, 400) << body;
        EXPECT_TRUE(client.at_end());
    }
    RawClient client(server.port());
    client.send(request("POST /upload", sized(10), "half"));
    client.shutdown_send();
    EXPECT_EQ(client.read_answer().status, 400);
}

// The time for the whole of a small body is no limit for a large one, as long as it comes.
TEST(Stream, ASlowUploadGoesOnAsLongAsItComes) {
    TestServer server([](ServerOptions& options) {
        options.timing.request = 400ms;
        options.timing.least_rate = 100;
    });
    RawClient client(server.port());
    client.send(request("POST /upload", sized(1200)));
    for (int i = 0; i < 12; ++i) {
        EXPECT_TRUE(client.silent_for(100ms));
        client.send(std::string(100, 'u'));
    }
    EXPECT_EQ(client.read_answer().body, "1200") << "it took three times the patience";
}

TEST(Stream, AnUploadThatDripsIsGivenUp) {
    TestServer server([](ServerOptions& options) { options.timing.request = 400ms; });
    RawClient client(server.port());
    client.send(request("POST /upload", sized(1000)));
    while (client.silent_for(50ms)) client.send("u");
    EXPECT_EQ(client.read_answer().status, 408) << "8 KiB a second are expected";
    EXPECT_EQ(server.counters().refused[static_cast<std::size_t>(Refusal::too_late)], 1U);
}

TEST(Stream, ForeignOriginsDoNotUpload) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("POST /upload", sized(2) + "Origin: https://evil.test\r\n", "ab"));
    EXPECT_EQ(client.read_answer().status, 403);
}

TEST(Stream, ADownloadComesWholeAndWithItsLength) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("HEAD /download") + request("GET /download") + request("GET /hello"));
    const auto head = client.read_answer(true);
    EXPECT_EQ(head.header("content-length"), "200000");
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.header("content-length"), "200000");
    EXPECT_TRUE(answer.body == std::string(200'000, 'p'));
    EXPECT_EQ(client.read_answer().body, "hello");
    EXPECT_EQ(server.journal.count("piece"), 4) << "none for HEAD";
}

TEST(Stream, ASourceThatBreaksOffEndsTheConnection) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("GET /broken"));
    EXPECT_EQ(client.read_answer().body.size(), 100'000U) << "its head has promised more";
    EXPECT_TRUE(client.at_end());
}

TEST(Stream, WhoTakesNothingHoldsOnePieceAndIsGivenUp) {
    TestServer server([](ServerOptions& options) { options.timing.response = 300ms; });
    RawClient client(server.port(), 4096);
    client.send(request("GET /endless"));
    EXPECT_TRUE(server.journal.wait_for("source gone"));
    EXPECT_LT(server.journal.count("piece"), 200) << "what the kernel's buffers took, and one more";
}

}  // namespace
}  // namespace ventanilla::web::testing
