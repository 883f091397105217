#pragma once
// One function per command of the command line (protocol.md 4). Each returns the exit code: 0 done, 1 failed, 2 wrong use
// or wrong configuration.

#include "config/options.hpp"

namespace ventanilla::app {

int run(const config::Serve& command);
int run(const config::CheckConfig& command);
int run(const config::AgentAdd& command);
int run(const config::AgentList& command);
int run(const config::AgentDisable& command);
int run(const config::AgentEnable& command);
int run(const config::AgentPassword& command);
int run(const config::Backup& command);
int run(const config::Restore& command);
int run(const config::PersonExport& command);
int run(const config::PersonErase& command);
int run(const config::ParseMail& command);
int run(const config::Version& command);

/// Loads the configuration of `options`, tells every mistake on stderr. Exit code 2 in the error.
tl::expected<config::Site, int> load_site(const config::Options& options);

}  // namespace ventanilla::app
