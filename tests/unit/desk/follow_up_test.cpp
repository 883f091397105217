#include "desk/follow_up.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ventanilla::desk {
namespace {

using nlohmann::json;

config::Site a_site() {
    config::Site site;
    config::Channel channel;
    channel.id = "soporte";
    channel.title = "Chat de Soporte";
    site.channels.push_back(channel);
    for (const auto* id : {"contable", "tecnico"}) {
        config::Department department;
        department.id = id;
        department.channel = "soporte";
        site.departments.push_back(department);
    }
    config::Department payments;
    payments.id = "pagos";
    site.departments.push_back(payments);
    return site;
}

/// A chat as it is filed; `log` is written as "v:text a:text".
class FollowUp : public testing::Test {
protected:
    FollowUp() {
        chat.id = "c_1";
        chat.channel = "soporte";
        chat.department = "tecnico";
        chat.visitor = R"({"name":"Lucía","email":"lucia@example.mx","locale":"en-US"})";
        chat.started_at = 1000;
        chat.outcome = "left";
        chat.closed_by = "visitor";
    }

    void say(std::string_view role, std::string_view text) {
        entry("message", {{"from", {{"role", role}}}, {"text", text}});
    }
    void entry(const std::string& kind, json members) {
        const auto seq = static_cast<std::int64_t>(chat.entries.size()) + 1;
        members["kind"] = kind;
        members["at"] = 1000 + seq;
        record::EntryRecord record;
        record.seq = seq;
        record.kind = kind;
        record.frame = members.dump();
        chat.entries.push_back(record);
    }
    std::optional<ticketing::NewTicket> ticket() const { return follow_up(chat, site); }

    config::Site site = a_site();
    record::ChatRecord chat;
};

TEST_F(FollowUp, NobodyHadIt) {
    chat.outcome = "missed";
    chat.department = "any";
    say("visitor", "No timbra\nAyer sí");
    say("visitor", "¿Hay alguien?");
    const auto made = ticket();
    ASSERT_TRUE(made);
    EXPECT_EQ(made->comments, "No timbra\nAyer sí\n¿Hay alguien?");
    EXPECT_EQ(made->subject, "No timbra");
    EXPECT_EQ(made->department, "contable") << "the first of the channel";
    EXPECT_EQ(made->email, "lucia@example.mx");
    EXPECT_EQ(made->locale, "en");
    EXPECT_EQ(made->started_at, 1000);
    EXPECT_FALSE(made->first_responded_at);
    EXPECT_FALSE(made->assignee_id);
    EXPECT_EQ(made->client_key, "chat-end:c_1");
}

TEST_F(FollowUp, TheLastWordIsTheVisitors) {
    chat.agent_id = "a_1";
    chat.agent_name = "Ana";
    say("visitor", "Hola");
    say("agent", "Buenas tardes");
    say("visitor", "¿Y mi factura?");
    const auto made = ticket();
    ASSERT_TRUE(made);
    EXPECT_EQ(made->comments, "¿Y mi factura?") << "what was answered is in the log";
    EXPECT_EQ(made->first_responded_at, 1002);
    EXPECT_EQ(made->assignee_id, "a_1");
    EXPECT_EQ(made->department, "tecnico");
}

TEST_F(FollowUp, NoneWhereNothingIsOpen) {
    EXPECT_FALSE(ticket()) << "nothing was said";
    say("visitor", "Hola");
    EXPECT_TRUE(ticket());
    say("agent", "Buenas tardes");
    EXPECT_FALSE(ticket()) << "it was answered";
}

TEST_F(FollowUp, NoneWithoutAnAddress) {
    say("visitor", "Hola");
    chat.visitor = R"({"name":"Lucía"})";
    EXPECT_FALSE(ticket());
}

TEST_F(FollowUp, NoneWhereThereIsOneAlready) {
    say("visitor", "Hola");
    entry("ticket", {{"ticket", {{"number", "T-000001"}}}});
    EXPECT_FALSE(ticket());
}

TEST_F(FollowUp, AnAgentWhoEndedItHasDecided) {
    say("visitor", "Gracias");
    chat.closed_by = "agent";
    for (const auto* outcome : {"solved", "ticket"}) {
        chat.outcome = outcome;
        EXPECT_FALSE(ticket()) << outcome;
    }
    chat.outcome = "left";
    EXPECT_TRUE(ticket()) << "who left was not helped";
}

TEST_F(FollowUp, ASubjectIsOneShortLine) {
    say("visitor", "\n\n  ");
    ASSERT_TRUE(ticket());
    EXPECT_EQ(ticket()->subject, "Chat de Soporte");
    chat.entries.clear();
    std::string word;
    for (int i = 0; i < 200; ++i) word += "ñ";
    say("visitor", word);
    EXPECT_EQ(ticket()->subject.size(), 240U) << "120 letters of two bytes";
    chat.entries.clear();
    entry("message", {{"from", {{"role", "visitor"}}}, {"file", {{"name", "error.png"}}}});
    EXPECT_EQ(ticket()->subject, "error.png");
    EXPECT_EQ(ticket()->comments, "error.png");
}

TEST_F(FollowUp, AVeryLongTalkIsCutToWhatCommentsHold) {
    for (int i = 0; i < 5; ++i) say("visitor", std::string(3000, 'x'));
    EXPECT_EQ(ticket()->comments.size(), 8000U);
}

TEST(TicketDepartment, IsOneThatThereIs) {
    const auto site = a_site();
    EXPECT_EQ(ticket_department(site, "soporte", "tecnico"), "tecnico");
    EXPECT_EQ(ticket_department(site, "soporte", "pagos"), "pagos");
    EXPECT_EQ(ticket_department(site, "soporte", "any"), "contable");
    EXPECT_EQ(ticket_department(site, "gone", "gone"), "contable");
}

}  // namespace
}  // namespace ventanilla::desk
