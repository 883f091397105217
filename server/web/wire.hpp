#pragma once
// The stream that Beast's WebSocket codec stands on: reads from the connection, writes into its out queue.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/compose.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/role.hpp>

#include "web/socket.hpp"

namespace ventanilla::web {

class WebSocket;

/// An AsyncStream for Beast. Its writes never block and never fail: they are copies into the out queue, whose own limit
/// ends a peer that takes nothing.
class Wire {
public:
    using executor_type = boost::asio::any_io_executor;

    explicit Wire(WebSocket& owner) noexcept : owner_(&owner) {}

    executor_type get_executor() const noexcept;

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token);

    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token);

private:
    template <typename Buffers>
    struct Read;

    WebSocket* owner_;
};

// How Beast ends the stream below it; the connection itself decides when to close, so these do nothing.

void teardown(boost::beast::role_type role, Wire& wire, boost::system::error_code& error);

template <typename Handler>
void async_teardown(boost::beast::role_type, Wire& wire, Handler&& handler) {
    boost::asio::post(wire.get_executor(),
                      boost::beast::bind_front_handler(std::forward<Handler>(handler), boost::system::error_code{}));
}

void beast_close_socket(Wire& wire);

}  // namespace ventanilla::web
