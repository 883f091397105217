#pragma once
// hiredis on Asio's event loop: the hooks that hiredis asks of an event library, nothing more.

#include <boost/asio/io_context.hpp>

struct redisAsyncContext;

namespace ventanilla::live {

/// Lets `context` read and write through `io`. The adapter frees itself when hiredis cleans the context up; the
/// descriptor stays hiredis' own, which closes it.
void attach(boost::asio::io_context& io, redisAsyncContext* context);

}  // namespace ventanilla::live
