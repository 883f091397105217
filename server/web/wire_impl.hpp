#pragma once
// The bodies of Wire's templates: they need WebSocket to be complete.

#include "web/websocket.hpp"

namespace ventanilla::web {

template <typename Buffers>
struct Wire::Read {
    WebSocket& owner;
    Buffers buffers;
    enum class Step { start, stored, received } step = Step::start;

    template <typename Self>
    void operator()(Self& self, boost::system::error_code error = {}, std::size_t size = 0) {
        switch (step) {
            case Step::start:
                if (owner.behind_handshake().empty()) {
                    step = Step::received;
                    owner.tcp().async_read_some(buffers, std::move(self));
                } else {
                    step = Step::stored;
                    boost::asio::post(owner.tcp().get_executor(), std::move(self));
                }
                return;
            case Step::stored: {
                auto& stored = owner.behind_handshake();
                size = boost::asio::buffer_copy(buffers, boost::asio::buffer(stored));
                stored.erase(0, size);
                if (stored.empty()) stored.shrink_to_fit();
                break;
            }
            case Step::received:
                if (!error) owner.heard();
                break;
        }
        self.complete(error, size);
    }
};

template <typename Buffers, typename Token>
auto Wire::async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        Read<Buffers>{*owner_, buffers}, token, owner_->tcp());
}

template <typename Buffers, typename Token>
auto Wire::async_write_some(const Buffers& buffers, Token&& token) {
    const std::size_t size = boost::beast::buffer_bytes(buffers);
    owner_->push_raw(std::make_shared<const std::string>(boost::beast::buffers_to_string(buffers)));
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        [posted = false, size, owner = owner_](auto& self) mutable {
            if (!std::exchange(posted, true)) {
                boost::asio::post(owner->tcp().get_executor(), std::move(self));
                return;
            }
            self.complete({}, size);
        },
        token, owner_->tcp());
}

}  // namespace ventanilla::web
