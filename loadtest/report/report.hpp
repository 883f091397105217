#pragma once
// The outcome for people and for programs.

#include <string>

#include "loadtest/scenario/outcome.hpp"

namespace ventanilla::load {

/// Sentences about the run itself that a reader must know: the tester at its limit, broken promises, sockets that went.
void add_warnings(Outcome& outcome);

/// For a terminal.
std::string table(const Outcome& outcome);
/// One JSON object (README.md names its members).
std::string to_json(const Outcome& outcome);
/// One page with everything in it.
std::string to_html(const Outcome& outcome);

}  // namespace ventanilla::load
