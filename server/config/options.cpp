#include "config/options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/checks.hpp"
#include "config/usage.hpp"
#include "protocol/text.hpp"

namespace ventanilla::config {
namespace {

constexpr std::size_t max_secret_bytes = 64 * 1024;
constexpr std::size_t max_told_bytes = 400;

/// What was wrong with the command line, for people. Thrown only inside this file.
struct Wrong {
    std::string what;
};

/// Everything that may be on a command line, as text; only one subcommand is ever filled in.
struct Raw {
    std::string config, data, redis, database, listen, metrics;
    std::string file, directory, username, name, role, departments, capacity, email;
    bool password_stdin = false;
};

/// A flag's value, or what stands in for it.
class Resolver {
public:
    Resolver(const CLI::App& command, const Environment& environment) : command_(command), environment_(environment) {}

    bool given(const std::string& flag) const {
        const CLI::Option* option = command_.get_option_no_throw(flag);
        return option != nullptr && option->count() > 0;
    }

    /// The flag, else VENTANILLA_<NAME>, else `fallback`.
    std::string plain(const std::string& flag, const std::string& value, const std::string& name,
                      std::string fallback) const {
        if (given(flag)) return value;
        return variable(name).value_or(std::move(fallback));
    }

    /// The flag, else VENTANILLA_<NAME>, else the text of the file that VENTANILLA_<NAME>_FILE names.
    std::optional<std::string> secret(const std::string& flag, const std::string& value,
                                      const std::string& name) const {
        if (!flag.empty() && given(flag)) return value;
        const auto direct = variable(name);
        const auto file = variable(name + "_FILE");
        if (direct && file) throw Wrong{fmt::format("expected VENTANILLA_{0} or VENTANILLA_{0}_FILE, not both", name)};
        return file ? std::optional(read_secret(name, *file)) : direct;
    }

private:
    // An empty variable is how compose files and unit files spell "not set".
    std::optional<std::string> variable(const std::string& name) const {
        auto value = environment_.variable("VENTANILLA_" + name);
        return value && !value->empty() ? value : std::nullopt;
    }

    std::string read_secret(const std::string& name, const std::string& file) const {
        auto text = environment_.read_file(file);
        if (!text) throw Wrong{fmt::format("VENTANILLA_{}_FILE: expected a file that can be read: {}", name, file)};
        while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
        if (!secret_form.admits(*text) || text->empty())
            throw Wrong{fmt::format("VENTANILLA_{}_FILE: expected one line in {}", name, file)};
        return *std::move(text);
    }

