#include "web/server.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "web/engine.hpp"
#include "web/http_connection.hpp"
#include "web/listener.hpp"
#include "web/websocket.hpp"

namespace ventanilla::web {

using tcp = boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

/// How long the peers have to hear that the server goes at once.
constexpr std::chrono::milliseconds last_words{1000};

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Impl> {
    Impl(boost::asio::io_context& io, Router router, ServerOptions options)
        : engine(std::make_shared<Engine>(io, std::move(router), std::move(options))),
          drain_timer(io),
          stop_timer(io) {}

    void drain_step();
    void drained();
    void close_some_sockets();
    void await_last_words(std::chrono::steady_clock::time_point until, std::function<void()> then);

    std::shared_ptr<Engine> engine;
    std::vector<std::shared_ptr<Listener>> listeners;
    boost::asio::steady_timer drain_timer;
    boost::asio::steady_timer stop_timer;
    std::function<void()> done;
    std::chrono::steady_clock::time_point drain_until;
    std::size_t close_per_step = 1;
};

Server::Server(boost::asio::io_context& io, Router router, ServerOptions options)
    : impl_(std::make_shared<Impl>(io, std::move(router), std::move(options))) {
    impl_->engine->start();
}

Server::~Server() {
    impl_->done = nullptr;
    impl_->drain_timer.cancel();
    impl_->stop_timer.cancel();
    for (const auto& listener : impl_->listeners) listener->close();
    impl_->engine->stop();
}

tl::expected<tcp::endpoint, std::string> Server::listen(std::string_view host, std::uint16_t port, Port port_is) {
    auto listener = Listener::open(impl_->engine, host, port, port_is);
    if (!listener) return tl::unexpected<std::string>(std::move(listener.error()));
    const auto endpoint = (*listener)->endpoint();
    impl_->listeners.push_back(*std::move(listener));
    return endpoint;
}

void Server::add_own_origin(std::string origin) {
    impl_->engine->options.own_origins.push_back(std::move(origin));
}

const Counters& Server::counters() const noexcept {
    return impl_->engine->counters;
}

void Server::reconfigure(const ServerOptions& options) {
    auto& engine = *impl_->engine;
    engine.options.origins = options.origins;
    engine.options.sockets_per_address = options.sockets_per_address;
    engine.options.sockets_per_site = options.sockets_per_site;
    engine.options.connections_per_address = options.connections_per_address;
    std::size_t closed = 0;
    for (const auto& [key, socket] : engine.sockets) {
        if (!socket->is_open() || engine.may_embed(socket->page_origin())) continue;
        socket->close(protocol::Close::forbidden, "this origin is not allowed any more");
        ++closed;
    }
    if (closed > 0) spdlog::info("{} sockets closed whose origins are not allowed any more", closed);
}

void Server::stop_at_once(std::function<void()> done) {
    for (const auto& [key, socket] : impl_->engine->sockets) {
        socket->close(protocol::Close::going_away, "the server stops");
    }
    impl_->await_last_words(std::chrono::steady_clock::now() + last_words, std::move(done));
}

void Server::Impl::await_last_words(std::chrono::steady_clock::time_point until, std::function<void()> then) {
    if (engine->sockets.empty() || std::chrono::steady_clock::now() >= until) {
        return boost::asio::post(engine->io, std::move(then));
    }
    stop_timer.expires_after(TimerWheel::tick / 10);
    stop_timer.async_wait([weak = weak_from_this(), until, then = std::move(then)](error_code error) mutable {
        const auto self = weak.lock();
        if (!error && self) self->await_last_words(until, std::move(then));
    });
}

void Server::drain(std::chrono::milliseconds deadline, std::function<void()> done) {
    auto& engine = *impl_->engine;
    engine.draining = true;
    impl_->done = std::move(done);
    impl_->drain_until = std::chrono::steady_clock::now() + deadline;
    const auto steps =
        std::max<std::size_t>(1, static_cast<std::size_t>(engine.options.timing.drain_spread / TimerWheel::tick));
    impl_->close_per_step = (engine.sockets.size() + steps - 1) / steps;
    spdlog::info("draining: {} sockets, {} requests in hand", engine.sockets.size(), engine.requests_in_hand);
    impl_->drain_step();
}

void Server::Impl::drain_step() {
    close_some_sockets();
    const auto connections = engine->connections;
    for (const auto& [key, weak] : connections) {
        if (const auto connection = weak.lock()) connection->cut_if_idle();
    }
    const bool nothing_left = engine->sockets.empty() && engine->requests_in_hand == 0;
    if (nothing_left || std::chrono::steady_clock::now() >= drain_until) return drained();
    drain_timer.expires_after(TimerWheel::tick);
    drain_timer.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (!error && self) self->drain_step();
    });
}

void Server::Impl::close_some_sockets() {
    std::vector<std::shared_ptr<WebSocket>> chosen;
    for (const auto& [key, socket] : engine->sockets) {
        if (chosen.size() >= std::max<std::size_t>(1, close_per_step)) break;
        if (socket->is_open()) chosen.push_back(socket);
    }
    for (const auto& socket : chosen) socket->close(protocol::Close::restart, "the server restarts");
}

void Server::Impl::drained() {
    for (const auto& listener : listeners) listener->close();
    engine->stop();
    spdlog::info("drained");
    if (done) boost::asio::post(engine->io, std::exchange(done, nullptr));
}

const char* to_string(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::malformed: return "malformed";
        case Refusal::head_too_big: return "head_too_big";
        case Refusal::body_too_big: return "body_too_big";
        case Refusal::too_late: return "too_late";
        case Refusal::origin: return "origin";
        case Refusal::handshake: return "handshake";
        case Refusal::address_limit: return "address_limit";
        case Refusal::site_limit: return "site_limit";
        case Refusal::connection_limit: return "connection_limit";
        case Refusal::draining: return "draining";
        case Refusal::count_: break;
    }
    return "other";
}

}  // namespace ventanilla::web
