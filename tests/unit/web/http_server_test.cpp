// What honest clients get.

#include <sys/resource.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "unit/web/raw_client.hpp"
#include "unit/web/server_fixture.hpp"

namespace ventanilla::web::testing {
namespace {

using namespace std::chrono_literals;

std::string request(std::string_view line, std::string_view more = "", std::string_view body = "") {
    return std::string(line) + " HTTP/1.1\r\nHost: desk.test\r\n" + std::string(more) + "\r\n" + std::string(body);
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
    TestServer server;
    RawClient client(server.port());
    client.send(
        request("GET /slow") + request("GET /hello") + request("POST /echo", "Content-Length: 2\r\n", "{}") +
        request("POST /echo", "Transfer-Encoding: chunked\r\n", "2;x=y\r\nab\r\n1\r\nc\r\n0\r\nTrailer: t\r\n\r\n") +
        request("GET /items/mine"));
    EXPECT_EQ(client.read_answer().body, "{}");
    EXPECT_EQ(client.read_answer().body, "hello");
    EXPECT_EQ(client.read_answer().body, "{}");
    EXPECT_EQ(client.read_answer().body, "abc");
    EXPECT_EQ(client.read_answer().body, "mine");
    EXPECT_EQ(server.counters().responses[2], 5U);
}

TEST(HttpServer, HeadHasNoBody) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("HEAD /hello") + request("HEAD /nothing") + request("GET /hello"));
    const auto head = client.read_answer(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-length"), "5");
    EXPECT_EQ(client.read_answer(true).status, 404);
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(HttpServer, ConnectionCloseAndHttp10End) {
    TestServer server;
    for (const auto& bytes : {request("GET /hello", "Connection: close\r\n"),
                              std::string("GET /hello HTTP/1.0\r\nHost: desk.test\r\n\r\n")}) {
        RawClient client(server.port());
        client.send(bytes);
        const auto answer = client.read_answer();
        EXPECT_EQ(answer.body, "hello");
        EXPECT_EQ(answer.header("connection"), "close");
        EXPECT_TRUE(client.at_end());
    }
}

TEST(HttpServer, IdleConnectionIsClosed) {
    TestServer server([](ServerOptions& options) { options.timing.idle = 300ms; });
    RawClient client(server.port());
    client.send(request("GET /hello"));
    EXPECT_EQ(client.read_answer().status, 200);
    EXPECT_TRUE(client.at_end());
}

TEST(HttpServer, ExpectContinue) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("POST /echo", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(client.read_answer().status, 100);
    client.send("{}");
    EXPECT_EQ(client.read_answer().body, "{}");
    client.send(request("POST /small", "Content-Length: 99\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(client.read_answer().status, 413) << "nothing need be sent to learn this";
}

TEST(HttpServer, LargestBodyPasses) {
    TestServer server;
    RawClient client(server.port());
    const std::string body(262144, 'b');
    client.send(request("POST /echo", "Content-Length: 262144\r\n", body));
    EXPECT_EQ(client.read_answer().body, body);
}

TEST(HttpServer, WrongMethodNamesTheRightOnes) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("DELETE /hello") + request("OPTIONS /hello") + request("OPTIONS *") +
                request("OPTIONS /nothing"));
    EXPECT_EQ(client.read_answer().header("allow"), "GET, HEAD, OPTIONS");
    const auto options = client.read_answer();
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(client.read_answer().status, 204);
    EXPECT_EQ(client.read_answer().status, 404);
}

TEST(HttpServer, CrossOriginAnswersForTheSitesPages) {
    TestServer server;
    RawClient client(server.port());
    const std::string site = "Origin: https://www.shop.test\r\n";
    client.send(request("OPTIONS /captcha", site + "Access-Control-Request-Method: POST\r\n"));
    const auto preflight = client.read_answer();
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(preflight.header("access-control-allow-origin"), "https://www.shop.test");
    EXPECT_EQ(preflight.header("access-control-allow-methods"), "POST");
    EXPECT_EQ(preflight.header("vary"), "Origin");
    EXPECT_EQ(preflight.header("access-control-allow-credentials"), "");

    client.send(request("POST /captcha", site + "Content-Length: 2\r\n", "{}"));
    const auto posted = client.read_answer();
    EXPECT_EQ(posted.status, 200);
    EXPECT_EQ(posted.header("access-control-allow-origin"), "https://www.shop.test");

    client.send(request("GET /site", site) + request("GET /site", "Origin: https://evil.test\r\n") +
                request("GET /site") + request("GET /hello", site));
    EXPECT_EQ(client.read_answer().header("access-control-allow-origin"), "https://www.shop.test");
    const auto foreign = client.read_answer();
    EXPECT_EQ(foreign.status, 200);
    EXPECT_EQ(foreign.header("access-control-allow-origin"), "");
    EXPECT_EQ(foreign.header("vary"), "Origin");
    EXPECT_EQ(client.read_answer().header("vary"), "Origin");
    EXPECT_EQ(client.read_answer().header("access-control-allow-origin"), "");
}

TEST(HttpServer, OwnOriginMayPost) {
    TestServer server;
    RawClient client(server.port());
    for (const std::string own : {"http://desk.test", "https://desk.example"}) {
        client.send(request("POST /form",
                            "Origin: " + own + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n", "{}"));
        EXPECT_EQ(client.read_answer().status, 204) << own;
    }
}

TEST(HttpServer, FormsOfPagesWithoutReferrerMayBeSentWhereTheRouteSaysSo) {
    TestServer server;
    RawClient client(server.port());
    const std::string session = "Cookie: ventanilla_session=x\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\n";
    client.send(request("POST /plain-form", "Origin: null\r\n" + session, "{}"));
    const auto sent = client.read_answer();
    EXPECT_EQ(sent.status, 200);
    EXPECT_EQ(sent.body, "unknown") << "the page may be anybody's: its visitor's cookie says nothing";
    client.send(request("POST /plain-form", "Origin: http://desk.test\r\n" + session, "{}"));
    EXPECT_EQ(client.read_answer().body, "known");
    for (const std::string refused : {"/plain-form|https://evil.test", "/plain-form|https://www.shop.test",
                                      "/form|null", "/captcha|null", "/upload|null"}) {
        RawClient other(server.port());
        const auto bar = refused.find('|');
        other.send(
            request("POST " + refused.substr(0, bar), "Origin: " + refused.substr(bar + 1) + "\r\n" + session, "{}"));
        EXPECT_EQ(other.read_answer().status, 403) << refused;
    }
}

TEST(HttpServer, TrustedProxyTellsTheClient) {
    TestServer server([](ServerOptions& options) {
        options.trusted_proxy = [](std::string_view address) { return address == "127.0.0.1"; };
    });
    RawClient client(server.port());
    client.send(request("GET /items/a", "X-Forwarded-For: 6.6.6.6, 7.7.7.7\r\n"));
    EXPECT_EQ(client.read_answer().body, "a@7.7.7.7");
}

TEST(HttpServer, WidgetMayBeLoadedAnywhere) {
    TestServer server;
    RawClient client(server.port());
    client.send(request("GET /widget.js", "Origin: https://evil.test\r\n"));
    const auto script = client.read_answer();
    EXPECT_EQ(script.header("cross-origin-resource-policy"), "cross-origin");
    EXPECT_EQ(script.header("access-control-allow-origin"), "*");
    EXPECT_EQ(script.header("content-type"), "text/javascript; charset=utf-8");
    client.send(request("GET /widget.js", "If-None-Match: " + script.header("etag") + "\r\n") + request("GET /hello"));
    EXPECT_EQ(client.read_answer().status, 304);
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(HttpServer, ManyConnectionsAtOnce) {
    TestServer server;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<RawClient>(server.port()));
    for (const auto& client : clients) client->send(request("GET /hello"));
    for (const auto& client : clients) EXPECT_EQ(client->read_answer().body, "hello");
    EXPECT_EQ(server.counters().connections_accepted, 200U);
}

TEST(Listener, OutOfFileDescriptorsItPausesAndGoesOn) {
    TestServer server;
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    // The lowest free descriptor is the client's; the server finds none left.
    const int next = ::dup(0);
    ::close(next);
    rlimit tight = before;
    tight.rlim_cur = static_cast<rlim_t>(next + 1);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    RawClient client(server.port());
    client.send(request("GET /hello"));
    const bool silent = client.silent_for(450ms);
    const auto pauses = server.counters().accept_pauses;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(silent);
    EXPECT_GE(pauses, 2U);
    EXPECT_LE(pauses, 6U) << "no busy loop";
    EXPECT_EQ(client.read_answer().body, "hello");
}

TEST(Listener, ErrorsAreTold) {
    boost::asio::io_context io;
    Server server(io, Router{}, ServerOptions{});
    EXPECT_FALSE(server.listen("203.0.113.1", 0)) << "not an address of this machine";
    EXPECT_TRUE(server.listen("localhost", 0));
    const auto taken = server.listen("127.0.0.1", 0);
    ASSERT_TRUE(taken);
    EXPECT_FALSE(server.listen("127.0.0.1", taken->port()));
    EXPECT_FALSE(server.listen("127.0.0.1", taken->port(), Port::shared)) << "the other one does not share it";
}

TEST(Listener, ServersThatAgreeShareAPort) {
    boost::asio::io_context io;
    Server server(io, Router{}, ServerOptions{});
    const auto taken = server.listen("127.0.0.1", 0, Port::shared);
    ASSERT_TRUE(taken);
    EXPECT_TRUE(server.listen("127.0.0.1", taken->port(), Port::shared));
    EXPECT_FALSE(server.listen("127.0.0.1", taken->port()));
}

}  // namespace
}  // namespace ventanilla::web::testing
