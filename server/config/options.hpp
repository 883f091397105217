#pragma once
// The command line (protocol.md 4). Flags beat the environment (VENTANILLA_<FLAG>, secrets also …_FILE), which beats
// the configuration file, which beats the defaults.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "config/network.hpp"
#include "config/site.hpp"

namespace ventanilla::config {

/// What every command that works on the stores takes.
struct Options {
    std::filesystem::path config = {};  ///< empty: not given
    std::filesystem::path data = "./data";
    std::string redis = {};  ///< empty: a private instance; redis://…, unix:…, or a master set's name with sentinels
    std::string database = {};                        ///< empty: SQLite under `data`; postgresql://…
    std::optional<std::string> identity_secret = {};  ///< from the environment only; beats the file's
};

struct Serve {
    Options options = {};
    HostPort listen = {"127.0.0.1", 8080};
    HostPort metrics = {"127.0.0.1", 0};  ///< port 0: a free one
};

struct CheckConfig {
    std::filesystem::path file = {};
};

/// Roles of agents, as stored and on the wire: "agent", "supervisor", "admin".
struct AgentAdd {
    Options options = {};
    std::string username = {};
    std::string name = {};
    std::string role = {};
    std::vector<std::string> departments = {};
    std::optional<int> capacity = {};
};

struct AgentList {
    Options options = {};
};

struct AgentDisable {
    Options options = {};
    std::string username = {};
};

struct AgentEnable {
    Options options = {};
    std::string username = {};
};

/// A new password, read from standard input by the one who carries this out.
struct AgentPassword {
    Options options = {};
    std::string username = {};
};

struct Backup {
    Options options = {};
    std::filesystem::path directory = {};
};

struct Restore {
    Options options = {};
    std::filesystem::path directory = {};
};

struct PersonExport {
    Options options = {};
    std::string email = {};
};

struct PersonErase {
    Options options = {};
    std::string email = {};
};

struct ParseMail {};
struct Version {};

using Command = std::variant<Serve, CheckConfig, AgentAdd, AgentList, AgentDisable, AgentEnable, AgentPassword, Backup,
                             Restore, PersonExport, PersonErase, ParseMail, Version>;

/// Nothing to carry out: help was asked for (exit 0, to stdout) or the use was wrong (exit 2, to stderr).
struct Usage {
    int exit_code = 2;
    std::string text = {};  ///< lines, the last one ended
};

/// What the parser may see of the world.
struct Environment {
    std::function<std::optional<std::string>(const std::string& name)> variable;
    /// The text of a secret's file; nullopt if it cannot be read.
    std::function<std::optional<std::string>(const std::filesystem::path& path)> read_file;
};

/// The process's own environment.
Environment system_environment();

/// What the command line asks for. Touches nothing but `environment`, never throws.
tl::expected<Command, Usage> parse(int argc, const char* const* argv, const Environment& environment);

/// Puts into `site` what flags and environment overrule.
void apply(const Options& options, Site& site);

}  // namespace ventanilla::config
