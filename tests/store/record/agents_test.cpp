#include "store/record/record_fixture.hpp"

#include "store/record/agent_commands.hpp"
#include "store/record/agents.hpp"
#include "store/record/outbox.hpp"
#include "store/record/passwords.hpp"

namespace ventanilla::record {
namespace {

using protocol::Code;

class RecordAgents : public RecordTest {
protected:
    Database database{url()};
    AgentRepository agents{database};

    Agent add(const std::string& username) {
        Agent agent;
        agent.username = username;
        agent.name = "Señora " + username;
        agent.role = Role::supervisor;
        agent.departments = {"soporte-tecnico", "soporte-contable"};
        agent.password_hash = "$argon2id$x";
        return agents.add(agent).value();
    }
};
ON_BOTH_DATABASES(RecordAgents);

TEST_P(RecordAgents, ComesBackAsAdded) {
    const Agent agent = add("ana");
    EXPECT_EQ(agent.id.substr(0, 2), "a_");
    EXPECT_EQ(agents.find(agent.id), agent);
    EXPECT_EQ(agents.find_by_username("ana"), agent);
    EXPECT_EQ(agents.find_by_username("Ana"), std::nullopt);
    EXPECT_EQ(agents.list(), std::vector{agent});
}

TEST_P(RecordAgents, UsernameIsUnique) {
    add("ana");
    Agent again;
    again.username = "ana";
    EXPECT_EQ(agents.add(again).error(), (protocol::Error{Code::bad_field, "username", 0}));
    EXPECT_EQ(agents.list().size(), 1u);
}

TEST_P(RecordAgents, RevisionRisesWithEveryChange) {
    EXPECT_EQ(agents.revision(), 0);
    const Agent ana = add("ana");
    const Agent beto = add("beto");
    const std::int64_t before = agents.revision();
    EXPECT_TRUE(agents.set_password(ana.id, "new"));
    EXPECT_GT(agents.revision(), before);
    const auto changed = agents.changed_since(before);
    ASSERT_EQ(changed.size(), 1u);
    EXPECT_EQ(changed[0].password_hash, "new");
    EXPECT_EQ(changed[0].revision, agents.revision());
    EXPECT_EQ(agents.changed_since(0).size(), 2u);
    EXPECT_EQ(agents.changed_since(0).back().id, ana.id);
    EXPECT_TRUE(agents.changed_since(agents.revision()).empty());
}

TEST_P(RecordAgents, CredentialsChangeWhenSessionsMustEnd) {
    const Agent agent = add("ana");
    agents.disable(agent.id);
    const Agent disabled = *agents.find(agent.id);
    EXPECT_TRUE(disabled.disabled);
    EXPECT_GT(disabled.credentials, agent.credentials);
    agents.enable(agent.id);
    EXPECT_FALSE(agents.find(agent.id)->disabled);
    EXPECT_EQ(agents.find(agent.id)->credentials, disabled.credentials);
    agents.set_password(agent.id, "new");
    EXPECT_GT(agents.find(agent.id)->credentials, disabled.credentials);
}

TEST_P(RecordAgents, RepeatingChangesNothing) {
    const Agent agent = add("ana");
    EXPECT_TRUE(agents.disable(agent.id));
    const std::int64_t revision = agents.revision();
    EXPECT_TRUE(agents.disable(agent.id));
    EXPECT_EQ(agents.revision(), revision);
    EXPECT_FALSE(agents.disable("a_nobody"));
    EXPECT_FALSE(agents.set_password("a_nobody", "x"));
    EXPECT_EQ(agents.revision(), revision);
}

TEST_P(RecordAgents, CommandsFromAddToDisable) {
    const std::vector<std::string> known{"ventas"};
    const auto added = agent_add(database, {"zoe", "Zoé Núñez", "agent", {"ventas"}, 7, "correct horse"}, known);
    ASSERT_TRUE(added) << added.error().message;
    EXPECT_TRUE(verify_password("correct horse", added->password_hash));
    add("ana");
    EXPECT_EQ(agent_table(database),
              "USERNAME  NAME        ROLE        DEPARTMENTS                       CAPACITY  STATE\n"
              "ana       Señora ana  supervisor  soporte-tecnico,soporte-contable  -         enabled\n"
              "zoe       Zoé Núñez   agent       ventas                            7         enabled\n");
    EXPECT_TRUE(agent_disable(database, "zoe")->disabled);
    EXPECT_FALSE(agent_enable(database, "zoe")->disabled);
    EXPECT_TRUE(verify_password("another one", agent_password(database, "zoe", "another one")->password_hash));
    EXPECT_EQ(agent_disable(database, "nobody").error().exit_code, 1);
    const auto twice = agent_add(database, {"zoe", "Zoe", "agent", {"ventas"}, {}, "correct horse"}, known);
    EXPECT_EQ(twice.error().exit_code, 1);
    EXPECT_EQ(twice.error().message, "there is an agent \"zoe\" already");
}

TEST_P(RecordAgents, CommandsRefuseWrongUse) {
    const NewAgent good{"zoe", "Zoe", "agent", {"ventas"}, 7, "correct horse"};
    const auto refused = [&](auto spoil) {
        NewAgent agent = good;
        spoil(agent);
        const auto added = agent_add(database, agent, {"ventas"});
        return !added && added.error().exit_code == 2 && !added.error().message.empty();
    };
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.username = "Zoe"; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.username = "z"; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.username = "-zoe"; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.username = std::string(33, 'z'); }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.name = "  "; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.name = "a\nb"; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.role = "boss"; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.capacity = 0; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.capacity = 101; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.departments = {"otro"}; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.departments = {"ventas", "ventas"}; }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.departments.clear(); }));
    EXPECT_TRUE(refused([](NewAgent& agent) { agent.password = "1234567"; }));
    EXPECT_TRUE(agents.list().empty());
}

class RecordOutbox : public RecordTest {};
ON_BOTH_DATABASES(RecordOutbox);

TEST_P(RecordOutbox, APromiseIsKeptOnce) {
    Database database(url());
    OutboxRepository outbox(database);
    EXPECT_TRUE(outbox.put("transcript", "c_1", R"({"to":"ana@example.mx"})"));
    EXPECT_FALSE(outbox.put("transcript", "c_1", "{}"));
    EXPECT_TRUE(outbox.put("mail", "c_1", "{}"));
    const auto pending = outbox.pending(10);
    ASSERT_EQ(pending.size(), 2u);
    EXPECT_EQ(pending[0].kind, "transcript");
    EXPECT_EQ(pending[0].payload, R"({"to":"ana@example.mx"})");
    EXPECT_GT(pending[0].created_at, 1'600'000'000'000);
    EXPECT_TRUE(outbox.done(pending[0].id));
    EXPECT_FALSE(outbox.done(pending[0].id));
    EXPECT_FALSE(outbox.put("transcript", "c_1", "{}"));
    EXPECT_EQ(outbox.pending(10).size(), 1u);
    EXPECT_EQ(outbox.pending(0).size(), 0u);
}

}  // namespace
}  // namespace ventanilla::record