    const CLI::App& command_;
    const Environment& environment_;
};

// The values themselves may hold a password, so no message repeats them.
void check_servers(const Options& options) {
    const std::string& redis = options.redis;
    const bool is_url = redis.starts_with("redis://") || redis.starts_with("unix:");
    const auto master_set = redis.substr(redis.rfind('@') + 1);  // all of it, if there is no user
    const bool is_name = is_id(master_set) && redis.find("://") == std::string::npos;
    if (!redis.empty() && !is_url && !is_name)
        throw Wrong{"--redis: expected redis://HOST:PORT, unix:PATH or the name of a master set"};
    const std::string& database = options.database;
    if (!database.empty() && !database.starts_with("postgresql://") && !database.starts_with("postgres://"))
        throw Wrong{"--database: expected postgresql://…"};
}

Options make_options(const Raw& raw, const Resolver& resolver) {
    Options options;
    options.config = resolver.plain("--config", raw.config, "CONFIG", "");
    options.data = resolver.plain("--data", raw.data, "DATA", "./data");
    options.redis = resolver.secret("--redis", raw.redis, "REDIS").value_or("");
    options.database = resolver.secret("--database", raw.database, "DATABASE").value_or("");
    options.identity_secret = resolver.secret("", "", "IDENTITY_SECRET");
    if (options.data.empty()) throw Wrong{"--data: expected a directory"};
    check_servers(options);
    return options;
}

/// `what_for` goes on after "needed".
void need_config(const Options& options, std::string_view what_for) {
    if (options.config.empty()) throw Wrong{fmt::format("--config: needed {}", what_for)};
}

/// For the commands that tell running servers. A private Redis names its site; one that is shared may hold several.
void need_config_with_redis(const Options& options) {
    if (!options.redis.empty()) need_config(options, "with --redis, to know the site's keys there");
}

HostPort make_host_port(const std::string& flag, const std::string& text) {
    const auto parsed = parse_host_port(text);
    if (!parsed) throw Wrong{fmt::format("{}: expected HOST:PORT, found \"{}\"", flag, text)};
    return *parsed;
}

Serve make_serve(const Raw& raw, const Resolver& resolver) {
    Serve serve;
    serve.options = make_options(raw, resolver);
    if (serve.options.config.empty())
        throw Wrong{"serve: expected --config FILE or VENTANILLA_CONFIG, e.g. --config deploy/demo/fel.toml"};
    serve.listen = make_host_port("--listen", resolver.plain("--listen", raw.listen, "LISTEN", "127.0.0.1:8080"));
    serve.metrics = make_host_port("--metrics", resolver.plain("--metrics", raw.metrics, "METRICS", "127.0.0.1:0"));
    return serve;
}

std::string make_username(const Raw& raw) {
    if (!is_username(raw.username))
        throw Wrong{"USERNAME: expected 1 to 64 letters, digits or . - _ @ + of ASCII, a letter or digit first"};
    return raw.username;
}

std::vector<std::string> make_departments(const std::string& text) {
    std::vector<std::string> departments;
    std::istringstream in(text);
    for (std::string id; std::getline(in, id, ',');) {
        if (!department_id_form.admits(id)) throw Wrong{"--departments: expected ids with commas between them"};
        if (std::ranges::find(departments, id) == departments.end()) departments.push_back(id);
    }
    return departments;
}

int make_capacity(const std::string& text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > 10'000)
        throw Wrong{"--capacity: expected an integer from 1 to 10000"};
    return value;
}

// A password on the command line would be in every process list.
void check_password_stdin(const Raw& raw) {
    if (!raw.password_stdin) throw Wrong{"expected --password-stdin, and the password on standard input"};
}

/// A command that changes an agent who is there.
template <class Changed>
Changed make_change(const Raw& raw, const Resolver& resolver) {
    Changed change{make_options(raw, resolver), make_username(raw)};
    need_config_with_redis(change.options);
    return change;
}

AgentAdd make_agent(const Raw& raw, const Resolver& resolver) {
    AgentAdd agent;
    agent.options = make_options(raw, resolver);
    agent.username = make_username(raw);
    agent.name = raw.name;
    // What comes from a file is UTF-8; words of a command line may be anything.
    if (!protocol::is_utf8(raw.name) || !line_form.admits(raw.name) || code_points(raw.name) > 80)
        throw Wrong{"--name: expected a name of 1 to 80 characters"};
    agent.role = raw.role;
    if (raw.role != "agent" && raw.role != "supervisor" && raw.role != "admin")
        throw Wrong{"--role: expected agent, supervisor or admin"};
    agent.departments = make_departments(raw.departments);
    if (agent.departments.empty()) throw Wrong{"--departments: expected at least one id of a department"};
    if (resolver.given("--capacity")) agent.capacity = make_capacity(raw.capacity);
    check_password_stdin(raw);
    need_config(agent.options, "for the departments that there are");
    return agent;
}

AgentPassword make_password(const Raw& raw, const Resolver& resolver) {
    check_password_stdin(raw);
    return make_change<AgentPassword>(raw, resolver);
}

std::string make_email(const Raw& raw) {
    if (!is_email(raw.email)) throw Wrong{"EMAIL: expected an e-mail address"};
    return raw.email;
}

std::filesystem::path make_path(const std::string& text, std::string_view name) {
    if (text.empty()) throw Wrong{fmt::format("{}: expected a path", name)};
    return text;
}

using Make = std::function<Command(const Raw&, const Resolver&)>;

/// The grammar: which subcommands there are, what each takes, and what becomes of it.
class Grammar {
public:
    Grammar() : app_("", "ventanilla") {
        // At most one, so that a wrong word is named; none at all is told by `parse`.
        app_.require_subcommand(0, 1);
        add_serve();
        add_agents();
        add_stores();
        add_plain();
    }

    Command parse(int argc, const char* const* argv, const Environment& environment) {
        app_.parse(argc, argv);
        const CLI::App* command = chosen();
        const auto found = std::ranges::find(leaves_, command, &Leaf::app);
        if (found == leaves_.end()) throw Wrong{"expected one of the commands below"};
        return found->make(raw_, Resolver(*command, environment));
    }

    /// Which word was not expected. What stands behind an unknown flag may be a password, so only the flag is named.
    std::string unexpected() const {
        const auto words = app_.remaining(true);
        const auto flag = std::ranges::find_if(words, [](const std::string& word) { return word.starts_with('-'); });
        const std::string& word = flag == words.end() ? words.front() : *flag;
        return fmt::format("{} is not expected here", word.substr(0, word.find('=')));
    }

    /// The usage of what was named so far.
    std::string usage() const {
        std::string path;
        for (const CLI::App* command = chosen(); command != &app_; command = command->get_parent())
            path = path.empty() ? command->get_name() : command->get_name() + " " + path;
        return usage_of(path);
    }

private:
    struct Leaf {
        const CLI::App* app;
        Make make;
    };

    const CLI::App* chosen() const {
        const CLI::App* command = &app_;
        while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
        return command;
    }

    CLI::App& leaf(CLI::App& parent, const std::string& name, Make make) {
        CLI::App* added = parent.add_subcommand(name, "");
        leaves_.push_back({added, std::move(make)});
        return *added;
    }

    void add_options(CLI::App& command) {
        command.add_option("--config", raw_.config);
        command.add_option("--data", raw_.data);
        command.add_option("--redis", raw_.redis);
        command.add_option("--database", raw_.database);
    }

    void add_serve() {
        CLI::App& serve = leaf(app_, "serve", make_serve);
        add_options(serve);
        serve.add_option("--listen", raw_.listen);
        serve.add_option("--metrics", raw_.metrics);
    }

