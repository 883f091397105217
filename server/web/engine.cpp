#include "web/engine.hpp"

#include <chrono>
#include <ctime>

#include <boost/asio/post.hpp>
#include <fmt/chrono.h>

#include "web/address.hpp"
#include "web/http_connection.hpp"
#include "web/websocket.hpp"

namespace ventanilla::web {

Engine::Engine(boost::asio::io_context& io_context, Router router_, ServerOptions options_)
    : io(io_context),
      router(std::move(router_)),
      options(std::move(options_)),
      wheel(TimerWheel::Clock::now()),
      poller(std::make_shared<Poller>(io_context)),
      clock_(io_context) {}

void Engine::start() {
    poller->start();
    run_clock();
}

void Engine::run_clock() {
    clock_.expires_after(TimerWheel::tick);
    clock_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (error || self->stopped_) return;
        self->wheel.advance(TimerWheel::Clock::now());
        self->run_clock();
    });
}

void Engine::stop() {
    stopped_ = true;
    clock_.cancel();
    poller->stop();
    // Copies: a connection that ends takes itself out of the table.
    const auto open_sockets = sockets;
    for (const auto& [key, socket] : open_sockets) socket->cut("server stops");
    const auto open_connections = connections;
    for (const auto& [key, weak] : open_connections) {
        if (const auto connection = weak.lock()) connection->cut();
    }
}

bool Engine::may_embed(const std::string& origin) const {
    return classify_origin(origin, options.scheme, "", options.own_origins, options.origins) != OriginKind::foreign;
}

void Engine::mark_dirty(std::shared_ptr<WebSocket> socket) {
    dirty_.push_back(std::move(socket));
    if (dirty_.size() > 1) return;
    boost::asio::post(io, [self = shared_from_this()] { self->flush_dirty(); });
}

void Engine::flush_dirty() {
    flushing_.swap(dirty_);
    for (const auto& socket : flushing_) socket->flush();
    flushing_.clear();
}

const std::string& Engine::http_date() {
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    if (now != date_second_) {
        date_second_ = now;
        date_ = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(now)));
    }
    return date_;
}

std::unique_ptr<AddressSlot> AddressSlot::take(std::shared_ptr<Engine> engine, AddressTable Engine::*table,
                                               std::size_t most, std::string key) {
    auto& [used, total] = (*engine).*table;
    const auto found = used.find(key);
    if ((found == used.end() ? 0 : found->second) >= most) return nullptr;
    ++used[key];
    ++total;
    return std::unique_ptr<AddressSlot>(new AddressSlot(std::move(engine), table, std::move(key)));
}

AddressSlot::AddressSlot(std::shared_ptr<Engine> engine, AddressTable Engine::*table, std::string key)
    : engine_(std::move(engine)), table_(table), key_(std::move(key)) {}

AddressSlot::~AddressSlot() {
    auto& [used, total] = (*engine_).*table_;
    const auto found = used.find(key_);
    if (--found->second == 0) used.erase(found);
    --total;
}

}  // namespace ventanilla::web
