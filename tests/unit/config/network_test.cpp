#include "config/network.hpp"

#include <gtest/gtest.h>

#include "config/checks.hpp"

namespace ventanilla::config {
namespace {

TEST(Network, contains) {
    const auto ten = parse_network("10.0.0.0/8").value();
    EXPECT_TRUE(ten.contains("10.255.0.1"));
    EXPECT_TRUE(ten.contains("::ffff:10.1.2.3"));
    EXPECT_FALSE(ten.contains("11.0.0.1"));
    EXPECT_FALSE(ten.contains("::a00:1"));
    EXPECT_FALSE(ten.contains("ten"));
    const auto odd = parse_network("192.168.4.0/22").value();
    EXPECT_TRUE(odd.contains("192.168.7.255"));
    EXPECT_FALSE(odd.contains("192.168.8.0"));
    EXPECT_TRUE(parse_network("0.0.0.0/0")->contains("203.0.113.9"));
    EXPECT_FALSE(parse_network("0.0.0.0/0")->contains("2001:db8::1"));
    EXPECT_TRUE(parse_network("fd00::/8")->contains("fdff::1"));
    EXPECT_FALSE(parse_network("fd00::1")->contains("fd00::2"));
}

TEST(Network, refused) {
    for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/33", "::/129", "10.0.0.0/8x", "10.0.0.256",
                             "localhost", "[::1]", "10.0.0.0/8/8"})
        EXPECT_FALSE(parse_network(text)) << text;
}

TEST(HostPort, forms) {
    EXPECT_EQ(parse_host_port("127.0.0.1:8080"), (HostPort{"127.0.0.1", 8080}));
    EXPECT_EQ(parse_host_port("[::1]:0"), (HostPort{"::1", 0}));
    EXPECT_EQ(parse_host_port("localhost:65535"), (HostPort{"localhost", 65535}));
    for (const char* text : {"", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:8080", "[::1]8080",
                             "[127.0.0.1]:1", "a b:1", "a:1x", "a:-1", "a:+1", "a..b:1"})
        EXPECT_FALSE(parse_host_port(text)) << text;
}

TEST(Origin, as_browsers_send_it) {
    EXPECT_EQ(parse_origin("https://www.fel.mx"), "https://www.fel.mx");
    EXPECT_EQ(parse_origin("HTTPS://WWW.Fel.mx:443"), "https://www.fel.mx");
    EXPECT_EQ(parse_origin("http://a.mx:443"), "http://a.mx:443");
    EXPECT_EQ(parse_origin("http://a.mx:080"), "http://a.mx");
    EXPECT_EQ(parse_origin("http://[::1]:8080"), "http://[::1]:8080");
    for (const char* text : {"", "null", "*", "https://", "https://a.mx/", "https://*.a.mx", "//a.mx", "ws://a.mx",
                             "https://a.mx?x", "https://a@b.mx", "https://a.mx:0x50"})
        EXPECT_FALSE(parse_origin(text)) << text;
}

TEST(Forms, e_mail_addresses) {
    for (const char* text : {"a@b.mx", "soporte+fel@example.com.mx", "o'neil@a-b.mx", "ñandú@correo.mx"})
        EXPECT_TRUE(is_email(text)) << text;
    for (const char* text : {"", "a", "@b.mx", "a@", "a@b", "a@b.", "a@.b", "a@b..mx", ".a@b.mx", "a b@c.mx",
                             "a@b.mx,c@d.mx", "<a@b.mx>", "\"a\"@b.mx", "a@b@c.mx", "a@b.mx\r\nBcc: x@y.mx"})
        EXPECT_FALSE(is_email(text)) << text;
}

}  // namespace
}  // namespace ventanilla::config
