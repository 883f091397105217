// Requests that no honest client sends, and what the server must answer to each (contract.md 6, protocol.md 2 and 3).

#include <gtest/gtest.h>

#include "unit/web/raw_client.hpp"
#include "unit/web/server_fixture.hpp"

namespace ventanilla::web::testing {
namespace {

struct Hostile {
    std::string name;
    std::string bytes;
    int status;
    bool ends = true;  ///< the server ends the connection after the answer
};

std::string get(std::string_view target, std::string_view more = "") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: desk.test\r\n" + std::string(more) + "\r\n";
}

std::string post(std::string_view more, std::string_view body, std::string_view path = "/echo") {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: desk.test\r\n" + std::string(more) + "\r\n" +
           std::string(body);
}

std::string sized(std::string_view body) {
    return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

std::string filler(std::size_t size) {
    return "X-Filler: " + std::string(size, 'f') + "\r\n";
}

const std::vector<Hostile>& hostile() {
    static const std::vector<Hostile> cases = {
        // The request line.
        {"no version", "GET /hello\r\n\r\n", 400},
        {"HTTP 0.9", "GET /hello\r\nHost: desk.test\r\n\r\n", 400},
        {"version 2", "GET /hello HTTP/2.0\r\nHost: desk.test\r\n\r\n", 505},
        {"version 1.2", "GET /hello HTTP/1.2\r\nHost: desk.test\r\n\r\n", 505},
        {"preface of HTTP 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"version in lower case", "GET /hello http/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"version too long", "GET /hello HTTP/1.10\r\nHost: desk.test\r\n\r\n", 400},
        {"two blanks", "GET  /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"tab as a blank", "GET\t/hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"trailing blank", "GET /hello HTTP/1.1 \r\nHost: desk.test\r\n\r\n", 400},
        {"leading blank", " GET /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"leading empty line", "\r\nGET /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"method with a colon", "GE:T /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"four parts", "GET /hello world HTTP/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"only line ends", "\r\n\r\n\r\n\r\n", 400},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00", 7), 400},
        {"zero byte", std::string("GET /he\0llo HTTP/1.1\r\nHost: desk.test\r\n\r\n", 41), 400},
        {"bare line feeds", "GET /hello HTTP/1.1\nHost: desk.test\n\n", 400},
        {"bare line feed in a field", get("/hello", "X-A: 1\nX-B: 2\r\n"), 400},
        {"bare carriage return", get("/hello", "X-A: 1\rX-B: 2\r\n"), 400},
        {"unknown method", "BREW /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 405, false},
        {"method in lower case", "get /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 405, false},
        {"TRACE", "TRACE /hello HTTP/1.1\r\nHost: desk.test\r\n\r\n", 405, false},
        // The target.
        {"CONNECT", "CONNECT desk.test:443 HTTP/1.1\r\nHost: desk.test\r\n\r\n", 400},
        {"no slash", get("hello"), 400},
        {"star for GET", get("*"), 400},
        {"fragment", get("/hello#top"), 400},
        {"backslash", get("\\hello"), 400},
        {"backslash inside", get("/a\\..\\hello"), 400},
        {"raw UTF-8", get("/\xc3\xb1"), 400},
        {"dot segment", get("/items/../hello"), 400},
        {"dot segment at the end", get("/items/.."), 400},
        {"single dot", get("/./hello"), 400},
        {"encoded dots", get("/items/%2e%2E/hello"), 400},
        {"half encoded dots", get("/items/.%2e/hello"), 400},
        {"encoded slash", get("/items%2fmine"), 400},
        {"encoded backslash", get("/items/%5C..%5c"), 400},
        {"escape cut short", get("/hello%2"), 400},
        {"escape of nothing", get("/hello%"), 400},
        {"escape not hexadecimal", get("/hello%zz"), 400},
        {"escaped zero byte", get("/hello%00"), 400},
        {"escaped line end", get("/hello%0d%0aX:1"), 400},
        {"escaped broken UTF-8", get("/items/%ff%fe"), 400},
        {"escaped overlong slash", get("/items/%c0%af"), 400},
        {"escaped surrogate", get("/items/%ed%a0%80"), 400},
        {"broken escape in the query", get("/hello?a=%"), 400},
        {"zero byte in the query", get("/hello?a=%00"), 400},
        {"broken UTF-8 in the query", get("/hello?a=%80"), 400},
        {"URL of another host", get("http://evil.test/hello"), 400},
        {"URL of another port", get("http://desk.test:81/hello"), 400},
        {"URL with user", get("http://me@desk.test/hello"), 400},
        {"URL of another scheme", get("ftp://desk.test/hello"), 400},
        {"URL without path", get("http://desk.test?a"), 400},
        {"URL of this host", get("http://desk.test/hello"), 200, false},
        {"double slash", get("//hello"), 404, false},
        {"unknown path", get("/nothing"), 404, false},
        {"empty parameter", get("/items/"), 404, false},
        {"path too long", get("/" + std::string(9000, 'a')), 431},
        // Host.
        {"no Host", "GET /hello HTTP/1.1\r\n\r\n", 400},
        {"no Host on HTTP 1.0", "GET /hello HTTP/1.0\r\n\r\n", 400},
        {"two Host", get("/hello", "Host: desk.test\r\n"), 400},
        {"two Host that differ", get("/hello", "host: evil.test\r\n"), 400},
        {"empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400},
        {"Host with a path", "GET /hello HTTP/1.1\r\nHost: desk.test/x\r\n\r\n", 400},
        {"Host with user", "GET /hello HTTP/1.1\r\nHost: a@desk.test\r\n\r\n", 400},
        {"Host list", "GET /hello HTTP/1.1\r\nHost: desk.test, evil.test\r\n\r\n", 400},
        {"Host with a wrong port", "GET /hello HTTP/1.1\r\nHost: desk.test:99999\r\n\r\n", 400},
        {"Host with an empty port", "GET /hello HTTP/1.1\r\nHost: desk.test:\r\n\r\n", 400},
        {"Host with an open bracket", "GET /hello HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        // Fields.
        {"folded field", get("/hello", "X-A: 1\r\n folded\r\n"), 400},
        {"folded with a tab", get("/hello", "X-A: 1\r\n\tfolded\r\n"), 400},
        {"folded first field", "GET /hello HTTP/1.1\r\n X: 1\r\nHost: desk.test\r\n\r\n", 400},
        {"blank before the colon", get("/hello", "X-A : 1\r\n"), 400},
        {"field without a colon", get("/hello", "X-A\r\n"), 400},
        {"field without a name", get("/hello", ": 1\r\n"), 400},
        {"field name with a slash", get("/hello", "X/A: 1\r\n"), 400},
        {"field name with UTF-8", get("/hello", "X-\xc3\xb1: 1\r\n"), 400},
        {"control character", get("/hello", "X-A: a\x01z\r\n"), 400},
        {"delete character", get("/hello", "X-A: a\x7fz\r\n"), 400},
        {"zero byte in a value", get("/hello", std::string("X-A: a\0z\r\n", 10)), 400},
        {"head too large", get("/hello", filler(9000)), 431},
        {"many fields",
         get("/hello",
             [] {
                 std::string fields;
                 for (int i = 0; i < 900; ++i) fields += "A" + std::to_string(i) + ": bbbb\r\n";
                 return fields;
             }()),
         431},
        {"large head that fits", get("/hello", filler(8000)), 200, false},
        {"two Content-Type", post("Content-Type: a/b\r\nContent-Type: c/d\r\n" + sized("x"), "x"), 400},
        {"two Authorization", get("/hello", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
        {"unknown Expect", post("Expect: money\r\n" + sized("x"), "x"), 417},
        // The body.
        {"two Content-Length", post("Content-Length: 1\r\nContent-Length: 1\r\n", "x"), 400},
        {"two Content-Length that differ", post("Content-Length: 1\r\nContent-Length: 2\r\n", "xx"), 400},
        {"Content-Length list", post("Content-Length: 1, 1\r\n", "x"), 400},
        {"negative Content-Length", post("Content-Length: -1\r\n", "x"), 400},
        {"signed Content-Length", post("Content-Length: +1\r\n", "x"), 400},
        {"hexadecimal Content-Length", post("Content-Length: 0x1\r\n", "x"), 400},
        {"empty Content-Length", post("Content-Length:\r\n", "x"), 400},
        {"Content-Length with a blank", post("Content-Length: 1 1\r\n", "x"), 400},
        {"Content-Length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n", "x"), 400},
        {"huge Content-Length", post("Content-Length: 18446744073709551615\r\n", "x"), 413},
        {"body too large", post("Content-Length: 262145\r\n", "x"), 413},
        {"body too large for the route", post("Content-Length: 17\r\n", "x", "/small"), 413},
        {"body cut short", post("Content-Length: 10\r\n", "x"), 408},
        {"xchunked", post("Transfer-Encoding: xchunked\r\n", "1\r\nx\r\n0\r\n\r\n"), 400},
        {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "1\r\nx\r\n0\r\n\r\n"), 400},
        {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", "1\r\nx\r\n0\r\n\r\n"), 400},
        {"identity", post("Transfer-Encoding: identity\r\n", "x"), 400},
        {"empty Transfer-Encoding", post("Transfer-Encoding:\r\n", "x"), 400},
        {"vertical tab before chunked", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n"), 400},
        {"two Transfer-Encoding", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         400},
        {"chunked with Content-Length", post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "0\r\n\r\n"), 400},
        {"chunked on HTTP 1.0", "POST /echo HTTP/1.0\r\nHost: desk.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"chunk size not hexadecimal", post("Transfer-Encoding: chunked\r\n", "z\r\nx\r\n0\r\n\r\n"), 400},
        {"negative chunk size", post("Transfer-Encoding: chunked\r\n", "-1\r\nx\r\n0\r\n\r\n"), 400},
        {"chunk size with 0x", post("Transfer-Encoding: chunked\r\n", "0x1\r\nx\r\n0\r\n\r\n"), 400},
        {"chunk size beyond 64 bits", post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nx\r\n0\r\n\r\n"),
         400},
        {"chunk too large", post("Transfer-Encoding: chunked\r\n", "ffffffff\r\nx\r\n0\r\n\r\n"), 413},
        {"chunk longer than said", post("Transfer-Encoding: chunked\r\n", "1\r\nxyz\r\n0\r\n\r\n"), 400},
        {"chunks with bare line feeds", post("Transfer-Encoding: chunked\r\n", "1\nx\n0\n\n"), 400},
        {"chunks never end", post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n"), 408},
        {"endless chunk extension",
         post("Transfer-Encoding: chunked\r\n", "1;" + std::string(200'000, 'e') + "\r\nx\r\n0\r\n\r\n"), 400},
        {"endless trailer", post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(200'000, 't') + "\r\n\r\n"),
         400},
        {"body on an unknown path", post(sized("x"), "x", "/nothing"), 404},
        {"POST where only GET is", post(sized("x"), "x", "/hello"), 405},
        // Origins.
        {"foreign origin", post("Origin: https://evil.test\r\n" + sized("{}"), "{}"), 403},
        {"foreign origin on an unknown path", post("Origin: https://evil.test\r\n", "", "/nothing"), 403},
        {"foreign origin with too large a body", post("Origin: https://evil.test\r\nContent-Length: 999999999\r\n", ""),
         403},
        {"origin null", post("Origin: null\r\n" + sized("{}"), "{}"), 403},
        {"empty origin", post("Origin:\r\n" + sized("{}"), "{}"), 403},
        {"own host, other scheme", post("Origin: https://desk.test\r\n" + sized("{}"), "{}"), 403},
        {"own host, other port", post("Origin: http://desk.test:8080\r\n" + sized("{}"), "{}"), 403},
        {"own host as a prefix", post("Origin: http://desk.test.evil.test\r\n" + sized("{}"), "{}"), 403},
        {"two origins", post("Origin: http://desk.test\r\nOrigin: https://evil.test\r\n", ""), 400},
        {"site origin where it may not", post("Origin: https://www.shop.test\r\n" + sized("{}"), "{}"), 403},
        {"site origin with the cookie",
         post("Origin: https://www.shop.test\r\nCookie: ventanilla_session=x\r\n" + sized("{}"), "{}", "/captcha"),
         403},
        {"foreign preflight",
         "OPTIONS /captcha HTTP/1.1\r\nHost: desk.test\r\nOrigin: https://evil.test\r\n"
         "Access-Control-Request-Method: POST\r\n\r\n",
         403},
        {"preflight for a closed route",
         "OPTIONS /echo HTTP/1.1\r\nHost: desk.test\r\nOrigin: https://www.shop.test\r\n"
         "Access-Control-Request-Method: POST\r\n\r\n",
         403},
        {"form with the session", post("Content-Type: text/plain\r\n" + sized("{}"), "{}", "/form"), 415, false},
        {"multipart without the header",
         post("Content-Type: multipart/form-data; boundary=x\r\n" + sized("{}"), "{}", "/form"), 415, false},
        {"handler that throws", get("/fail"), 500, false},
    };
    return cases;
}

TEST(HostileHttp, EveryCaseHasItsAnswer) {
    TestServer server;
    ASSERT_GE(hostile().size(), 100U);
    std::vector<std::string> seen;
    for (const auto& hostile_case : hostile()) {
        SCOPED_TRACE(hostile_case.name);
        RawClient client(server.port());
        client.send(hostile_case.bytes);
        const auto answer = client.read_answer();
        EXPECT_EQ(answer.status, hostile_case.status);
        EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
        EXPECT_EQ(answer.body.find("secret internals"), std::string::npos);
        if (answer.status >= 400) {
            EXPECT_EQ(answer.header("content-type"), "application/problem+json");
            EXPECT_NE(answer.body.find("\"code\":"), std::string::npos);
        }
        if (hostile_case.ends) {
            EXPECT_EQ(answer.header("connection"), "close");
            EXPECT_TRUE(client.at_end());
        } else {
            client.send(get("/hello"));
            EXPECT_EQ(client.read_answer().body, "hello") << "the connection goes on";
        }
    }
    // Nobody else noticed.
    RawClient client(server.port());
    client.send(get("/hello"));
    EXPECT_EQ(client.read_answer().status, 200);
}

TEST(HostileHttp, EveryCaseByteByByte) {
    TestServer server;
    for (const auto& hostile_case : hostile()) {
        if (hostile_case.bytes.size() > 400 || hostile_case.status == 408) continue;
        SCOPED_TRACE(hostile_case.name);
        RawClient client(server.port());
        for (const char c : hostile_case.bytes) {
            if (!client.send(std::string_view(&c, 1))) break;
        }
        EXPECT_EQ(client.read_answer().status, hostile_case.status);
    }
}

TEST(HostileHttp, SlowHeadIsCutOff) {
    TestServer server;
    RawClient client(server.port());
    client.send("GET /hello HT");
    EXPECT_EQ(client.read_answer().status, 408);
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(server.counters().refused[static_cast<std::size_t>(Refusal::too_late)], 1U);
}

TEST(HostileHttp, DrippingHeadIsCutOff) {
    TestServer server;
    RawClient client(server.port());
    client.send("GET /hello HTTP/1.1\r\n");
    const auto start = std::chrono::steady_clock::now();
    while (client.silent_for(std::chrono::milliseconds(100))) {
        if (!client.send("A: b\r\n")) break;
        ASSERT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
    }
    EXPECT_EQ(client.read_answer().status, 408);
}

TEST(HostileHttp, SilentConnectionIsClosedWithoutAWord) {
    TestServer server;
    RawClient client(server.port());
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(client.read_answer().status, 0);
}

TEST(HostileHttp, ReaderThatTakesNothingIsCutOff) {
    TestServer server([](ServerOptions& options) { options.timing.response = std::chrono::milliseconds(300); });
    RawClient client(server.port(), 4096);
    client.send(get("/big") + get("/big") + get("/big"));
    while (server.counters().responses[2] == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (int i = 0; i < 300 && server.counters().connections_open > 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(server.counters().connections_open, 0U);
}

struct BadHandshake {
    std::string name;
    std::string bytes;
    int status;
};

std::string shake(std::string_view without, std::string_view more = "") {
    auto text = handshake("/ws/visitor", more);
    const auto at = text.find(std::string(without) + ":");
    if (!without.empty()) text.erase(at, text.find("\r\n", at) + 2 - at);
    return text;
}

TEST(HostileHandshake, EveryCaseHasItsAnswer) {
    const std::string key = "Sec-WebSocket-Key";
    const std::string version = "Sec-WebSocket-Version";
    const std::string protocol = "Sec-WebSocket-Protocol";
    auto on_http_1_0 = handshake();
    on_http_1_0.replace(on_http_1_0.find("HTTP/1.1"), 8, "HTTP/1.0");
    auto as_post = handshake();
    as_post.replace(0, 3, "POST");
    const std::vector<BadHandshake> cases = {
        {"plain GET", get("/ws/visitor"), 400},
        {"HTTP 1.0", on_http_1_0, 400},
        {"POST", as_post, 405},
        {"HEAD", "HEAD" + handshake().substr(3), 405},
        {"no Upgrade", shake("Upgrade"), 400},
        {"no Connection", shake("Connection"), 400},
        {"Connection keep-alive", shake("Connection", "Connection: keep-alive\r\n"), 400},
        {"upgrade to h2c", shake("Upgrade", "Upgrade: h2c\r\n"), 400},
        {"no key", shake(key), 400},
        {"two keys", shake("", key + ": dGhlIHNhbXBsZSBub25jZQ==\r\n"), 400},
        {"empty key", shake(key, key + ":\r\n"), 400},
        {"key of 15 bytes", shake(key, key + ": dGhlIHNhbXBsZSBub25j\r\n"), 400},
        {"key of 17 bytes", shake(key, key + ": dGhlIHNhbXBsZSBub25jZWE=\r\n"), 400},
        {"key without padding", shake(key, key + ": dGhlIHNhbXBsZSBub25jZQ\r\n"), 400},
        {"key not base64", shake(key, key + ": dGhlIHNhbXBsZSBub25j!!==\r\n"), 400},
        {"version 8", shake(version, version + ": 8\r\n"), 426},
        {"version 14", shake(version, version + ": 14\r\n"), 426},
        {"no version", shake(version), 426},
        {"two versions", shake("", version + ": 13\r\n"), 400},
        {"version list", shake(version, version + ": 13, 8\r\n"), 426},
        {"no subprotocol", shake(protocol), 400},
        {"other subprotocol", shake(protocol, protocol + ": ventanilla.v2, chat\r\n"), 400},
        {"subprotocol in capitals", shake(protocol, protocol + ": VENTANILLA.V1\r\n"), 400},
        {"empty subprotocol", shake(protocol, protocol + ":\r\n"), 400},
        {"malformed subprotocol", shake(protocol, protocol + ": ventanilla.v1, (x)\r\n"), 400},
        {"two origins", shake("", "Origin: http://desk.test\r\nOrigin: http://desk.test\r\n"), 400},
        {"foreign origin", shake("", "Origin: https://evil.test\r\n"), 403},
        {"origin null", shake("", "Origin: null\r\n"), 403},
        {"empty origin", shake("", "Origin:\r\n"), 403},
        {"origin of another port", shake("", "Origin: http://desk.test:81\r\n"), 403},
        {"body", shake("", "Content-Length: 1\r\n") + "x", 400},
        {"chunked body", shake("", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400},
        {"two Host", shake("", "Host: desk.test\r\n"), 400},
        {"no Host", shake("Host"), 400},
        {"other path", handshake("/ws/nobody"), 404},
        {"no token", handshake("/ws/agent"), 401},
    };
    TestServer server;
    for (const auto& bad : cases) {
        SCOPED_TRACE(bad.name);
        RawClient client(server.port());
        client.send(bad.bytes);
        const auto answer = client.read_answer(bad.bytes.starts_with("HEAD"));
        EXPECT_EQ(answer.status, bad.status);
        if (bad.status == 426) {
            EXPECT_EQ(answer.header("sec-websocket-version"), "13");
        }
    }
    EXPECT_EQ(server.counters().sockets_opened, 0U);
    EXPECT_EQ(server.journal.count("open"), 0);
}

TEST(Handshake, GoodOnesAreAnswered) {
    TestServer server;
    for (const std::string more : {"", "Origin: http://desk.test\r\n", "Origin: https://www.shop.test\r\n",
                                   "Origin: https://desk.example\r\n", "Origin: HTTP://DESK.TEST:80\r\n",
                                   "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"}) {
        SCOPED_TRACE(more);
        RawClient client(server.port());
        const auto answer = client.upgrade(more);
        EXPECT_EQ(answer.status, 101);
        EXPECT_EQ(answer.header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        EXPECT_EQ(answer.header("sec-websocket-protocol"), "ventanilla.v1");
        EXPECT_EQ(answer.header("sec-websocket-extensions"), "");
        client.send_text("hi");
        EXPECT_EQ(client.read_data_frame().payload, "echo:hi");
    }
    RawClient agent(server.port());
    agent.send(handshake("/ws/agent", "Authorization: Bearer token\r\n"));
    EXPECT_EQ(agent.read_answer().status, 101);
}

}  // namespace
}  // namespace ventanilla::web::testing
