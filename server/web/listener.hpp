#pragma once
// One listening address. Internal to this room.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <tl/expected.hpp>

#include "web/engine.hpp"

namespace ventanilla::web {

class Listener : public std::enable_shared_from_this<Listener> {
public:
    /// Binds and begins to accept; what went wrong in words.
    static tl::expected<std::shared_ptr<Listener>, std::string>
    open(std::shared_ptr<Engine> engine, std::string_view host, std::uint16_t port, Port port_is);
    explicit Listener(std::shared_ptr<Engine> engine);

    boost::asio::ip::tcp::endpoint endpoint() const;
    void close();

private:
    void wait();
    void accept_some();
    void pause();

    std::shared_ptr<Engine> engine_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer retry_;
    bool exhausted_ = false;  ///< the log knows already
};

}  // namespace ventanilla::web
