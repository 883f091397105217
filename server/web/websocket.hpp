#pragma once
// The Socket of this room: Beast checks and unmasks what comes in and answers control frames; what goes out is framed by
// us and gathers in one queue, Beast's control frames among it. What comes in is read when the kernel has it, frame by
// frame, through buffers that all sockets share: an idle one keeps none. Internal to this room.

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <spdlog/spdlog.h>

#include "web/engine.hpp"
#include "web/out_queue.hpp"
#include "web/poller.hpp"
#include "web/socket.hpp"
#include "web/wire.hpp"

namespace ventanilla::web {

class WebSocket final : public Socket, public Timed, public Polled, public std::enable_shared_from_this<WebSocket> {
public:
    using Handshake = boost::beast::http::request<boost::beast::http::empty_body>;

    struct Start {
        boost::asio::ip::tcp::socket socket;
        std::string behind_handshake;  ///< bytes that came right behind it
        std::shared_ptr<SocketEvents> events;
        std::string peer;
        std::string page_origin;  ///< of the page that embeds the widget; "" for the server's own and for none
        std::unique_ptr<AddressSlot> slot;
    };

    WebSocket(std::shared_ptr<Engine> engine, Start start);
    ~WebSocket() override;

    /// Answers the handshake and begins.
    void start(const Handshake& handshake);

    Push send(Bytes text) override;
    void close(protocol::Close code, std::string_view reason) override;
    void pause() override;
    void resume() override;
    std::size_t queued_bytes() const override { return out_.bytes(); }
    const std::string& peer() const override { return peer_; }

    /// Writes what is queued, as far as the kernel takes it.
    void flush();
    /// Ends the connection at once.
    void cut(std::string_view why);

    const std::string& page_origin() const noexcept { return page_origin_; }
    bool is_open() const noexcept { return state_ == State::open; }

    // For the wire below Beast.

    boost::asio::io_context& io() const noexcept { return engine_->io; }
    /// Up to `most` bytes of the frame that is being read.
    std::size_t take_input(char* to, std::size_t most);
    /// Bytes that Beast writes: the answer to the handshake, pongs, the close frame.
    void push_raw(Bytes bytes);

private:
    enum class State { opening, open, closing, gone };

    void on_time() override;
    void on_ready(std::uint32_t events) override;
    void open();
    void receive();
    void read_frames(std::string_view bytes);
    void read_frame();
    void deliver();
    void read_no_more(boost::system::error_code error);
    void discard_input();
    void read_kept();
    bool may_read() const noexcept {
        return (state_ == State::open || state_ == State::closing) && !input_over_ && !paused_;
    }
    void begin_closing();
    void finish_if_flushed();
    void write_out();
    void watch();
    void wait_for_next_check();
    void mark_dirty();
    void tell_gone();
    /// Runs `call` on the owner; an exception of it closes the socket with 4500.
    template <typename Call>
    void tell_owner(Call call);

    std::shared_ptr<Engine> engine_;
    int fd_;
    std::string kept_;  ///< came, but is not read yet: the beginning of a frame, or what a pause holds up
    std::shared_ptr<SocketEvents> events_;
    std::string peer_;
    std::string page_origin_;
    std::unique_ptr<AddressSlot> slot_;
    boost::beast::websocket::stream<Wire, false> stream_;
    boost::beast::flat_buffer message_;  ///< of which a part has come
    std::string_view input_;             ///< during read_frames: what is not read yet
    std::uint64_t frame_left_ = 0;       ///< bytes of the frame that Beast has not been given yet
    OutQueue out_;
    TimerWheel::Clock::time_point heard_at_;
    TimerWheel::Clock::time_point ping_at_;
    std::uint32_t watched_ = 0;  ///< what epoll was told last
    State state_ = State::opening;
    bool opened_ = false;  ///< the owner had its on_open
    bool paused_ = false;
    bool dirty_ = false;
    bool waiting_writable_ = false;
    bool input_over_ = false;   ///< Beast reads no more
    bool peer_closed_ = false;  ///< the peer's close frame has come, or its end of stream
};

template <typename Call>
void WebSocket::tell_owner(Call call) {
    const auto events = events_;
    if (!events) return;
    try {
        call(*events);
    } catch (const std::exception& error) {
        spdlog::error("the owner of a socket failed: {}", error.what());
        close(protocol::Close::server_failed, "the server failed");
    }
}

}  // namespace ventanilla::web
