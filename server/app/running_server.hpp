#pragma once
// What a command of the command line can know of a server that runs on the same data.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/options.hpp"
#include "store/live/redis_pool.hpp"
#include "store/record/types.hpp"

namespace ventanilla::app {

/// Waits until the servers route by this state of the agent, so that a command that has returned is in force. False if a
/// server runs (its Redis answers) but has not taken it over in `patience`; true if it has, or none runs.
bool wait_until_in_force(const config::Options& options, const std::string& site, const record::Agent& agent,
                         std::chrono::milliseconds patience);

/// The sites of the private Redis under `--data`, if it runs: its server's, and one that went by another id before.
std::vector<std::string> private_sites(const config::Options& options);

/// Where the live store of these options is. What is no address leads nowhere.
live::RedisAddress redis_address(const config::Options& options);
/// Whether a Redis answers there.
bool redis_answers(const config::Options& options);
/// In words, if the site's live store there is of a later release: no command may touch it.
std::optional<std::string> newer_live_store(const config::Options& options, const std::string& site);
/// In words, if it is not that of the record, which knows the live store `known`: no command may touch it.
std::optional<std::string> foreign_live_store(const config::Options& options, const std::string& site,
                                              const std::string& known);
/// Whether a private Redis has left a log behind: what it held is there again at the next start.
bool has_private_log(const config::Options& options);

/// Has Redis write its log anew: until then it holds what was deleted. False if no Redis answers.
bool rewrite_log(const config::Options& options);

}  // namespace ventanilla::app
