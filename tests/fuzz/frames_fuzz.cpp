// Any bytes behind a good handshake: a socket takes them without a crash, tells its owner of well-formed text only, answers with
// well-formed frames, and ends exactly once, with a close code of the contract or the peer's own.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "protocol/limits.hpp"
#include "protocol/text.hpp"
#include "web/websocket.hpp"

namespace {

using namespace ventanilla;
namespace http = boost::beast::http;

void require(bool promise) {
    if (!promise) std::abort();
}

/// Echoes what it is told, so that the out queue has something in it when the end comes.
class Owner final : public web::SocketEvents {
public:
    void on_open(std::shared_ptr<web::Socket> socket) override {
        require(!socket_ && !gone);
        socket_ = std::move(socket);
    }
    void on_frame(std::string_view text) override {
        require(socket_ && !gone);
        require(protocol::is_utf8(text) && text.size() <= protocol::limits::frame_bytes);
        socket_->send(std::make_shared<const std::string>(text.substr(0, 100)));
    }
    void on_drain() override { require(!gone); }
    void on_gone() override {
        require(!gone);
        gone = true;
        socket_.reset();
    }

    bool gone = false;

private:
    std::shared_ptr<web::Socket> socket_;
};

web::WebSocket::Handshake handshake() {
    web::WebSocket::Handshake request{http::verb::get, "/", 11};
    request.set(http::field::host, "desk.test");
    request.set(http::field::upgrade, "websocket");
    request.set(http::field::connection, "upgrade");
    request.set(http::field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
    request.set(http::field::sec_websocket_version, "13");
    return request;
}

/// What the peer was sent, taken off its end of the pair.
std::string received(int peer) {
    std::string all;
    std::array<char, 65536> piece{};
    while (true) {
        const auto size = ::recv(peer, piece.data(), piece.size(), MSG_DONTWAIT);
        if (size <= 0) return all;
        all.append(piece.data(), static_cast<std::size_t>(size));
    }
}

void check_close(std::string_view payload) {
    require(payload.size() >= 2 && payload.size() <= 125 && protocol::is_utf8(payload.substr(2)));
    const auto code = static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    require(code >= 1000 && code != 1004 && code != 1005 && code != 1006);
}

/// Frames of a server: no mask, no reserved bit, whole, and nothing behind a close.
void check_frames(std::string_view bytes) {
    bool closed = false;
    while (!bytes.empty()) {
        require(!closed && bytes.size() >= 2);
        const auto first = static_cast<unsigned char>(bytes[0]);
        auto size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[1]));
        require((first & 0xf0U) == 0x80U && size < 126);  // the owner's texts are short
        require(bytes.size() >= 2 + size);
        const auto payload = bytes.substr(2, size);
        bytes.remove_prefix(2 + size);
        const auto opcode = first & 0x0fU;
        require(opcode == 1 || opcode == 8 || opcode == 9 || opcode == 10);
        if (opcode == 1) require(protocol::is_utf8(payload) || size == 100);  // cut by the owner
        if (opcode == 8) check_close(payload);
        closed = opcode == 8;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::array<int, 2> ends{};
    require(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    boost::asio::io_context io;
    const auto owner = std::make_shared<Owner>();
    {
        const auto engine = std::make_shared<web::Engine>(io, web::Router(), web::ServerOptions());
        boost::asio::ip::tcp::socket socket(io, boost::asio::ip::tcp::v4(), ends[0]);
        // Some of it comes right behind the handshake, the rest later and in two pieces.
        const std::string bytes(reinterpret_cast<const char*>(data), size);
        const auto behind = size == 0 ? 0 : data[size / 2] % (size + 1);
        const auto middle = behind + (size - behind) / 2;
        std::make_shared<web::WebSocket>(
            engine, web::WebSocket::Start{std::move(socket), bytes.substr(0, behind), owner, "fuzzer", "", nullptr})
            ->start(handshake());
        engine->poller->start();
        std::string sent;
        for (const auto& piece : {bytes.substr(behind, middle - behind), bytes.substr(middle)}) {
            ::send(ends[1], piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            while (io.poll() > 0) sent += received(ends[1]);
            io.restart();
        }
        for (int turn = 0; turn < 3; ++turn) {
            // Nothing but the peer's end is waited for, so this comes to an end by itself.
            while (io.poll() > 0) sent += received(ends[1]);
            io.restart();
            if (turn == 0) ::shutdown(ends[1], SHUT_WR);
        }
        sent += received(ends[1]);
        const auto head = sent.find("\r\n\r\n");
        require(head != std::string::npos && sent.starts_with("HTTP/1.1 101 "));
        check_frames(std::string_view(sent).substr(head + 4));
        require(owner->gone && engine->sockets.empty() && engine->counters.sockets_open == 0);
        engine->poller->stop();
        io.poll();
    }
    ::close(ends[1]);
    return 0;
}
