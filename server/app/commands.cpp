#include "app/commands.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <spdlog/spdlog.h>
#include <string>
#include <vector>

#include "app/live_identity.hpp"
#include "app/live_person.hpp"
#include "app/running_server.hpp"
#include "backup/backup.hpp"
#include "backup/erasure_list.hpp"
#include "base/clock.hpp"
#include "config/load.hpp"
#include "store/files/blobs.hpp"
#include "store/live/managed_lock.hpp"
#include "store/record/agent_commands.hpp"
#include "store/record/database.hpp"
#include "store/record/person.hpp"

namespace ventanilla::app {
namespace {

constexpr auto kPatience = std::chrono::seconds(5);

int fail(int code, const std::string& message) {
    std::fputs(("ventanilla: " + message + "\n").c_str(), stderr);
    return code;
}

/// A password from standard input: its first line.
std::string read_password() {
    std::string line;
    std::getline(std::cin, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

/// What must be there before a command begins.
enum class Needs {
    nothing,         ///< it may be the first of an installation
    record,          ///< the record store
    data_directory,  ///< also the files of people, which lie there whatever keeps the record
};

/// What of it is not there, in words. A PostgreSQL database that is named is one that is there.
std::optional<std::string> missing(const config::Options& options, const record::DatabaseUrl& url, Needs needs) {
    std::vector<std::filesystem::path> needed;
    if (needs != Needs::nothing && url.backend == record::Backend::sqlite) needed.emplace_back(url.target);
    if (needs == Needs::data_directory) needed.push_back(options.data);
    for (const auto& path : needed) {
        if (std::filesystem::exists(path)) continue;
        return fmt::format(
            "there is no data: {} does not exist; see --data and --database (agent add begins a new one)",
            path.string());
    }
    return std::nullopt;
}

/// Opens the record store for one piece of work; what it throws becomes a line and exit code 1.
int with_database(const config::Options& options, Needs needs, const std::function<int(record::Database&)>& work) {
    try {
        if (const auto unfinished = live::unfinished_restore(options.data)) return fail(1, *unfinished);
        const auto url = record::DatabaseUrl::parse(options.database, options.data);
        if (const auto what = missing(options, url, needs)) return fail(1, *what);
        if (needs == Needs::nothing) std::filesystem::create_directories(options.data);
        record::Database database(url);
        return work(database);
    } catch (const std::exception& error) {
        return fail(1, error.what());
    }
}

/// The same for a command that also looks at the live store of these sites: neither may be of a later release, nor the live
/// store one of another installation.
int with_stores(const config::Options& options, const std::vector<std::string>& sites, Needs needs,
                const std::function<int(record::Database&)>& work) {
    for (const auto& site : sites) {
        if (const auto newer = newer_live_store(options, site)) return fail(1, *newer);
    }
    return with_database(options, needs, [&](record::Database& database) {
        for (const auto& site : sites) {
            if (const auto why = foreign_live_store(options, site, database.store_id())) return fail(1, *why);
        }
        return work(database);
    });
}

backup::Stores stores_of(const config::Options& options) {
    return {options.data, options.redis.empty(), redis_address(options),
            record::DatabaseUrl::parse(options.database, options.data)};
}

using Change = std::function<record::CommandResult<record::Agent>(record::Database&)>;

/// Changes one agent and waits until a running server of one of these sites routes by it.
int change_agent(const config::Options& options, const std::vector<std::string>& sites, Needs needs, const char* done,
                 const Change& change) {
    return with_stores(options, sites, needs, [&](record::Database& database) {
        const auto agent = change(database);
        if (!agent) return fail(agent.error().exit_code, agent.error().message);
        for (const auto& site : sites) {
            if (wait_until_in_force(options, site, *agent, kPatience)) continue;
            return fail(1, "stored, but the running server has not taken it over yet");
        }
        fmt::print("{} {}\n", agent->username, done);
        return 0;
    });
}

/// The same for an agent who is there: without a configuration the private Redis names the site.
int change_known_agent(const config::Options& options, const char* done, const Change& change) {
    if (options.config.empty()) return change_agent(options, private_sites(options), Needs::record, done, change);
    const auto site = load_site(options);
    return site ? change_agent(options, {site->site}, Needs::record, done, change) : site.error();
}

std::string to_text(const nlohmann::json& json) {
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Throws if one is there and cannot be deleted.
void delete_blobs(const std::filesystem::path& data, const std::vector<std::string>& blobs) {
    if (blobs.empty()) return;
    const files::Blobs store(data / "files");
    for (const auto& blob : blobs) store.remove(blob);
}

void erase_from_record(const config::PersonErase& command, record::Database& database) {
    const auto erased = record::erase_person(database, command.email, wall_clock_ms());
    // The names stay on the list until the bytes are gone: whoever runs this again deletes what is left.
    delete_blobs(command.options.data, erased.blobs);
    record::forget_blobs(database, erased.blobs);
    record::scrub(database);
    fmt::print("{}\n", to_text(record::to_json(erased.counts)));
}

/// What is left of the person, in words; empty: nothing.
std::string erase_everywhere(const config::PersonErase& command, const std::string& site, record::Database& database) {
    if (!redis_answers(command.options)) {
        erase_from_record(command, database);
        if (command.options.redis.empty() && !has_private_log(command.options)) return {};
        return "erased from the record, but not from the live store, which may hold open chats and the visitor's name: "
               "start the server first, then run this again";
    }
    LivePerson live(command.options, site, command.email, record::visitors_of(database, command.email),
                    expected_store(database.store_id()));
    const bool closed = live.close_chats();
    erase_from_record(command, database);
    const bool forgotten = live.forget();
    const bool rewritten = rewrite_log(command.options);
    if (!closed) return "a chat is still open or not filed yet: see that a server runs, then run this again";
    if (!forgotten || !rewritten) return "erased from the record, but the live store does not answer: run this again";
    return {};
}

int not_yet(const char* command) {
    return fail(1, fmt::format("{} is not part of this release", command));
}

}  // namespace

tl::expected<config::Site, int> load_site(const config::Options& options) {
    auto site = config::load_file(options.config);
    if (!site) {
        for (const auto& problem : site.error()) std::fputs((config::to_line(problem) + "\n").c_str(), stderr);
        return tl::unexpected(2);
    }
    config::apply(options, *site);
    return std::move(*site);
}

int run(const config::CheckConfig& command) {
    config::Options options;
    options.config = command.file;
    const auto site = load_site(options);
    if (!site) return site.error();
    fmt::print("{}: all right\n", command.file.string());
    return 0;
}

int run(const config::AgentAdd& command) {
    const auto site = load_site(command.options);
    if (!site) return site.error();
    return change_agent(command.options, {site->site}, Needs::nothing, "added", [&](record::Database& database) {
        std::vector<std::string> known;
        for (const auto& department : site->departments) known.push_back(department.id);
        return record::agent_add(
            database,
            {command.username, command.name, command.role, command.departments, command.capacity, read_password()},
            known);
    });
}

int run(const config::AgentList& command) {
    return with_database(command.options, Needs::record, [](record::Database& database) {
        fmt::print("{}", record::agent_table(database));
        return 0;
    });
}

int run(const config::AgentDisable& command) {
    return change_known_agent(command.options, "disabled", [&](record::Database& database) {
        return record::agent_disable(database, command.username);
    });
}

int run(const config::AgentEnable& command) {
    return change_known_agent(command.options, "enabled", [&](record::Database& database) {
        return record::agent_enable(database, command.username);
    });
}

int run(const config::AgentPassword& command) {
    return change_known_agent(command.options, "has a new password", [&](record::Database& database) {
        return record::agent_password(database, command.username, read_password());
    });
}

int run(const config::Backup& command) {
    const auto site = load_site(command.options);
    if (!site) return site.error();
    // Opened once, so that a store of a later release, or none, is told before anything is written.
    return with_stores(command.options, {site->site}, Needs::data_directory, [&](record::Database&) {
        spdlog::set_level(spdlog::level::off);
        const auto made =
            backup::take(stores_of(command.options), site->site, command.options.config, command.directory);
        if (!made) return fail(1, made.error());
        for (const auto& part : made->parts) fmt::print("{}: {} files, {} bytes\n", part.name, part.files, part.bytes);
        return 0;
    });
}

int run(const config::Restore& command) {
    spdlog::set_level(spdlog::level::off);
    try {
        const auto restored = backup::restore(stores_of(command.options), command.directory);
        if (!restored) return fail(1, restored.error());
        fmt::print("restored the site {} as it was at {} (ms since 1970); its configuration is {}\n",
                   restored->manifest.site, restored->manifest.at,
                   (command.options.data / backup::kConfigurationPart).string());
        if (restored->erased > 0) fmt::print("erased again: {} chats and tickets\n", restored->erased);
        return 0;
    } catch (const std::exception& error) {
        return fail(1, error.what());
    }
}

int run(const config::PersonExport& command) {
    return with_database(command.options, Needs::record, [&](record::Database& database) {
        fmt::print("{}\n", to_text(record::export_person(database, command.email)));
        return 0;
    });
}

int run(const config::PersonErase& command) {
    const auto site = load_site(command.options);
    if (!site) return site.error();
    return with_stores(command.options, {site->site}, Needs::data_directory, [&](record::Database& database) {
        const auto erasure = record::erasure_of(command.email, wall_clock_ms());
        record::list_erasure(database, command.email, wall_clock_ms());
        if (erasure) backup::note_erasure(command.options.data, *erasure);
        const auto left = erase_everywhere(command, site->site, database);
        return left.empty() ? 0 : fail(1, left);
    });
}

int run(const config::ParseMail&) {
    return not_yet("parse-mail");
}

int run(const config::Version&) {
    fmt::print("ventanilla {}\n", VENTANILLA_VERSION);
    return 0;
}

}  // namespace ventanilla::app
