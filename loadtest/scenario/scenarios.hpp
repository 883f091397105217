#pragma once
// The named loads: each a sequence of orders.

#include "loadtest/scenario/options.hpp"
#include "loadtest/scenario/run.hpp"

namespace ventanilla::load {

/// What a scenario wants the workers to be like, before they are started.
void adapt(Setup& setup, const std::string& scenario);

/// Runs `options.scenario`; what came of it is in the run's outcome.
void play(Run& run, const Options& options, Outcome& outcome);

}  // namespace ventanilla::load
