#pragma once
// One process of the load: its people, its loop, and the orders of the parent.

#include "loadtest/crowd/board.hpp"
#include "loadtest/worker/setup.hpp"

namespace ventanilla::load {

/// Works until it is told to quit or the parent is gone; then writes what it knows of every chat into `rows_fd`.
/// Runs in the child; the return value is the exit code.
int work(Board& board, const Setup& setup, std::size_t worker, int rows_fd);

}  // namespace ventanilla::load
