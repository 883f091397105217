#pragma once
// Several tasks on the event loop at the same time, for calls of a store that are better made together.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

namespace ventanilla::desk {

/// Runs all of them and ends with the last. Throws what one of them threw, once all have ended.
boost::asio::awaitable<void> at_once(boost::asio::io_context& io, std::vector<boost::asio::awaitable<void>> tasks);

}  // namespace ventanilla::desk
