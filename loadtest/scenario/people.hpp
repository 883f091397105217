#pragma once
// Before the load: which channel, and the agents' sessions.

#include <string>

#include <tl/expected.hpp>

#include "loadtest/scenario/options.hpp"
#include "loadtest/worker/setup.hpp"

namespace ventanilla::load {

/// Turns the flags into a setup: resolves the server, finds the channel, signs the agents in (one after the other: a
/// server takes a tenth of a second for each password). The error is a sentence.
tl::expected<Setup, std::string> prepare(const Options& options);

}  // namespace ventanilla::load
