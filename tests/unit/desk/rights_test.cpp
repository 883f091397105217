#include "desk/rights.hpp"

#include <gtest/gtest.h>

namespace ventanilla::desk {
namespace {

config::Site site() {
    config::Site site;
    site.channels = {{"soporte"}, {"ventas"}};
    const auto add = [&](const char* id, const char* channel) {
        config::Department department;
        department.id = id;
        department.channel = channel;
        site.departments.push_back(department);
    };
    add("tecnico", "soporte");
    add("contable", "soporte");
    add("ventas", "ventas");
    add("pagos", "");
    return site;
}

live::AgentMeta agent(const char* role, std::vector<std::string> departments) {
    live::AgentMeta meta;
    meta.id = "a_1";
    meta.role = role;
    meta.departments = std::move(departments);
    return meta;
}

live::ChatMeta chat(const char* department, const char* channel = "soporte", const char* holder = "") {
    live::ChatMeta meta;
    meta.department = department;
    meta.channel = channel;
    meta.agent = holder;
    return meta;
}

struct Case {
    const char* what;
    live::AgentMeta who;
    live::ChatMeta which;
    bool may;
};

TEST(Rights, WhoMayReadAChat) {
    const Case cases[] = {
        {"own department", agent("agent", {"tecnico"}), chat("tecnico"), true},
        {"another department", agent("agent", {"tecnico"}), chat("contable"), false},
        {"any of the channel", agent("agent", {"tecnico"}), chat("any"), true},
        {"any of another channel", agent("agent", {"ventas"}), chat("any"), false},
        {"tickets only sees no chats", agent("agent", {"pagos"}), chat("any"), false},
        {"holder from elsewhere", agent("agent", {"ventas"}), chat("tecnico", "soporte", "a_1"), true},
        {"supervisor of the department", agent("supervisor", {"tecnico"}), chat("tecnico"), true},
        {"supervisor of another", agent("supervisor", {"ventas"}), chat("tecnico"), false},
        {"admin", agent("admin", {}), chat("tecnico"), true},
    };
    const auto where = site();
    for (const auto& item : cases) EXPECT_EQ(may_read(item.who, item.which, where), item.may) << item.what;
    auto disabled = agent("admin", {});
    disabled.disabled = true;
    EXPECT_FALSE(may_read(disabled, chat("tecnico"), where));
}

TEST(Rights, WhoMayReadATicket) {
    record::TicketRecord ticket;
    ticket.department = "tecnico";
    EXPECT_TRUE(may_read(agent("agent", {"contable", "tecnico"}), ticket));
    EXPECT_TRUE(may_read(agent("supervisor", {"tecnico"}), ticket));
    EXPECT_TRUE(may_read(agent("admin", {}), ticket));
    EXPECT_FALSE(may_read(agent("agent", {"contable"}), ticket));
    EXPECT_FALSE(may_read(agent("supervisor", {"ventas"}), ticket));
    EXPECT_FALSE(may_read(agent("agent", {}), ticket));
    ticket.assignee_id = "a_1";
    EXPECT_TRUE(may_read(agent("agent", {"ventas"}), ticket));
    ticket.assignee_id = "a_2";
    EXPECT_FALSE(may_read(agent("agent", {"ventas"}), ticket));
    auto gone = agent("admin", {"tecnico"});
    gone.disabled = true;
    EXPECT_FALSE(may_read(gone, ticket));
}

TEST(Rights, WhoMayWriteASavedReply) {
    EXPECT_TRUE(may_write_reply(agent("agent", {"tecnico"}), "tecnico"));
    EXPECT_FALSE(may_write_reply(agent("agent", {"tecnico"}), "contable"));
    EXPECT_FALSE(may_write_reply(agent("agent", {"tecnico"}), std::nullopt));
    EXPECT_TRUE(may_write_reply(agent("supervisor", {"tecnico"}), std::nullopt));
    EXPECT_FALSE(may_write_reply(agent("supervisor", {"tecnico"}), "contable"));
    EXPECT_TRUE(may_write_reply(agent("admin", {}), std::nullopt));
    EXPECT_TRUE(may_write_reply(agent("admin", {}), "contable"));
}

TEST(Rights, WhatIsListed) {
    EXPECT_EQ(visible_departments(agent("admin", {"ventas"})), std::nullopt);
    EXPECT_EQ(visible_departments(agent("agent", {"ventas"})), std::vector<std::string>{"ventas"});
    EXPECT_EQ(visible_channels(agent("agent", {"contable", "pagos"}), site()), std::vector<std::string>{"soporte"});
    EXPECT_TRUE(may_supervise(agent("supervisor", {})));
    EXPECT_FALSE(may_supervise(agent("agent", {"tecnico"})));
}

}  // namespace
}  // namespace ventanilla::desk
