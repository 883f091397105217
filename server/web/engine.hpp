#pragma once
// What all connections of one server share. Internal to this room.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "web/counters.hpp"
#include "web/out_queue.hpp"
#include "web/poller.hpp"
#include "web/router.hpp"
#include "web/server.hpp"
#include "web/timer_wheel.hpp"

namespace ventanilla::web {

class HttpConnection;
class WebSocket;

/// How many places each address has, and all of them together.
struct AddressTable {
    std::unordered_map<std::string, std::size_t> used;
    std::size_t total = 0;
};

/// Runs on one event loop; lives as long as any connection.
class Engine : public std::enable_shared_from_this<Engine> {
public:
    Engine(boost::asio::io_context& io_context, Router router_, ServerOptions options_);

    /// Starts the clock.
    void start();
    /// Stops the clock and cuts every connection.
    void stop();

    void refused(Refusal refusal) { ++counters.refused[static_cast<std::size_t>(refusal)]; }

    /// Whether a page of `origin` may have the widget's sockets; "" stands for no page but the server's own.
    bool may_embed(const std::string& origin) const;

    /// Has `socket` flushed once the handlers that are ready now have run: what they send leaves in one write.
    void mark_dirty(std::shared_ptr<WebSocket> socket);

    /// The current time as an HTTP date.
    const std::string& http_date();

    boost::asio::io_context& io;
    Router router;
    ServerOptions options;
    Counters counters;
    TimerWheel wheel;
    bool draining = false;
    std::size_t requests_in_hand = 0;
    std::unordered_map<HttpConnection*, std::weak_ptr<HttpConnection>> connections;
    std::unordered_map<WebSocket*, std::shared_ptr<WebSocket>> sockets;
    AddressTable sockets_by_address;
    AddressTable connections_by_address;
    std::size_t turned_away = 0;  ///< connections beyond the limit that are just told so
    std::shared_ptr<Poller> poller;
    // Of whoever reads or writes just now.
    OutQueue::Buffers write_buffers;
    std::array<char, 65536> input;
    boost::beast::flat_buffer message;

private:
    void run_clock();
    void flush_dirty();

    boost::asio::steady_timer clock_;
    std::vector<std::shared_ptr<WebSocket>> dirty_;
    std::vector<std::shared_ptr<WebSocket>> flushing_;
    std::string date_;
    std::int64_t date_second_ = 0;
    bool stopped_ = false;
};

/// One place in a limit per address.
class AddressSlot {
public:
    /// Takes a place in the engine's `table`; nothing if `key` has `most` of them.
    static std::unique_ptr<AddressSlot> take(std::shared_ptr<Engine> engine, AddressTable Engine::*table,
                                             std::size_t most, std::string key);
    ~AddressSlot();
    AddressSlot(const AddressSlot&) = delete;
    AddressSlot& operator=(const AddressSlot&) = delete;

private:
    AddressSlot(std::shared_ptr<Engine> engine, AddressTable Engine::*table, std::string key);

    std::shared_ptr<Engine> engine_;
    AddressTable Engine::*table_;
    std::string key_;
};

}  // namespace ventanilla::web
