#pragma once
// The stream that Beast's WebSocket codec stands on: reads what its connection has been given, writes into its out queue.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>

#include "web/socket.hpp"

namespace ventanilla::web {

class WebSocket;

/// Thrown through Beast when it asks for more than has come: it is between two reads then, and goes on from there the
/// next time. An error would end it. Only what comes in pieces, and control frames, meet this.
struct NothingMore {};

/// A SyncStream for Beast. Reads never wait, writes never block and never fail: they are copies into the out queue, whose
/// own limit ends a peer that takes nothing.
class Wire {
public:
    using executor_type = boost::asio::any_io_executor;

    explicit Wire(WebSocket& owner) noexcept : owner_(&owner) {}

    executor_type get_executor() const noexcept;

    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers) {
        std::size_t size = 0;
        for (auto at = boost::asio::buffer_sequence_begin(buffers); at != boost::asio::buffer_sequence_end(buffers);
             ++at) {
            const boost::asio::mutable_buffer buffer(*at);
            size += take(static_cast<char*>(buffer.data()), buffer.size());
        }
        if (size == 0) throw NothingMore{};
        return size;
    }
    template <typename Buffers>
    std::size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
        error = {};
        return read_some(buffers);
    }

    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers) {
        auto bytes = std::make_shared<const std::string>(boost::beast::buffers_to_string(buffers));
        const auto size = bytes->size();
        put(std::move(bytes));
        return size;
    }
    template <typename Buffers>
    std::size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
        error = {};
        return write_some(buffers);
    }

private:
    /// Up to `most` bytes of the frame that the connection reads just now.
    std::size_t take(char* to, std::size_t most);
    void put(Bytes bytes);

    WebSocket* owner_;
};

// How Beast ends the stream below it; the connection itself decides when to close, so these do nothing.

void teardown(boost::beast::role_type role, Wire& wire, boost::system::error_code& error);
void beast_close_socket(Wire& wire);

}  // namespace ventanilla::web
