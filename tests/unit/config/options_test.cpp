#include "config/options.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ventanilla::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Words = std::vector<std::string>;
using Texts = std::map<std::string, std::string>;

tl::expected<Command, Usage> run(const Words& words, const Texts& variables = {}, const Texts& files = {}) {
    std::vector<const char*> argv = {"ventanilla"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    const auto lookup = [](const Texts& texts, const std::string& name) {
        const auto found = texts.find(name);
        return found == texts.end() ? std::nullopt : std::optional(found->second);
    };
    Environment environment;
    environment.variable = [&](const std::string& name) { return lookup(variables, name); };
    environment.read_file = [&](const std::filesystem::path& path) { return lookup(files, path.string()); };
    return parse(static_cast<int>(argv.size()), argv.data(), environment);
}

template <typename T>
T parsed(const Words& words, const Texts& variables = {}, const Texts& files = {}) {
    const auto command = run(words, variables, files);
    if (!command) {
        ADD_FAILURE() << command.error().text;
        return {};
    }
    if (!std::holds_alternative<T>(*command)) {
        ADD_FAILURE() << "another command";
        return {};
    }
    return std::get<T>(*command);
}

TEST(Options, serve_has_defaults) {
    const auto serve = parsed<Serve>({"serve", "--config", "fel.toml"});
    EXPECT_EQ(serve.options.config, "fel.toml");
    EXPECT_EQ(serve.options.data, "./data");
    EXPECT_EQ(serve.options.redis, "");
    EXPECT_EQ(serve.options.database, "");
    EXPECT_EQ(serve.options.identity_secret, std::nullopt);
    EXPECT_EQ(serve.listen, (HostPort{"127.0.0.1", 8080}));
    EXPECT_EQ(serve.metrics, (HostPort{"127.0.0.1", 0}));
}

TEST(Options, serve_takes_every_flag) {
    const auto serve =
        parsed<Serve>({"serve", "--config=fel.toml", "--listen", "[::]:80", "--metrics", "0.0.0.0:9100", "--data",
                       "/var/lib/v", "--redis", "redis://127.0.0.1:6379/0", "--database", "postgresql://v@db/v"});
    EXPECT_EQ(serve.listen, (HostPort{"::", 80}));
    EXPECT_EQ(serve.metrics, (HostPort{"0.0.0.0", 9100}));
    EXPECT_EQ(serve.options.data, "/var/lib/v");
    EXPECT_EQ(serve.options.redis, "redis://127.0.0.1:6379/0");
    EXPECT_EQ(serve.options.database, "postgresql://v@db/v");
}

TEST(Options, redis_may_be_a_master_set_with_a_user) {
    for (const std::string set : {"prueba", "default:clave@prueba", "u:a@b@prueba"}) {
        EXPECT_EQ(parsed<Serve>({"serve", "--config", "f", "--redis", set}).options.redis, set);
    }
}

TEST(Options, environment_stands_in) {
    const Texts variables = {{"VENTANILLA_CONFIG", "env.toml"},
                             {"VENTANILLA_LISTEN", "0.0.0.0:1"},
                             {"VENTANILLA_METRICS", "0.0.0.0:2"},
                             {"VENTANILLA_DATA", "/env"},
                             {"VENTANILLA_REDIS", "unix:/run/redis.sock"},
                             {"VENTANILLA_DATABASE_FILE", "/run/secrets/db"},
                             {"VENTANILLA_IDENTITY_SECRET_FILE", "/run/secrets/id"}};
    const Texts files = {{"/run/secrets/db", "postgresql://v:p@db/v\n"}, {"/run/secrets/id", "s3cret\r\n"}};
    const auto serve = parsed<Serve>({"serve"}, variables, files);
    EXPECT_EQ(serve.options.config, "env.toml");
    EXPECT_EQ(serve.listen, (HostPort{"0.0.0.0", 1}));
    EXPECT_EQ(serve.metrics, (HostPort{"0.0.0.0", 2}));
    EXPECT_EQ(serve.options.data, "/env");
    EXPECT_EQ(serve.options.redis, "unix:/run/redis.sock");
    EXPECT_EQ(serve.options.database, "postgresql://v:p@db/v");
    EXPECT_EQ(serve.options.identity_secret, "s3cret");
}

TEST(Options, flags_beat_the_environment) {
    const Texts variables = {{"VENTANILLA_CONFIG", "env.toml"},
                             {"VENTANILLA_LISTEN", "nonsense"},
                             {"VENTANILLA_REDIS", "unix:/env"},
                             {"VENTANILLA_DATABASE_FILE", "/not/there"}};
    const auto serve = parsed<Serve>(
        {"serve", "--config", "flag.toml", "--listen", "h:5", "--redis", "", "--database", "postgresql://flag"},
        variables);
    EXPECT_EQ(serve.options.config, "flag.toml");
    EXPECT_EQ(serve.listen, (HostPort{"h", 5}));
    EXPECT_EQ(serve.options.redis, "");  // an empty flag asks for the private instance
    EXPECT_EQ(serve.options.database, "postgresql://flag");
}

TEST(Options, empty_variables_are_not_set) {
    const auto serve = parsed<Serve>({"serve", "--config", "f"}, {{"VENTANILLA_LISTEN", ""}, {"VENTANILLA_REDIS", ""}});
    EXPECT_EQ(serve.listen.port, 8080);
}

TEST(Options, environment_beats_the_file) {
    Site site;
    site.widget.identity_secret = "from the file";
    apply(Options{}, site);
    EXPECT_EQ(site.widget.identity_secret, "from the file");
    apply(parsed<Serve>({"serve", "--config", "f"}, {{"VENTANILLA_IDENTITY_SECRET", "env"}}).options, site);
    EXPECT_EQ(site.widget.identity_secret, "env");
}

TEST(Options, agents) {
    const auto agent = parsed<AgentAdd>({"agent",
                                         "add",
                                         "ana",
                                         "--name",
                                         "Ana López",
                                         "--role",
                                         "supervisor",
                                         "--departments",
                                         "soporte-tecnico,ventas,ventas",
                                         "--capacity",
                                         "6",
                                         "--password-stdin",
                                         "--data",
                                         "/d",
                                         "--config",
                                         "f",
                                         "--redis",
                                         "mymaster",
                                         "--database",
                                         "postgresql://x"});
    EXPECT_EQ(agent.username, "ana");
    EXPECT_EQ(agent.name, "Ana López");
    EXPECT_EQ(agent.role, "supervisor");
    EXPECT_THAT(agent.departments, ElementsAre("soporte-tecnico", "ventas"));
    EXPECT_EQ(agent.capacity, 6);
    EXPECT_EQ(agent.options.data, "/d");
    EXPECT_EQ(agent.options.redis, "mymaster");

    EXPECT_EQ(parsed<AgentList>({"agent", "list", "--data", "/d"}).options.data, "/d");
    EXPECT_EQ(parsed<AgentDisable>({"agent", "disable", "ana"}).username, "ana");
    EXPECT_EQ(parsed<AgentEnable>({"agent", "enable", "ana"}).username, "ana");
    EXPECT_EQ(parsed<AgentPassword>({"agent", "password", "ana", "--password-stdin"}).username, "ana");
    EXPECT_EQ(parsed<AgentDisable>({"agent", "disable", "ana", "--config", "f", "--redis", "unix:/r"}).options.config,
              "f");
}

TEST(Options, the_other_commands) {
    EXPECT_EQ(parsed<CheckConfig>({"check-config", "f.toml"}).file, "f.toml");
    EXPECT_EQ(parsed<Backup>({"backup", "/b", "--config", "f"}).directory, "/b");
    EXPECT_EQ(parsed<Restore>({"restore", "/b", "--data", "/d"}).options.data, "/d");
    EXPECT_EQ(parsed<PersonExport>({"person", "export", "a@b.mx"}).email, "a@b.mx");
    EXPECT_EQ(parsed<PersonErase>({"person", "erase", "a@b.mx", "--config", "f"}).email, "a@b.mx");
    parsed<ParseMail>({"parse-mail"});
    parsed<Version>({"version"});
}

struct WrongRow {
    Words words;
    std::string says;
    Texts variables = {};
};

TEST(Options, wrong_use_is_2_with_a_usage_line) {
    const Words add = {"agent",  "add",   "ana",           "--name", "Ana",
                       "--role", "agent", "--departments", "a",      "--password-stdin"};
    const auto with = [&add](std::size_t index, const std::string& word) {
        Words words = add;
        words[index] = word;
        return words;
    };
    const auto plus = [](Words words, const Words& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    const Words serve = {"serve", "--config", "f"};
    const std::vector<WrongRow> rows = {
        {{}, "expected one of the commands below"},
        {{"start"}, "start"},
        {{"serve"}, "expected --config FILE"},
        {{"serve", "--config", ""}, "expected --config FILE"},
        {{"serve", "--config"}, "--config"},
        {{"serve", "--config", "f", "--port", "80"}, "--port"},
        {{"serve", "--config", "f", "--config", "g"}, "--config"},
        {{"serve", "fel.toml"}, "fel.toml"},
        {plus(serve, {"--listen", "8080"}), "--listen: expected HOST:PORT, found \"8080\""},
        {plus(serve, {"--listen", ""}), "--listen"},
        {plus(serve, {"--metrics", "h:99999"}), "--metrics: expected HOST:PORT"},
        {plus(serve, {"--data", ""}), "--data: expected a directory"},
        {plus(serve, {"--redis", "localhost:6379"}), "--redis: expected redis://"},
        {plus(serve, {"--redis", "rediss://h"}), "--redis: expected redis://"},
        {plus(serve, {"--redis", "default:clave@"}), "--redis: expected redis://"},
        {plus(serve, {"--database", "mysql://h"}), "--database: expected postgresql://"},
        {serve,
         "VENTANILLA_DATABASE or VENTANILLA_DATABASE_FILE",
         {{"VENTANILLA_DATABASE", "x"}, {"VENTANILLA_DATABASE_FILE", "y"}}},
        {serve, "VENTANILLA_REDIS_FILE: expected a file that can be read", {{"VENTANILLA_REDIS_FILE", "/no"}}},
        {serve, "--listen: expected HOST:PORT", {{"VENTANILLA_LISTEN", "x"}}},
        {{"agent"}, "expected one of the commands below"},
        {{"agent", "rename"}, "rename"},
        {{"agent", "add"}, "USERNAME"},
        {with(2, "ana lópez"), "USERNAME: expected"},
        {with(2, ""), "USERNAME"},
        {with(4, " "), "--name: expected"},
        {with(6, "boss"), "--role: expected agent, supervisor or admin"},
        {with(8, ""), "--departments: expected"},
        {with(8, "a,,b"), "--departments: expected ids"},
        {with(8, "any"), "--departments: expected ids"},
        {Words(add.begin(), add.end() - 1), "expected --password-stdin"},
        {plus(add, {"--capacity", "0"}), "--capacity: expected an integer"},
        {plus(add, {"--capacity", "4.5"}), "--capacity: expected an integer"},
        {plus(add, {"--password", "secret"}), "--password"},
        {plus(add, {"--password=secret"}), "--password is not expected here"},
        {{"agent", "add", "ana", "--name", "\xff", "--role", "agent", "--departments", "a", "--password-stdin"},
         "--name"},
        {{"\x1b[31m"}, "?[31m is not expected here"},
        {{"\xff\xfe"}, "not UTF-8"},
        {{std::string(10'000, 'x')}, "xxx…"},
        {add, "--config: needed for the departments"},
        {{"agent", "disable", "ana", "--redis", "unix:/r"}, "--config: needed with --redis"},
        {{"agent", "enable", "ana"}, "--config: needed with --redis", {{"VENTANILLA_REDIS", "unix:/r"}}},
        {{"agent", "password", "ana", "--password-stdin", "--redis", "unix:/r"}, "--config: needed with --redis"},
        {{"backup", "/b"}, "--config: needed as a part of the backup"},
        {{"person", "erase", "a@b.mx"}, "--config: needed to know"},
        {{"agent", "disable"}, "USERNAME"},
        {{"agent", "password", "ana"}, "expected --password-stdin"},
        {{"backup"}, "DIR"},
        {{"restore", ""}, "DIR"},
        {{"person", "erase", "ana"}, "EMAIL: expected an e-mail address"},
        {{"check-config"}, "FILE"},
        {{"check-config", "a", "b"}, "b"},
        {{"version", "serve"}, "serve"},
    };
    for (const WrongRow& row : rows) {
        SCOPED_TRACE(::testing::PrintToString(row.words));
        const auto command = run(row.words, row.variables);
        ASSERT_FALSE(command);
        EXPECT_EQ(command.error().exit_code, 2);
        EXPECT_THAT(command.error().text, ::testing::StartsWith("ventanilla: "));
        EXPECT_THAT(command.error().text, HasSubstr(row.says));
        EXPECT_THAT(command.error().text, HasSubstr("\nusage: ventanilla "));
    }
}

TEST(Options, usage_is_of_the_command_named) {
    EXPECT_THAT(run({"agent", "add"}).error().text,
                ::testing::AllOf(HasSubstr("agent add USERNAME"), Not(HasSubstr("agent list"))));
    EXPECT_THAT(run({"agent"}).error().text, ::testing::AllOf(HasSubstr("agent list"), Not(HasSubstr("backup"))));
}

TEST(Options, messages_hold_no_passwords) {
    for (const Words& words : {Words{"serve", "--config", "f", "--database", "mysql://u:hunter2@h"},
                               Words{"serve", "--config", "f", "--redis", "http://:hunter2@h"},
                               Words{"agent", "password", "ana", "--password", "hunter2"},
                               Words{"agent", "password", "ana", "--password=hunter2"}})
        EXPECT_THAT(run(words).error().text, Not(HasSubstr("hunter2")));
}

TEST(Options, help_is_0) {
    for (const Words& words : {Words{"--help"}, Words{"serve", "--help"}, Words{"agent", "add", "-h"}}) {
        const auto command = run(words);
        ASSERT_FALSE(command);
        EXPECT_EQ(command.error().exit_code, 0);
        EXPECT_THAT(command.error().text, ::testing::StartsWith("usage: ventanilla "));
    }
}

TEST(Options, no_words_at_all) {
    EXPECT_FALSE(parse(0, nullptr, Environment{}));
}

}  // namespace
}  // namespace ventanilla::config
