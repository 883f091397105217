// The short way to a message.send gives what the general decoder gives, or nothing.
#include "protocol/scan_message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/limits.hpp"

namespace ventanilla::protocol {
namespace {

constexpr std::string_view usual =
    R"({"type":"message.send","id":7,"chat":"c_1","client_id":"m-1","text":"No puedo timbrar, ¿me ayudan?"})";

/// The frame with a member more, which means nothing and bars the short way.
std::string the_long_way(std::string frame) {
    return frame.replace(frame.find('{'), 1, R"({"otro":0,)");
}

MessageSend decoded(const std::string& frame) {
    auto found = decode_visitor(frame, 0);
    return std::get<MessageSend>(std::move(found.value().request));
}

void expect_same(const MessageSend& one, const MessageSend& other) {
    EXPECT_EQ(one.chat, other.chat);
    EXPECT_EQ(one.client_id, other.client_id);
    EXPECT_EQ(one.text, other.text);
    EXPECT_EQ(one.file, other.file);
}

TEST(ScanMessage, ReadsTheUsualForm) {
    const auto found = scan_message(usual, 6);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, 7);
    EXPECT_EQ(found->request.chat, "c_1");
    EXPECT_EQ(found->request.client_id, "m-1");
    EXPECT_EQ(found->request.text, "No puedo timbrar, ¿me ayudan?");
    EXPECT_FALSE(found->request.file);
}

TEST(ScanMessage, GivesWhatTheGeneralDecoderGives) {
    const std::string long_text(limits::text - 1, 'a');
    const std::vector<std::string> frames = {
        std::string(usual),
        "\t{ \"id\" : 1 ,\r\n\"text\":\"a\" , \"client_id\":\" b \",\"chat\":\"c\", \"type\":\"message.send\" } ",
        R"({"type":"message.send","id":1,"chat":"c","client_id":"m","text":"\"\\\b\f\n\r\t/"})",
        R"({"type":"message.send","id":1,"chat":"c","client_id":"m","text":")" + long_text + R"(é"})",
        R"({"type":"message.send","id":9007199254740991,"chat":"c","client_id":"m","text":"🙂"})",
        "{\"type\":\"message.send\",\"id\":1,\"chat\":\"c\",\"client_id\":\"m\",\"text\":\"\x7f\"}",
    };
    for (const auto& frame : frames) {
        SCOPED_TRACE(frame);
        const auto found = scan_message(frame, 0);
        ASSERT_TRUE(found);
        EXPECT_FALSE(scan_message(the_long_way(frame), 0));
        expect_same(found->request, decoded(the_long_way(frame)));
        expect_same(found->request, decoded(frame));
    }
}

TEST(ScanMessage, LeavesTheRestToTheGeneralDecoder) {
    const auto changed = [](std::string_view what, std::string_view by) {
        std::string frame(usual);
        return frame.replace(frame.find(what), what.size(), by);
    };
    const std::vector<std::string> frames = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "\"",
        "{\"",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":1",
        "{\"id\":1,",
        "{\"text\":\"\\",
        changed("}", ""),
        changed("}", "}}"),
        changed("}", ",}"),
        changed("{", "\xEF\xBB\xBF{"),
        changed("{", "[{"),
        changed("message.send", "typing"),
        changed("7", "6"),
        changed("7", "0"),
        changed("7", "-7"),
        changed("7", "07"),
        changed("7", "7.0"),
        changed("7", "7e0"),
        changed("7", "\"7\""),
        changed("7", "9007199254740992"),
        changed("7", "99999999999999999999"),
        changed("7", "true"),
        changed("\"c_1\"", "1"),
        changed("c_1", ""),
        changed("c_1", " "),
        changed("m-1", "\\t"),
        changed("No puedo", "\\u004eo"),
        changed("No puedo", "\\/"),
        changed("No puedo", "\\u0000"),
        changed("No puedo", "\\ud800"),
        changed("No puedo", "\n"),
        changed("No puedo", "\xff"),
        changed("No puedo", "\xed\xa0\x80"),
        changed("No puedo", std::string(1, '\0')),
        changed("c_1", std::string(limits::id + 1, 'c')),
        changed("m-1", std::string(limits::client_id + 1, 'm')),
        changed("No puedo", std::string(limits::text, 'n')),
        changed("\"text\"", "\"file\""),
        changed("\"text\"", "\"t\\u0065xt\""),
        changed("\"text\"", "\"chat\""),
        changed("\"id\":7", "\"id\":7,\"id\":8"),
        changed("\"id\":7", "\"id\":7,\"file\":\"f\""),
        changed("\"id\":7,", ""),
        changed("\"type\":\"message.send\",", ""),
        changed(",\"text\":\"No puedo timbrar, ¿me ayudan?\"", ""),
    };
    for (const auto& frame : frames) EXPECT_FALSE(scan_message(frame, 6)) << frame;
}

}  // namespace
}  // namespace ventanilla::protocol
