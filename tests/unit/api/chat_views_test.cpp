#include "api/chat_views.hpp"

#include <gtest/gtest.h>

namespace ventanilla::api {
namespace {

using Ids = std::vector<std::string>;

config::Site example() {
    config::Site site;
    site.channels = {{.id = "soporte"}, {.id = "ventas"}};
    for (const auto& [id, channel] : {std::pair("tecnico", "soporte"), {"contable", "soporte"}, {"ventas", "ventas"}}) {
        config::Department department;
        department.id = id;
        department.channel = channel;
        site.departments.push_back(department);
    }
    return site;
}

live::AgentMeta person(std::string role, Ids departments) {
    live::AgentMeta agent;
    agent.id = "a_1";
    agent.role = std::move(role);
    agent.departments = std::move(departments);
    return agent;
}

TEST(VisibleChats, AnAgentListsThoseOfTheirDepartmentsAndTheAnyOfTheirChannels) {
    const auto query = visible_chats(person("agent", {"tecnico"}), "", example());
    ASSERT_TRUE(query);
    EXPECT_EQ(query->departments, Ids{"tecnico"});
    EXPECT_EQ(query->any_channels, Ids{"soporte"});
}

TEST(VisibleChats, AnAdminListsAll) {
    const auto query = visible_chats(person("admin", {}), "", example());
    ASSERT_TRUE(query);
    EXPECT_FALSE(query->departments);
}

TEST(VisibleChats, OneDepartmentIsThatAlone) {
    for (const auto& agent : {person("agent", {"tecnico", "ventas"}), person("admin", {})}) {
        const auto query = visible_chats(agent, "ventas", example());
        ASSERT_TRUE(query);
        EXPECT_EQ(query->departments, Ids{"ventas"});
        EXPECT_TRUE(query->any_channels.empty());
    }
}

TEST(VisibleChats, AForeignDepartmentIsAsOneThatDoesNotExist) {
    const auto agent = person("supervisor", {"tecnico"});
    EXPECT_FALSE(visible_chats(agent, "ventas", example()));
    EXPECT_FALSE(visible_chats(agent, "nada", example()));
    EXPECT_FALSE(visible_chats(person("admin", {}), "nada", example()));
}

TEST(VisibleChats, AnyAreThoseThatNoAgentHad) {
    const auto theirs = visible_chats(person("agent", {"ventas"}), "any", example());
    ASSERT_TRUE(theirs);
    EXPECT_EQ(theirs->departments, Ids{});
    EXPECT_EQ(theirs->any_channels, Ids{"ventas"});
    const auto all = visible_chats(person("admin", {}), "any", example());
    ASSERT_TRUE(all);
    EXPECT_EQ(all->departments, Ids{});
    EXPECT_EQ(all->any_channels, (Ids{"soporte", "ventas"}));
}

TEST(PastChat, NamesItsAgentAndOutcome) {
    live::ChatMeta chat;
    chat.id = "c_1";
    chat.status = "closed";
    chat.department = "tecnico";
    chat.agent = "a_1";
    chat.agent_name = "Ana";
    chat.outcome = "solved";
    const auto json = past_chat_json(chat, {});
    EXPECT_EQ(json.at("agent").at("name"), "Ana");
    EXPECT_EQ(json.at("outcome"), "solved");
    EXPECT_TRUE(json.contains("visitor"));
}

TEST(PastChat, HasNoOutcomeWhileItIsOpen) {
    live::ChatMeta chat;
    chat.id = "c_1";
    chat.status = "queued";
    EXPECT_TRUE(past_chat_json(chat, {}).at("outcome").is_null());
    EXPECT_TRUE(past_chat_json(chat, {}).at("agent").is_null());
}

}  // namespace
}  // namespace ventanilla::api
