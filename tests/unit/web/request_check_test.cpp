// The pure checks; what a whole server makes of them is in hostile_http_test.cpp.

#include "web/request_check.hpp"

#include <gtest/gtest.h>

#include "web/address.hpp"
#include "web/escape.hpp"

namespace ventanilla::web {
namespace {

constexpr std::string_view head = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(ScanHead, FindsTheEndHoweverTheBytesCome) {
    const std::string data = std::string(head) + "body\n\x01";
    for (std::size_t size = 0; size < head.size(); ++size) {
        for (std::size_t seen = 0; seen <= size; ++seen) {
            EXPECT_EQ(scan_head(std::string_view(data).substr(0, size), seen), std::size_t{0});
            EXPECT_EQ(scan_head(data, seen), head.size()) << size << " " << seen;
        }
    }
}

TEST(ScanHead, LimitIsExact) {
    std::string longest = "GET /" + std::string(8192 - 6 - 13, 'a') + " HTTP/1.1\r\n\r\n";
    ASSERT_EQ(longest.size(), 8191U);
    EXPECT_EQ(scan_head(longest, 0), 8191U);
    longest.insert(5, "a");
    EXPECT_EQ(scan_head(longest, 0), 8192U);
    longest.insert(5, "a");
    ASSERT_FALSE(scan_head(longest, 0));
    EXPECT_EQ(scan_head(longest, 0).error().status, 431U);
}

TEST(ParseHead, LowersNamesAndTrimsValues) {
    const auto parsed = parse_head("POST /x?y HTTP/1.0\r\nHoSt: \t a b \t\r\nEmpty:\r\n\r\n");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->method, "POST");
    EXPECT_EQ(parsed->target, "/x?y");
    EXPECT_TRUE(parsed->http_1_0);
    EXPECT_EQ(parsed->headers, (Pairs{{"host", "a b"}, {"empty", ""}}));
}

TEST(ParseTarget, DecodesPathAndQuery) {
    const auto target = parse_target("GET", "/caf%C3%A9/a+b?q=hola+%C3%B1&x&=y&q=2&&z=1=2", "h");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/café/a+b");
    EXPECT_EQ(target->query, (Pairs{{"q", "hola ñ"}, {"x", ""}, {"", "y"}, {"q", "2"}, {"z", "1=2"}}));
    EXPECT_EQ(parse_target("GET", "HTTP://H/x", "h")->path, "/x");
    EXPECT_EQ(parse_target("GET", "https://h:1", "h:1")->path, "/");
    EXPECT_EQ(parse_target("OPTIONS", "*", "h")->path, "*");
    EXPECT_TRUE(parse_target("GET", "/...", "h")) << "three dots are a name";
    EXPECT_TRUE(parse_target("GET", "/a..b", "h"));
}

TEST(CheckFraming, ConnectionAndLength) {
    const auto framing = [](std::string_view more) {
        return check_framing(*parse_head("POST / HTTP/1.1\r\nHost: H:80\r\n" + std::string(more) + "\r\n"));
    };
    EXPECT_EQ(framing("")->host, "h:80");
    EXPECT_TRUE(framing("")->keep_alive);
    EXPECT_FALSE(framing("")->has_body());
    EXPECT_FALSE(framing("Connection: x, Close\r\n")->keep_alive);
    EXPECT_EQ(framing("Content-Length: 007\r\n")->length, 7U);
    EXPECT_TRUE(framing("Transfer-Encoding: Chunked\r\n")->chunked);
    EXPECT_TRUE(framing("Expect: 100-Continue\r\n")->expect_continue);
}

TEST(Escape, Utf8) {
    for (const std::string_view good : {"", "a", "ñ", "€", "😀", "\xf4\x8f\xbf\xbf", "\xef\xbf\xbf", "\xee\x80\x80"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const std::string_view wrong :
         {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xff", "a\xc3", "\xe2\x82", "\xc3\x28"}) {
        EXPECT_FALSE(is_utf8(wrong));
    }
}

TEST(ClientAddress, RightMostUntrustedCounts) {
    const auto trusted = [](std::string_view address) { return address == "10.0.0.1" || address == "10.0.0.2"; };
    const auto from = [&](std::string_view peer, std::string_view forwarded) {
        return client_address(peer, {{"x-forwarded-for", std::string(forwarded)}}, trusted);
    };
    EXPECT_EQ(from("10.0.0.1", "1.1.1.1, 2.2.2.2"), "2.2.2.2");
    EXPECT_EQ(from("10.0.0.1", "1.1.1.1, 2.2.2.2, 10.0.0.2"), "2.2.2.2");
    EXPECT_EQ(from("10.0.0.1", "2.2.2.2:4711"), "2.2.2.2");
    EXPECT_EQ(from("10.0.0.1", "[2001:db8::1]:99"), "2001:db8::1");
    EXPECT_EQ(from("10.0.0.1", "1.1.1.1, nonsense"), "10.0.0.1") << "what a stranger wrote does not count";
    EXPECT_EQ(from("10.0.0.1", ""), "10.0.0.1");
    EXPECT_EQ(from("10.0.0.1", "10.0.0.2"), "10.0.0.2");
    EXPECT_EQ(from("3.3.3.3", "1.1.1.1"), "3.3.3.3") << "not from a trusted proxy";
    EXPECT_EQ(from("::ffff:3.3.3.3", "1.1.1.1"), "3.3.3.3");
    EXPECT_EQ(client_address("10.0.0.1", {{"x-forwarded-for", "1.1.1.1"}, {"x-forwarded-for", "2.2.2.2"}}, trusted),
              "2.2.2.2");
    EXPECT_EQ(client_address("10.0.0.1", {{"x-forwarded-for", "1.1.1.1"}}, {}), "10.0.0.1");
}

TEST(LimitKey, Ipv6CountsByNetwork) {
    EXPECT_EQ(limit_key("1.2.3.4"), "1.2.3.4");
    EXPECT_EQ(limit_key("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(limit_key("2001:db8:1:2::9"), limit_key("2001:db8:1:2:ffff::"));
}

TEST(Origin, ExactSchemeHostAndPort) {
    const auto kind = [](std::string_view origin, std::string_view scheme = "https") {
        return classify_origin(origin, scheme, "desk.example", {"http://127.0.0.1:8080"}, {"https://www.fel.mx"});
    };
    EXPECT_EQ(kind(""), OriginKind::absent);
    EXPECT_EQ(kind("https://desk.example"), OriginKind::own);
    EXPECT_EQ(kind("https://desk.example:443"), OriginKind::own);
    EXPECT_EQ(kind("http://127.0.0.1:8080"), OriginKind::own);
    EXPECT_EQ(kind("https://www.fel.mx"), OriginKind::site);
    for (const std::string_view foreign :
         {"http://desk.example", "https://desk.example:444", "https://desk.example.evil.mx", "http://www.fel.mx",
          "https://fel.mx", "https://www.fel.mx/", "null", "https://127.0.0.1:8080", "https://a.www.fel.mx",
          "desk.example"}) {
        EXPECT_EQ(kind(foreign), OriginKind::foreign) << foreign;
    }
}

}  // namespace
}  // namespace ventanilla::web
