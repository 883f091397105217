#include "web/listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "web/http_connection.hpp"

namespace ventanilla::web {
namespace {

using tcp = boost::asio::ip::tcp;
using boost::system::error_code;

constexpr int accept_per_turn = 32;
constexpr std::chrono::milliseconds accept_pause{100};

/// Several server processes share one address; the kernel spreads the connections.
using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// Errors that come again at once for the next connection too.
bool is_exhaustion(const error_code& error) noexcept {
    const int number = error.value();
    return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

}  // namespace

Listener::Listener(std::shared_ptr<Engine> engine)
    : engine_(std::move(engine)), acceptor_(engine_->io), retry_(engine_->io) {}

tl::expected<std::shared_ptr<Listener>, std::string>
Listener::open(std::shared_ptr<Engine> engine, std::string_view host, std::uint16_t port, Port port_is) {
    const auto failed = [&](const error_code& error) {
        return tl::unexpected<std::string>(fmt::format("cannot listen on {}:{}: {}", host, port, error.message()));
    };
    error_code error;
    tcp::resolver resolver(engine->io);
    const auto found = resolver.resolve(std::string(host), std::to_string(port), tcp::resolver::passive, error);
    if (error) return failed(error);
    const tcp::endpoint endpoint = found.begin()->endpoint();

    auto listener = std::make_shared<Listener>(std::move(engine));
    auto& acceptor = listener->acceptor_;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.set_option(ReusePort(port_is == Port::shared), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (!error) acceptor.non_blocking(true, error);
    if (error) return failed(error);
    listener->wait();
    return listener;
}

tcp::endpoint Listener::endpoint() const {
    error_code ignored;
    return acceptor_.local_endpoint(ignored);
}

void Listener::close() {
    error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
}

void Listener::wait() {
    acceptor_.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](error_code error) {
        if (!self->acceptor_.is_open()) return;
        if (error) return self->pause();
        self->accept_some();
    });
}

void Listener::accept_some() {
    // A limit, so that a burst of connections leaves time for those that are there.
    for (int i = 0; i < accept_per_turn; ++i) {
        error_code error;
        tcp::socket socket = acceptor_.accept(engine_->io, error);
        if (error == boost::asio::error::would_block) break;
        if (is_exhaustion(error)) {
            if (!std::exchange(exhausted_, true)) spdlog::warn("accepting pauses: {}", error.message());
            return pause();
        }
        if (error) continue;
        exhausted_ = false;
        ++engine_->counters.connections_accepted;
        HttpConnection::start(std::make_shared<HttpConnection>(engine_, std::move(socket)));
    }
    wait();
}

void Listener::pause() {
    ++engine_->counters.accept_pauses;
    retry_.expires_after(accept_pause);
    retry_.async_wait([self = shared_from_this()](error_code error) {
        if (!error && self->acceptor_.is_open()) self->wait();
    });
}

}  // namespace ventanilla::web