    void add_agents();
    void add_stores();
    void add_plain();

    Raw raw_;
    CLI::App app_;
    std::vector<Leaf> leaves_;
};

void Grammar::add_agents() {
    CLI::App& agent = *app_.add_subcommand("agent", "");
    agent.require_subcommand(0, 1);

    CLI::App& add = leaf(agent, "add", make_agent);
    add.add_option("USERNAME", raw_.username)->required();
    add.add_option("--name", raw_.name)->required();
    add.add_option("--role", raw_.role)->required();
    add.add_option("--departments", raw_.departments)->required();
    add.add_option("--capacity", raw_.capacity);
    add.add_flag("--password-stdin", raw_.password_stdin);

    CLI::App& list = leaf(agent, "list", [](const Raw& raw, const Resolver& resolver) -> Command {
        return AgentList{make_options(raw, resolver)};
    });
    CLI::App& disable = leaf(agent, "disable", [](const Raw& raw, const Resolver& resolver) -> Command {
        return make_change<AgentDisable>(raw, resolver);
    });
    CLI::App& enable = leaf(agent, "enable", [](const Raw& raw, const Resolver& resolver) -> Command {
        return make_change<AgentEnable>(raw, resolver);
    });
    CLI::App& password = leaf(agent, "password", make_password);
    password.add_flag("--password-stdin", raw_.password_stdin);
    for (CLI::App* named : {&disable, &enable, &password}) named->add_option("USERNAME", raw_.username)->required();
    for (CLI::App* command : {&add, &list, &disable, &enable, &password}) add_options(*command);
}

void Grammar::add_stores() {
    CLI::App& backup = leaf(app_, "backup", [](const Raw& raw, const Resolver& resolver) -> Command {
        Backup command{make_options(raw, resolver), make_path(raw.directory, "DIR")};
        need_config(command.options, "as a part of the backup");
        return command;
    });
    CLI::App& restore = leaf(app_, "restore", [](const Raw& raw, const Resolver& resolver) -> Command {
        return Restore{make_options(raw, resolver), make_path(raw.directory, "DIR")};
    });
    for (CLI::App* command : {&backup, &restore}) command->add_option("DIR", raw_.directory)->required();

    CLI::App& person = *app_.add_subcommand("person", "");
    person.require_subcommand(0, 1);
    CLI::App& give = leaf(person, "export", [](const Raw& raw, const Resolver& resolver) -> Command {
        return PersonExport{make_options(raw, resolver), make_email(raw)};
    });
    CLI::App& erase = leaf(person, "erase", [](const Raw& raw, const Resolver& resolver) -> Command {
        PersonErase command{make_options(raw, resolver), make_email(raw)};
        need_config(command.options, "to know the site's keys in Redis");
        return command;
    });
    for (CLI::App* command : {&give, &erase}) command->add_option("EMAIL", raw_.email)->required();
    for (CLI::App* command : {&backup, &restore, &give, &erase}) add_options(*command);
}

void Grammar::add_plain() {
    CLI::App& check = leaf(app_, "check-config", [](const Raw& raw, const Resolver&) -> Command {
        return CheckConfig{make_path(raw.file, "FILE")};
    });
    check.add_option("FILE", raw_.file)->required();
    leaf(app_, "parse-mail", [](const Raw&, const Resolver&) -> Command { return ParseMail{}; });
    leaf(app_, "version", [](const Raw&, const Resolver&) -> Command { return Version{}; });
}

/// `what` as one line of text, whatever the words of the command line were.
std::string printable(std::string_view what) {
    std::string line(protocol::is_utf8(what) ? what : std::string_view("a word is not UTF-8"));
    if (line.size() > max_told_bytes) line = std::string(protocol::cut(line, max_told_bytes / 4)) + "…";
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return line;
}

}  // namespace

tl::expected<Command, Usage> parse(int argc, const char* const* argv, const Environment& environment) {
    Grammar grammar;
    const auto wrong = [&grammar](std::string_view what) {
        return tl::unexpected(Usage{2, fmt::format("ventanilla: {}\n{}", printable(what), grammar.usage())});
    };
    try {
        return grammar.parse(argc, argv, environment);
    } catch (const CLI::CallForHelp&) {
        return tl::unexpected(Usage{0, grammar.usage()});
    } catch (const CLI::ExtrasError&) {
        return wrong(grammar.unexpected());
    } catch (const Wrong& error) {
        return wrong(error.what);
    } catch (const std::exception& error) {
        return wrong(error.what());
    }
}

Environment system_environment() {
    Environment environment;
    environment.variable = [](const std::string& name) {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    environment.read_file = [](const std::filesystem::path& path) -> std::optional<std::string> {
        std::ifstream in(path, std::ios::binary);
        std::string text(max_secret_bytes, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        if (!in.is_open() || in.bad()) return std::nullopt;
        text.resize(static_cast<std::size_t>(in.gcount()));
        return text;
    };
    return environment;
}

void apply(const Options& options, Site& site) {
    if (options.identity_secret) site.widget.identity_secret = *options.identity_secret;
}

}  // namespace ventanilla::config
