#pragma once
// The log: one JSON object a line on stderr.

namespace ventanilla::app {

/// Makes spdlog's default logger asynchronous, JSON lines to stderr. A full queue drops the oldest lines rather than hold
/// up the event loop.
void start_log();
/// Writes what is queued.
void stop_log();

}  // namespace ventanilla::app
